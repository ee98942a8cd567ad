import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";
import { type CollectorKafkaArgs, KAFKA_FIELDS } from "./kafka";

/** StatsD metrics over UDP. */
export interface CollectorStatsdArgs {
    /** Seconds over which values are aggregated. @default 60 */
    intervalSeconds?: pulumi.Input<number | undefined>;
}

const STATSD_FIELDS: Fields<CollectorStatsdArgs> = {
    intervalSeconds: Field.Any,
};

/** Syslog messages in the BSD format, `<34>Nov 30 08:15:00 router-1 sshd[9999]: text`. @see https://www.rfc-editor.org/rfc/rfc3164 */
export interface CollectorSyslogRfc3164Args {
    /** Time zone of the senders, e.g. `Europe/Vienna`, because the messages name none. @default `UTC` */
    timeZone?: pulumi.Input<string | undefined>;
}

/** Syslog messages. A message in another format arrives as text, without severity and attributes. */
export interface CollectorSyslogArgs {
    /** Accepts messages in the format of RFC 3164 instead of RFC 5424. `{}` turns it on. @default - RFC 5424 */
    rfc3164?: pulumi.Input<CollectorSyslogRfc3164Args | undefined>;
    /**
     * Over TCP, each message begins with its length, instead of ending with a line feed. RFC 5425 requires it with TLS.
     *
     * @default false
     * @see https://www.rfc-editor.org/rfc/rfc6587#section-3.4.1
     */
    octetCounting?: pulumi.Input<boolean | undefined>;
}

const SYSLOG_FIELDS: Fields<CollectorSyslogArgs> = {
    rfc3164: { timeZone: Field.NoFallback },
    octetCounting: Field.Any,
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
    /**
     * Syslog: on 5514 over TCP and UDP; with `receiver.tls`, only on 6514 over TCP with TLS. `{}` turns it on.
     *
     * @default - not accepted
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/syslogreceiver
     */
    syslog?: pulumi.Input<CollectorSyslogArgs | undefined>;
    /**
     * Fluent Forward of Fluentd and Fluent Bit over TCP on 8006, without TLS and credentials.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/fluentforwardreceiver
     */
    fluentForward?: pulumi.Input<boolean | undefined>;
    /**
     * Kafka: reads topics of brokers.
     *
     * @default - nothing is read
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/kafkareceiver
     */
    kafka?: pulumi.Input<CollectorKafkaArgs | undefined>;
}

export const INTAKE_FIELDS: Fields<CollectorIntakeArgs> = {
    jaeger: Field.Any,
    zipkin: Field.Any,
    statsd: STATSD_FIELDS,
    syslog: SYSLOG_FIELDS,
    fluentForward: Field.Any,
    kafka: KAFKA_FIELDS,
};
