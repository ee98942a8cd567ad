import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/**
 * Exposes the Collector's own metrics to a Prometheus in the cluster, on port 8888 of each pod. Can be combined with
 * `collect.selfTelemetry`. Creates objects of the Prometheus Operator, whose CRDs must be installed.
 *
 * @see https://opentelemetry.io/docs/collector/internal-telemetry/
 */
export interface CollectorMonitoringArgs {
    /** Labels of the objects, which Prometheus selects them by, e.g. `{ release: "prometheus" }`. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Names of the namespaces whose pods may read the metrics. @default - every namespace of the cluster */
    fromNamespaces?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Seconds between two scrapes. @default 30 */
    intervalSeconds?: pulumi.Input<number | undefined>;
    /** Creates a PodMonitor for each tier. Must be known when the program runs. @default true */
    podMonitor?: boolean;
    /** Creates a PrometheusRule with alerts for each tier. Needs `podMonitor`. Must be known when the program runs. @default true */
    alerts?: boolean;
}

export const MONITORING_FIELDS: Fields<CollectorMonitoringArgs> = {
    labels: Field.Any,
    fromNamespaces: Field.NoFallback,
    intervalSeconds: Field.Any,
    podMonitor: Field.Any,
    alerts: Field.Any,
};
