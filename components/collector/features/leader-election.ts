import type { Check } from "../../shared/check";
import type { ConfigPlan } from "../plan-types";
import { checkHolds, holds } from "../distributions";
import { type FeatureParts, hasSeveralPods, toApiServer } from "./feature";

const ELECTOR = "k8s_leader_elector";

/**
 * The extension that elects the leader for features with `leader`, and its rights.
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
        flows: [toApiServer("Elects the leader by a Lease.")],
    };
}

/** Setting that makes a receiver start only on the leader. */
export function elector(plan: ConfigPlan): object {
    return electsLeader(plan) ? { [ELECTOR]: ELECTOR } : {};
}

/** @throws InputError if several pods would collect the same data because the image cannot elect a leader. */
export function checkElection(check: Check, plan: ConfigPlan): void {
    if (hasSeveralPods(plan)) checkHolds(check, plan.build, "extensions", ELECTOR);
}

/** Elects also with one replica: during a rollout, two pods run at the same time. */
function electsLeader({ build }: ConfigPlan): boolean {
    return holds(build, "extensions", ELECTOR);
}
