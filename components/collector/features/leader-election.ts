import type { Check } from "../../shared/check";
import type { ConfigPlan } from "../plan-types";
import { checkHolds, holds } from "../distributions";
import { type FeatureParts, hasSeveralPods } from "./feature";

const ELECTOR = "k8s_leader_elector";

/**
 * The extension that elects the pod that collects, for features with `leader`, and the rights it needs.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/k8sleaderelector
 */
export function electionParts(plan: ConfigPlan): FeatureParts {
    if (!electsLeader(plan)) return {};
    const { name, namespace } = plan;
    const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
    return {
        extensions: { [ELECTOR]: { auth_type: "serviceAccount", lease_name: name, lease_namespace: namespace } },
        namespaceRules: [
            // RBAC cannot restrict `create` to a name.
            { ...leases, verbs: ["create"] },
            { ...leases, resourceNames: [name], verbs: ["get", "update", "patch"] },
        ],
        apiServer: true,
    };
}

/** The setting that makes a receiver wait until its pod is the leader. */
export function elector(plan: ConfigPlan): object {
    return electsLeader(plan) ? { [ELECTOR]: ELECTOR } : {};
}

/** @throws InputError if several pods would each collect the same, because the image cannot elect one. */
export function checkElection(check: Check, plan: ConfigPlan): void {
    if (hasSeveralPods(plan)) checkHolds(check, plan.build, "extensions", ELECTOR);
}

/** Also with one replica: during a rollout two pods run at the same time. */
function electsLeader({ build }: ConfigPlan): boolean {
    return holds(build, "extensions", ELECTOR);
}
