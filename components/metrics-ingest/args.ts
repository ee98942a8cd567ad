import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** A script that runs on a schedule in the cluster, and whose output is sent. */
export interface MetricsCronJobArgs {
    /** When it runs, in Kubernetes' form, e.g. `*\/5 * * * *`. @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
    schedule: pulumi.Input<string>;
    /**
     * Shell script that prints metric lines, one a line. It lies in a ConfigMap, so it must hold no secret: take those from `env`.
     *
     * @see https://docs.dynatrace.com/docs/shortlink/metric-ingestion-protocol
     */
    script: pulumi.Input<string>;
    /** Image with `sh`, `curl` and `awk`. @default `docker.io/curlimages/curl:8.11.1` */
    image?: pulumi.Input<string>;
    /** Variables for the script, besides `DT_METRICS_INGEST_URL` and `DT_API_TOKEN`. @default [] */
    env?: pulumi.Input<pulumi.Input<types.input.core.v1.EnvVar>[]>;
    /** TCP ports that the script connects to, besides the one of Dynatrace. @default [] */
    egressPorts?: pulumi.Input<pulumi.Input<number>[]>;
    /** Seconds after which a run is ended. @default 600 */
    timeoutSeconds?: pulumi.Input<number>;
}

/** One variable of a container, in Kubernetes' form; the token is a reference. */
export interface MetricsVariable {
    name: string;
    /** @default - `valueFrom` is there */
    value?: string;
    /** @default - `value` is there */
    valueFrom?: MetricsVariableSource;
}

/** Where a variable's value is. */
export interface MetricsVariableSource {
    secretKeyRef: MetricsSecretKey;
}

/** A key in a Secret. */
export interface MetricsSecretKey {
    name: string;
    key: string;
}
