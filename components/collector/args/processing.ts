import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** Who tells where the Collector's node is. None of them needs a right in the cluster or in the cloud. */
export const CloudDetector = {
    /** Amazon EKS: provider and platform. */
    Eks: "eks",
    /** Amazon EC2: account, region, zone and the instance. */
    Ec2: "ec2",
    /** Azure Kubernetes Service: provider and platform. */
    Aks: "aks",
    /** Azure: subscription, region and the virtual machine. */
    Azure: "azure",
    /** Google Cloud, with Google Kubernetes Engine: project, region, zone, cluster and the instance. */
    Gcp: "gcp",
} as const;
export type CloudDetector = (typeof CloudDetector)[keyof typeof CloudDetector];

/** What is added to what arrives. An attribute that a sender has set wins over that of the stack. */
export interface CollectorEnrichmentArgs {
    /**
     * What Dynatrace links Kubernetes data by: `k8s.workload.kind` and `.name` in place of one attribute a kind, and the pods'
     * annotations below `metadata.dynatrace.com`. Has effect with `kubernetesAttributes` alone.
     *
     * @default true
     * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/kubernetes/k8s-enrich
     */
    dynatraceRecipe?: pulumi.Input<boolean | undefined>;
    /** `k8s.cluster.name`, as Dynatrace knows the cluster. @default - not set */
    clusterName?: pulumi.Input<string | undefined>;
    /** `k8s.cluster.uid`: the uid of the namespace `kube-system`. @default - read from the cluster with `kubernetesAttributes` */
    clusterUid?: pulumi.Input<string | undefined>;
    /** `dt.entity.kubernetes_cluster`, e.g. `KUBERNETES_CLUSTER-0123456789ABCDEF`. @default - not set */
    clusterEntity?: pulumi.Input<string | undefined>;
    /**
     * The host as OneAgent knows it, by a `daemonSet` on nodes with OneAgent. Mounts a folder of the node read-only, so the namespace has to
     * allow Pod Security `privileged`. Must be known when the program runs.
     *
     * @default false
     */
    hostFromOneAgent?: boolean;
    /**
     * Labels of pods to add, each with the name of the attribute that holds it, e.g. `{ "example.com/team": "dt.owner" }`. Needs
     * `kubernetesAttributes`, as the next two do.
     *
     * @default {}
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/k8sattributesprocessor
     */
    podLabels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Annotations of pods, in the same way. @default {} */
    podAnnotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Labels of the pods' namespaces, in the same way. @default {} */
    namespaceLabels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /**
     * Cloud, account and region, as the cloud tells the Collector's node; with a `daemonSet` zone and instance as well. Opens the way to the
     * cloud's metadata service.
     *
     * @default - no cloud is asked
     */
    resourceDetection?: pulumi.Input<CollectorResourceDetectionArgs | undefined>;
    /** `deployment.environment.name` of the stack, e.g. `production`. @default - not set */
    environment?: pulumi.Input<string | undefined>;
    /** `dt.owner` of the stack: identifier of a team in Dynatrace. @default - not set */
    owner?: pulumi.Input<string | undefined>;
    /** `vcs.ref.head.revision` of the stack: the commit it was made from. @default - not set */
    commit?: pulumi.Input<string | undefined>;
}

/**
 * Which clouds are asked where the Collector runs, when it starts.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/resourcedetectionprocessor
 */
export interface CollectorResourceDetectionArgs {
    /** Of several that know an attribute, the first counts: `["eks", "ec2"]`, `["aks", "azure"]`, or `["gcp"]`. */
    detectors: pulumi.Input<pulumi.Input<CloudDetector>[]>;
    /** Seconds after which the Collector starts without an answer, 1 to 60. @default 5 */
    timeoutSeconds?: pulumi.Input<number | undefined>;
}

export const RESOURCE_DETECTION_FIELDS: Fields<CollectorResourceDetectionArgs> = {
    detectors: Field.Any,
    timeoutSeconds: Field.Any,
};

export const ENRICHMENT_FIELDS: Fields<CollectorEnrichmentArgs> = {
    dynatraceRecipe: Field.Any,
    clusterName: Field.Any,
    clusterUid: Field.Any,
    clusterEntity: Field.Any,
    hostFromOneAgent: Field.Any,
    podLabels: Field.Any,
    podAnnotations: Field.Any,
    namespaceLabels: Field.Any,
    resourceDetection: RESOURCE_DETECTION_FIELDS,
    environment: Field.Any,
    owner: Field.Any,
    commit: Field.Any,
};

/**
 * What is replaced by `****` in attributes, log bodies and names of spans. If masking fails, the data is not sent on.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/redact
 */
export interface CollectorRedactionArgs {
    /** Tokens of Dynatrace in all forms that can be told by their looks, `dt0c01.…` to `dt0s16.…`. @default true */
    dynatraceTokens?: pulumi.Input<boolean | undefined>;
    /** @default false */
    emails?: pulumi.Input<boolean | undefined>;
    /** Numbers that look like those of Visa, Mastercard, American Express and Discover. @default false */
    paymentCards?: pulumi.Input<boolean | undefined>;
    /** IPv4 and IPv6 addresses, but for `k8s.pod.ip`. A version of four numbers looks the same. @default false */
    ipAddresses?: pulumi.Input<boolean | undefined>;
    /**
     * Regular expressions of Go (RE2) for more; what they match is masked. Lists and maps are looked through as JSON, so `^` and `$` do not
     * find the ends of what is in them.
     *
     * @default []
     */
    patterns?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

export const REDACTION_FIELDS: Fields<CollectorRedactionArgs> = {
    dynatraceTokens: Field.Any,
    emails: Field.NoFallback,
    paymentCards: Field.NoFallback,
    ipAddresses: Field.NoFallback,
    patterns: Field.NoFallback,
};

/**
 * Which traces are kept: all with an error, all that are slow, and a share of the rest.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/tailsamplingprocessor
 */
export interface CollectorTailSamplingArgs {
    /** Share of traces that are kept without any other reason, 0 to 100. @default 10 */
    percentage?: pulumi.Input<number | undefined>;
    /** Keeps every trace with an error. @default true */
    errors?: pulumi.Input<boolean | undefined>;
    /** Keeps every trace that took longer. @default - time is no reason */
    slowerThanMillis?: pulumi.Input<number | undefined>;
    /** Seconds from the first span of a trace to the decision; spans that come later follow it. @default 10 */
    decisionSeconds?: pulumi.Input<number | undefined>;
    /** Traces that a pod holds at once until their decision; the oldest goes when there are more. @default 50000 */
    tracesInMemory?: pulumi.Input<number | undefined>;
}

export const TAIL_SAMPLING_FIELDS: Fields<CollectorTailSamplingArgs> = {
    percentage: Field.Any,
    errors: Field.Any,
    slowerThanMillis: Field.Any,
    decisionSeconds: Field.Any,
    tracesInMemory: Field.Any,
};

/** Pods that see all of a trace or a series. Their number is part of how data is shared out: a change moves some of it. */
export interface CollectorSecondTierArgs {
    /** @default 2 */
    replicas?: pulumi.Input<number | undefined>;
    /** CPU requested by a pod, in thousandths of a core. @default - that of the first tier */
    cpuMillis?: pulumi.Input<number | undefined>;
    /** Memory of a pod, in MiB. @default - that of the first tier */
    memoryMiB?: pulumi.Input<number | undefined>;
    /** As `extraConfig`, for the second tier. @default {} */
    extraConfig?: pulumi.Inputs;
}

export const SECOND_TIER_FIELDS: Fields<CollectorSecondTierArgs> = {
    replicas: Field.Any,
    cpuMillis: Field.Any,
    memoryMiB: Field.Any,
    extraConfig: Field.Any,
};

/**
 * A queue on a volume.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/storage/filestorage
 */
export interface CollectorPersistentQueueArgs {
    /** Size of a pod's volume, in GiB; three tenths of it are for what waits. @default 10 */
    sizeGiB?: pulumi.Input<number | undefined>;
    /** @default - the cluster's default class */
    storageClassName?: pulumi.Input<string | undefined>;
    /**
     * Folder of the node, for a `daemonSet`, which has no volume of its own. The Collector then runs as root, and the namespace has to allow
     * Pod Security `privileged`. Must be known when the program runs.
     *
     * @default - a volume
     */
    hostPath?: string;
    /** Deletes the volumes of a StatefulSet, and what waits on them, when it is deleted itself. @default false; they stay until somebody deletes them */
    deleteWithWorkload?: pulumi.Input<boolean | undefined>;
    /** Deletes the volume of a pod, and what waits on it, when there are fewer. @default false; it is used again when there are as many */
    deleteWhenScaledDown?: pulumi.Input<boolean | undefined>;
}

export const PERSISTENT_QUEUE_FIELDS: Fields<CollectorPersistentQueueArgs> = {
    sizeGiB: Field.NoFallback,
    storageClassName: Field.NoFallback,
    hostPath: Field.NoFallback,
    deleteWithWorkload: Field.NoFallback,
    deleteWhenScaledDown: Field.NoFallback,
};
