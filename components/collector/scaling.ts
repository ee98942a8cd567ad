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
} from "./args/scaling";
import { CollectorSpread } from "./args/scheduling";

/** Reference to a Deployment, a StatefulSet or another object with replicas. */
export interface ScaleTarget {
    apiVersion: string;
    kind: string;
    name: string;
}

/** The fields of the Collector's plan that scaling depends on. */
export interface ScalingContext {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    /** Labels that select the pods. */
    selector: Record<string, string>;
    /** The workload that an autoscaler scales. */
    scaleTarget: ScaleTarget;
    /** Number of pods without autoscaling. */
    replicas: number;
    spread: CollectorSpread;
    /** Whether each pod stores the last point of each cumulative series. */
    computesDeltas: boolean;
}

/** Parts of the pods and their namespace for scaling. */
export interface ScalingPlan {
    /** Undefined with an autoscaler: each `pulumi up` would reset the number of pods. */
    replicas?: number;
    topologySpreadConstraints: types.input.core.v1.TopologySpreadConstraint[];
    /** Pods that a node drain may evict at once, if there are several. */
    maxUnavailable: number;
    /** Smallest and largest number of pods. */
    fewest: number;
    most: number;
    autoscaling?: AutoscalingPlan;
}

/** A Prometheus query of KEDA, after validation. */
export type PrometheusTriggerPlan = pulumi.Unwrap<CollectorPrometheusTriggerArgs>;

/** Limits and targets of an autoscaler, with defaults. */
export interface AutoscalingPlan {
    autoscaler: CollectorAutoscaler;
    minReplicas: number;
    maxReplicas: number;
    cpuPercent: number;
    memoryPercent: number;
    podMetric?: pulumi.Unwrap<CollectorPodMetricArgs>;
    prometheus?: PrometheusTriggerPlan;
}

/** Memory in percent at which the memory limiter starts to reject data: its limit of 80 % minus a spike of 20 %. */
const LIMITER_PERCENT = 60;

/**
 * Plans the number of pods and their spread.
 *
 * @throws InputError for several pods that would each compute deltas, and for contradictory limits.
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
        topologySpreadConstraints: spreadConstraints(context),
        maxUnavailable: unavailable,
        fewest: autoscaling?.minReplicas ?? context.replicas,
        most: autoscaling?.maxReplicas ?? context.replicas,
    };
}

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
function spreadConstraints({
    spread,
    selector,
    scaleTarget,
}: ScalingContext): types.input.core.v1.TopologySpreadConstraint[] {
    if (spread === CollectorSpread.Off) return [];
    return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: spread === CollectorSpread.Require ? "DoNotSchedule" : "ScheduleAnyway",
        labelSelector: { matchLabels: selector },
        // Ignores pods that a rollout is about to stop.
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

/** @throws InputError for a query without a server, and for a URL with a password, which readers of the ScaledObject could read. */
function planTrigger(check: Check, args: PrometheusTriggerPlan): PrometheusTriggerPlan {
    const { serverAddress, query, threshold } = args;
    plainUrl(check.at("serverAddress"), serverAddress, "http://prometheus.monitoring.svc:9090");
    const idle = typeof query !== "string" || query === "" ? "query" : undefined;
    const missing = idle ?? (Number.isFinite(threshold) ? undefined : "threshold");
    if (missing !== undefined) {
        const problem =
            "is missing, so KEDA would never add a pod; set PromQL that returns one number, and its threshold";
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
                `${maxReplicas} pods would each receive only some points of a series and compute wrong deltas; remove autoscaling` +
                    ", or set processing.cumulativeToDelta to false once every application sends deltas (see appEnv)",
            );
    }
    return { minReplicas, maxReplicas };
}

function memoryPercent(check: Check, percent: number): number {
    check.at("memoryPercent").wholeNumber(percent);
    if (percent < LIMITER_PERCENT) return percent;
    const problem = `${percent} is never reached: at ${LIMITER_PERCENT} % the memory limiter starts to reject data; set it lower`;
    throw check.at("memoryPercent").error(problem);
}
