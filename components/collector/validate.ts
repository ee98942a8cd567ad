import type { Endpoint } from "../endpoint";
import { Route } from "../endpoint/route";
import type { Check } from "../shared/check";
import { AuthorizationScheme } from "../shared/secrets";
import type { CollectArgs } from "./args/collect";
import { configObject } from "./config";
import { ciliumPolicy } from "./manifests/cilium-network-policy";
import { checkMode } from "./modes";
import { checkOperatorConfig } from "./operator";
import { checkOwnConfig } from "./own-config";
import { type CollectorPlan, Tier } from "./plan-types";
import { firstTier, scalingOf, secondTier } from "./two-tier";

/** Arguments of which it matters whether they are given. */
export interface ValidatedArgs {
    replicas?: number;
    scaling?: CollectorPlan["scaling"];
    secondTier?: object;
}

/**
 * Checks what two parts of a plan say together.
 *
 * @returns the plan, with its warnings.
 * @throws InputError for parts that contradict each other.
 */
export function validated(check: Check, plan: CollectorPlan, args: ValidatedArgs): CollectorPlan {
    const tiers = plan.secondTier === undefined ? [plan] : [firstTier(plan), secondTier(plan)];
    const scaled = tiers.map((tier) => scalingOf(check, tier).most);
    checkMode(check, {
        ...plan,
        askedReplicas: args.replicas,
        askedScaling: args.scaling,
        replicas: scaled[0] ?? plan.replicas,
        tailSampling: plan.tailSampling !== undefined,
        secondTier: args.secondTier !== undefined,
        hostFromOneAgent: plan.enrichment.hostFromOneAgent,
    });
    for (const tier of tiers) {
        checkConfig(check, tier);
        if (plan.cilium !== undefined) ciliumPolicy(check, plan.cilium, tier);
    }
    return { ...plan, warnings: [...plan.warnings, ...scalingWarnings(check, plan)] };
}

/** The components do not depend on the scheme of the token. */
function checkConfig(check: Check, tier: CollectorPlan): void {
    const field = tier.tier === Tier.Second ? "secondTier.ownConfig" : "ownConfig";
    const merged = configObject(tier, AuthorizationScheme.ApiToken);
    checkOwnConfig(check.at(field), tier.build, tier.ownConfig, merged);
    if (tier.operator !== undefined) checkOperatorConfig(check.at(field), merged);
}

/** A volume outlives its pod, and so does the data that waits on it. */
function scalingWarnings(check: Check, { scaling, queue }: CollectorPlan): string[] {
    if (scaling.autoscaling === undefined || queue === undefined) return [];
    const [what, way] =
        queue.retention?.whenScaled === "Delete"
            ? ["is lost", "leave persistentQueue.deleteWhenScaledDown out"]
            : ["is sent when there are as many pods again", "leave persistentQueue out if that may be too late"];
    return [
        check.at("scaling.autoscaling").warning(`what waits on the volume of a pod that is taken away ${what}; ${way}`),
    ];
}

/** @throws InputError for a route that no pod can use. */
export function checkRoute(check: Check, endpoint: Endpoint): void {
    if (endpoint.route === Route.OneAgent) {
        check
            .at("endpoint.route")
            .fail(
                "oneagent listens on its own host only, which a pod cannot reach; send from the host, or use another route",
            );
    }
}

/** @throws InputError for an empty list that would collect from everywhere. */
export function checkCollected(check: Check, { kubernetesObjects, journald }: CollectArgs = {}): void {
    if (Array.isArray(kubernetesObjects)) {
        kubernetesObjects.forEach(({ namespaces }, index) => {
            if (namespaces === undefined) return;
            const at = check.at(`collect.kubernetesObjects[${index}].namespaces`);
            at.nonEmpty(namespaces, '["shop"]', "the whole cluster is read");
        });
    }
    if (journald?.units !== undefined) {
        check.at("collect.journald.units").nonEmpty(journald.units, '["kubelet.service"]', "all units are read");
    }
}
