import type { Check } from "../shared/check";
import { Signal } from "../shared/signals";
import { CollectorMode } from "./args";
import { checkHolds } from "./distributions";
import { FEATURES } from "./features";
import type { CheckFacts, Feature } from "./features/feature";
import { extraFlowWarnings } from "./extra-flows";
import { scrapeWarnings } from "./features/scrape-configs";
import { checkOwnPorts } from "./flows";
import { checkElection } from "./features/leader-election";
import { checkCheckpoints } from "./features/checkpoints";
import { checkMetricsInterval } from "./features/metrics-interval";
import { checkNamespaces } from "./features/namespaces";
import type { Endpoint } from "../endpoint";
import { EndpointRoute } from "../endpoint/route";
import { AuthorizationScheme } from "../shared/secrets";
import type { CollectorCollectArgs } from "./args/collect";
import type { CollectorSpread } from "./args/scheduling";
import { configObject } from "./config";
import { ciliumPolicy } from "./manifests/cilium-network-policy";
import { checkOperatorConfig } from "./operator";
import { checkExtraConfig } from "./config/merge";
import { type CollectorPlan, Tier } from "./plan-types";
import { firstTier, scalingOf, secondTier } from "./two-tier";

/** Arguments whose presence matters. */
export interface ValidatedArgs {
    replicas?: number;
    scaling?: CollectorPlan["scaling"];
    scheduling?: { spread?: CollectorSpread };
    secondTier?: object;
}

/**
 * Checks combinations of the parts of a plan.
 *
 * @returns the plan, with its warnings.
 * @throws InputError for contradictory parts.
 */
export function validated(check: Check, plan: CollectorPlan, args: ValidatedArgs): CollectorPlan {
    const tiers = plan.secondTier === undefined ? [plan] : [firstTier(plan), secondTier(plan)];
    const scaled = tiers.map((tier) => scalingOf(check, tier).most);
    checkMode(check, {
        ...plan,
        askedReplicas: args.replicas,
        askedScaling: args.scaling,
        askedSpread: args.scheduling?.spread,
        replicas: scaled[0] ?? plan.replicas,
        secondTier: args.secondTier !== undefined,
    });
    checkOwnPorts(check, tiers[0] ?? plan);
    for (const tier of tiers) {
        checkConfig(check, tier);
        if (plan.cilium !== undefined) ciliumPolicy(check, tier);
    }
    const warnings = [
        ...plan.warnings,
        ...scalingWarnings(check, plan),
        ...scrapeWarnings(check, plan),
        ...tiers.flatMap((tier) => extraFlowWarnings(check, tier)),
    ];
    return { ...plan, warnings: plan.ownPod ? plan.warnings : warnings };
}

/** Checks the merged configuration. Its components do not depend on the scheme of the token. */
function checkConfig(check: Check, tier: CollectorPlan): void {
    const field = tier.tier === Tier.Second ? "secondTier.extraConfig" : "extraConfig";
    const merged = configObject(tier, AuthorizationScheme.ApiToken);
    checkExtraConfig(check.at(field), tier.build, tier.extraConfig, merged);
    if (tier.operator !== undefined) checkOperatorConfig(check.at(field), merged);
}

/** A volume outlives its pod, and so does its queued data. */
function scalingWarnings(check: Check, { scaling, queue }: CollectorPlan): string[] {
    if (scaling.autoscaling === undefined || queue === undefined) return [];
    const [what, way] =
        queue.retention?.whenScaled === "Delete"
            ? ["is lost", "remove persistentQueue.deleteWhenScaledDown"]
            : ["is not sent until the pod is added again", "remove persistentQueue if this may be too late"];
    return [check.at("scaling.autoscaling").warning(`queued data on the volume of a removed pod ${what}; ${way}`)];
}

/** @throws InputError for a route that no pod can use. */
export function checkRoute(check: Check, endpoint: Endpoint): void {
    if (endpoint.route === EndpointRoute.OneAgent) {
        check
            .at("endpoint.route")
            .fail(
                "OneAgent listens only on its own host, which a pod cannot reach; send from the host, or use another route",
            );
    }
}

/** @throws InputError for an empty list, which would collect everything. */
export function checkCollected(check: Check, { kubernetesObjects, journald }: CollectorCollectArgs = {}): void {
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

/** Checks combinations of arguments. @throws InputError for a combination that would send wrong values, or nothing. */
function checkMode(check: Check, facts: CheckFacts): void {
    const { mode, askedReplicas, askedScaling, askedSpread, replicas, signals } = facts;
    const agent = mode === CollectorMode.DaemonSet;
    const computesDeltas = facts.cumulativeToDelta && signals.includes(Signal.Metrics);
    if (agent && askedReplicas !== undefined) {
        check.at("replicas").fail("a daemonSet has one pod on each node; remove it");
    }
    if (agent && askedScaling !== undefined)
        check.at("scaling").fail("a daemonSet has one pod on each node; remove it");
    if (agent && askedSpread !== undefined)
        check.at("scheduling.spread").fail("a daemonSet has one pod on each node; remove it");
    if (askedReplicas !== undefined && askedScaling?.autoscaling !== undefined) {
        const problem = "cannot be combined with scaling.autoscaling";
        check.at("replicas").fail(`${problem}; remove one of the two`);
    }
    if (facts.operator !== undefined && mode === CollectorMode.TwoTier) {
        const problem = "cannot be combined with mode twoTier, because pods of the Operator have no stable names";
        check.at("operator").fail(`${problem}; remove it, or set mode to deployment or statefulSet`);
    }
    if (facts.secondTier && mode !== CollectorMode.TwoTier) {
        check.at("secondTier").fail(`mode ${mode} has no second tier; set mode to twoTier, or remove it`);
    }
    if (replicas > 1 && computesDeltas && mode !== CollectorMode.TwoTier) {
        check
            .at("replicas")
            .fail(
                `${replicas} pods would each receive only some points of a series and compute wrong deltas; ` +
                    "use 1, set mode to twoTier, or set processing.cumulativeToDelta to false once every application sends deltas (see appEnv)",
            );
    }
    if (mode === CollectorMode.TwoTier) checkHolds(check.at("mode"), facts.build, "exporters", "load_balancing");
    for (const feature of FEATURES) {
        if (feature.on(facts)) checkNeeds(check, feature, facts);
        feature.check?.(check, facts);
    }
    checkMetricsInterval(check, facts.collect);
    checkNamespaces(check, facts);
    checkCheckpoints(check, facts);
}

/** Checks the requirements that a feature declares. */
function checkNeeds(check: Check, feature: Feature, facts: CheckFacts): void {
    const { argument, signal, components = [], perNode = false, leader = false } = feature;
    if (argument === undefined) return;
    const at = check.at(argument);
    const { build, mode, signals } = facts;
    for (const [kind, type] of components) checkHolds(at, build, kind, type);
    if (signal !== undefined && !signals.includes(signal)) {
        at.fail(`collects ${signal}, but signals does not contain ${signal}; add ${signal}`);
    }
    if (perNode && mode !== CollectorMode.DaemonSet) {
        at.fail(`needs one pod on each node, but mode is ${mode}; set mode to daemonSet`);
    }
    if (leader) checkElection(at, facts);
    if (facts.readNamespaces !== undefined && feature.clusterRead !== undefined && feature.namespaced !== true) {
        at.fail("reads the whole cluster, but rbac.namespaces limits the rights; remove it, or remove rbac.namespaces");
    }
}
