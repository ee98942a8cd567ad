import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** Selects the pods whose container logs are read. */
export const CollectorContainerLogsOf = {
    /** Every pod. */
    Every: "every",
    /** Pods annotated `"true"`. */
    Annotated: "annotated",
    /** Every pod except pods annotated `"false"`. */
    NotExcluded: "notExcluded",
} as const;
export type CollectorContainerLogsOf = (typeof CollectorContainerLogsOf)[keyof typeof CollectorContainerLogsOf];

/** Joins lines that belong to one record, e.g. a stack trace. If several rules select a line, the first rule applies. */
export interface CollectorMultilineLogsArgs {
    /** Regular expression of Go (RE2) that matches the first line of a record. Each record ends before the next first line. */
    firstLine: string;
    /** Namespace of the containers. @default - all */
    namespace?: string;
    /** Prefix of the pod names, e.g. the name of a Deployment. @default - all */
    podPrefix?: string;
    /** Name of the container. @default - all */
    container?: string;
}

export const MULTILINE_LOGS_FIELDS: Fields<CollectorMultilineLogsArgs> = {
    firstLine: Field.Any,
    namespace: Field.Any,
    podPrefix: Field.Any,
    container: Field.Any,
};

/** Logs that containers write to standard output. */
export interface CollectorContainerLogsArgs {
    /** Namespaces whose container logs are not read. The Collector's own pods are never read. @default [] */
    exceptNamespaces?: string[];
    /**
     * Selects the pods whose container logs are read, by annotation. `annotated` and `notExcluded` need
     * `processing.kubernetesAttributes`.
     *
     * @default `every`
     */
    pods?: CollectorContainerLogsOf;
    /** Annotation for `pods`, with the value `"true"` or `"false"`. @default `io.opentelemetry.discovery.logs/enabled` */
    annotation?: string;
    /**
     * Rules that join lines to records. An incomplete record waits up to 5 seconds for more lines, and is lost if the pod is killed.
     *
     * @default [] - each line is a record
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/stanza/docs/operators/recombine.md
     */
    multiline?: CollectorMultilineLogsArgs[];
}

export const CONTAINER_LOGS_FIELDS: Fields<CollectorContainerLogsArgs> = {
    exceptNamespaces: Field.Any,
    pods: Field.Any,
    annotation: Field.Any,
    multiline: [MULTILINE_LOGS_FIELDS],
};

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

/** Syslog levels, most severe first. Each level includes the levels before it. */
export const JournalPriority = {
    Emergency: "emerg",
    Alert: "alert",
    Critical: "crit",
    Error: "err",
    Warning: "warning",
    Notice: "notice",
    Info: "info",
    Debug: "debug",
} as const;
export type JournalPriority = (typeof JournalPriority)[keyof typeof JournalPriority];

/** The systemd journal of each node. */
export interface CollectorJournaldArgs {
    /** Units to read, e.g. `kubelet.service`. @default - all */
    units?: string[];
    /** Least severe level to read. @default `info` */
    priority?: JournalPriority;
    /** Journal directory on the node. Many nodes only have `/run/log/journal`. @default - the directory that the node's journalctl uses */
    directory?: string;
    /** Path of `journalctl` on the node. @default `/usr/bin/journalctl` */
    journalctlPath?: string;
}

export const JOURNALD_FIELDS: Fields<CollectorJournaldArgs> = {
    units: Field.Any,
    priority: Field.Any,
    directory: Field.Any,
    journalctlPath: Field.Any,
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
     * Where `containerLogs` and `journald` store how far they have read. Without a stored position, reading starts at the end of each file.
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
    /** Seconds between two collections of metrics. @default 60 */
    metricsIntervalSeconds?: number;
}

export const COLLECT_FIELDS: Fields<CollectorCollectArgs> = {
    checkpoints: Field.Any,
    containerLogs: CONTAINER_LOGS_FIELDS,
    journald: JOURNALD_FIELDS,
    hostMetrics: Field.Any,
    kubeletMetrics: KUBELET_METRICS_FIELDS,
    clusterMetrics: Field.Any,
    kubernetesEvents: Field.Any,
    kubernetesObjects: [KUBERNETES_OBJECT_FIELDS],
    annotatedPods: Field.Any,
    scrapeConfigs: Field.Any,
    selfTelemetry: Field.Any,
    metricsIntervalSeconds: Field.Any,
};
