import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { plainUrl } from "../shared/url";
import {
    CollectorAutoscaler,
    type CollectorAutoscalingArgs,
    type CollectorPodMetricArgs,
    type CollectorPrometheusTriggerArgs,
    type CollectorScalingArgs,
    CollectorSpread,
} from "./args/scaling";

/** Reference to a Deployment, a StatefulSet or another object with replicas. */
export interface ScaleTarget {
    apiVersion: string;
    kind: string;
    name: string;
}

/** The part of the Collector's plan that scaling depends on. */
export interface ScalingContext {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    /** Labels that select the pods. */
    selector: Record<string, string>;
    /** What an autoscaler scales. */
    scaleTarget: ScaleTarget;
    /** Pods without autoscaling. */
    replicas: number;
    /** Whether a pod keeps the last point of each cumulative series. */
    computesDeltas: boolean;
}

/** What scaling adds to the pods and to their namespace. */
export interface ScalingPlan {
    /** Missing with an autoscaler: a number here would undo its work with each `pulumi up`. */
    replicas?: number;
    topologySpreadConstraints: types.input.core.v1.TopologySpreadConstraint[];
    /** Pods that a drained node may stop at once, of more than one. */
    maxUnavailable: number;
    /** Fewest pods, and most. */
    fewest: number;
    most: number;
    autoscaling?: AutoscalingPlan;
}

/** A query of KEDA, checked. */
export type PrometheusTriggerPlan = pulumi.Unwrap<CollectorPrometheusTriggerArgs>;

/** Limits and targets of an autoscaler, with their defaults. */
export interface AutoscalingPlan {
    autoscaler: CollectorAutoscaler;
    minReplicas: number;
    maxReplicas: number;
    cpuPercent: number;
    memoryPercent: number;
    podMetric?: pulumi.Unwrap<CollectorPodMetricArgs>;
    prometheus?: PrometheusTriggerPlan;
}

/** Memory at which the memory limiter begins to refuse: its limit of 80 % less a spike of 20 %. */
const LIMITER_PERCENT = 60;

/**
 * Decides how many pods there are, and where they run.
 *
 * @throws InputError for several pods that would each compute deltas, and for limits that contradict each other.
 */
export function planScaling(
    check: Check,
    args: pulumi.Unwrap<CollectorScalingArgs>,
    context: ScalingContext,
): ScalingPlan {
    const autoscaling =
        args.autoscaling && planAutoscaling(check.at("autoscaling"), args.autoscaling, context.computesDeltas);
    const unavailable = check.at("maxUnavailablePods").wholeNumber(args.maxUnavailablePods ?? 1);
    return {
        ...(autoscaling === undefined ? { replicas: context.replicas } : { autoscaling }),
        topologySpreadConstraints: spreadConstraints(
            check.at("spread").oneOf(args.spread ?? CollectorSpread.Prefer, CollectorSpread),
            context,
        ),
        maxUnavailable: unavailable,
        fewest: autoscaling?.minReplicas ?? context.replicas,
        most: autoscaling?.maxReplicas ?? context.replicas,
    };
}

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
function spreadConstraints(
    spread: CollectorSpread,
    { selector, scaleTarget }: ScalingContext,
): types.input.core.v1.TopologySpreadConstraint[] {
    if (spread === CollectorSpread.Off) return [];
    return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: spread === CollectorSpread.Require ? "DoNotSchedule" : "ScheduleAnyway",
        labelSelector: { matchLabels: selector },
        // Pods that a rollout is about to stop do not count.
        matchLabelKeys: [scaleTarget.kind === "StatefulSet" ? "controller-revision-hash" : "pod-template-hash"],
    }));
}

function planAutoscaling(
    check: Check,
    args: pulumi.Unwrap<CollectorAutoscalingArgs>,
    computesDeltas: boolean,
): AutoscalingPlan {
    const { minReplicas, maxReplicas } = limits(check, args, computesDeltas);
    const cpuPercent = check.at("cpuPercent").wholeNumber(args.cpuPercent ?? 70);
    const memory = memoryPercent(check, args.memoryPercent ?? 50);
    const autoscaler = check
        .at("autoscaler")
        .oneOf(args.autoscaler ?? CollectorAutoscaler.Kubernetes, CollectorAutoscaler);
    const { podMetric, prometheus } = args;
    if (autoscaler === CollectorAutoscaler.Keda && podMetric !== undefined) {
        check.at("podMetric").fail("has no effect with autoscaler keda; use prometheus");
    }
    if (autoscaler === CollectorAutoscaler.Kubernetes && prometheus !== undefined) {
        const way = "use podMetric, or set autoscaler to keda";
        check.at("prometheus").fail(`has no effect with autoscaler kubernetes; ${way}`);
    }
    return {
        autoscaler,
        minReplicas,
        maxReplicas,
        cpuPercent,
        memoryPercent: memory,
        podMetric,
        prometheus: prometheus && planTrigger(check.at("prometheus"), prometheus),
    };
}

/** @throws InputError for a query without a server, and for a URL with a password, which anyone who reads the ScaledObject could read. */
function planTrigger(check: Check, args: PrometheusTriggerPlan): PrometheusTriggerPlan {
    const { serverAddress, query, threshold } = args;
    plainUrl(check.at("serverAddress"), serverAddress, "http://prometheus.monitoring.svc:9090");
    const idle = typeof query !== "string" || query === "" ? "query" : undefined;
    const missing = idle ?? (Number.isFinite(threshold) ? undefined : "threshold");
    if (missing !== undefined) {
        const problem = "is missing, and KEDA would never add a pod; give PromQL with one number, and its threshold";
        check.at(missing).fail(problem);
    }
    return { serverAddress, query, threshold };
}

function limits(
    check: Check,
    args: pulumi.Unwrap<CollectorAutoscalingArgs>,
    computesDeltas: boolean,
): { minReplicas: number; maxReplicas: number } {
    const maxReplicas = check.at("maxReplicas").wholeNumber(args.maxReplicas);
    const minReplicas = check.at("minReplicas").wholeNumber(args.minReplicas ?? Math.min(2, maxReplicas));
    if (minReplicas > maxReplicas) {
        const problem = `${maxReplicas} is less than minReplicas, ${minReplicas}; raise it`;
        throw check.at("maxReplicas").error(problem);
    }
    if (computesDeltas && maxReplicas > 1) {
        throw check
            .at("maxReplicas")
            .error(
                `${maxReplicas} pods would each see only some points of a cumulative series and compute wrong deltas; leave autoscaling ` +
                    "out, or set cumulativeToDelta to false once every application sends delta metrics (appEnv asks for that)",
            );
    }
    return { minReplicas, maxReplicas };
}

function memoryPercent(check: Check, percent: number): number {
    check.at("memoryPercent").wholeNumber(percent);
    if (percent < LIMITER_PERCENT) return percent;
    const problem = `${percent} is not reached: from ${LIMITER_PERCENT} % on the memory limiter refuses data instead; give less`;
    throw check.at("memoryPercent").error(problem);
}
