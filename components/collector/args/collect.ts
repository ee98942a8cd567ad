import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";
import {
    type CollectorContainerLogsArgs,
    type CollectorJournaldArgs,
    type CollectorNodeLogsArgs,
    CONTAINER_LOGS_FIELDS,
    JOURNALD_FIELDS,
    NODE_LOGS_FIELDS,
} from "./logs";

/** Metrics from the kubelet of each node. */
export interface CollectorKubeletMetricsArgs {
    /**
     * Accepts any kubelet certificate. Set it if the cluster's CA does not sign kubelet certificates, e.g. with the defaults of kubeadm.
     * The Collector then sends its ServiceAccount token to any process that listens on the kubelet's port.
     *
     * @default false
     */
    skipCertificateCheck?: boolean;
}

export const KUBELET_METRICS_FIELDS: Fields<CollectorKubeletMetricsArgs> = {
    skipCertificateCheck: Field.Any,
};

/** How Kubernetes objects become log records. */
export const CollectorKubernetesObjectMode = {
    /** Reports all objects at each interval. */
    Pull: "pull",
    /** Reports each change. */
    Watch: "watch",
} as const;
export type CollectorKubernetesObjectMode =
    (typeof CollectorKubernetesObjectMode)[keyof typeof CollectorKubernetesObjectMode];

/** Kubernetes objects of one resource. */
export interface CollectorKubernetesObjectArgs {
    /** Plural name of the resource in lower case, e.g. `pods`. `secrets` is rejected: Secrets would leave the cluster in plain text. */
    resource: string;
    /** API group, e.g. `apps`. @default - the core group */
    group?: string;
    /** How the objects are read. @default `pull` */
    mode?: CollectorKubernetesObjectMode;
    /** Namespaces to read. The Collector can then read in these namespaces only. @default - the whole cluster */
    namespaces?: string[];
    /** Label selector, e.g. `tier in (frontend)`. @default - all */
    labelSelector?: string;
    /** Field selector, e.g. `status.phase=Running`. @default - all */
    fieldSelector?: string;
    /** Seconds between two reads with `pull`. @default 3600 */
    intervalSeconds?: number;
}

export const KUBERNETES_OBJECT_FIELDS: Fields<CollectorKubernetesObjectArgs> = {
    resource: Field.Any,
    group: Field.Any,
    mode: Field.Any,
    namespaces: Field.NoFallback,
    labelSelector: Field.Any,
    fieldSelector: Field.Any,
    intervalSeconds: Field.Any,
};

/** Where the Collector stores how far it has read files of the node. */
export const CollectorCheckpoints = {
    /** In a folder of the node. Every line is read, also lines that are written while the pod is replaced. */
    Node: "node",
    /** In the pod. Lines that are written while the pod is replaced are lost. Lines that are written while the container restarts are read. */
    Pod: "pod",
    /** Nowhere. Lines that are written while the container restarts are lost too. */
    None: "none",
} as const;
export type CollectorCheckpoints = (typeof CollectorCheckpoints)[keyof typeof CollectorCheckpoints];

/** Data that the Collector collects itself. Each feature adds only the rights, mounts and variables that it needs. */
export interface CollectorCollectArgs {
    /**
     * Where `containerLogs`, `journald` and `nodeLogs` store how far they have read. Without a stored position, reading starts at the end of each file.
     *
     * @default `node`; `pod` with platform `gkeAutopilot`
     */
    checkpoints?: CollectorCheckpoints;
    /**
     * Logs that containers write to standard output. Needs mode `daemonSet`. Reads the node's `/var/log/pods` as root, so the namespace
     * must allow Pod Security `privileged`. `{}` reads the logs of every pod.
     *
     * @default - not read
     * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/kubernetes/k8s-podlogs
     */
    containerLogs?: CollectorContainerLogsArgs;
    /**
     * The systemd journal of each node. Needs mode `daemonSet`. No Collector image contains `journalctl`, so the Collector runs the node's
     * `journalctl`, as root and with the capability `SYS_CHROOT`. Mounts the node's `/` read-only. The namespace must allow Pod Security
     * `privileged`.
     *
     * @default - not read
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/journaldreceiver
     */
    journald?: CollectorJournaldArgs;
    /**
     * Log files on each node, e.g. of services that do not run in containers. Needs mode `daemonSet`. Mounts the directories of the files
     * read-only, and reads as root with the capability `DAC_READ_SEARCH`, so the namespace must allow Pod Security `privileged`. The read
     * position is stored on the node.
     *
     * @default []
     * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/filelog
     */
    nodeLogs?: CollectorNodeLogsArgs[];
    /**
     * CPU, memory, disk, file system and network metrics of each node. Needs mode `daemonSet`. Mounts the node's `/` read-only, so the
     * namespace must allow Pod Security `privileged`.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/hostmetricsreceiver
     */
    hostMetrics?: boolean;
    /**
     * Metrics of pods and containers from the kubelet of each node. Needs mode `daemonSet`. `{}` turns it on.
     *
     * @default - not collected
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/kubeletstatsreceiver
     */
    kubeletMetrics?: CollectorKubeletMetricsArgs;
    /**
     * Cluster-level metrics of nodes, workloads and quotas, collected by the elected leader.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8sclusterreceiver
     */
    clusterMetrics?: boolean;
    /**
     * Kubernetes events as log records, collected by the elected leader.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8seventsreceiver
     */
    kubernetesEvents?: boolean;
    /**
     * Complete Kubernetes objects as log records, collected by the elected leader. A record contains the whole object, e.g. the values of
     * a pod's environment variables.
     *
     * @default []
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8sobjectsreceiver
     */
    kubernetesObjects?: CollectorKubernetesObjectArgs[];
    /**
     * Metrics of pods annotated `prometheus.io/scrape: "true"`, with `prometheus.io/port`, `/path` and `/scheme`. With mode `daemonSet`,
     * each Collector pod scrapes the pods of its own node. Any other mode needs one replica.
     *
     * @default false
     */
    annotatedPods?: boolean;
    /**
     * Scrape jobs in the format of Prometheus. Write `$` as a single `$`. Needs one replica. Anyone who can read ConfigMaps can read the
     * jobs, so refer to secrets by file.
     *
     * @default []
     * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
     */
    scrapeConfigs?: pulumi.Inputs[];
    /**
     * The Collector's own metrics: received, sent, refused and lost data.
     *
     * @default false
     * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/self-monitoring
     */
    selfTelemetry?: boolean;
    /**
     * Namespaces whose container logs, events and annotated pods are collected. Metrics of nodes, the cluster and the kubelets always
     * cover all namespaces; `kubernetesObjects` has its own list.
     *
     * @default - all
     */
    namespaces?: string[];
    /** Seconds between two collections of metrics. @default 60 */
    metricsIntervalSeconds?: number;
}

export const COLLECT_FIELDS: Fields<CollectorCollectArgs> = {
    checkpoints: Field.Any,
    containerLogs: CONTAINER_LOGS_FIELDS,
    journald: JOURNALD_FIELDS,
    nodeLogs: [NODE_LOGS_FIELDS],
    hostMetrics: Field.Any,
    kubeletMetrics: KUBELET_METRICS_FIELDS,
    clusterMetrics: Field.Any,
    kubernetesEvents: Field.Any,
    kubernetesObjects: [KUBERNETES_OBJECT_FIELDS],
    annotatedPods: Field.Any,
    scrapeConfigs: Field.Any,
    selfTelemetry: Field.Any,
    namespaces: Field.NoFallback,
    metricsIntervalSeconds: Field.Any,
};
