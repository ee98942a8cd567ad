import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** Pods whose containers' logs are read. */
export const CollectorContainerLogsOf = {
    /** Every pod. */
    Every: "every",
    /** Pods annotated `"true"`. */
    Annotated: "annotated",
    /** Every pod but those annotated `"false"`. */
    NotExcluded: "notExcluded",
} as const;
export type CollectorContainerLogsOf = (typeof CollectorContainerLogsOf)[keyof typeof CollectorContainerLogsOf];

/** Lines of containers that belong together, e.g. those of a stack trace. Of several, the first whose selection fits a line counts. */
export interface CollectorMultilineLogsArgs {
    /** Regular expression of Go (RE2) that the first line of a record matches; the lines up to the next such line belong to it. */
    firstLine: string;
    /** Namespace of the containers. @default - all */
    namespace?: string;
    /** What the names of the pods begin with, e.g. the name of a Deployment. @default - all */
    podPrefix?: string;
    /** Name of the containers. @default - all */
    container?: string;
}

export const MULTILINE_LOGS_FIELDS: Fields<CollectorMultilineLogsArgs> = {
    firstLine: Field.Any,
    namespace: Field.Any,
    podPrefix: Field.Any,
    container: Field.Any,
};

/** How objects of Kubernetes become log records. */
export const CollectorKubernetesObjectMode = {
    /** All there are, each time. */
    Pull: "pull",
    /** Each change. */
    Watch: "watch",
} as const;
export type CollectorKubernetesObjectMode =
    (typeof CollectorKubernetesObjectMode)[keyof typeof CollectorKubernetesObjectMode];

/** Objects of one kind. */
export interface CollectorKubernetesObjectArgs {
    /** The resource's plural name, in lower case, e.g. `pods`. Not `secrets`, which would leave the cluster in the clear. */
    resource: string;
    /** API group, e.g. `apps`. @default - the core group */
    group?: string;
    /** @default `pull` */
    mode?: CollectorKubernetesObjectMode;
    /** Namespaces; the Collector then may read in these alone. @default - the whole cluster */
    namespaces?: string[];
    /** E.g. `tier in (frontend)`. @default - all */
    labelSelector?: string;
    /** E.g. `status.phase=Running`. @default - all */
    fieldSelector?: string;
    /** Seconds from one `pull` to the next. @default 3600 */
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

/** Levels of syslog, from the worst on; each holds those before it. */
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

/** The journal of each node's systemd. */
export interface CollectorJournaldArgs {
    /** Units, e.g. `kubelet.service`. @default - all */
    units?: string[];
    /** The least severe entries that are read. @default `info` */
    priority?: JournalPriority;
    /** Folder of the journal on the node; many nodes keep it in `/run/log/journal` alone. @default - where the node's journalctl looks */
    directory?: string;
    /** The node's program. @default `/usr/bin/journalctl` */
    journalctlPath?: string;
}

export const JOURNALD_FIELDS: Fields<CollectorJournaldArgs> = {
    units: Field.Any,
    priority: Field.Any,
    directory: Field.Any,
    journalctlPath: Field.Any,
};

/** What the Collector collects itself. Each feature adds only the rights, mounts and variables that it needs. */
export interface CollectorCollectArgs {
    /**
     * What containers write to standard output, by a `daemonSet`. Reads the node's `/var/log/pods` as root, so the namespace has to
     * allow Pod Security `privileged`. Where reading stopped is kept on the node.
     *
     * @default false
     * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/kubernetes/k8s-podlogs
     */
    containerLogs?: boolean;
    /** Namespaces whose containers are not read, besides the Collector's own pods. @default [] */
    containerLogsExceptNamespaces?: string[];
    /**
     * Pods whose containers are read, by their annotation. A pod's annotations are known by `kubernetesAttributes`, which has to be on.
     *
     * @default `every`
     */
    containerLogsOf?: CollectorContainerLogsOf;
    /** That annotation, with `"true"` or `"false"`. @default `io.opentelemetry.discovery.logs/enabled` */
    containerLogsAnnotation?: string;
    /**
     * Lines that belong together. What waits for its last line, 5 seconds at most, is lost if the pod is killed.
     *
     * @default [] - each line is a record
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/stanza/docs/operators/recombine.md
     */
    containerLogsMultiline?: CollectorMultilineLogsArgs[];
    /**
     * The journal of each node, by a `daemonSet`. No image has the program that reads it, so the node's own is run, as root and with the
     * capability `SYS_CHROOT`; mounts the node's `/` read-only. The namespace has to allow Pod Security `privileged`.
     *
     * @default - not read
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/journaldreceiver
     */
    journald?: CollectorJournaldArgs;
    /**
     * CPU, memory, disks, file systems and network of each node, by a `daemonSet`. Mounts the node's `/` read-only, so the namespace has
     * to allow Pod Security `privileged`.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/hostmetricsreceiver
     */
    hostMetrics?: boolean;
    /**
     * What each node's kubelet measures of its pods and containers, by a `daemonSet`.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/kubeletstatsreceiver
     */
    kubeletMetrics?: boolean;
    /**
     * Takes any certificate of a kubelet, where the cluster's CA has not signed it, e.g. with kubeadm as it comes. The ServiceAccount's token
     * then goes to any process that answers on the kubelet's port.
     *
     * @default false
     */
    kubeletSkipCertificateCheck?: boolean;
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
     * Whole Kubernetes objects as log records, collected by the elected leader. An object holds whatever
     * its owner wrote into it, a pod for instance the values of its variables.
     *
     * @default []
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8sobjectsreceiver
     */
    kubernetesObjects?: CollectorKubernetesObjectArgs[];
    /**
     * Metrics of pods that are annotated `prometheus.io/scrape: "true"`, with `prometheus.io/port`, `/path` and `/scheme`. A `daemonSet`
     * asks the pods of each node from that node; otherwise one pod only can do it.
     *
     * @default false
     */
    annotatedPods?: boolean;
    /**
     * Scrape jobs as Prometheus writes them, one `$` included; for one pod only. They are readable by anyone who can read ConfigMaps: refer to
     * secrets by file.
     *
     * @default []
     * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
     */
    scrapeConfigs?: pulumi.Inputs[];
    /**
     * The Collector's metrics of itself: what it took, sent, refused and lost.
     *
     * @default false
     * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/self-monitoring
     */
    selfTelemetry?: boolean;
    /** Seconds from one collection of metrics to the next. @default 60 */
    metricsIntervalSeconds?: number;
}

export const COLLECT_FIELDS: Fields<CollectorCollectArgs> = {
    containerLogs: Field.Any,
    containerLogsExceptNamespaces: Field.Any,
    containerLogsOf: Field.Any,
    containerLogsAnnotation: Field.Any,
    containerLogsMultiline: [MULTILINE_LOGS_FIELDS],
    journald: JOURNALD_FIELDS,
    hostMetrics: Field.Any,
    kubeletMetrics: Field.Any,
    kubeletSkipCertificateCheck: Field.Any,
    clusterMetrics: Field.Any,
    kubernetesEvents: Field.Any,
    kubernetesObjects: [KUBERNETES_OBJECT_FIELDS],
    annotatedPods: Field.Any,
    scrapeConfigs: Field.Any,
    selfTelemetry: Field.Any,
    metricsIntervalSeconds: Field.Any,
};

/** What the Collector accepts in addition to OTLP, at the same Service. TLS, credentials and sizes are those of `receiver`. */
export interface CollectorIntakeArgs {
    /**
     * Jaeger: gRPC on 14250, Thrift over HTTP on 14268 (`/api/traces`). Not over UDP, which clients send to their own host.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/jaegerreceiver
     */
    jaeger?: pulumi.Input<boolean | undefined>;
    /**
     * Zipkin: JSON, protobuf and Thrift over HTTP on 9411 (`/api/v2/spans`, `/api/v1/spans`).
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/zipkinreceiver
     */
    zipkin?: pulumi.Input<boolean | undefined>;
    /**
     * StatsD over UDP on 8125, which knows neither TLS nor credentials. Counters arrive as deltas; timings, histograms and distributions
     * as histograms. Each pod counts what it gets, so it takes one pod, or a `daemonSet`.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/statsdreceiver
     */
    statsd?: pulumi.Input<boolean | undefined>;
    /** Seconds over which StatsD's values are added up before they are sent. @default 60 */
    statsdIntervalSeconds?: pulumi.Input<number | undefined>;
}

export const INTAKE_FIELDS: Fields<CollectorIntakeArgs> = {
    jaeger: Field.Any,
    zipkin: Field.Any,
    statsd: Field.Any,
    statsdIntervalSeconds: Field.Any,
};
