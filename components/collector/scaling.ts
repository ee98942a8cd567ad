import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import {
    podMetric,
    type PodMetricArgs,
    prometheusTrigger,
    type PrometheusTriggerArgs,
    utilizationMetric,
    utilizationTrigger,
} from "./scaling-triggers";

type HorizontalPodAutoscalerBehavior = types.input.autoscaling.v2.HorizontalPodAutoscalerBehavior;

/** What watches the load. */
export const Autoscaler = {
    /** Kubernetes' own HorizontalPodAutoscaler; CPU and memory need the metrics server. */
    Kubernetes: "kubernetes",
    /** A ScaledObject of KEDA, which has to be installed. @see https://keda.sh/docs/latest/reference/scaledobject-spec/ */
    Keda: "keda",
} as const;
export type Autoscaler = (typeof Autoscaler)[keyof typeof Autoscaler];

/** How pods are spread over zones and nodes. */
export const Spread = {
    /** Evenly where there is room, else wherever there is. */
    Prefer: "prefer",
    /** Evenly, or not at all: pods wait until there is room. */
    Require: "require",
    /** As the scheduler likes. */
    Off: "off",
} as const;
export type Spread = (typeof Spread)[keyof typeof Spread];

/** More pods under load, fewer without. */
export interface AutoscalingArgs {
    /** Most pods. */
    maxReplicas: pulumi.Input<number>;
    /** Fewest pods. @default 2 */
    minReplicas?: pulumi.Input<number>;
    /** Must be known when the program runs. @default `kubernetes` */
    autoscaler?: Autoscaler;
    /** Average CPU, as percentage of what is requested, above which a pod is added. @default 70 */
    cpuPercent?: pulumi.Input<number>;
    /** Average memory, as percentage of what is requested, above which a pod is added, below 60. @default 50 */
    memoryPercent?: pulumi.Input<number>;
    /** @default - CPU and memory alone */
    podMetric?: pulumi.Input<PodMetricArgs>;
    /** @default - CPU and memory alone */
    prometheus?: pulumi.Input<PrometheusTriggerArgs>;
}

/** How many pods, and where. */
export interface ScalingArgs {
    /** Whether it is given must be known when the program runs. @default - `replicas` pods, always */
    autoscaling?: AutoscalingArgs;
    /** Pods that drained nodes may take at once. One pod alone has no budget. @default 1 */
    maxUnavailablePods?: pulumi.Input<number>;
    /** @default `prefer` */
    spread?: pulumi.Input<Spread>;
}

/** Reference to a Deployment, StatefulSet or what else has replicas. */
export interface ScaleTarget {
    apiVersion: string;
    kind: string;
    name: string;
}

/** What about the rest of the Collector scaling depends on. */
export interface ScalingSurroundings {
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

/** A Kubernetes object, whole. */
export interface ScalingObject {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: object;
}

/** What scaling adds to the pods and beside them. */
export interface ScalingPlan {
    /** Missing with an autoscaler: a number here would undo its work with each `pulumi up`. */
    replicas?: number;
    topologySpreadConstraints: types.input.core.v1.TopologySpreadConstraint[];
    /** For more than one pod. */
    disruptionBudget: ScalingObject;
    /** Fewest pods, and most. */
    fewest: number;
    most: number;
    /** HorizontalPodAutoscaler or ScaledObject. */
    autoscaler?: ScalingObject;
}

/** Memory at which the memory limiter begins to refuse: its limit of 80 % less a spike of 20 %. */
const LIMITER_PERCENT = 60;

/** Adds quickly, since what is refused is lost; takes away one pod in two minutes, since each has to send its queues first. */
export const BEHAVIOR: HorizontalPodAutoscalerBehavior = {
    scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: "Max",
        policies: [
            { type: "Percent", value: 100, periodSeconds: 30 },
            { type: "Pods", value: 2, periodSeconds: 30 },
        ],
    },
    scaleDown: {
        stabilizationWindowSeconds: 300,
        selectPolicy: "Min",
        policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
    },
};

/**
 * Decides number and places of the pods.
 *
 * @param field where the arguments stand in those of the component, for the error text.
 * @throws InputError for several pods that would each compute deltas, and for limits that contradict each other.
 */
export function planScaling(check: Check, args: pulumi.Unwrap<ScalingArgs>, around: ScalingSurroundings): ScalingPlan {
    const scaled = args.autoscaling;
    const autoscaler = scaled === undefined ? undefined : planAutoscaler(check.at("autoscaling"), scaled, around);
    const unavailable = check.at("maxUnavailablePods").wholeNumber(args.maxUnavailablePods ?? 1);
    return {
        ...(autoscaler === undefined ? { replicas: around.replicas } : { autoscaler: autoscaler.object }),
        topologySpreadConstraints: spreadConstraints(
            check.at("spread").oneOf(args.spread ?? Spread.Prefer, Spread),
            around,
        ),
        disruptionBudget: disruptionBudget(around, unavailable),
        fewest: autoscaler?.minReplicas ?? around.replicas,
        most: autoscaler?.maxReplicas ?? around.replicas,
    };
}

/** @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
function disruptionBudget(around: ScalingSurroundings, maxUnavailable: number): ScalingObject {
    return {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: metadata(around),
        // A pod that is not ready takes nothing, so a node need not wait for it.
        spec: { maxUnavailable, selector: { matchLabels: around.selector }, unhealthyPodEvictionPolicy: "AlwaysAllow" },
    };
}

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
function spreadConstraints(
    spread: Spread,
    { selector, scaleTarget }: ScalingSurroundings,
): types.input.core.v1.TopologySpreadConstraint[] {
    if (spread === Spread.Off) return [];
    return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: spread === Spread.Require ? "DoNotSchedule" : "ScheduleAnyway",
        labelSelector: { matchLabels: selector },
        // Pods that a rollout is about to take away do not count.
        matchLabelKeys: [scaleTarget.kind === "StatefulSet" ? "controller-revision-hash" : "pod-template-hash"],
    }));
}

function planAutoscaler(
    check: Check,
    args: pulumi.Unwrap<AutoscalingArgs>,
    around: ScalingSurroundings,
): { object: ScalingObject; minReplicas: number; maxReplicas: number } {
    const { minReplicas, maxReplicas } = limits(check, args, around.computesDeltas);
    const cpu = check.at("cpuPercent").wholeNumber(args.cpuPercent ?? 70);
    const memory = memoryPercent(check, args.memoryPercent ?? 50);
    const by = check.at("autoscaler").oneOf(args.autoscaler ?? Autoscaler.Kubernetes, Autoscaler);
    const foreign = by === Autoscaler.Keda ? ("podMetric" as const) : ("prometheus" as const);
    if (args[foreign] !== undefined) {
        const other = by === Autoscaler.Keda ? "prometheus" : "podMetric, or set autoscaler to keda";
        throw check.at(`${foreign}`).error(`has no effect with autoscaler ${by}; use ${other}`);
    }
    const scaleTargetRef = around.scaleTarget;
    const object: ScalingObject =
        by === Autoscaler.Keda
            ? {
                  apiVersion: "keda.sh/v1alpha1",
                  kind: "ScaledObject",
                  metadata: metadata(around),
                  spec: {
                      scaleTargetRef,
                      minReplicaCount: minReplicas,
                      maxReplicaCount: maxReplicas,
                      advanced: { horizontalPodAutoscalerConfig: { behavior: BEHAVIOR } },
                      triggers: [
                          utilizationTrigger("cpu", cpu),
                          utilizationTrigger("memory", memory),
                          ...(args.prometheus === undefined
                              ? []
                              : [prometheusTrigger(check.at("prometheus"), args.prometheus)]),
                      ],
                  },
              }
            : {
                  apiVersion: "autoscaling/v2",
                  kind: "HorizontalPodAutoscaler",
                  metadata: metadata(around),
                  spec: {
                      scaleTargetRef,
                      minReplicas,
                      maxReplicas,
                      metrics: [
                          utilizationMetric("cpu", cpu),
                          utilizationMetric("memory", memory),
                          ...(args.podMetric === undefined ? [] : [podMetric(args.podMetric)]),
                      ],
                      behavior: BEHAVIOR,
                  },
              };
    return { object, minReplicas, maxReplicas };
}

function limits(
    check: Check,
    args: pulumi.Unwrap<AutoscalingArgs>,
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

function metadata({ name, namespace, labels }: ScalingSurroundings): ScalingObject["metadata"] {
    return { name, namespace, labels };
}
