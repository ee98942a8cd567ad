import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** Size of a Collector pod. `cpuMillis` and `memoryMiB` override its values. */
export const CollectorSize = {
    /** 0.2 cores, 512 MiB: about 6,000 spans per second. */
    Small: "small",
    /** One core, 2 GiB: about 30,000 spans per second. */
    Medium: "medium",
    /** Two cores, 4 GiB: about 60,000 spans per second. */
    Large: "large",
} as const;
export type CollectorSize = (typeof CollectorSize)[keyof typeof CollectorSize];

/** A metric of each pod, e.g. of its queues, served by a metrics adapter. Only for the autoscaler `kubernetes`. */
export interface CollectorPodMetricArgs {
    /** Name of the metric, e.g. `otelcol_exporter_queue_size`. The Collector must publish its own metrics. */
    name: pulumi.Input<string>;
    /** Average of all pods above which a pod is added, as a Kubernetes quantity, e.g. `20M`. */
    averageValue: pulumi.Input<string>;
}

export const POD_METRIC_FIELDS: Fields<CollectorPodMetricArgs> = {
    name: Field.NoFallback,
    averageValue: Field.NoFallback,
};

/** A Prometheus query to scale by. Only for the autoscaler `keda`. @see https://keda.sh/docs/latest/scalers/prometheus/ */
export interface CollectorPrometheusTriggerArgs {
    /** URL of Prometheus, e.g. `http://prometheus.monitoring.svc:9090`. */
    serverAddress: pulumi.Input<string>;
    /** PromQL that returns one number for all pods. */
    query: pulumi.Input<string>;
    /** Value per pod above which a pod is added. */
    threshold: pulumi.Input<number>;
}

export const PROMETHEUS_TRIGGER_FIELDS: Fields<CollectorPrometheusTriggerArgs> = {
    serverAddress: Field.NoFallback,
    query: Field.NoFallback,
    threshold: Field.NoFallback,
};

/** The autoscaler. */
export const CollectorAutoscaler = {
    /** HorizontalPodAutoscaler of Kubernetes. CPU and memory need the metrics server. */
    Kubernetes: "kubernetes",
    /** ScaledObject of KEDA. KEDA must be installed. @see https://keda.sh/docs/latest/reference/scaledobject-spec/ */
    Keda: "keda",
} as const;
export type CollectorAutoscaler = (typeof CollectorAutoscaler)[keyof typeof CollectorAutoscaler];

/** Adds pods under load and removes them afterwards. */
export interface CollectorAutoscalingArgs {
    /** Largest number of pods. */
    maxReplicas: pulumi.Input<number>;
    /** Smallest number of pods. @default 2 */
    minReplicas?: pulumi.Input<number | undefined>;
    /** The autoscaler. Must be known when the program runs. @default `kubernetes` */
    autoscaler?: CollectorAutoscaler;
    /** Average CPU in percent of the request above which a pod is added. @default 70 */
    cpuPercent?: pulumi.Input<number | undefined>;
    /** Average memory in percent of the request above which a pod is added, below 60. @default 50 */
    memoryPercent?: pulumi.Input<number | undefined>;
    /** Metric to scale by, for `kubernetes`. @default - only CPU and memory */
    podMetric?: pulumi.Input<CollectorPodMetricArgs | undefined>;
    /** Prometheus query to scale by, for `keda`. @default - only CPU and memory */
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

/** Number of the pods. */
export interface CollectorScalingArgs {
    /** Autoscaling. Whether it is set must be known when the program runs. @default - a fixed number of `replicas` pods */
    autoscaling?: CollectorAutoscalingArgs;
    /** Pods that node drains may evict at the same time. There is no budget for a single pod. @default 1 */
    maxUnavailablePods?: pulumi.Input<number | undefined>;
}

export const SCALING_FIELDS: Fields<CollectorScalingArgs> = {
    autoscaling: AUTOSCALING_FIELDS,
    maxUnavailablePods: Field.Any,
};
