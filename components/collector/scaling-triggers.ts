import type * as pulumi from "@pulumi/pulumi";

import { InputError } from "../input-error";
import { plainUrl } from "../plain-url";
import type { PodMetricArgs, PrometheusTriggerArgs } from "./scaling";

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
    component: string,
    field: string,
    { serverAddress, query, threshold }: pulumi.Unwrap<PrometheusTriggerArgs>,
): object {
    plainUrl(component, `${field}.serverAddress`, serverAddress, "http://prometheus.monitoring.svc:9090");
    const idle = typeof query !== "string" || query === "" ? "query" : undefined;
    const missing = idle ?? (Number.isFinite(threshold) ? undefined : "threshold");
    if (missing !== undefined) {
        const problem = "is missing, and KEDA would never add a pod; give PromQL with one number, and its threshold";
        throw new InputError(component, `${field}.${missing}`, problem);
    }
    return { type: "prometheus", metadata: { serverAddress, query, threshold: String(threshold) } };
}
