import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { labelSet, namespaceName } from "../shared/kubernetes";
import { ENV, PORTS, variable } from "./places";

/**
 * The Collector's metrics of itself for a Prometheus in the cluster, besides or in place of `collect.selfTelemetry`: on port 8888 of each
 * pod, with objects for the Prometheus Operator, whose CRDs have to be there.
 *
 * @see https://opentelemetry.io/docs/collector/internal-telemetry/
 */
export interface MonitoringArgs {
    /** Labels of the objects, by which a Prometheus finds them, e.g. `{ release: "prometheus" }`. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Namespaces whose pods may read the metrics, by name. @default - every namespace of the cluster */
    fromNamespaces?: pulumi.Input<pulumi.Input<string>[]>;
    /** Seconds from one reading to the next. @default 30 */
    intervalSeconds?: pulumi.Input<number>;
    /** Makes a PodMonitor for each tier. Must be known when the program runs. @default true */
    podMonitor?: boolean;
    /** Makes a PrometheusRule for each tier; needs `podMonitor`. Must be known when the program runs. @default true */
    alerts?: boolean;
}

/** The same, with its defaults. */
export interface MonitoringPlan {
    labels: Record<string, string>;
    fromNamespaces: string[];
    intervalSeconds: number;
}

/** What about the rest of the Collector the objects depend on. */
export interface MonitoringSurroundings {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    /** Labels that select the pods. */
    selector: Record<string, string>;
    memory: { limitMiB: number };
    monitoring: MonitoringPlan;
}

/** An object of the Prometheus Operator. */
interface MonitoringObject {
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: object;
}

/** The container's port. */
export const METRICS_PORT = { name: "metrics", containerPort: PORTS.metrics, protocol: "TCP" };

/** @throws InputError for an interval or a namespace that is none, and for alerts on what nobody reads. */
export function planMonitoring(check: Check, args?: pulumi.Unwrap<MonitoringArgs>): MonitoringPlan | undefined {
    if (args === undefined) return undefined;
    const { labels = {}, fromNamespaces = [], intervalSeconds = 30, podMonitor = true, alerts } = args;
    if (alerts === true && !podMonitor) {
        const problem = "look at what the PodMonitor reads, which podMonitor leaves out; leave one of the two out";
        throw check.at("monitoring.alerts").error(problem);
    }
    return {
        labels: labelSet(check.at("monitoring.labels"), labels),
        fromNamespaces: check
            .at("monitoring.fromNamespaces")
            .list(fromNamespaces, '["monitoring"]')
            .map((name, index) => namespaceName(check.at(`monitoring.fromNamespaces[${index}]`), name))
            .sort(),
        intervalSeconds: check.at("monitoring.intervalSeconds").wholeNumber(intervalSeconds),
    };
}

/** Which objects there are has to be known before any value is. */
export function monitoringObjects(args?: MonitoringArgs): { podMonitor: boolean; alerts: boolean } {
    const podMonitor = args !== undefined && args.podMonitor !== false;
    return { podMonitor, alerts: podMonitor && args.alerts !== false };
}

/** `service.telemetry.metrics.readers`: names are the same in every version, without units and `_total`. */
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

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor */
export function podMonitor(around: MonitoringSurroundings): MonitoringObject {
    const { selector, monitoring } = around;
    return {
        metadata: metadataOf(around),
        spec: {
            selector: { matchLabels: selector },
            podMetricsEndpoints: [{ port: METRICS_PORT.name, interval: `${monitoring.intervalSeconds}s` }],
        },
    };
}

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule */
export function alertRules(around: MonitoringSurroundings): MonitoringObject {
    const { name, namespace } = around;
    return {
        metadata: metadataOf(around),
        spec: { groups: [{ name: `${namespace}-${name}`, rules: ALERTS.map((alert) => rule(alert, around)) }] },
    };
}

function metadataOf({ name, namespace, labels, monitoring }: MonitoringSurroundings): MonitoringObject["metadata"] {
    return { name, namespace, labels: { ...labels, ...monitoring.labels } };
}

/** When somebody should look. */
interface Alert {
    name: string;
    severity: "critical" | "warning";
    minutes: number;
    summary: string;
    /** In PromQL, of the metrics of these pods. */
    expression: (pods: string, around: MonitoringSurroundings) => string;
}

const RECORDS = ["spans", "metric_points", "log_records"];

/** Whether any of some counters has grown, which not every pod has. */
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

function rule({ name, severity, minutes, summary, expression }: Alert, around: MonitoringSurroundings): object {
    return {
        alert: name,
        // What a PodMonitor's targets are called.
        expr: expression(`job="${around.namespace}/${around.name}"`, around),
        ...(minutes === 0 ? {} : { for: `${minutes}m` }),
        labels: { severity },
        annotations: { summary },
    };
}
