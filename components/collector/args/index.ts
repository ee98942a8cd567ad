import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { AiContentArgs } from "../../ai-content/args";
import type { CollectorDistribution } from "../distributions";
import type { CollectorCollectArgs, CollectorIntakeArgs } from "./collect";
import type { CollectorServiceArgs, CollectorExposureArgs } from "./exposure";
import type { CollectorMonitoringArgs } from "./monitoring";
import type { CollectorNetworkPolicyArgs } from "./network";
import type { CollectorOperatorArgs } from "./operator";
import type { CollectorPodArgs, CollectorServiceAccountArgs } from "./pods";
import type {
    CollectorEnrichmentArgs,
    CollectorPersistentQueueArgs,
    CollectorRedactionArgs,
    CollectorSecondTierArgs,
    CollectorTailSamplingArgs,
} from "./processing";
import type { CollectorProxyArgs } from "./proxy";
import type { CollectorReceiverArgs } from "./receiver";
import type { CollectorSize, CollectorScalingArgs } from "./scaling";
import type { CollectorTrustArgs } from "./trust";
import { Field, type Fields } from "../../shared/fields";
import { ENV_FROM_FIELDS, ENV_VAR_FIELDS } from "../../shared/variables";
import { COLLECT_FIELDS, INTAKE_FIELDS } from "./collect";
import { EXPOSURE_FIELDS, SERVICE_FIELDS } from "./exposure";
import { MONITORING_FIELDS } from "./monitoring";
import { NETWORK_POLICY_FIELDS } from "./network";
import { OPERATOR_FIELDS } from "./operator";
import { POD_FIELDS, SERVICE_ACCOUNT_FIELDS } from "./pods";
import {
    ENRICHMENT_FIELDS,
    PERSISTENT_QUEUE_FIELDS,
    REDACTION_FIELDS,
    SECOND_TIER_FIELDS,
    TAIL_SAMPLING_FIELDS,
} from "./processing";
import { PROXY_FIELDS } from "./proxy";
import { RECEIVER_FIELDS } from "./receiver";
import { SCALING_FIELDS } from "./scaling";
import { AI_CONTENT_FIELDS } from "../../ai-content/args";
import { TRUST_FIELDS } from "./trust";

/** Kind of workload that runs the Collector's pods. */
export const CollectorMode = {
    /** Pods behind one Service. */
    Deployment: "deployment",
    /** Pods with stable names. With `persistentQueue`, each pod has its own volume. */
    StatefulSet: "statefulSet",
    /** One pod on each node (agent). Applications send to the pod on their own node. */
    DaemonSet: "daemonSet",
    /**
     * Two tiers. The first tier receives and enriches data. It sends to a second tier, a StatefulSet, so that each trace and each metric
     * series always reaches the same pod. Tail sampling, and deltas with more than one pod, need this.
     */
    TwoTier: "twoTier",
} as const;
export type CollectorMode = (typeof CollectorMode)[keyof typeof CollectorMode];

/** How the Collector reads the token from its Secret. */
export const CollectorTokenFrom = {
    /** An environment variable, read when a pod starts. A new token replaces the pods one by one. */
    Environment: "environment",
    /** A mounted file, read again when it changes. A new token restarts nothing. */
    File: "file",
} as const;
export type CollectorTokenFrom = (typeof CollectorTokenFrom)[keyof typeof CollectorTokenFrom];

/** The Collector image. */
export interface CollectorImageArgs {
    /** Determines component names and available components. @default `dynatrace` */
    distribution?: pulumi.Input<CollectorDistribution | undefined>;
    /** Image without tag, e.g. of a private mirror. @default - the distribution's public repository; required for `custom` */
    repository?: pulumi.Input<string | undefined>;
    /** Version, used as the tag, e.g. `0.54.0`. @default - the version this release was tested with; required for `custom` */
    version?: pulumi.Input<string | undefined>;
    /**
     * Digest of the image, `sha256:…`, used instead of the tag. `version` must be the version of the same image.
     *
     * @default - the tag
     */
    digest?: pulumi.Input<string | undefined>;
    /** `Always`, `IfNotPresent` or `Never`. @default `IfNotPresent` */
    pullPolicy?: pulumi.Input<string | undefined>;
}

export const COLLECTOR_IMAGE_FIELDS: Fields<CollectorImageArgs> = {
    distribution: Field.NoFallback,
    repository: Field.NoFallback,
    version: Field.NoFallback,
    digest: Field.NoFallback,
    pullPolicy: Field.Any,
};

/** How the Collector runs. */
export interface CollectorSettingsArgs {
    /** Kind of workload. Must be known when the program runs. @default `deployment` */
    mode?: CollectorMode;
    image?: pulumi.Input<CollectorImageArgs | undefined>;
    /**
     * How the Collector reads the token. Must be known when the program runs.
     *
     * `file` needs the Dynatrace Collector 0.53.0 or later, or another distribution 0.157.0 or later. It also needs a Secret that keeps its
     * name when the token changes. Pulumi's Kubernetes provider deletes and recreates such a Secret unless the provider sets
     * `enableSecretMutable`. Running pods keep the mounted token meanwhile. A kubelet needs one or two minutes to update the file, so the
     * old token must stay valid for longer (`overlapDays`).
     *
     * @default `environment`
     * @see https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
     */
    tokenFrom?: CollectorTokenFrom;
    /**
     * Number of pods; with `twoTier`, pods of the first tier. More than one needs `twoTier`, or `cumulativeToDelta: false`.
     *
     * @default 1, with `twoTier` 2; a `daemonSet` has one pod on each node
     */
    replicas?: pulumi.Input<number | undefined>;
    /** Size of each pod. @default - `custom` if `cpuMillis` or `memoryMiB` is set, otherwise `small` */
    size?: pulumi.Input<CollectorSize | undefined>;
    /** CPU request of a pod, in thousandths of a core. There is no CPU limit. @default - from `size`; 200 for `custom` */
    cpuMillis?: pulumi.Input<number | undefined>;
    /** Memory request and limit of a pod, in MiB, at least 128. @default - from `size`; 512 for `custom` */
    memoryMiB?: pulumi.Input<number | undefined>;
    /** Autoscaling, spreading and the disruption budget. @default - `replicas` pods, spread over zones and nodes */
    scaling?: CollectorScalingArgs;
    /** TLS, credentials and request limits for senders. @default - plain OTLP from anyone who can reach the Service */
    receiver?: pulumi.Input<CollectorReceiverArgs | undefined>;
    /** Protocols that the Collector accepts in addition to OTLP. @default - none */
    intake?: pulumi.Input<CollectorIntakeArgs | undefined>;
    /** Access to the Collector from outside the cluster. @default - none */
    exposure?: CollectorExposureArgs;
    /** The Service that applications send to. @default - a `ClusterIP` Service */
    service?: CollectorServiceArgs;
    /**
     * Also opens the Collector's ports on each node, for senders that cannot use a Service, e.g. a process on the node. Needs mode
     * `daemonSet`. The namespace must allow Pod Security `privileged`. Must be known when the program runs.
     *
     * @default false
     */
    hostPorts?: boolean;
    /** Scheduling, volumes and extra containers of the pods. @default - any Linux node without a taint; nothing extra */
    pods?: CollectorPodArgs;
    /** ServiceAccount of the pods. @default - a new ServiceAccount */
    serviceAccount?: CollectorServiceAccountArgs;
    /** Your own CA. The Collector also trusts `ca` of the endpoint. @default - the system's certificates */
    trust?: pulumi.Input<CollectorTrustArgs | undefined>;
    /** Proxy between the Collector and Dynatrace. @default - no proxy */
    proxy?: pulumi.Input<CollectorProxyArgs | undefined>;
    /**
     * Lets the OpenTelemetry Operator run the pods. The Operator must be installed. An `OpenTelemetryCollector` replaces the workload, its
     * ConfigMap, Service and disruption budget. Whether this field is set must be known when the program runs.
     *
     * @default - no Operator; this package creates the workload
     */
    operator?: CollectorOperatorArgs;
    /**
     * Environment variables of the Collector's container, e.g. for `${env:PARTNER_TOKEN}` in `extraConfig`. Anyone who can read pods can read
     * `value`; use `valueFrom.secretKeyRef` for a secret.
     *
     * @default []
     */
    env?: pulumi.Input<pulumi.Input<types.input.core.v1.EnvVar>[] | undefined>;
    /**
     * Secrets and ConfigMaps in the Collector's namespace whose keys become environment variables of the Collector's container. Variables of
     * `env` and of this package take precedence.
     *
     * @default []
     */
    envFrom?: pulumi.Input<pulumi.Input<types.input.core.v1.EnvFromSource>[] | undefined>;
    /**
     * Adds namespace, workload, pod and node to received data. Needs the right to read pods in the cluster.
     * Must be known when the program runs.
     *
     * @default true
     */
    kubernetesAttributes?: boolean;
    /** Converts cumulative counters and histograms to deltas. Dynatrace rejects cumulative metrics. @default true */
    cumulativeToDelta?: pulumi.Input<boolean | undefined>;
    /** Resource attributes to add unless the sender sets them, e.g. `deployment.environment.name`. @default {} */
    resourceAttributes?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Data that the Collector collects itself. Must be known when the program runs. @default - nothing */
    collect?: CollectorCollectArgs;
    /** Exposes the Collector's own metrics to Prometheus. Whether it is set must be known when the program runs. @default - none */
    monitoring?: CollectorMonitoringArgs;
    /** Attributes to add. @default - workload and annotations for Dynatrace, if `kubernetesAttributes` is on */
    enrichment?: CollectorEnrichmentArgs;
    /** Text to mask before data leaves the Collector. @default - Dynatrace tokens */
    redaction?: pulumi.Input<CollectorRedactionArgs | undefined>;
    /**
     * What happens to prompts, answers and user attributes of AI requests. If set, the Collector also maps attribute names of gateways to
     * the names that Dynatrace knows, if the distribution can.
     *
     * @default - prompts and answers are removed; user attributes are kept, because requests to other services have them too
     */
    aiContent?: pulumi.Input<AiContentArgs | undefined>;
    /**
     * Shortens values of a record that would exceed the largest request that Dynatrace accepts. Without it, such a record is dropped.
     *
     * @default true
     */
    cutLargeRecords?: pulumi.Input<boolean | undefined>;
    /** Keeps some traces and drops the others as a whole. Needs `twoTier`, or one pod. @default - every trace is kept */
    tailSampling?: pulumi.Input<CollectorTailSamplingArgs | undefined>;
    /** The StatefulSet of `twoTier`. @default - two pods of the same size as the first tier */
    secondTier?: pulumi.Input<CollectorSecondTierArgs | undefined>;
    /**
     * Stores the sending queue on a volume, so that it survives a restart of the pod. Whether this field is set must be known when the
     * program runs. A Deployment is then briefly unavailable during every rollout, because two pods cannot mount the volume. Senders retry.
     *
     * @default - the queue is in memory
     */
    persistentQueue?: CollectorPersistentQueueArgs;
    /**
     * Extra configuration, merged into the rendered configuration. Maps are merged, `null` removes a key, and a list replaces a list.
     * Exception: the lists of a pipeline and the list of extensions are appended to. Your processor therefore runs after the rendered
     * processors and directly before the exporters. A new pipeline gets the memory limiter first. The Collector expands `$`, so write a
     * literal `$` as `$$`. Do not put a secret in it; refer to an environment variable that holds the secret.
     *
     * @default {}
     * @see https://opentelemetry.io/docs/collector/configuration/
     */
    extraConfig?: pulumi.Inputs;
    networkPolicy?: CollectorNetworkPolicyArgs;
    /** Labels to add to every object, except the selector labels `app.kubernetes.io/name` and `/instance`. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Annotations to add to the pods. @default {} */
    podAnnotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
}

export const SETTINGS_FIELDS: Fields<CollectorSettingsArgs> = {
    mode: Field.Any,
    image: COLLECTOR_IMAGE_FIELDS,
    tokenFrom: Field.Any,
    replicas: Field.Any,
    size: Field.Any,
    cpuMillis: Field.Any,
    memoryMiB: Field.Any,
    scaling: SCALING_FIELDS,
    receiver: RECEIVER_FIELDS,
    intake: INTAKE_FIELDS,
    exposure: EXPOSURE_FIELDS,
    service: SERVICE_FIELDS,
    hostPorts: Field.Any,
    pods: POD_FIELDS,
    serviceAccount: SERVICE_ACCOUNT_FIELDS,
    trust: TRUST_FIELDS,
    proxy: PROXY_FIELDS,
    operator: OPERATOR_FIELDS,
    env: [ENV_VAR_FIELDS],
    envFrom: [ENV_FROM_FIELDS],
    kubernetesAttributes: Field.Any,
    cumulativeToDelta: Field.Any,
    resourceAttributes: Field.Any,
    collect: COLLECT_FIELDS,
    monitoring: MONITORING_FIELDS,
    enrichment: ENRICHMENT_FIELDS,
    redaction: REDACTION_FIELDS,
    aiContent: AI_CONTENT_FIELDS,
    cutLargeRecords: Field.Any,
    tailSampling: TAIL_SAMPLING_FIELDS,
    secondTier: SECOND_TIER_FIELDS,
    persistentQueue: PERSISTENT_QUEUE_FIELDS,
    extraConfig: Field.Any,
    networkPolicy: NETWORK_POLICY_FIELDS,
    labels: Field.Any,
    podAnnotations: Field.Any,
};
