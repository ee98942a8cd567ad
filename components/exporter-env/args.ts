import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { EndpointArgs } from "../endpoint";
import type { Signal } from "../signals";
import type { TokenReferenceArgs } from "../token-reference";

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
     * CA certificates to trust, for an ActiveGate with a certificate of its own. Most SDKs trust these alone then, not the system's.
     *
     * @default - the system's certificates
     */
    caCertificate?: CaCertificateArgs;
    /** What is sent; the others are switched off in the SDK. @default - traces, metrics and logs */
    signals?: Signal[];
    /** @default `raw` */
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
    /** For `containers[].env`. The token is a reference and stands before the variables that use it. */
    env: ExporterVariable[];
    /** For `spec.volumes`; empty without `caCertificate`. */
    volumes: types.input.core.v1.Volume[];
    /** For `containers[].volumeMounts`; empty without `caCertificate`. */
    volumeMounts: types.input.core.v1.VolumeMount[];
    /** For the pod template's metadata: change with the token and so restart the pods; empty for `collector`. */
    podAnnotations: Record<string, pulumi.Input<string>>;
}
