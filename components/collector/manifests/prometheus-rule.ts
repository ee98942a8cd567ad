import * as k8s from "@pulumi/kubernetes";

import { type MonitoringContext, monitoringMetadata, type MonitoringObject, monitoringObjects } from "../monitoring";
import { type ManifestContext, objectParts, required } from "./context";

/** Alerts on the Collector's own metrics. @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule */
export function prometheusRule(context: MonitoringContext): MonitoringObject {
    const { name, namespace } = context;
    return {
        metadata: monitoringMetadata(context),
        spec: { groups: [{ name: `${namespace}-${name}`, rules: ALERTS.map((alert) => rule(alert, context)) }] },
    };
}

export function createPrometheusRule({ name, args, plan, options }: ManifestContext): void {
    if (!monitoringObjects(args.monitoring).alerts) return;
    const parts = objectParts(plan, (plain) =>
        prometheusRule({ ...plain, monitoring: required(plain.monitoring, "monitoring") }),
    );
    const object = { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", ...parts };
    new k8s.apiextensions.CustomResource(`${name}-alerts`, object, options);
}

/** An alert condition. */
interface Alert {
    name: string;
    severity: "critical" | "warning";
    minutes: number;
    summary: string;
    /** PromQL expression over the metrics of these pods. */
    expression: (pods: string, context: MonitoringContext) => string;
}

const RECORDS = ["spans", "metric_points", "log_records"];

/** Whether any of several counters has increased. Some pods do not have all counters. */
function grows(counter: string): Alert["expression"] {
    return (pods) =>
        RECORDS.map((kind) => `sum by (namespace, pod) (rate(otelcol_${counter}_${kind}{${pods}}[5m])) > 0`).join(
            " or ",
        );
}

const ALERTS: Alert[] = [
    {
        name: "OtlpCollectorDown",
        severity: "critical",
        minutes: 5,
        summary: "{{ $labels.pod }} does not answer on its port for metrics",
        expression: (pods) => `up{${pods}} == 0`,
    },
    {
        name: "OtlpCollectorDropsData",
        severity: "critical",
        minutes: 5,
        summary: "{{ $labels.pod }} loses what Dynatrace refuses for good: look at its log, the token and its scopes",
        expression: grows("exporter_send_failed"),
    },
    {
        name: "OtlpCollectorQueueFull",
        severity: "critical",
        minutes: 0,
        summary: "{{ $labels.pod }} has no room for what is to be sent, and turns it away",
        expression: grows("exporter_enqueue_failed"),
    },
    {
        name: "OtlpCollectorQueueFills",
        severity: "warning",
        minutes: 5,
        summary:
            "The queue of {{ $labels.pod }} is four fifths full: Dynatrace does not answer, or takes less than arrives",
        expression: (pods) =>
            `max by (namespace, pod, exporter) (otelcol_exporter_queue_size{${pods}} / otelcol_exporter_queue_capacity{${pods}}) > 0.8`,
    },
    {
        name: "OtlpCollectorRefusesData",
        severity: "warning",
        minutes: 5,
        summary: "{{ $labels.pod }} refuses what is sent to it, mostly for lack of memory",
        expression: grows("receiver_refused"),
    },
    {
        name: "OtlpCollectorMemoryHigh",
        severity: "warning",
        minutes: 10,
        summary: "{{ $labels.pod }} uses nine tenths of its memory",
        expression: (pods, { memory }) =>
            `otelcol_process_memory_rss{${pods}} > ${Math.floor(memory.limitMiB * 1024 * 1024 * 0.9)}`,
    },
];

function rule({ name, severity, minutes, summary, expression }: Alert, context: MonitoringContext): object {
    return {
        alert: name,
        // Name of the PodMonitor's targets in Prometheus.
        expr: expression(`job="${context.namespace}/${context.name}"`, context),
        ...(minutes === 0 ? {} : { for: `${minutes}m` }),
        labels: { severity },
        annotations: { summary },
    };
}
