import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { Field, type Fields } from "../shared/fields";
import type { ClusterPlatform } from "../shared/platform";
import type { KnownKeyRef } from "../shared/references";
import { RESOURCE_LIMIT_FIELDS, type ResourceLimitArgs } from "../shared/resources";
import { ENV_VAR_FIELDS } from "../shared/variables";

/** A script that runs on a schedule in the cluster. Its output is sent to Dynatrace. */
export interface MetricsCronJobArgs extends ResourceLimitArgs {
    /** The kind of cluster. With `openshift`, the cluster chooses the user and group. @default `kubernetes` */
    platform?: ClusterPlatform;
    /** Schedule in the form of Kubernetes, e.g. `*\/5 * * * *`. @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
    schedule: pulumi.Input<string>;
    /**
     * Shell script that prints one metric line per line. It is stored in a ConfigMap, so do not put a secret in it; use `env` for secrets.
     *
     * @see https://docs.dynatrace.com/docs/shortlink/metric-ingestion-protocol
     */
    script: pulumi.Input<string>;
    /** Image with `sh`, `curl` and `awk`. @default `docker.io/curlimages/curl:8.11.1` */
    image?: pulumi.Input<string | undefined>;
    /** Variables for the script in addition to `DT_METRICS_INGEST_URL` and `DT_API_TOKEN`. @default [] */
    env?: pulumi.Input<pulumi.Input<types.input.core.v1.EnvVar>[] | undefined>;
    /** TCP ports that the script connects to in addition to the port of Dynatrace. @default [] */
    egressPorts?: pulumi.Input<pulumi.Input<number>[] | undefined>;
    /** Seconds after which a run is stopped. @default 600 */
    timeoutSeconds?: pulumi.Input<number | undefined>;
}

export const METRICS_CRON_JOB_FIELDS: Fields<MetricsCronJobArgs> = {
    ...RESOURCE_LIMIT_FIELDS,
    platform: Field.Any,
    schedule: Field.NoFallback,
    script: Field.NoFallback,
    image: Field.NoFallback,
    env: [ENV_VAR_FIELDS],
    egressPorts: Field.Any,
    timeoutSeconds: Field.NoFallback,
};

/** One variable of a container in the form of Kubernetes; the token is a reference. */
export interface MetricsVariable {
    name: string;
    /** @default - `valueFrom` is set */
    value?: string;
    /** @default - `value` is set */
    valueFrom?: MetricsVariableSource;
}

/** Source of a variable's value. */
export interface MetricsVariableSource {
    /** A key of a Secret. */
    secretKeyRef: KnownKeyRef;
}
