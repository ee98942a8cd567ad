import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** The lowest version of TLS that senders may speak. */
export const CollectorTlsVersion = { Tls12: "1.2", Tls13: "1.3" } as const;
export type CollectorTlsVersion = (typeof CollectorTlsVersion)[keyof typeof CollectorTlsVersion];

/** Encrypts what senders send. Files that change in the Secret are read again, without a restart. */
export interface CollectorReceiverTlsArgs {
    /**
     * Secret with `tls.crt` and `tls.key`, in the Collector's namespace, e.g. one of cert-manager. The certificate has to be for
     * the Service, `{name}.{namespace}.svc`.
     */
    secretName: pulumi.Input<string>;
    /** Secret with the CA that has signed the senders' certificates; senders without one are refused. @default - none is asked for */
    clientCaSecretName?: pulumi.Input<string | undefined>;
    /** ConfigMap with that CA. @default - none is asked for */
    clientCaConfigMapName?: pulumi.Input<string | undefined>;
    /** Key of that CA. @default `ca.crt` */
    clientCaKey?: pulumi.Input<string | undefined>;
    /** @default `1.2` */
    minVersion?: pulumi.Input<CollectorTlsVersion | undefined>;
    /** Minutes after which a changed certificate serves. @default 5 */
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

/** Senders need a token: `Authorization: Bearer {token}`. */
export interface CollectorReceiverBearerArgs {
    /** Secret in the Collector's namespace. */
    secretName: pulumi.Input<string>;
    /** Key of the tokens, one a line; several let senders move from one to the next. @default `token` */
    secretKey?: pulumi.Input<string | undefined>;
}

export const RECEIVER_BEARER_FIELDS: Fields<CollectorReceiverBearerArgs> = {
    secretName: Field.NoFallback,
    secretKey: Field.NoFallback,
};

/** Senders need a user and a password: `Authorization: Basic {base64}`. */
export interface CollectorReceiverBasicArgs {
    /** Secret in the Collector's namespace. */
    secretName: pulumi.Input<string>;
    /** Key of a file in the format of Apache's htpasswd, which the Collector reads when it starts. @default `htpasswd` */
    secretKey?: pulumi.Input<string | undefined>;
}

export const RECEIVER_BASIC_FIELDS: Fields<CollectorReceiverBasicArgs> = {
    secretName: Field.NoFallback,
    secretKey: Field.NoFallback,
};

/** Lets web pages send from a browser. */
export interface CollectorReceiverCorsArgs {
    /** E.g. `https://shop.example.com`; `*` stands for any number of characters. */
    allowedOrigins: pulumi.Input<pulumi.Input<string>[]>;
    /** Headers of the request besides `Content-Type` and, if senders have to show that, `Authorization`. @default [] */
    allowedHeaders?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Seconds for which a browser remembers that it may send. @default 7200 */
    maxAgeSeconds?: pulumi.Input<number | undefined>;
}

export const RECEIVER_CORS_FIELDS: Fields<CollectorReceiverCorsArgs> = {
    allowedOrigins: Field.NoFallback,
    allowedHeaders: Field.Any,
    maxAgeSeconds: Field.Any,
};

/**
 * Who may send to the Collector, and how large a request may be. By default plain OTLP from anyone who can reach it.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/tree/main/receiver/otlpreceiver
 */
export interface CollectorReceiverArgs {
    /** @default - no encryption */
    tls?: pulumi.Input<CollectorReceiverTlsArgs | undefined>;
    /** @default - no token is asked for */
    bearer?: pulumi.Input<CollectorReceiverBearerArgs | undefined>;
    /** Not with the Dynatrace Collector, which has no such component. @default - no password is asked for */
    basic?: pulumi.Input<CollectorReceiverBasicArgs | undefined>;
    /** @default - browsers may not send */
    cors?: pulumi.Input<CollectorReceiverCorsArgs | undefined>;
    /** Largest request over HTTP in MiB, unpacked. @default 20 */
    maxHttpRequestMiB?: pulumi.Input<number | undefined>;
    /** Largest message over gRPC in MiB, unpacked. @default 16 */
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
