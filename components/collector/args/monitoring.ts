import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/**
 * The Collector's metrics of itself for a Prometheus in the cluster, in addition to or instead of `collect.selfTelemetry`: on port 8888 of each
 * pod, with objects for the Prometheus Operator, whose CRDs have to be there.
 *
 * @see https://opentelemetry.io/docs/collector/internal-telemetry/
 */
export interface CollectorMonitoringArgs {
    /** Labels of the objects, by which a Prometheus finds them, e.g. `{ release: "prometheus" }`. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Namespaces whose pods may read the metrics, by name. @default - every namespace of the cluster */
    fromNamespaces?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Seconds from one reading to the next. @default 30 */
    intervalSeconds?: pulumi.Input<number | undefined>;
    /** Makes a PodMonitor for each tier. Must be known when the program runs. @default true */
    podMonitor?: boolean;
    /** Makes a PrometheusRule for each tier; needs `podMonitor`. Must be known when the program runs. @default true */
    alerts?: boolean;
}

export const MONITORING_FIELDS: Fields<CollectorMonitoringArgs> = {
    labels: Field.Any,
    fromNamespaces: Field.NoFallback,
    intervalSeconds: Field.Any,
    podMonitor: Field.Any,
    alerts: Field.Any,
};
