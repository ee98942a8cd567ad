import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** How much a Collector's pod is made for. */
export const CollectorSize = {
    /** 200 thousandths of a core, 512 MiB: some 6,000 spans a second. */
    Small: "small",
    /** One core, 2 GiB: some 30,000 spans a second. */
    Medium: "medium",
    /** Two cores, 4 GiB: some 60,000 spans a second. */
    Large: "large",
    /** `cpuMillis` and `memoryMiB` as they are given. */
    Custom: "custom",
} as const;
export type CollectorSize = (typeof CollectorSize)[keyof typeof CollectorSize];

/** A metric of each pod that says how full its queues are, as a metrics adapter serves it. Kubernetes' autoscaler only. */
export interface CollectorPodMetricArgs {
    /** E.g. `otelcol_exporter_queue_size`; the Collector has to publish its own metrics for that. */
    name: pulumi.Input<string>;
    /** Average over the pods above which another is added, as a Kubernetes quantity, e.g. `20M`. */
    averageValue: pulumi.Input<string>;
}

export const POD_METRIC_FIELDS: Fields<CollectorPodMetricArgs> = {
    name: Field.NoFallback,
    averageValue: Field.NoFallback,
};

/** A query that says how much is waiting. KEDA only. @see https://keda.sh/docs/latest/scalers/prometheus/ */
export interface CollectorPrometheusTriggerArgs {
    /** E.g. `http://prometheus.monitoring.svc:9090`. */
    serverAddress: pulumi.Input<string>;
    /** PromQL that gives one number for all pods. */
    query: pulumi.Input<string>;
    /** Value for each pod above which another is added. */
    threshold: pulumi.Input<number>;
}

export const PROMETHEUS_TRIGGER_FIELDS: Fields<CollectorPrometheusTriggerArgs> = {
    serverAddress: Field.NoFallback,
    query: Field.NoFallback,
    threshold: Field.NoFallback,
};

/** What watches the load. */
export const CollectorAutoscaler = {
    /** Kubernetes' own HorizontalPodAutoscaler; CPU and memory need the metrics server. */
    Kubernetes: "kubernetes",
    /** A ScaledObject of KEDA, which has to be installed. @see https://keda.sh/docs/latest/reference/scaledobject-spec/ */
    Keda: "keda",
} as const;
export type CollectorAutoscaler = (typeof CollectorAutoscaler)[keyof typeof CollectorAutoscaler];

/** How pods are spread over zones and nodes. */
export const CollectorSpread = {
    /** Evenly where there is room, else wherever there is. */
    Prefer: "prefer",
    /** Evenly, or not at all: pods wait until there is room. */
    Require: "require",
    /** As the scheduler likes. */
    Off: "off",
} as const;
export type CollectorSpread = (typeof CollectorSpread)[keyof typeof CollectorSpread];

/** More pods under load, fewer without. */
export interface CollectorAutoscalingArgs {
    /** Most pods. */
    maxReplicas: pulumi.Input<number>;
    /** Fewest pods. @default 2 */
    minReplicas?: pulumi.Input<number | undefined>;
    /** Must be known when the program runs. @default `kubernetes` */
    autoscaler?: CollectorAutoscaler;
    /** Average CPU, as percentage of what is requested, above which a pod is added. @default 70 */
    cpuPercent?: pulumi.Input<number | undefined>;
    /** Average memory, as percentage of what is requested, above which a pod is added, below 60. @default 50 */
    memoryPercent?: pulumi.Input<number | undefined>;
    /** @default - CPU and memory alone */
    podMetric?: pulumi.Input<CollectorPodMetricArgs | undefined>;
    /** @default - CPU and memory alone */
    prometheus?: pulumi.Input<CollectorPrometheusTriggerArgs | undefined>;
}

export const AUTOSCALING_FIELDS: Fields<CollectorAutoscalingArgs> = {
    maxReplicas: Field.NoFallback,
    minReplicas: Field.Any,
    autoscaler: Field.Any,
    cpuPercent: Field.Any,
    memoryPercent: Field.Any,
    podMetric: POD_METRIC_FIELDS,
    prometheus: PROMETHEUS_TRIGGER_FIELDS,
};

/** How many pods, and where. */
export interface CollectorScalingArgs {
    /** Whether it is given must be known when the program runs. @default - `replicas` pods, always */
    autoscaling?: CollectorAutoscalingArgs;
    /** Pods that drained nodes may take at once. One pod alone has no budget. @default 1 */
    maxUnavailablePods?: pulumi.Input<number | undefined>;
    /** @default `prefer` */
    spread?: pulumi.Input<CollectorSpread | undefined>;
}

export const SCALING_FIELDS: Fields<CollectorScalingArgs> = {
    autoscaling: AUTOSCALING_FIELDS,
    maxUnavailablePods: Field.Any,
    spread: Field.Any,
};
