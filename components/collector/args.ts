import * as pulumi from "@pulumi/pulumi";

import { Field, type Fields } from "../shared/fields";
import type { AiContentArgs } from "../ai-content/args";
import type { CollectArgs, IntakeArgs } from "./args-collect";
import type { EnrichmentArgs, PersistentQueueArgs, RedactionArgs, SecondTierArgs, TailSamplingArgs } from "./args-data";
import type { CollectorServiceArgs, ServiceAccountArgs } from "./args-service";
import type { CiliumArgs } from "./cilium";
import type { ExposureArgs } from "./ingress";
import type { MonitoringArgs } from "./monitoring";
import type { CollectorDistribution } from "./names";
import type { OperatorArgs } from "./operator";
import type { PodArgs } from "./pod-args";
import type { CollectorSize } from "./profiles";
import type { ProxyArgs } from "./proxy";
import type { ReceiverArgs } from "./receiver-args";
import type { ScalingArgs } from "./scaling";
import type { TrustArgs } from "./trust";
import type { CollectorVariableArgs, CollectorVariableSourceArgs } from "./variables";

/** What runs the Collector's pods. */
export const CollectorMode = {
    /** Pods that any application sends to through one Service. */
    Deployment: "deployment",
    /** The same with names that last and, with `persistentQueue`, a volume for each pod. */
    StatefulSet: "statefulSet",
    /** One pod a node, an agent: applications send to the one on their own node. */
    DaemonSet: "daemonSet",
    /**
     * Pods that take and enrich, and behind them a StatefulSet to whose pods they send so that a trace or a series always
     * reaches the same one: what tail sampling, and deltas with more than one pod, need.
     */
    TwoTier: "twoTier",
} as const;
export type CollectorMode = (typeof CollectorMode)[keyof typeof CollectorMode];

/** How the Collector gets at the token in its Secret. */
export const TokenFrom = {
    /** An environment variable, which a pod reads when it starts: another token replaces the pods, one by one. */
    Environment: "environment",
    /** A mounted file, which the Collector reads again when it changes: another token restarts nothing. */
    File: "file",
} as const;
export type TokenFrom = (typeof TokenFrom)[keyof typeof TokenFrom];

/** Which Collector runs. */
export interface CollectorImageArgs {
    /** Decides component names and what the image can do. @default `dynatrace` */
    distribution?: pulumi.Input<CollectorDistribution>;
    /** Image without tag, for a mirror of your own. @default - the distribution's public repository; required for `custom` */
    repository?: pulumi.Input<string>;
    /** Version, used as the tag, e.g. `0.54.0`. @default - the version this release was tested with; required for `custom` */
    version?: pulumi.Input<string>;
    /**
     * The image to the byte, `sha256:…`, in place of the tag. `version` has to be that of this image all the same.
     *
     * @default - the tag
     */
    digest?: pulumi.Input<string>;
    /** `Always`, `IfNotPresent` or `Never`. @default `IfNotPresent` */
    pullPolicy?: pulumi.Input<string>;
}

export const COLLECTOR_IMAGE_FIELDS: Fields<CollectorImageArgs> = {
    distribution: Field.NoFallback,
    repository: Field.NoFallback,
    version: Field.NoFallback,
    digest: Field.NoFallback,
    pullPolicy: Field.Any,
};

/** What may talk to the Collector, and what the Collector may talk to. */
export interface CollectorNetworkPolicyArgs {
    /** Must be known when the program runs. @default true */
    enabled?: boolean;
    /** Namespaces whose pods may send, by name. @default - every namespace of the cluster */
    fromNamespaces?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Addresses outside of the cluster that may send, as `203.0.113.0/24`, e.g. those of a load balancer that hides who sends.
     *
     * @default - none with `service.type` `ClusterIP`; else those of `service.loadBalancerSourceRanges` where `service.externalTrafficPolicy` is
     * `Local`, which keeps the sender's address, or every one
     */
    fromAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Names Dynatrace's host instead of its port alone, in a cluster with Cilium: a `CiliumNetworkPolicy` takes the place of the other.
     * Whether it is given must be known when the program runs.
     *
     * @default - a NetworkPolicy
     */
    cilium?: CiliumArgs;
    /** Ports of the Kubernetes API server, as it is reached behind its Service. @default [443, 6443] */
    apiServerPorts?: pulumi.Input<pulumi.Input<number>[]>;
}

/** How the Collector is run, apart from where it sends and with what. */
export interface CollectorSettingsArgs {
    /** Must be known when the program runs. @default `deployment` */
    mode?: CollectorMode;
    image?: pulumi.Input<CollectorImageArgs>;
    /**
     * How the Collector gets at the token. Must be known when the program runs.
     *
     * `file` needs the Dynatrace Collector 0.53.0, or another of 0.157.0, or later, and a Secret that keeps its name when the token
     * changes. Pulumi's Kubernetes provider replaces the data of such a Secret by deleting it and making it anew, unless the provider
     * has `enableSecretMutable`; pods that run keep the mounted token meanwhile. A kubelet takes a minute or two to bring
     * another token into the file, so the one before has to serve for longer than that (`overlapDays`).
     *
     * @default `environment`
     * @see https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
     */
    tokenFrom?: TokenFrom;
    /**
     * Pods; of the first tier with `twoTier`. More than one needs `twoTier`, or `cumulativeToDelta: false`.
     *
     * @default 1, with `twoTier` 2; a `daemonSet` has one a node
     */
    replicas?: pulumi.Input<number>;
    /** How large each pod is, with figures for each size. @default - `custom` if `cpuMillis` or `memoryMiB` is given, else `small` */
    size?: pulumi.Input<CollectorSize>;
    /** CPU requested by a pod, in thousandths of a core; there is no CPU limit. @default - that of `size`; 200 for `custom` */
    cpuMillis?: pulumi.Input<number>;
    /** Memory requested by and limit of a pod, in MiB, at least 128. @default - that of `size`; 512 for `custom` */
    memoryMiB?: pulumi.Input<number>;
    /** More pods under load, their places, and how many may go at once. @default - `replicas` pods, spread over zones and nodes */
    scaling?: ScalingArgs;
    /** Who may send, and how much at once. @default - plain OTLP from whoever reaches it */
    receiver?: pulumi.Input<ReceiverArgs>;
    /** What is taken besides OTLP. @default - nothing */
    intake?: pulumi.Input<IntakeArgs>;
    /** Ways to the Collector from outside the cluster. @default - none */
    exposure?: ExposureArgs;
    /** The Service that applications send to. @default - one for the cluster alone */
    service?: CollectorServiceArgs;
    /**
     * Opens the Collector's ports on each node as well, for a `daemonSet`: for what cannot send to a Service, e.g. a process of the node. The
     * namespace has to allow Pod Security `privileged`. Must be known when the program runs.
     *
     * @default false
     */
    hostPorts?: boolean;
    /** Where the pods run, and what is in them besides the Collector. @default - any node with Linux and no taint; nothing */
    pods?: PodArgs;
    /** The account that the pods run under. @default - one of their own */
    serviceAccount?: ServiceAccountArgs;
    /** A CA of your own; the Collector trusts `caCertificatePem` of the endpoint as well. @default - the system's certificates */
    trust?: pulumi.Input<TrustArgs>;
    /** The way out. @default - straight to Dynatrace or the ActiveGate */
    proxy?: pulumi.Input<ProxyArgs>;
    /**
     * Lets the OpenTelemetry Operator, which has to be installed, run the pods: an `OpenTelemetryCollector` takes the place of the workload,
     * its ConfigMap, Service and disruption budget. Whether it is given must be known when the program runs.
     *
     * @default - Kubernetes runs them
     */
    operator?: OperatorArgs;
    /** Variables of the Collector's container, e.g. what `ownConfig` refers to. @default [] */
    env?: pulumi.Input<pulumi.Input<CollectorVariableArgs>[]>;
    /** Secrets and ConfigMaps of which the Collector's container gets all keys as variables. @default [] */
    envFrom?: pulumi.Input<pulumi.Input<CollectorVariableSourceArgs>[]>;
    /**
     * Adds namespace, workload, pod and node to what arrives; needs to read pods in the cluster.
     * Must be known when the program runs.
     *
     * @default true
     */
    kubernetesAttributes?: boolean;
    /** Turns cumulative counters and histograms, which Dynatrace refuses, into deltas. @default true */
    cumulativeToDelta?: pulumi.Input<boolean>;
    /** Resource attributes to add where the sender has not set them, e.g. `deployment.environment.name`. @default {} */
    resourceAttributes?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** What to collect besides what applications send. Must be known when the program runs. @default - nothing */
    collect?: CollectArgs;
    /** The Collector's metrics for a Prometheus in the cluster. Whether it is given must be known when the program runs. @default - none */
    monitoring?: MonitoringArgs;
    /** What to add to what arrives. @default - workload and annotations for Dynatrace, where `kubernetesAttributes` is on */
    enrichment?: EnrichmentArgs;
    /** What to mask before anything leaves. @default - tokens of Dynatrace */
    redaction?: pulumi.Input<RedactionArgs>;
    /**
     * What becomes of prompts and answers of AI models, and of who asked. If it is given, names that gateways use are mapped to those that
     * Dynatrace knows, where the distribution can.
     *
     * @default - prompts and answers are taken out; who asked is kept, since it stands in attributes of other requests as well
     */
    aiContent?: pulumi.Input<AiContentArgs>;
    /**
     * Cuts values that would make a single record larger than the largest request that Dynatrace takes; such a record would be dropped.
     *
     * @default true
     */
    cutLargeRecords?: pulumi.Input<boolean>;
    /** Keeps some traces and drops others, whole. Needs `twoTier`, or one pod. @default - every trace is kept */
    tailSampling?: pulumi.Input<TailSamplingArgs>;
    /** The StatefulSet of `twoTier`. @default - two pods of the size of those of the first tier */
    secondTier?: pulumi.Input<SecondTierArgs>;
    /**
     * Keeps what waits for Dynatrace on a volume, so that a restart of a pod loses nothing. Whether it is given must be known when the
     * program runs. A Deployment has no pod for a moment with each change then, since two cannot share the volume.
     *
     * @default - in memory
     */
    persistentQueue?: PersistentQueueArgs;
    /**
     * Your own part of the Collector's configuration, laid over the rendered one: maps are merged, `null` removes a key, a list
     * replaces a list. Only the lists of a pipeline, and that of extensions, are added to: a processor of yours runs after the
     * rendered ones, right before the exporters. A pipeline of yours gets the memory limiter first.
     * `$` is expanded by the Collector; a `$` of yours is written `$$`. No secret belongs here, but the name of a variable that holds it.
     *
     * @default {}
     * @see https://opentelemetry.io/docs/collector/configuration/
     */
    ownConfig?: pulumi.Inputs;
    networkPolicy?: CollectorNetworkPolicyArgs;
    /** Labels to add to every object, but for `app.kubernetes.io/name` and `/instance`, which pods are selected by. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Annotations to add to the pods. @default {} */
    podAnnotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
