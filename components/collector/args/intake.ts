import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** StatsD metrics over UDP. */
export interface CollectorStatsdArgs {
    /** Seconds over which values are aggregated. @default 60 */
    intervalSeconds?: pulumi.Input<number | undefined>;
}

export const STATSD_FIELDS: Fields<CollectorStatsdArgs> = {
    intervalSeconds: Field.Any,
};

/** Protocols that the Collector accepts in addition to OTLP, at the same Service. TLS, credentials and limits come from `receiver`. */
export interface CollectorIntakeArgs {
    /**
     * Jaeger: gRPC on 14250, Thrift over HTTP on 14268 (`/api/traces`). Not Thrift over UDP, which clients send to their own host.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/jaegerreceiver
     */
    jaeger?: pulumi.Input<boolean | undefined>;
    /**
     * Zipkin: JSON, protobuf and Thrift over HTTP on 9411 (`/api/v2/spans`, `/api/v1/spans`).
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/zipkinreceiver
     */
    zipkin?: pulumi.Input<boolean | undefined>;
    /**
     * StatsD over UDP on 8125, without TLS and credentials. Counters arrive as deltas; timings, histograms and distributions arrive as
     * histograms. Each pod aggregates the values it receives, so StatsD needs one replica or mode `daemonSet`. `{}` turns it on.
     *
     * @default - not accepted
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/statsdreceiver
     */
    statsd?: pulumi.Input<CollectorStatsdArgs | undefined>;
}

export const INTAKE_FIELDS: Fields<CollectorIntakeArgs> = {
    jaeger: Field.Any,
    zipkin: Field.Any,
    statsd: STATSD_FIELDS,
};
