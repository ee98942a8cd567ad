import type * as pulumi from "@pulumi/pulumi";

import type { CollectorDistribution } from "../distributions";
import { Field, type Fields } from "../../shared/fields";
import type { ClusterPlatform } from "../../shared/platform";
import { RESOURCE_LIMIT_FIELDS, type ResourceLimitArgs } from "../../shared/resources";
import { COLLECT_FIELDS, type CollectorCollectArgs } from "./collect";
import { type CollectorIntakeArgs, INTAKE_FIELDS } from "./intake";
import { type CollectorMonitoringArgs, MONITORING_FIELDS } from "./monitoring";
import { type CollectorNetworkArgs, NETWORK_FIELDS } from "./network";
import { type CollectorOperatorArgs, OPERATOR_FIELDS } from "./operator";
import { type CollectorPodArgs, POD_FIELDS } from "./pods";
import {
    type CollectorPersistentQueueArgs,
    type CollectorProcessingArgs,
    type CollectorSecondTierArgs,
    PERSISTENT_QUEUE_FIELDS,
    PROCESSING_FIELDS,
    SECOND_TIER_FIELDS,
} from "./processing";
import { type CollectorRbacArgs, RBAC_FIELDS } from "./rbac";
import { type CollectorReceiverArgs, RECEIVER_FIELDS } from "./receiver";
import { type CollectorScalingArgs, type CollectorSize, SCALING_FIELDS } from "./scaling";
import { type CollectorSchedulingArgs, SCHEDULING_FIELDS } from "./scheduling";

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

/** How the Collector runs. The limits apply to the Collector's container in the pods of both tiers. */
export interface CollectorSettingsArgs extends ResourceLimitArgs {
    /** Kind of workload. Must be known when the program runs. @default `deployment` */
    mode?: CollectorMode;
    /**
     * The kind of cluster. Applies what the cluster needs, and rejects arguments that the cluster rejects. Must be known when the program
     * runs.
     *
     * @default `kubernetes`
     */
    platform?: ClusterPlatform;
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
     * Number of pods; with `twoTier`, pods of the first tier. More than one needs `twoTier`, or
     * `processing.cumulativeToDelta: false`.
     *
     * @default 1, with `twoTier` 2; a `daemonSet` has one pod on each node
     */
    replicas?: pulumi.Input<number | undefined>;
    /** Size of each pod. @default `small` */
    size?: pulumi.Input<CollectorSize | undefined>;
    /** CPU request of a pod, in thousandths of a core. Overrides `size`. @default - from `size` */
    cpuMillis?: pulumi.Input<number | undefined>;
    /** Memory request and limit of a pod, in MiB, at least 128. Overrides `size`. @default - from `size` */
    memoryMiB?: pulumi.Input<number | undefined>;
    /** Autoscaling and the disruption budget. @default - `replicas` pods */
    scaling?: CollectorScalingArgs;
    /** TLS, credentials and request limits for senders. @default - plain OTLP from anyone who can reach the Service */
    receiver?: pulumi.Input<CollectorReceiverArgs | undefined>;
    /** Protocols that the Collector accepts in addition to OTLP. @default - none */
    intake?: pulumi.Input<CollectorIntakeArgs | undefined>;
    /** The Service, access from outside the cluster, proxy, CA and network policy. @default - a `ClusterIP` Service, closed by a NetworkPolicy */
    network?: CollectorNetworkArgs;
    /** ServiceAccount, variables, volumes and extra containers of the pods. @default - a new ServiceAccount; nothing extra */
    pods?: CollectorPodArgs;
    /** Roles and bindings of the pods' ServiceAccount. @default - a ClusterRole with the rights that the features need, if they need any */
    rbac?: CollectorRbacArgs;
    /** Nodes that the pods run on. @default - any Linux node without a taint, spread over zones and nodes */
    scheduling?: CollectorSchedulingArgs;
    /**
     * Lets the OpenTelemetry Operator run the pods. The Operator must be installed. An `OpenTelemetryCollector` replaces the workload, its
     * ConfigMap, Service and disruption budget. Whether this field is set must be known when the program runs.
     *
     * @default - no Operator; this package creates the workload
     */
    operator?: CollectorOperatorArgs;
    /** Data that the Collector collects itself. Must be known when the program runs. @default - nothing */
    collect?: CollectorCollectArgs;
    /** Exposes the Collector's own metrics to Prometheus. Whether it is set must be known when the program runs. @default - none */
    monitoring?: CollectorMonitoringArgs;
    /** What happens to the data before it is sent. @default - the defaults of each field */
    processing?: CollectorProcessingArgs;
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
     * literal `$` as `$$`. Let a receiver listen on `[${env:MY_POD_IP}]:8006`, which works with IPv4 and IPv6. Do not put a secret in it;
     * refer to an environment variable that holds the secret.
     *
     * @default {}
     * @see https://opentelemetry.io/docs/collector/configuration/
     */
    extraConfig?: pulumi.Inputs;
    /** Labels to add to every object, except the selector labels `app.kubernetes.io/name` and `/instance`. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
}

export const SETTINGS_FIELDS: Fields<CollectorSettingsArgs> = {
    ...RESOURCE_LIMIT_FIELDS,
    mode: Field.Any,
    platform: Field.Any,
    image: COLLECTOR_IMAGE_FIELDS,
    tokenFrom: Field.Any,
    replicas: Field.Any,
    size: Field.Any,
    cpuMillis: Field.Any,
    memoryMiB: Field.Any,
    scaling: SCALING_FIELDS,
    receiver: RECEIVER_FIELDS,
    intake: INTAKE_FIELDS,
    network: NETWORK_FIELDS,
    pods: POD_FIELDS,
    rbac: RBAC_FIELDS,
    scheduling: SCHEDULING_FIELDS,
    operator: OPERATOR_FIELDS,
    collect: COLLECT_FIELDS,
    monitoring: MONITORING_FIELDS,
    processing: PROCESSING_FIELDS,
    secondTier: SECOND_TIER_FIELDS,
    persistentQueue: PERSISTENT_QUEUE_FIELDS,
    extraConfig: Field.Any,
    labels: Field.Any,
};
