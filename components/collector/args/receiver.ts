import type * as pulumi from "@pulumi/pulumi";

import { CA_CERTIFICATE_FIELDS, type CaCertificateArgs } from "../../shared/ca";
import { Field, type Fields } from "../../shared/fields";
import { SECRET_KEY_REF_FIELDS, type SecretKeyRef } from "../../shared/references";

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
    /**
     * CA of the senders' certificates, in a Secret or ConfigMap in the Collector's namespace. Senders without a certificate are rejected.
     * `pem` is not possible, because the Collector reads this CA from a file.
     *
     * @default - no client certificates
     */
    clientCa?: pulumi.Input<CaCertificateArgs | undefined>;
    /** Lowest TLS version. @default `1.2` */
    minVersion?: pulumi.Input<CollectorTlsVersion | undefined>;
    /** Minutes until a changed certificate is used. @default 5 */
    reloadMinutes?: pulumi.Input<number | undefined>;
}

export const RECEIVER_TLS_FIELDS: Fields<CollectorReceiverTlsArgs> = {
    secretName: Field.NoFallback,
    clientCa: CA_CERTIFICATE_FIELDS,
    minVersion: Field.NoFallback,
    reloadMinutes: Field.Any,
};

/** Requires a token from senders: `Authorization: Bearer {token}`. */
export interface CollectorReceiverBearerArgs {
    /**
     * Key of a Secret in the Collector's namespace with the tokens, one token per line. Several tokens let senders rotate. The default key is
     * `token`.
     */
    secret: pulumi.Input<SecretKeyRef>;
}

export const RECEIVER_BEARER_FIELDS: Fields<CollectorReceiverBearerArgs> = { secret: SECRET_KEY_REF_FIELDS };

/** Requires a user and a password from senders: `Authorization: Basic {base64}`. */
export interface CollectorReceiverBasicArgs {
    /**
     * Key of a Secret in the Collector's namespace with users and passwords, a file in Apache's htpasswd format. The Collector reads it when
     * it starts. The default key is `htpasswd`.
     */
    secret: pulumi.Input<SecretKeyRef>;
}

export const RECEIVER_BASIC_FIELDS: Fields<CollectorReceiverBasicArgs> = { secret: SECRET_KEY_REF_FIELDS };

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
    /**
     * Also listens on `127.0.0.1` in the pod, with the same settings, e.g. for `kubectl port-forward` and for other containers of the pod.
     *
     * @default false
     */
    loopback?: pulumi.Input<boolean | undefined>;
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
    loopback: Field.Any,
    maxHttpRequestMiB: Field.Any,
    maxGrpcMessageMiB: Field.Any,
};
