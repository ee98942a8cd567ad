import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** Lowest TLS version that the receiver accepts. */
export const CollectorTlsVersion = { Tls12: "1.2", Tls13: "1.3" } as const;
export type CollectorTlsVersion = (typeof CollectorTlsVersion)[keyof typeof CollectorTlsVersion];

/** TLS for the receiver. The Collector reads changed files of the Secret without a restart. */
export interface CollectorReceiverTlsArgs {
    /**
     * Secret in the Collector's namespace with `tls.crt` and `tls.key`, e.g. created by cert-manager. The certificate must be valid for the
     * Service, `{name}.{namespace}.svc`.
     */
    secretName: pulumi.Input<string>;
    /** Secret with the CA of the senders' certificates. Senders without a certificate are rejected. @default - no client certificates */
    clientCaSecretName?: pulumi.Input<string | undefined>;
    /** ConfigMap with the CA of the senders' certificates. @default - no client certificates */
    clientCaConfigMapName?: pulumi.Input<string | undefined>;
    /** Key of the client CA in the Secret or ConfigMap. @default `ca.crt` */
    clientCaKey?: pulumi.Input<string | undefined>;
    /** Lowest TLS version. @default `1.2` */
    minVersion?: pulumi.Input<CollectorTlsVersion | undefined>;
    /** Minutes until a changed certificate is used. @default 5 */
    reloadMinutes?: pulumi.Input<number | undefined>;
}

export const RECEIVER_TLS_FIELDS: Fields<CollectorReceiverTlsArgs> = {
    secretName: Field.NoFallback,
    clientCaSecretName: Field.NoFallback,
    clientCaConfigMapName: Field.NoFallback,
    clientCaKey: Field.NoFallback,
    minVersion: Field.NoFallback,
    reloadMinutes: Field.Any,
};

/** Requires a token from senders: `Authorization: Bearer {token}`. */
export interface CollectorReceiverBearerArgs {
    /** Secret in the Collector's namespace with the tokens. */
    secretName: pulumi.Input<string>;
    /** Key of the tokens, one token per line. Several tokens let senders rotate. @default `token` */
    secretKey?: pulumi.Input<string | undefined>;
}

export const RECEIVER_BEARER_FIELDS: Fields<CollectorReceiverBearerArgs> = {
    secretName: Field.NoFallback,
    secretKey: Field.NoFallback,
};

/** Requires a user and a password from senders: `Authorization: Basic {base64}`. */
export interface CollectorReceiverBasicArgs {
    /** Secret in the Collector's namespace with the users and passwords. */
    secretName: pulumi.Input<string>;
    /** Key of a file in Apache's htpasswd format. The Collector reads it when it starts. @default `htpasswd` */
    secretKey?: pulumi.Input<string | undefined>;
}

export const RECEIVER_BASIC_FIELDS: Fields<CollectorReceiverBasicArgs> = {
    secretName: Field.NoFallback,
    secretKey: Field.NoFallback,
};

/** Allows web pages to send from a browser. */
export interface CollectorReceiverCorsArgs {
    /** Origins that may send, e.g. `https://shop.example.com`. `*` matches any number of characters. */
    allowedOrigins: pulumi.Input<pulumi.Input<string>[]>;
    /** Request headers in addition to `Content-Type` and, with authentication, `Authorization`. @default [] */
    allowedHeaders?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Seconds that a browser caches the permission to send. @default 7200 */
    maxAgeSeconds?: pulumi.Input<number | undefined>;
}

export const RECEIVER_CORS_FIELDS: Fields<CollectorReceiverCorsArgs> = {
    allowedOrigins: Field.NoFallback,
    allowedHeaders: Field.Any,
    maxAgeSeconds: Field.Any,
};

/**
 * TLS, credentials and request limits for senders. By default, the Collector accepts plain OTLP from anyone who can reach it.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/tree/main/receiver/otlpreceiver
 */
export interface CollectorReceiverArgs {
    /** Encrypts the connections of senders. @default - no encryption */
    tls?: pulumi.Input<CollectorReceiverTlsArgs | undefined>;
    /** Requires a token. @default - no token required */
    bearer?: pulumi.Input<CollectorReceiverBearerArgs | undefined>;
    /** Requires a user and a password. The Dynatrace Collector does not have this component. @default - no password required */
    basic?: pulumi.Input<CollectorReceiverBasicArgs | undefined>;
    /** Allows web pages to send from a browser. @default - browsers cannot send */
    cors?: pulumi.Input<CollectorReceiverCorsArgs | undefined>;
    /** Largest uncompressed request over HTTP, in MiB. @default 20 */
    maxHttpRequestMiB?: pulumi.Input<number | undefined>;
    /** Largest uncompressed message over gRPC, in MiB. @default 16 */
    maxGrpcMessageMiB?: pulumi.Input<number | undefined>;
}

export const RECEIVER_FIELDS: Fields<CollectorReceiverArgs> = {
    tls: RECEIVER_TLS_FIELDS,
    bearer: RECEIVER_BEARER_FIELDS,
    basic: RECEIVER_BASIC_FIELDS,
    cors: RECEIVER_CORS_FIELDS,
    maxHttpRequestMiB: Field.Any,
    maxGrpcMessageMiB: Field.Any,
};
