import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { ENDPOINT_FIELDS, type EndpointArgs } from "../../endpoint";
import { CA_CERTIFICATE_FIELDS, type CaCertificateArgs } from "../../shared/ca";
import { Field, type Fields } from "../../shared/fields";
import { SECRET_KEY_REF_FIELDS, type SecretKeyRef } from "../../shared/references";
import type { Signal } from "../../shared/signals";
import { TOKEN_REFERENCE_FIELDS, type TokenReferenceArgs } from "../../shared/token-reference";

/** Where an application sends its telemetry. */
export const ExporterVia = {
    /** To a Collector in the cluster, which holds the token, retries, and adds attributes of the pod. */
    Collector: "collector",
    /** Directly to Dynatrace SaaS or Managed, with a token in the pod's namespace. */
    Direct: "direct",
    /** To an ActiveGate, with a token in the pod's namespace. */
    ActiveGate: "activegate",
} as const;
export type ExporterVia = (typeof ExporterVia)[keyof typeof ExporterVia];

/** Protocol between an application and a Collector. Dynatrace accepts only `http/protobuf`. */
export const ExporterProtocol = {
    /** Port 4318 of a Collector. */
    Http: "http/protobuf",
    /** Port 4317 of a Collector. */
    Grpc: "grpc",
} as const;
export type ExporterProtocol = (typeof ExporterProtocol)[keyof typeof ExporterProtocol];

/** How a `_HEADERS` variable writes the space between scheme and token. */
export const ExporterHeaderEncoding = {
    /** `Api-Token dt0c01…`, as Dynatrace documents it. Python's SDK accepts it since 1.27. */
    Raw: "raw",
    /** `Api-Token%20dt0c01…`, as OpenTelemetry specifies it. A program that does not decode it sends `%20`. */
    Percent: "percent",
} as const;
export type ExporterHeaderEncoding = (typeof ExporterHeaderEncoding)[keyof typeof ExporterHeaderEncoding];

/** A reference to the token that a Collector requires of senders with `receiver.bearer`. */
export interface ExporterTokenArgs {
    /**
     * Key of a Secret in the pods' namespace. It holds one token; the Secret of the Collector may hold several, one per line. The default key
     * is `token`.
     */
    secret: pulumi.Input<SecretKeyRef>;
    /** Any string that changes with the token. A change restarts the pods. @default - pods restart only when the Secret's name changes */
    revision?: pulumi.Input<string | undefined>;
}

/** A reference to the user and password that a Collector requires of senders with `receiver.basic`. */
export interface ExporterPasswordArgs {
    /**
     * Key of a Secret in the pods' namespace that holds `{user}:{password}` in base64, on one line: Kubernetes puts it into the header as it
     * is. The default key is `credentials`.
     */
    secret: pulumi.Input<SecretKeyRef>;
    /** Any string that changes with the password. A change restarts the pods. @default - pods restart only when the Secret's name changes */
    revision?: pulumi.Input<string | undefined>;
}

/** The client certificate of an application, for a Collector that requires one, e.g. with `receiver.tls.clientCa`. */
export interface ExporterClientCertificateArgs {
    /** Secret in the pods' namespace with `tls.crt` and `tls.key`, e.g. one from cert-manager. */
    secretName: pulumi.Input<string>;
    /**
     * Any string that changes with the certificate. A change restarts the pods, because SDKs read the certificate when they start.
     *
     * @default - pods use a new certificate after their next restart
     */
    revision?: pulumi.Input<string | undefined>;
}

/** How applications send. A field that is not an `Input` must be known when the program runs. */
export interface ExporterEnvArgs {
    /** Where the applications send to. */
    via: ExporterVia;
    /**
     * Base URL of the Collector without `/v1/...`, e.g. `TelemetryPipeline.otlpEndpoint`, or `grpcEndpoint` with protocol `grpc`.
     *
     * @default - required for `collector`, invalid otherwise
     */
    collectorUrl?: pulumi.Input<string | undefined>;
    /** Protocol of the exporters; `grpc` is for `collector` only. @default `http/protobuf` */
    protocol?: ExporterProtocol;
    /** Dynatrace or the ActiveGate. @default - required for `direct` and `activegate`, invalid for `collector` */
    endpoint?: EndpointArgs;
    /** Reference to the token, e.g. an `IngestToken`. @default - required for `direct` and `activegate`, invalid for `collector` */
    token?: TokenReferenceArgs;
    /**
     * CA certificates to trust, for an ActiveGate with its own certificate, or for a Collector with `receiver.tls`: a key of a Secret or
     * ConfigMap in the pods' namespace. `pem` is not possible, because an SDK reads the certificates from a file. Most SDKs then trust only
     * these certificates, and not the system's.
     *
     * @default - the system's certificates
     */
    ca?: CaCertificateArgs;
    /** The client certificate of the application. Only for `collector`, over `https`. @default - no client certificate */
    clientCertificate?: ExporterClientCertificateArgs;
    /** The token to send to a Collector. Only for `collector`. @default - no token */
    collectorToken?: ExporterTokenArgs;
    /** User and password to send to a Collector instead of a token. Only for `collector`. @default - no user and password */
    collectorPassword?: ExporterPasswordArgs;
    /** Signals to send; the SDK's exporters of the others are disabled. @default - traces, metrics and logs */
    signals?: Signal[];
    /** Encoding of the header that holds the token or password; invalid where nothing of that kind is sent. @default `raw` */
    headerEncoding?: ExporterHeaderEncoding;
    /** Value of `OTEL_SERVICE_NAME`. @default - set by the SDK; `injectExporterEnv` names each workload */
    serviceName?: pulumi.Input<string | undefined>;
    /** Resource attributes of all signals, e.g. `k8s.cluster.name`; values of at most 255 characters. @default {} */
    resourceAttributes?: Record<string, pulumi.Input<string>>;
    /** Adds namespace, node, name and UID of the pod from the downward API. @default true */
    kubernetesAttributes?: boolean;
}

const SECRET_FIELDS: Fields<ExporterTokenArgs> = {
    secret: { ...SECRET_KEY_REF_FIELDS, name: Field.Any },
    revision: Field.Any,
};

export const EXPORTER_ENV_FIELDS: Fields<ExporterEnvArgs> = {
    via: Field.Any,
    collectorUrl: Field.Any,
    protocol: Field.Any,
    endpoint: ENDPOINT_FIELDS,
    token: TOKEN_REFERENCE_FIELDS,
    ca: CA_CERTIFICATE_FIELDS,
    clientCertificate: { secretName: Field.Any, revision: Field.Any },
    collectorToken: SECRET_FIELDS,
    collectorPassword: SECRET_FIELDS,
    signals: Field.Any,
    headerEncoding: Field.Any,
    serviceName: Field.NoFallback,
    resourceAttributes: Field.Any,
    kubernetesAttributes: Field.Any,
};

/** One variable of a container. */
export interface ExporterVariable extends types.input.core.v1.EnvVar {
    name: string;
}

/** Parts of a pod's specification. Keep the order of the variables. */
export interface ExporterEnv {
    /** For `containers[].env`. The reference to a token comes before the variables that use it. */
    env: ExporterVariable[];
    /** For `spec.volumes`; empty without `ca` and `clientCertificate`. */
    volumes: types.input.core.v1.Volume[];
    /** For `containers[].volumeMounts`; empty without `ca` and `clientCertificate`. */
    volumeMounts: types.input.core.v1.VolumeMount[];
    /** For the metadata of the pod template: they change with the token or certificate, which restarts the pods. Empty without either. */
    podAnnotations: Record<string, pulumi.Input<string>>;
}
