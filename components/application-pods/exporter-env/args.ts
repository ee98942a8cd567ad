import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { EndpointArgs } from "../../endpoint";
import { Field, type Fields } from "../../shared/fields";
import type { Signal } from "../../shared/signals";
import type { TokenReferenceArgs } from "../../shared/secrets";

/** The way of an application's telemetry. */
export const ExporterVia = {
    /** To a Collector in the cluster, which holds the token, retries and adds what it knows of the pod. */
    Collector: "collector",
    /** Straight to Dynatrace SaaS or Managed, with a token in the pod's namespace. */
    Direct: "direct",
    /** To an ActiveGate, with a token in the pod's namespace. */
    ActiveGate: "activegate",
} as const;
export type ExporterVia = (typeof ExporterVia)[keyof typeof ExporterVia];

/** What an application speaks to a Collector. Dynatrace itself takes `http/protobuf` alone. */
export const ExporterProtocol = {
    /** Port 4318 of a Collector. */
    Http: "http/protobuf",
    /** Port 4317 of a Collector. */
    Grpc: "grpc",
} as const;
export type ExporterProtocol = (typeof ExporterProtocol)[keyof typeof ExporterProtocol];

/** How the blank between scheme and token is written in a `_HEADERS` variable. */
export const HeaderEncoding = {
    /** `Api-Token dt0c01…`, as Dynatrace documents it. Python's SDK takes it since 1.27. */
    Raw: "raw",
    /** `Api-Token%20dt0c01…`, as OpenTelemetry specifies it; programs that do not decode send it as it is. */
    Percent: "percent",
} as const;
export type HeaderEncoding = (typeof HeaderEncoding)[keyof typeof HeaderEncoding];

/** A ConfigMap or a Secret in the pods' namespace with CA certificates in PEM form. */
export interface CaCertificateArgs {
    /** @default - `secretName` is needed then */
    configMapName?: pulumi.Input<string>;
    /** @default - `configMapName` is needed then */
    secretName?: pulumi.Input<string>;
    /** @default `ca.crt` */
    key?: pulumi.Input<string>;
}

export const CA_CERTIFICATE_FIELDS: Fields<CaCertificateArgs> = {
    configMapName: Field.NoFallback,
    secretName: Field.NoFallback,
    key: Field.NoFallback,
};

/** The token that a Collector asks senders for with `receiver.bearer`, by reference. */
export interface CollectorTokenArgs {
    /** Secret in the pods' namespace. It holds one token, where the Collector's own may hold several, one a line. */
    secretName: pulumi.Input<string>;
    /** @default `token` */
    secretKey?: pulumi.Input<string>;
    /** Anything that changes when the token does; a change restarts the pods. @default - the Secret's name alone */
    revision?: pulumi.Input<string>;
}

/** User and password that a Collector asks senders for with `receiver.basic`, by reference. */
export interface CollectorPasswordArgs {
    /** Secret in the pods' namespace. */
    secretName: pulumi.Input<string>;
    /** Key of `{user}:{password}` in base64, on one line: Kubernetes puts it into the header as it is. @default `credentials` */
    secretKey?: pulumi.Input<string>;
    /** Anything that changes when the password does; a change restarts the pods. @default - the Secret's name alone */
    revision?: pulumi.Input<string>;
}

/** An application's own certificate, for a Collector that asks for one with `receiver.tls.clientCaSecretName` or its like. */
export interface ClientCertificateArgs {
    /** Secret in the pods' namespace with `tls.crt` and `tls.key`, e.g. one of cert-manager. */
    secretName: pulumi.Input<string>;
    /**
     * Anything that changes when the certificate does: SDKs read it when they start. A change restarts the pods.
     *
     * @default - another certificate under the same name waits for the next restart
     */
    revision?: pulumi.Input<string>;
}

/** How applications send. What is not an `Input` must be known when the program runs. */
export interface ExporterEnvArgs {
    via: ExporterVia;
    /**
     * Base URL of the Collector without `/v1/...`, e.g. `TelemetryPipeline.otlpEndpoint`, or `grpcEndpoint` with protocol `grpc`.
     *
     * @default - needed for `collector`, not taken for the others
     */
    collectorUrl?: pulumi.Input<string>;
    /** @default `http/protobuf`; `grpc` is for `collector` only */
    protocol?: ExporterProtocol;
    /** Where Dynatrace or the ActiveGate is. @default - needed for `direct` and `activegate`, not taken for `collector` */
    endpoint?: EndpointArgs;
    /** The token, by reference, e.g. an `IngestToken`. @default - needed for `direct` and `activegate`, not taken for `collector` */
    token?: TokenReferenceArgs;
    /**
     * CA certificates to trust, for an ActiveGate with a certificate of its own, or for a Collector with `receiver.tls`. Most SDKs trust
     * these alone then, not the system's.
     *
     * @default - the system's certificates
     */
    caCertificate?: CaCertificateArgs;
    /** The application's own certificate. Only for `collector`, over `https`. @default - none is shown */
    clientCertificate?: ClientCertificateArgs;
    /** The token to show a Collector. Only for `collector`. @default - none is shown */
    collectorToken?: CollectorTokenArgs;
    /** User and password to show a Collector, in place of a token. Only for `collector`. @default - none are shown */
    collectorPassword?: CollectorPasswordArgs;
    /** What is sent; the others are switched off in the SDK. @default - traces, metrics and logs */
    signals?: Signal[];
    /** For what goes into a header: not for `collector`, unless it is shown a token or a password. @default `raw` */
    headerEncoding?: HeaderEncoding;
    /** Value of `OTEL_SERVICE_NAME`. @default - the SDK's own; `injectExporterEnv` names each workload */
    serviceName?: pulumi.Input<string>;
    /** Attributes of all that is sent, e.g. `k8s.cluster.name`; values of at most 255 characters. @default {} */
    resourceAttributes?: Record<string, pulumi.Input<string>>;
    /** Adds namespace, node, name and UID of the pod, from the downward API. @default true */
    kubernetesAttributes?: boolean;
}

/** One variable of a container. */
export interface ExporterVariable extends types.input.core.v1.EnvVar {
    name: string;
}

/** What goes into a pod's specification, in the order in which it must stand there. */
export interface ExporterEnv {
    /** For `containers[].env`. A token is a reference and stands before the variables that use it. */
    env: ExporterVariable[];
    /** For `spec.volumes`; empty without `caCertificate` and `clientCertificate`. */
    volumes: types.input.core.v1.Volume[];
    /** For `containers[].volumeMounts`; empty without `caCertificate` and `clientCertificate`. */
    volumeMounts: types.input.core.v1.VolumeMount[];
    /** For the pod template's metadata: change with what pods read when they start, and so restart them; empty where there is nothing such. */
    podAnnotations: Record<string, pulumi.Input<string>>;
}
