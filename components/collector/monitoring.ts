import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { labelSet, namespaceName } from "../shared/kubernetes";
import { ENV, PORTS, variable } from "./constants";
import type { CollectorMonitoringArgs } from "./args/monitoring";

/** The monitoring arguments with defaults. */
export interface MonitoringPlan {
    labels: Record<string, string>;
    fromNamespaces: string[];
    intervalSeconds: number;
}

/** The fields of the Collector's plan that the monitoring objects depend on. */
export interface MonitoringContext {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    /** Labels that select the pods. */
    selector: Record<string, string>;
    memory: { limitMiB: number };
    monitoring: MonitoringPlan;
}

/** An object of the Prometheus Operator. */
export interface MonitoringObject {
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: object;
}

/** Port of the container for metrics. */
export const METRICS_PORT = { name: "metrics", containerPort: PORTS.metrics, protocol: "TCP" };

/** @throws InputError for an invalid interval or namespace, and for alerts without a PodMonitor. */
export function planMonitoring(
    check: Check,
    args?: pulumi.Unwrap<CollectorMonitoringArgs>,
): MonitoringPlan | undefined {
    if (args === undefined) return undefined;
    const { labels = {}, fromNamespaces, intervalSeconds = 30, podMonitor = true, alerts } = args;
    if (alerts === true && !podMonitor) {
        const problem =
            "need the metrics of a PodMonitor, but podMonitor is false; set podMonitor to true, or alerts to false";
        throw check.at("monitoring.alerts").error(problem);
    }
    return {
        labels: labelSet(check.at("monitoring.labels"), labels),
        fromNamespaces: namespacesOf(check.at("monitoring.fromNamespaces"), fromNamespaces),
        intervalSeconds: check.at("monitoring.intervalSeconds").wholeNumber(intervalSeconds),
    };
}

function namespacesOf(check: Check, given: string[] | undefined): string[] {
    if (given === undefined) return [];
    const names = check.nonEmpty(given, '["monitoring"]', "pods of every namespace may read the metrics");
    return names.map((name, index) => namespaceName(check.at(index), name)).sort();
}

/** Which objects exist. Known before the value of any Output. */
export function monitoringObjects(args?: CollectorMonitoringArgs): { podMonitor: boolean; alerts: boolean } {
    const podMonitor = args !== undefined && args.podMonitor !== false;
    return { podMonitor, alerts: podMonitor && args.alerts !== false };
}

/** `service.telemetry.metrics.readers`: metric names are the same in every version, without units and `_total`. */
export function prometheusReader(): object {
    return {
        pull: {
            exporter: {
                prometheus: {
                    host: variable(ENV.podIp),
                    port: PORTS.metrics,
                    without_scope_info: true,
                    without_type_suffix: true,
                    without_units: true,
                },
            },
        },
    };
}

/** Metadata of the objects, with the labels that a Prometheus selects by. */
export function monitoringMetadata(context: MonitoringContext): MonitoringObject["metadata"] {
    const { name, namespace, labels, monitoring } = context;
    return { name, namespace, labels: { ...labels, ...monitoring.labels } };
}
