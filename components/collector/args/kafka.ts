import type * as pulumi from "@pulumi/pulumi";

import { CA_CERTIFICATE_FIELDS, type CaCertificateArgs } from "../../shared/ca";
import { Field, type Fields } from "../../shared/fields";
import { SECRET_KEY_REF_FIELDS, type SecretKeyRef } from "../../shared/references";

/** How the Collector signs in at the brokers. */
export const CollectorKafkaMechanism = {
    /** User and password. Use it only with `tls`. */
    Plain: "PLAIN",
    ScramSha256: "SCRAM-SHA-256",
    ScramSha512: "SCRAM-SHA-512",
} as const;
export type CollectorKafkaMechanism = (typeof CollectorKafkaMechanism)[keyof typeof CollectorKafkaMechanism];

/** Where a new consumer group starts to read. */
export const CollectorKafkaOffset = {
    /** Only records that arrive from now on. */
    Latest: "latest",
    /** Every record that the brokers still have. */
    Earliest: "earliest",
} as const;
export type CollectorKafkaOffset = (typeof CollectorKafkaOffset)[keyof typeof CollectorKafkaOffset];

/** Topics of one signal. */
export interface CollectorKafkaTopicsArgs {
    /** Names of topics. A name that starts with `^` is a regular expression. */
    topics: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Format of the records: `otlp_proto` or `otlp_json`; for traces also `jaeger_proto`, `jaeger_json`, `zipkin_proto`, `zipkin_json` or
     * `zipkin_thrift`; for logs also `text`, `json` or `raw`.
     *
     * @default `otlp_proto`
     */
    encoding?: pulumi.Input<string | undefined>;
}

const TOPICS_FIELDS: Fields<CollectorKafkaTopicsArgs> = { topics: Field.NoFallback, encoding: Field.NoFallback };

/** TLS of the connections to the brokers. */
export interface CollectorKafkaTlsArgs {
    /** CA of the brokers' certificates, in a Secret or ConfigMap. @default - the certificates of the image */
    ca?: pulumi.Input<CaCertificateArgs | undefined>;
    /** Secret with the Collector's own certificate and key, `tls.crt` and `tls.key`, for mTLS. @default - none */
    clientSecretName?: pulumi.Input<string | undefined>;
}

const TLS_FIELDS: Fields<CollectorKafkaTlsArgs> = { ca: CA_CERTIFICATE_FIELDS, clientSecretName: Field.NoFallback };

/** User and password for the brokers, by reference to Secrets. Pods read them when they start. They must not contain `$`. */
export interface CollectorKafkaSaslArgs {
    /** @default `SCRAM-SHA-512` */
    mechanism?: pulumi.Input<CollectorKafkaMechanism | undefined>;
    /** Key of a Secret that holds the user. The default key is `username`. */
    username: pulumi.Input<SecretKeyRef>;
    /** Key of a Secret that holds the password. The default key is `password`. */
    password: pulumi.Input<SecretKeyRef>;
}

const SASL_FIELDS: Fields<CollectorKafkaSaslArgs> = {
    mechanism: Field.NoFallback,
    username: SECRET_KEY_REF_FIELDS,
    password: SECRET_KEY_REF_FIELDS,
};

/** Reads telemetry from Kafka topics. A record counts as read when the Collector has queued its data. */
export interface CollectorKafkaArgs {
    /** Brokers as `host:port`. With Cilium, name every broker, because the policy allows only these hosts. */
    brokers: pulumi.Input<pulumi.Input<string>[]>;
    /** Topics with spans. @default - none */
    traces?: pulumi.Input<CollectorKafkaTopicsArgs | undefined>;
    /** Topics with metrics. @default - none */
    metrics?: pulumi.Input<CollectorKafkaTopicsArgs | undefined>;
    /** Topics with log records. @default - none */
    logs?: pulumi.Input<CollectorKafkaTopicsArgs | undefined>;
    /** Consumer group. All pods share it, so each record is read once. @default - `{namespace}-{name}` */
    groupId?: pulumi.Input<string | undefined>;
    /** Where a new consumer group starts to read. @default `latest` */
    initialOffset?: pulumi.Input<CollectorKafkaOffset | undefined>;
    /** Encrypts the connections. `{}` turns it on. @default - unencrypted connections */
    tls?: pulumi.Input<CollectorKafkaTlsArgs | undefined>;
    /** Signs in with user and password. @default - anonymous, or the client certificate of `tls` */
    sasl?: pulumi.Input<CollectorKafkaSaslArgs | undefined>;
}

export const KAFKA_FIELDS: Fields<CollectorKafkaArgs> = {
    brokers: Field.NoFallback,
    traces: TOPICS_FIELDS,
    metrics: TOPICS_FIELDS,
    logs: TOPICS_FIELDS,
    groupId: Field.NoFallback,
    initialOffset: Field.NoFallback,
    tls: TLS_FIELDS,
    sasl: SASL_FIELDS,
};
