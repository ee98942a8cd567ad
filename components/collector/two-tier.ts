import type * as pulumi from "@pulumi/pulumi";

import { Check } from "../shared/check";
import { Signal } from "../shared/signals";
import { CollectorMode, type CollectorSettingsArgs } from "./args";
import type { CollectorSecondTierArgs } from "./args/processing";
import { OPERATOR_API } from "./operator";
import { type CollectorPlan, type SecondTierPlan, Tier } from "./plan-types";
import { planScaling, type ScalingContext, type ScalingPlan } from "./scaling";
import { memoryPlan } from "./sizing";

/** Name of a workload whose pods have names of their own, and of the Service that gives them these names. */
export const secondTierName = (name: string): string => `${name}-t2`;
export const headlessName = ({ name, tier }: Pick<CollectorPlan, "name" | "tier">): string =>
    tier === Tier.Second ? name : `${name}-pods`;

/** Where the pods of the second tier are found, each under a name that outlives it. */
export function secondTierHosts(name: string, namespace: string, replicas: number): string[] {
    const set = secondTierName(name);
    return Array.from({ length: replicas }, (_, pod) => `${set}-${pod}.${set}.${namespace}.svc`);
}

/** The kind of object that makes a tier's pods. */
export function workloadOf({ mode, tier }: Pick<CollectorPlan, "mode" | "tier">): CollectorMode {
    if (tier === Tier.Second) return CollectorMode.StatefulSet;
    return tier === Tier.First ? CollectorMode.Deployment : mode;
}

/** How many pods of a tier there are, and where. @throws InputError for limits that contradict each other, or give wrong numbers. */
export function scalingOf(check: Check, plan: CollectorPlan): ScalingPlan {
    return planScaling(check.at("scaling"), plan.scaling, scalingContext(plan));
}

/** What scaling depends on. */
export function scalingContext(plan: CollectorPlan): ScalingContext {
    const { name, namespace, labels, selector, replicas, signals, cumulativeToDelta } = plan;
    const kind = workloadOf(plan) === CollectorMode.StatefulSet ? "StatefulSet" : "Deployment";
    return {
        name,
        namespace,
        labels,
        selector,
        replicas,
        scaleTarget:
            plan.operator === undefined
                ? { apiVersion: "apps/v1", kind, name }
                : { apiVersion: OPERATOR_API.apiVersion, kind: OPERATOR_API.kind, name },
        computesDeltas: cumulativeToDelta && signals.includes(Signal.Metrics),
    };
}

/** Pods of a tier; undefined with an autoscaler, whose work a number would undo with each `pulumi up`. */
export function replicasOf(plan: CollectorPlan): number | undefined {
    return scalingOf(new Check(plan.name), plan).replicas;
}

/** Whether a tier can have more than one pod, not counting those of a DaemonSet. Known before the plan is. */
export function hasSeveralPods({ mode, replicas, scaling }: CollectorSettingsArgs): boolean {
    if (mode === CollectorMode.DaemonSet) return false;
    const asked = replicas !== undefined && replicas !== 1;
    return mode === CollectorMode.TwoTier || asked || scaling?.autoscaling !== undefined;
}

/** Arguments of the second tier's objects: a StatefulSet of a fixed number of pods. */
export function secondTierArgs(args: CollectorSettingsArgs): CollectorSettingsArgs {
    return { ...args, mode: CollectorMode.StatefulSet, scaling: { ...args.scaling, autoscaling: undefined } };
}

/** The pods that applications send to: they name, add, mask and cut, while it is known who sent. */
export function firstTier(plan: CollectorPlan): CollectorPlan {
    if (plan.secondTier === undefined) return plan;
    return { ...plan, tier: Tier.First, cumulativeToDelta: false, tailSampling: undefined, queue: undefined };
}

/** The pods that choose, compute and send to Dynatrace. Data comes to them as the first tier left it. */
export function secondTier(plan: CollectorPlan): CollectorPlan {
    const name = secondTierName(plan.name);
    return {
        ...plan,
        ...plan.secondTier,
        name,
        tier: Tier.Second,
        secondTier: undefined,
        secondTierHosts: [],
        // Other labels than the first tier has, or its Service would lead here as well.
        labels: { ...plan.labels, "app.kubernetes.io/name": "otlp-collector-second-tier" },
        selector: { ...plan.selector, "app.kubernetes.io/name": "otlp-collector-second-tier" },
        fromPods: plan.selector,
        // Its number is part of how data is shared out.
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
    const behind: SecondTierPlan = {
        replicas: check.at("secondTier.replicas").wholeNumber(replicas),
        cpuMillis: check.at("secondTier.cpuMillis").wholeNumber(cpuMillis),
        memory: memoryMiB === undefined ? plan.memory : memoryPlan(check.at("secondTier.memoryMiB"), memoryMiB),
        extraConfig: extraConfig ?? {},
    };
    return { ...plan, secondTier: behind, secondTierHosts: secondTierHosts(plan.name, plan.namespace, replicas) };
}
