import type { Check } from "../shared/check";
import { Signal } from "../shared/signals";
import { CollectorMode } from "./args";
import { checkHolds } from "./distributions";
import { FEATURES } from "./features";
import type { CheckFacts, Feature } from "./features/feature";
import { checkElection } from "./features/leader-election";
import { checkMetricsInterval } from "./features/metrics-interval";

/** Checks what relates several arguments. @throws InputError for a combination that would send wrong numbers, or nothing. */
export function checkMode(check: Check, facts: CheckFacts): void {
    const { mode, askedReplicas, askedScaling, replicas, signals } = facts;
    const agent = mode === CollectorMode.DaemonSet;
    const computesDeltas = facts.cumulativeToDelta && signals.includes(Signal.Metrics);
    if (agent && askedReplicas !== undefined) {
        check.at("replicas").fail("a daemonSet has one pod a node; leave it out");
    }
    if (agent && askedScaling !== undefined) check.at("scaling").fail("a daemonSet has one pod a node; leave it out");
    if (askedReplicas !== undefined && askedScaling?.autoscaling !== undefined) {
        const problem = "contradicts scaling.autoscaling, which decides how many there are";
        check.at("replicas").fail(`${problem}; leave one of the two out`);
    }
    if (facts.operator !== undefined && mode === CollectorMode.TwoTier) {
        const problem = "the Operator gives the pods of a second tier no names that the first tier could send to";
        check.at("operator").fail(`${problem}; leave it out, or set mode to deployment or statefulSet`);
    }
    if (facts.secondTier && mode !== CollectorMode.TwoTier) {
        check.at("secondTier").fail(`mode ${mode} has none; set mode to twoTier, or leave it out`);
    }
    if (replicas > 1 && computesDeltas && mode !== CollectorMode.TwoTier) {
        check
            .at("replicas")
            .fail(
                `${replicas} of them would each see only some points of a cumulative series and compute wrong deltas; ` +
                    "use 1, set mode to twoTier, or set cumulativeToDelta to false once every application sends delta metrics (appEnv asks for that)",
            );
    }
    if (mode === CollectorMode.TwoTier) checkHolds(check.at("mode"), facts.build, "exporters", "load_balancing");
    for (const feature of FEATURES) {
        if (feature.on(facts)) checkNeeds(check, feature, facts);
        feature.check?.(check, facts);
    }
    checkMetricsInterval(check, facts.collect);
}

/** What a feature declares. */
function checkNeeds(check: Check, feature: Feature, facts: CheckFacts): void {
    const { argument, signal, components = [], perNode = false, leader = false } = feature;
    if (argument === undefined) return;
    const at = check.at(argument);
    const { build, mode, signals } = facts;
    for (const [kind, type] of components) checkHolds(at, build, kind, type);
    if (signal !== undefined && !signals.includes(signal)) {
        at.fail(`gives ${signal}, but signals has none; add ${signal}`);
    }
    if (perNode && mode !== CollectorMode.DaemonSet) {
        at.fail(`mode ${mode} would see its own node only; set mode to daemonSet`);
    }
    if (leader) checkElection(at, facts);
}
