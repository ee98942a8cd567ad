import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { plainUrl } from "../shared/url";

/** A metric of each pod that says how full its queues are, as a metrics adapter serves it. Kubernetes' autoscaler only. */
export interface PodMetricArgs {
    /** E.g. `otelcol_exporter_queue_size`; the Collector has to publish its own metrics for that. */
    name: pulumi.Input<string>;
    /** Average over the pods above which another is added, as a Kubernetes quantity, e.g. `20M`. */
    averageValue: pulumi.Input<string>;
}

/** A query that says how much is waiting. KEDA only. @see https://keda.sh/docs/latest/scalers/prometheus/ */
export interface PrometheusTriggerArgs {
    /** E.g. `http://prometheus.monitoring.svc:9090`. */
    serverAddress: pulumi.Input<string>;
    /** PromQL that gives one number for all pods. */
    query: pulumi.Input<string>;
    /** Value for each pod above which another is added. */
    threshold: pulumi.Input<number>;
}

export function utilizationMetric(name: string, averageUtilization: number): object {
    return { type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization } } };
}

export function podMetric({ name, averageValue }: pulumi.Unwrap<PodMetricArgs>): object {
    return { type: "Pods", pods: { metric: { name }, target: { type: "AverageValue", averageValue } } };
}

export function utilizationTrigger(type: string, percent: number): object {
    return { type, metricType: "Utilization", metadata: { value: String(percent) } };
}

/** @throws InputError for what asks nobody, and for a URL with a secret, which whoever reads a ScaledObject could read. */
export function prometheusTrigger(
    check: Check,
    { serverAddress, query, threshold }: pulumi.Unwrap<PrometheusTriggerArgs>,
): object {
    plainUrl(check.at("serverAddress"), serverAddress, "http://prometheus.monitoring.svc:9090");
    const idle = typeof query !== "string" || query === "" ? "query" : undefined;
    const missing = idle ?? (Number.isFinite(threshold) ? undefined : "threshold");
    if (missing !== undefined) {
        const problem = "is missing, and KEDA would never add a pod; give PromQL with one number, and its threshold";
        throw check.at(`${missing}`).error(problem);
    }
    return { type: "prometheus", metadata: { serverAddress, query, threshold: String(threshold) } };
}
