import type * as pulumi from "@pulumi/pulumi";

import { type CaCertificateArgs, OPTIONAL_CA_CERTIFICATE_FIELDS } from "../shared/ca";
import { Field, type Fields } from "../shared/fields";
import { RESOURCE_LIMIT_FIELDS, type ResourceLimitArgs } from "../shared/resources";
import type { Signal } from "../shared/signals";
import { STANDALONE_FIELDS, type StandaloneActiveGateArgs } from "./standalone-args";

/** How the ActiveGate is run. */
export const ActiveGateKind = {
    /** It exists already and is not managed by this component. */
    Existing: "existing",
    /** The Dynatrace Operator runs it from a DynaKube that the component creates. */
    DynaKube: "dynakube",
    /** Kubernetes runs it from a StatefulSet that the component creates, for clusters without the Operator. */
    Standalone: "standalone",
} as const;
export type ActiveGateKind = (typeof ActiveGateKind)[keyof typeof ActiveGateKind];

/** Versions of the DynaKube resource. @see https://docs.dynatrace.com/docs/ingest-from/setup-on-k8s/reference/dynakube-parameters */
export const DynaKubeVersion = {
    /** Operator 1.8 and later. */
    V1Beta6: "v1beta6",
    /** Deprecated by Operator 1.10. It has no `otlpExporterConfiguration`. */
    V1Beta5: "v1beta5",
} as const;
export type DynaKubeVersion = (typeof DynaKubeVersion)[keyof typeof DynaKubeVersion];

/** Capabilities of an ActiveGate in a DynaKube. OTLP is not one of them: see {@link DynaKubeOtlp}. */
export const DynaKubeCapability = {
    Routing: "routing",
    KubernetesMonitoring: "kubernetes-monitoring",
    DynatraceApi: "dynatrace-api",
    MetricsIngest: "metrics-ingest",
    Debugging: "debugging",
} as const;
export type DynaKubeCapability = (typeof DynaKubeCapability)[keyof typeof DynaKubeCapability];

/** The section of a DynaKube that makes the Operator enable OTLP in its ActiveGate. There is no other way to enable it. */
export const DynaKubeOtlp = {
    /** `otlpExporterConfiguration`: sets the exporter variables of pods in selected namespaces; by default in none. */
    ExporterConfiguration: "otlpExporterConfiguration",
    /** `telemetryIngest`: the Operator also runs its own Collector. */
    TelemetryIngest: "telemetryIngest",
} as const;
export type DynaKubeOtlp = (typeof DynaKubeOtlp)[keyof typeof DynaKubeOtlp];

/** Protocols that the Operator's Collector receives. */
export const DynaKubeTelemetryProtocol = {
    Otlp: "otlp",
    Zipkin: "zipkin",
    Jaeger: "jaeger",
    Statsd: "statsd",
} as const;
export type DynaKubeTelemetryProtocol = (typeof DynaKubeTelemetryProtocol)[keyof typeof DynaKubeTelemetryProtocol];

/** The certificate that the ActiveGate presents: a PEM pair, or an existing Secret. */
export interface ActiveGateTlsArgs {
    /** Certificate chain in PEM form that names the ActiveGate's Service, ActiveGate 1.307 and later. @default - in the Secret */
    certificatePem?: pulumi.Input<string | undefined>;
    /** Its private key in PEM form, without passphrase. @default - in the Secret */
    privateKeyPem?: pulumi.Input<string | undefined>;
    /**
     * Secret with `server.p12`, `password` and `server.crt`, or with `tls.crt`, `tls.key` and `server.crt`.
     *
     * @default - created from certificatePem and privateKeyPem
     */
    secretName?: pulumi.Input<string | undefined>;
}

/** Where an ActiveGate buffers data that it has not forwarded yet. */
export interface ActiveGateStorageArgs {
    /** Size of each pod's volume claim in GiB. @default 1 */
    sizeGiB?: pulumi.Input<number | undefined>;
    /** @default - the cluster's default StorageClass; without one the pod stays pending */
    storageClassName?: pulumi.Input<string | undefined>;
    /** Uses no claim: buffered data is lost when the pod is deleted. For trials only. @default false */
    ephemeral?: pulumi.Input<boolean | undefined>;
}

/** The two tokens of a DynaKube, as values or in a Secret. `dynaKubeScopes` lists their scopes. */
export interface DynaKubeTokensArgs {
    /** Token with which the Operator calls the Dynatrace API. @default - in the Secret */
    apiToken?: pulumi.Input<string | undefined>;
    /** Token for data ingestion. @default - in the Secret */
    dataIngestToken?: pulumi.Input<string | undefined>;
    /** Secret with the keys `apiToken` and `dataIngestToken`. @default - created from the two tokens */
    secretName?: pulumi.Input<string | undefined>;
}

/** TLS of the receivers of the Operator's Collector. */
export interface DynaKubeTelemetryTlsArgs {
    /** Secret with `tls.crt` and `tls.key`. */
    secretName: pulumi.Input<string>;
}

/** The Collector that the Operator runs for `telemetryIngest`. */
export interface DynaKubeTelemetryIngestArgs {
    /** @default ["otlp"] */
    protocols?: pulumi.Input<pulumi.Input<DynaKubeTelemetryProtocol>[] | undefined>;
    /** Name of its Service. @default `{name}-telemetry-ingest` */
    serviceName?: pulumi.Input<string | undefined>;
    /** TLS of its receivers. @default - no TLS inside the cluster */
    tls?: pulumi.Input<DynaKubeTelemetryTlsArgs | undefined>;
    /** Image without tag. @default `public.ecr.aws/dynatrace/dynatrace-otel-collector` */
    imageRepository?: pulumi.Input<string | undefined>;
    /** The image's tag. @default - the version this release was tested with */
    imageVersion?: pulumi.Input<string | undefined>;
}

/** Settings of a DynaKube. */
export interface DynaKubeArgs {
    tokens: DynaKubeTokensArgs;
    /** @default `v1beta6` */
    apiVersion?: DynaKubeVersion;
    /** @default ["dynatrace-api", "metrics-ingest"] */
    capabilities?: pulumi.Input<pulumi.Input<DynaKubeCapability>[] | undefined>;
    /** @default `otlpExporterConfiguration`, `telemetryIngest` for v1beta5 */
    otlpThrough?: pulumi.Input<DynaKubeOtlp | undefined>;
    /** Signals for which the exporter variables are set, see `injectInto`. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
    /** Labels of namespaces whose pods get the exporter variables. @default - `dynatrace-otlp/inject: {name}` */
    injectInto?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** @default - OTLP over the ports of OTLP */
    telemetryIngest?: pulumi.Input<DynaKubeTelemetryIngestArgs | undefined>;
    /** Content of a custom.properties file. It is stored in a Secret. @default - none */
    customProperties?: pulumi.Input<string | undefined>;
    /** Secret that holds this content under the key `customProperties`. @default - created from customProperties */
    customPropertiesSecretName?: pulumi.Input<string | undefined>;
    /** Image of the ActiveGate with its tag. @default - the Operator's choice */
    image?: pulumi.Input<string | undefined>;
    /** ConfigMap with CA certificates for connections to Dynatrace, key `certs`. @default - the CA certificates of the image */
    trustedCasConfigMapName?: pulumi.Input<string | undefined>;
    /** Secret with the URL of the proxy for connections to Dynatrace, key `proxy`. @default - no proxy */
    proxySecretName?: pulumi.Input<string | undefined>;
}

/** Settings of an ActiveGate that the component creates, with or without the Operator. */
export interface ActiveGateSettingsArgs extends ResourceLimitArgs {
    /** @default - a claim of 1 GiB of the default class */
    storage?: pulumi.Input<ActiveGateStorageArgs | undefined>;
    /** Number of pods. @default 1 */
    replicas?: pulumi.Input<number | undefined>;
    /** CPU request of a pod in thousandths of a core. @default 500 */
    cpuMillis?: pulumi.Input<number | undefined>;
    /** Memory request and limit of a pod in MiB, at least 512. @default 2048 */
    memoryMiB?: pulumi.Input<number | undefined>;
    /** Seconds in which a terminating pod can send buffered data. @default 120 */
    gracePeriodSeconds?: pulumi.Input<number | undefined>;
    /** ActiveGate group. @default - none */
    group?: pulumi.Input<string | undefined>;
    /** @default - none */
    networkZone?: pulumi.Input<string | undefined>;
    /** @default - `kubernetes.io/os: linux` */
    nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Labels that are added to every object. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
}

export interface ActiveGateRouteArgs extends ActiveGateSettingsArgs {
    /** Must be known when the program runs. */
    kind: ActiveGateKind;
    /** Environment that the ActiveGate serves: its id, or any of its URLs. */
    environment: pulumi.Input<string>;
    /** Host of an `existing` ActiveGate, e.g. `activegate.example.com`. @default - the host of the URL */
    host?: pulumi.Input<string | undefined>;
    /** TCP port of an `existing` ActiveGate. @default - the port of the URL, otherwise 443 for a Service of the cluster and 9999 elsewhere */
    port?: pulumi.Input<number | undefined>;
    /** CA certificates that senders trust. A Secret or ConfigMap must be in the namespace of the senders. @default - `tls.certificatePem` */
    ca?: pulumi.Input<CaCertificateArgs | undefined>;
    /** Existing namespace; for a DynaKube the namespace of the Operator. @default `dynatrace` */
    namespace?: pulumi.Input<string | undefined>;
    /** The certificate that the ActiveGate presents. Required for `standalone`. @default - the Operator creates one */
    tls?: ActiveGateTlsArgs;
    /** Required for `dynakube`. @default - none */
    dynakube?: DynaKubeArgs;
    /** Required for `standalone`. @default - none */
    standalone?: StandaloneActiveGateArgs;
}

const SETTINGS_FIELDS: Fields<ActiveGateSettingsArgs> = {
    ...RESOURCE_LIMIT_FIELDS,
    storage: { sizeGiB: Field.NoFallback, storageClassName: Field.NoFallback, ephemeral: Field.Any },
    replicas: Field.Any,
    cpuMillis: Field.Any,
    memoryMiB: Field.Any,
    gracePeriodSeconds: Field.Any,
    group: Field.Any,
    networkZone: Field.Any,
    nodeSelector: Field.NoFallback,
    labels: Field.Any,
};

const DYNAKUBE_FIELDS: Fields<DynaKubeArgs> = {
    tokens: { apiToken: Field.Secret, dataIngestToken: Field.Secret, secretName: Field.NoFallback },
    apiVersion: Field.NoFallback,
    capabilities: Field.NoFallback,
    otlpThrough: Field.NoFallback,
    signals: Field.NoFallback,
    injectInto: Field.NoFallback,
    telemetryIngest: {
        protocols: Field.NoFallback,
        serviceName: Field.NoFallback,
        tls: { secretName: Field.NoFallback },
        imageRepository: Field.NoFallback,
        imageVersion: Field.NoFallback,
    },
    customProperties: Field.Secret,
    customPropertiesSecretName: Field.NoFallback,
    image: Field.NoFallback,
    trustedCasConfigMapName: Field.Any,
    proxySecretName: Field.NoFallback,
};

export const ACTIVE_GATE_ROUTE_FIELDS: Fields<ActiveGateRouteArgs> = {
    ...SETTINGS_FIELDS,
    kind: Field.NoFallback,
    environment: Field.NoFallback,
    host: Field.NoFallback,
    port: Field.NoFallback,
    ca: OPTIONAL_CA_CERTIFICATE_FIELDS,
    namespace: Field.NoFallback,
    tls: { certificatePem: Field.NoFallback, privateKeyPem: Field.Secret, secretName: Field.NoFallback },
    dynakube: DYNAKUBE_FIELDS,
    standalone: STANDALONE_FIELDS,
};
