import type * as pulumi from "@pulumi/pulumi";

/** What the Collector collects by itself. Each brings the rights, mounts and variables it needs, and no more. */
export interface CollectArgs {
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
     * then goes to whoever answers on the kubelet's port.
     *
     * @default false
     */
    kubeletSkipCertificateCheck?: boolean;
    /**
     * State of nodes, workloads and quotas. With several pods one of them collects, elected by a Lease.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8sclusterreceiver
     */
    clusterMetrics?: boolean;
    /**
     * Kubernetes' events as log records. With several pods one of them collects, elected by a Lease.
     *
     * @default false
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8seventsreceiver
     */
    kubernetesEvents?: boolean;
    /**
     * Metrics of pods that are annotated `prometheus.io/scrape: "true"`, with `prometheus.io/port`, `/path` and `/scheme`. A `daemonSet`
     * asks the pods of each node from that node; otherwise one pod only can do it.
     *
     * @default false
     */
    annotatedPods?: boolean;
    /**
     * Scrape jobs as Prometheus writes them, one `$` included; for one pod only. They are readable by whoever reads ConfigMaps: refer to
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
