import type * as pulumi from "@pulumi/pulumi";

import { Check } from "../shared/check";
import { Signal } from "../shared/signals";
import { CollectorMode, type CollectorSettingsArgs } from "./args";
import type { CollectorSecondTierArgs } from "./args/processing";
import { OPERATOR_API } from "./operator";
import { type CollectorPlan, type SecondTierPlan, Tier } from "./plan-types";
import { planScaling, type ScalingContext, type ScalingPlan } from "./scaling";
import { memoryPlan } from "./sizing";

/** Name of the second tier's workload, and of the Service that gives its pods DNS names. */
export const secondTierName = (name: string): string => `${name}-t2`;
export const headlessName = ({ name, tier }: Pick<CollectorPlan, "name" | "tier">): string =>
    tier === Tier.Second ? name : `${name}-pods`;

/** Host names of the second tier's pods. A new pod keeps the name of the pod it replaces. */
export function secondTierHosts(name: string, namespace: string, replicas: number): string[] {
    const set = secondTierName(name);
    return Array.from({ length: replicas }, (_, pod) => `${set}-${pod}.${set}.${namespace}.svc`);
}

/** The kind of workload of a tier. */
export function workloadOf({ mode, tier }: Pick<CollectorPlan, "mode" | "tier">): CollectorMode {
    if (tier === Tier.Second) return CollectorMode.StatefulSet;
    return tier === Tier.First ? CollectorMode.Deployment : mode;
}

/** Number and spread of a tier's pods. @throws InputError for contradictory limits, and for settings that would send wrong values. */
export function scalingOf(check: Check, plan: CollectorPlan): ScalingPlan {
    return planScaling(check.at("scaling"), plan.scaling, scalingContext(plan));
}

/** The inputs of scaling. */
export function scalingContext(plan: CollectorPlan): ScalingContext {
    const { name, namespace, labels, selector, replicas, spread, signals, cumulativeToDelta } = plan;
    const kind = workloadOf(plan) === CollectorMode.StatefulSet ? "StatefulSet" : "Deployment";
    return {
        name,
        namespace,
        labels,
        selector,
        replicas,
        spread,
        scaleTarget:
            plan.operator === undefined
                ? { apiVersion: "apps/v1", kind, name }
                : { apiVersion: OPERATOR_API.apiVersion, kind: OPERATOR_API.kind, name },
        computesDeltas: cumulativeToDelta && signals.includes(Signal.Metrics),
    };
}

/** Number of a tier's pods. Undefined with an autoscaler: each `pulumi up` would reset the number. */
export function replicasOf(plan: CollectorPlan): number | undefined {
    return scalingOf(new Check(plan.name), plan).replicas;
}

/** Whether a tier can have more than one pod, except a DaemonSet. Known before the plan. */
export function hasSeveralPods({ mode, replicas, scaling }: CollectorSettingsArgs): boolean {
    if (mode === CollectorMode.DaemonSet) return false;
    const asked = replicas !== undefined && replicas !== 1;
    return mode === CollectorMode.TwoTier || asked || scaling?.autoscaling !== undefined;
}

/** Arguments of the second tier's objects: a StatefulSet with a fixed number of pods. */
export function secondTierArgs(args: CollectorSettingsArgs): CollectorSettingsArgs {
    return { ...args, mode: CollectorMode.StatefulSet, scaling: { ...args.scaling, autoscaling: undefined } };
}

/** Plan of the first tier. It identifies senders, adds attributes, masks and shortens. */
export function firstTier(plan: CollectorPlan): CollectorPlan {
    if (plan.secondTier === undefined) return plan;
    return { ...plan, tier: Tier.First, cumulativeToDelta: false, tailSampling: undefined, queue: undefined };
}

/** Plan of the second tier. It samples, computes deltas and sends to Dynatrace. It does not repeat the work of the first tier. */
export function secondTier(plan: CollectorPlan): CollectorPlan {
    const name = secondTierName(plan.name);
    return {
        ...plan,
        ...plan.secondTier,
        name,
        tier: Tier.Second,
        secondTier: undefined,
        secondTierHosts: [],
        // Different labels from the first tier, so that the first tier's Service does not select these pods.
        labels: { ...plan.labels, "app.kubernetes.io/name": "otlp-collector-second-tier" },
        selector: { ...plan.selector, "app.kubernetes.io/name": "otlp-collector-second-tier" },
        fromPods: plan.selector,
        // Fixed: the number of pods determines how data is distributed.
        scaling: { ...plan.scaling, autoscaling: undefined },
        kubernetesAttributes: false,
        resourceAttributes: {},
        enrichment: { dynatraceRecipe: false, hostFromOneAgent: false },
        masked: [],
        recordLimits: false,
        collect: {
            selfTelemetry: plan.collect.selfTelemetry,
            metricsIntervalSeconds: plan.collect.metricsIntervalSeconds,
        },
    };
}

/** Adds the second tier to a plan. @throws InputError for invalid numbers. */
export function planSecondTier(
    check: Check,
    plan: CollectorPlan,
    args: pulumi.Unwrap<CollectorSecondTierArgs> = {},
): CollectorPlan {
    const { replicas = 2, cpuMillis = plan.cpuMillis, memoryMiB, extraConfig } = args;
    const { cpuLimitMillis = cpuMillis } = plan.limits;
    if (cpuLimitMillis < cpuMillis) {
        check
            .at("secondTier.cpuMillis")
            .fail(`${cpuMillis} is above cpuLimitMillis, ${cpuLimitMillis}; raise the limit`);
    }
    const behind: SecondTierPlan = {
        replicas: check.at("secondTier.replicas").wholeNumber(replicas),
        cpuMillis: check.at("secondTier.cpuMillis").wholeNumber(cpuMillis),
        memory: memoryMiB === undefined ? plan.memory : memoryPlan(check.at("secondTier.memoryMiB"), memoryMiB),
        extraConfig: extraConfig ?? {},
    };
    return { ...plan, secondTier: behind, secondTierHosts: secondTierHosts(plan.name, plan.namespace, replicas) };
}
