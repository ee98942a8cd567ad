import type * as pulumi from "@pulumi/pulumi";

import type { AiContentArgs } from "../../ai-content/args";
import type { CollectorDistribution } from "../distributions";
import type { CollectorCollectArgs, CollectorIntakeArgs } from "./collect";
import type { CollectorServiceArgs, CollectorExposureArgs } from "./exposure";
import type { CollectorMonitoringArgs } from "./monitoring";
import type { CollectorNetworkPolicyArgs } from "./network";
import type { CollectorOperatorArgs } from "./operator";
import type {
    CollectorVariableArgs,
    CollectorVariableSourceArgs,
    CollectorPodArgs,
    CollectorServiceAccountArgs,
} from "./pods";
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
import { COLLECT_FIELDS, INTAKE_FIELDS } from "./collect";
import { EXPOSURE_FIELDS, SERVICE_FIELDS } from "./exposure";
import { MONITORING_FIELDS } from "./monitoring";
import { NETWORK_POLICY_FIELDS } from "./network";
import { OPERATOR_FIELDS } from "./operator";
import { POD_FIELDS, SERVICE_ACCOUNT_FIELDS, VARIABLE_FIELDS, VARIABLE_SOURCE_FIELDS } from "./pods";
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

/** What runs the Collector's pods. */
export const CollectorMode = {
    /** Pods that any application sends to through one Service. */
    Deployment: "deployment",
    /** Pods with stable names and, with `persistentQueue`, a volume for each pod. */
    StatefulSet: "statefulSet",
    /** One pod on each node, an agent: applications send to the pod on their own node. */
    DaemonSet: "daemonSet",
    /**
     * Pods that take and enrich, and behind them a StatefulSet to whose pods they send so that a trace or a series always
     * reaches the same one: what tail sampling, and deltas with more than one pod, need.
     */
    TwoTier: "twoTier",
} as const;
export type CollectorMode = (typeof CollectorMode)[keyof typeof CollectorMode];

/** How the Collector reads the token from its Secret. */
export const CollectorTokenFrom = {
    /** An environment variable, which a pod reads when it starts: a new token replaces the pods, one by one. */
    Environment: "environment",
    /** A mounted file, which the Collector reads again when it changes: a new token restarts nothing. */
    File: "file",
} as const;
export type CollectorTokenFrom = (typeof CollectorTokenFrom)[keyof typeof CollectorTokenFrom];

/** Which Collector runs. */
export interface CollectorImageArgs {
    /** Decides component names and what the image can do. @default `dynatrace` */
    distribution?: pulumi.Input<CollectorDistribution | undefined>;
    /** Image without tag, e.g. of a private mirror. @default - the distribution's public repository; required for `custom` */
    repository?: pulumi.Input<string | undefined>;
    /** Version, used as the tag, e.g. `0.54.0`. @default - the version this release was tested with; required for `custom` */
    version?: pulumi.Input<string | undefined>;
    /**
     * The exact image, `sha256:…`, instead of the tag. `version` must still be the version of this image.
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

/** How the Collector is run, apart from where it sends and with what. */
export interface CollectorSettingsArgs {
    /** Must be known when the program runs. @default `deployment` */
    mode?: CollectorMode;
    image?: pulumi.Input<CollectorImageArgs | undefined>;
    /**
     * How the Collector reads the token. Must be known when the program runs.
     *
     * `file` needs the Dynatrace Collector 0.53.0, or another of 0.157.0, or later, and a Secret that keeps its name when the token
     * changes. Pulumi's Kubernetes provider replaces the data of such a Secret by deleting it and making it anew, unless the provider
     * has `enableSecretMutable`; pods that run keep the mounted token meanwhile. A kubelet takes a minute or two to bring
     * another token into the file, so the one before has to serve for longer than that (`overlapDays`).
     *
     * @default `environment`
     * @see https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
     */
    tokenFrom?: CollectorTokenFrom;
    /**
     * Pods; of the first tier with `twoTier`. More than one needs `twoTier`, or `cumulativeToDelta: false`.
     *
     * @default 1, with `twoTier` 2; a `daemonSet` has one a node
     */
    replicas?: pulumi.Input<number | undefined>;
    /** How large each pod is, with figures for each size. @default - `custom` if `cpuMillis` or `memoryMiB` is given, else `small` */
    size?: pulumi.Input<CollectorSize | undefined>;
    /** CPU requested by a pod, in thousandths of a core; there is no CPU limit. @default - that of `size`; 200 for `custom` */
    cpuMillis?: pulumi.Input<number | undefined>;
    /** Memory requested by and limit of a pod, in MiB, at least 128. @default - that of `size`; 512 for `custom` */
    memoryMiB?: pulumi.Input<number | undefined>;
    /** Autoscaling, where pods run, and how many may stop at once. @default - `replicas` pods, spread over zones and nodes */
    scaling?: CollectorScalingArgs;
    /** Who may send, and how large a request may be. @default - plain OTLP from anyone who can reach the Service */
    receiver?: pulumi.Input<CollectorReceiverArgs | undefined>;
    /** What the Collector accepts in addition to OTLP. @default - nothing */
    intake?: pulumi.Input<CollectorIntakeArgs | undefined>;
    /** Ways to the Collector from outside the cluster. @default - none */
    exposure?: CollectorExposureArgs;
    /** The Service that applications send to. @default - one for the cluster alone */
    service?: CollectorServiceArgs;
    /**
     * Opens the Collector's ports on each node as well, for a `daemonSet`: for what cannot send to a Service, e.g. a process of the node. The
     * namespace has to allow Pod Security `privileged`. Must be known when the program runs.
     *
     * @default false
     */
    hostPorts?: boolean;
    /** Where the pods run, and what else is in them. @default - any Linux node without a taint; nothing else */
    pods?: CollectorPodArgs;
    /** The account that the pods run under. @default - one of their own */
    serviceAccount?: CollectorServiceAccountArgs;
    /** A CA of your own; the Collector trusts `caCertificatePem` of the endpoint as well. @default - the system's certificates */
    trust?: pulumi.Input<CollectorTrustArgs | undefined>;
    /** The way out. @default - straight to Dynatrace or the ActiveGate */
    proxy?: pulumi.Input<CollectorProxyArgs | undefined>;
    /**
     * Lets the OpenTelemetry Operator, which has to be installed, run the pods: an `OpenTelemetryCollector` takes the place of the workload,
     * its ConfigMap, Service and disruption budget. Whether it is given must be known when the program runs.
     *
     * @default - Kubernetes runs them
     */
    operator?: CollectorOperatorArgs;
    /** Variables of the Collector's container, e.g. what `extraConfig` refers to. @default [] */
    env?: pulumi.Input<pulumi.Input<CollectorVariableArgs>[] | undefined>;
    /** Secrets and ConfigMaps of which the Collector's container gets all keys as variables. @default [] */
    envFrom?: pulumi.Input<pulumi.Input<CollectorVariableSourceArgs>[] | undefined>;
    /**
     * Adds namespace, workload, pod and node to what arrives; needs to read pods in the cluster.
     * Must be known when the program runs.
     *
     * @default true
     */
    kubernetesAttributes?: boolean;
    /** Turns cumulative counters and histograms, which Dynatrace refuses, into deltas. @default true */
    cumulativeToDelta?: pulumi.Input<boolean | undefined>;
    /** Resource attributes to add where the sender has not set them, e.g. `deployment.environment.name`. @default {} */
    resourceAttributes?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** What the Collector collects itself, in addition to what applications send. Must be known when the program runs. @default - nothing */
    collect?: CollectorCollectArgs;
    /** The Collector's metrics for a Prometheus in the cluster. Whether it is given must be known when the program runs. @default - none */
    monitoring?: CollectorMonitoringArgs;
    /** What to add to what arrives. @default - workload and annotations for Dynatrace, where `kubernetesAttributes` is on */
    enrichment?: CollectorEnrichmentArgs;
    /** What to mask before anything leaves. @default - tokens of Dynatrace */
    redaction?: pulumi.Input<CollectorRedactionArgs | undefined>;
    /**
     * What becomes of prompts and answers of AI models, and of who asked. If it is given, names that gateways use are mapped to those that
     * Dynatrace knows, where the distribution can.
     *
     * @default - prompts and answers are taken out; who asked is kept, since it stands in attributes of other requests as well
     */
    aiContent?: pulumi.Input<AiContentArgs | undefined>;
    /**
     * Cuts values that would make a single record larger than the largest request that Dynatrace takes; such a record would be dropped.
     *
     * @default true
     */
    cutLargeRecords?: pulumi.Input<boolean | undefined>;
    /** Keeps some traces and drops others, whole. Needs `twoTier`, or one pod. @default - every trace is kept */
    tailSampling?: pulumi.Input<CollectorTailSamplingArgs | undefined>;
    /** The StatefulSet of `twoTier`. @default - two pods of the size of those of the first tier */
    secondTier?: pulumi.Input<CollectorSecondTierArgs | undefined>;
    /**
     * Keeps what waits for Dynatrace on a volume, so that a restart of a pod loses nothing. Whether it is given must be known when the
     * program runs. A Deployment is then briefly unavailable during every rollout, because two pods cannot mount the volume. Senders retry.
     *
     * @default - in memory
     */
    persistentQueue?: CollectorPersistentQueueArgs;
    /**
     * Your own part of the Collector's configuration, laid over the rendered one: maps are merged, `null` removes a key, a list
     * replaces a list. Only the lists of a pipeline, and that of extensions, are added to: a processor of yours runs after the
     * rendered ones, right before the exporters. A pipeline of yours gets the memory limiter first.
     * `$` is expanded by the Collector; a `$` of yours is written `$$`. No secret belongs here, but the name of a variable that holds it.
     *
     * @default {}
     * @see https://opentelemetry.io/docs/collector/configuration/
     */
    extraConfig?: pulumi.Inputs;
    networkPolicy?: CollectorNetworkPolicyArgs;
    /** Labels to add to every object, except `app.kubernetes.io/name` and `/instance`, by which pods are selected. @default {} */
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
    env: [VARIABLE_FIELDS],
    envFrom: [VARIABLE_SOURCE_FIELDS],
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
