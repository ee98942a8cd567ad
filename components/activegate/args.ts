import type * as pulumi from "@pulumi/pulumi";

import type { Signal } from "../shared/signals";

/** Who runs the ActiveGate. */
export const ActiveGateKind = {
    /** Somebody else; it is only pointed at. */
    Existing: "existing",
    /** The Dynatrace Operator, from a DynaKube made here. */
    DynaKube: "dynakube",
    /** Nobody but Kubernetes: a StatefulSet made here, for clusters without the Operator. */
    Standalone: "standalone",
} as const;
export type ActiveGateKind = (typeof ActiveGateKind)[keyof typeof ActiveGateKind];

/** Versions of the DynaKube resource. @see https://docs.dynatrace.com/docs/ingest-from/setup-on-k8s/reference/dynakube-parameters */
export const DynaKubeVersion = {
    /** Operator 1.8 and later. */
    V1Beta6: "v1beta6",
    /** Deprecated by Operator 1.10; knows no `otlpExporterConfiguration`. */
    V1Beta5: "v1beta5",
} as const;
export type DynaKubeVersion = (typeof DynaKubeVersion)[keyof typeof DynaKubeVersion];

/** What an ActiveGate can be asked to do in a DynaKube. OTLP is not among them: see {@link DynaKubeOtlp}. */
export const DynaKubeCapability = {
    Routing: "routing",
    KubernetesMonitoring: "kubernetes-monitoring",
    DynatraceApi: "dynatrace-api",
    MetricsIngest: "metrics-ingest",
    Debugging: "debugging",
} as const;
export type DynaKubeCapability = (typeof DynaKubeCapability)[keyof typeof DynaKubeCapability];

/** The section of a DynaKube that makes the Operator switch OTLP on in its ActiveGate. There is no other way to ask for it. */
export const DynaKubeOtlp = {
    /** `otlpExporterConfiguration`: sets the exporter variables of pods in chosen namespaces; by default in none. */
    ExporterConfiguration: "otlpExporterConfiguration",
    /** `telemetryIngest`: the Operator runs a Collector of its own as well. */
    TelemetryIngest: "telemetryIngest",
} as const;
export type DynaKubeOtlp = (typeof DynaKubeOtlp)[keyof typeof DynaKubeOtlp];

/** What the Operator's Collector listens to. */
export const TelemetryProtocol = { Otlp: "otlp", Zipkin: "zipkin", Jaeger: "jaeger", Statsd: "statsd" } as const;
export type TelemetryProtocol = (typeof TelemetryProtocol)[keyof typeof TelemetryProtocol];

/** The certificate the ActiveGate presents: a pair of PEM texts, or a Secret that holds it already. */
export interface ActiveGateTlsArgs {
    /** Certificate chain in PEM form that names the ActiveGate's Service, ActiveGate 1.307 and later. @default - in the Secret */
    certificatePem?: pulumi.Input<string>;
    /** Its private key in PEM form, without passphrase. @default - in the Secret */
    privateKeyPem?: pulumi.Input<string>;
    /**
     * Secret with `server.p12`, `password` and `server.crt`, or with `tls.crt`, `tls.key` and `server.crt`.
     *
     * @default - made from certificatePem and privateKeyPem
     */
    existingSecretName?: pulumi.Input<string>;
}

/** Where an ActiveGate buffers what it could not send on yet. */
export interface ActiveGateStorageArgs {
    /** Size of each pod's volume claim in GiB. @default 1 */
    sizeGiB?: pulumi.Input<number>;
    /** @default - the cluster's default class; a cluster without one leaves the pod pending */
    storageClassName?: pulumi.Input<string>;
    /** No claim: what is buffered is lost when the pod goes. For trials. @default false */
    ephemeral?: pulumi.Input<boolean>;
}

/** The two tokens of a DynaKube: given, or in a Secret. Their scopes are those of `dynaKubeScopes`. */
export interface DynaKubeTokensArgs {
    /** Token that the Operator calls Dynatrace with. @default - in the Secret */
    apiToken?: pulumi.Input<string>;
    /** Token that data is ingested with. @default - in the Secret */
    dataIngestToken?: pulumi.Input<string>;
    /** Secret with the keys `apiToken` and `dataIngestToken`. @default - made from the two tokens */
    existingSecretName?: pulumi.Input<string>;
}

/** The Collector that the Operator runs for `telemetryIngest`. */
export interface TelemetryIngestArgs {
    /** @default ["otlp"] */
    protocols?: pulumi.Input<pulumi.Input<TelemetryProtocol>[]>;
    /** Name of its Service. @default `{name}-telemetry-ingest` */
    serviceName?: pulumi.Input<string>;
    /** Secret with `tls.crt` and `tls.key` for what it listens on. @default - no TLS inside the cluster */
    tlsSecretName?: pulumi.Input<string>;
    /** Image without tag. @default `public.ecr.aws/dynatrace/dynatrace-otel-collector` */
    imageRepository?: pulumi.Input<string>;
    /** The image's tag. @default - the version this release was tested with */
    imageVersion?: pulumi.Input<string>;
}

/** What only a DynaKube has. */
export interface DynaKubeArgs {
    tokens: DynaKubeTokensArgs;
    /** @default `v1beta6` */
    apiVersion?: DynaKubeVersion;
    /** @default ["dynatrace-api", "metrics-ingest"] */
    capabilities?: pulumi.Input<pulumi.Input<DynaKubeCapability>[]>;
    /** @default `otlpExporterConfiguration`, `telemetryIngest` for v1beta5 */
    otlpThrough?: pulumi.Input<DynaKubeOtlp>;
    /** Signals whose exporter variables are set, see `injectInto`. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[]>;
    /** Labels of namespaces whose pods get the exporter variables. @default - `dynatrace-otlp/inject: {name}` */
    injectInto?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** @default - OTLP over the ports of OTLP */
    telemetryIngest?: pulumi.Input<TelemetryIngestArgs>;
    /** Text of a custom.properties file; kept in a Secret. @default - none */
    customProperties?: pulumi.Input<string>;
    /** Secret with such a text, key `customProperties`. @default - made from customProperties */
    customPropertiesSecretName?: pulumi.Input<string>;
    /** Image of the ActiveGate with its tag. @default - the Operator's choice */
    image?: pulumi.Input<string>;
    /** ConfigMap with CA certificates for the way to Dynatrace, key `certs`. @default - the image's own */
    trustedCasConfigMapName?: pulumi.Input<string>;
    /** Secret with the proxy for the way to Dynatrace, key `proxy`. @default - no proxy */
    proxySecretName?: pulumi.Input<string>;
}

/** The two tokens an ActiveGate signs in with: given, or in a Secret. */
export interface StandaloneTokensArgs {
    /** Tenant token, from the environment's connectivity information. @default - in the Secret */
    tenantToken?: pulumi.Input<string>;
    /** ActiveGate token, `dt0g02.…`. @default - in the Secret */
    authToken?: pulumi.Input<string>;
    /** Secret with the keys `tenant-token` and `auth-token`. @default - made from the two tokens */
    existingSecretName?: pulumi.Input<string>;
    /** Anything that changes when what is in that Secret does; a change restarts the pods. @default - never restarts */
    revision?: pulumi.Input<string>;
}

/** The image of a standalone ActiveGate. @see https://gallery.ecr.aws/dynatrace/dynatrace-activegate */
export interface ActiveGateImageArgs {
    /** The image's tag, e.g. `1.337.36.20260526-135434`. It has no default: what is supported changes every month. */
    version: pulumi.Input<string>;
    /** Image without tag. @default `public.ecr.aws/dynatrace/dynatrace-activegate` */
    repository?: pulumi.Input<string>;
    /** @default `IfNotPresent` */
    pullPolicy?: pulumi.Input<string>;
    /** @default - a public image */
    pullSecretName?: pulumi.Input<string>;
}

/** Who may talk to a standalone ActiveGate. */
export interface ActiveGateNetworkPolicyArgs {
    /** Must be known when the program runs. @default true */
    enabled?: boolean;
    /** Namespaces whose pods may send, by name. @default - every namespace of the cluster */
    fromNamespaces?: pulumi.Input<pulumi.Input<string>[]>;
}

/** What only a standalone ActiveGate has. */
export interface StandaloneArgs {
    tokens: StandaloneTokensArgs;
    image: pulumi.Input<ActiveGateImageArgs>;
    /** Where it reports to, one text as the environment's connectivity information has it, e.g. `https://abc12345.live.dynatrace.com:443`. */
    communicationEndpoints: pulumi.Input<string>;
    /** Modules besides those that OTLP and metric lines need, e.g. `MSGrouter`. @default [] */
    modules?: pulumi.Input<pulumi.Input<string>[]>;
    /** Uid of the namespace kube-system, from which the ActiveGate makes its id. @default - read from the cluster */
    clusterId?: pulumi.Input<string>;
    /** Also listens without TLS: 9998 at the pod, 80 at the Service. Tokens cross the network in the clear then. @default false */
    plainHttp?: pulumi.Input<boolean>;
    networkPolicy?: ActiveGateNetworkPolicyArgs;
    /** Pods that may be away at once while nodes are drained. Whether it is given must be known. @default - no PodDisruptionBudget */
    maxUnavailablePods?: pulumi.Input<number>;
}

/** How an ActiveGate that is made here is run, whoever runs it. */
export interface ActiveGateSettingsArgs {
    /** @default - a claim of 1 GiB of the default class */
    storage?: pulumi.Input<ActiveGateStorageArgs>;
    /** Pods. @default 1 */
    replicas?: pulumi.Input<number>;
    /** CPU requested by a pod, in thousandths of a core; there is no CPU limit. @default 500 */
    cpuMillis?: pulumi.Input<number>;
    /** Memory requested by and limit of a pod, in MiB, at least 512. @default 2048 */
    memoryMiB?: pulumi.Input<number>;
    /** Seconds to send what is buffered before the pod is ended. @default 120 */
    gracePeriodSeconds?: pulumi.Input<number>;
    /** ActiveGate group. @default - none */
    group?: pulumi.Input<string>;
    /** @default - none */
    networkZone?: pulumi.Input<string>;
    /** @default - `kubernetes.io/os: linux` */
    nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Labels to add to every object. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

export interface ActiveGateRouteArgs extends ActiveGateSettingsArgs {
    /** Must be known when the program runs. */
    kind: ActiveGateKind;
    /** Environment that the ActiveGate serves: its id, or any URL of it. */
    environment: pulumi.Input<string>;
    /** Host of an `existing` ActiveGate, e.g. `activegate.example.com`. @default - the host of the URL */
    host?: pulumi.Input<string>;
    /** TCP port of an `existing` ActiveGate. @default - that of the URL, else 443 at a Service of the cluster, 9999 elsewhere */
    port?: pulumi.Input<number>;
    /** CA certificates in PEM form that senders trust. @default - `tls.certificatePem` */
    caCertificatePem?: pulumi.Input<string>;
    /** Namespace that exists already; for a DynaKube it is the Operator's. @default `dynatrace` */
    namespace?: pulumi.Input<string>;
    /** The certificate it presents. Required for `standalone`. @default - the Operator makes one */
    tls?: ActiveGateTlsArgs;
    /** Required for `dynakube`. @default - none */
    dynakube?: DynaKubeArgs;
    /** Required for `standalone`. @default - none */
    standalone?: StandaloneArgs;
}
