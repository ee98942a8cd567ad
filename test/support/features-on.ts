import { CollectorTokenFrom } from "../../components/collector/args";
import type { CollectorPlanInputs } from "../../components/collector/plan";

/** Arguments that turn a feature on, alone. Features without an entry are on without any argument. */
export const FEATURES_ON: Record<string, Partial<CollectorPlanInputs>> = {
    receiver: { receiver: { tls: { secretName: "tls" }, bearer: { secret: { name: "senders" } } } },
    loopback: { receiver: { loopback: true } },
    jaeger: { intake: { jaeger: true } },
    zipkin: { intake: { zipkin: true } },
    statsd: { intake: { statsd: {} } },
    syslog: { intake: { syslog: {} } },
    "kubernetes-attributes": { processing: { kubernetesAttributes: true } },
    "container-log-selection": {
        mode: "daemonSet",
        processing: { kubernetesAttributes: true },
        collect: { containerLogs: { pods: "annotated" } },
    },
    "host-from-one-agent": { mode: "daemonSet", processing: { enrichment: { hostFromOneAgent: true } } },
    "resource-detection": { processing: { enrichment: { resourceDetection: { detectors: ["gcp"] } } } },
    "resource-attributes": { processing: { resourceAttributes: { "deployment.environment.name": "test" } } },
    "container-logs": { mode: "daemonSet", collect: { containerLogs: {} } },
    "node-logs": {
        mode: "daemonSet",
        collect: { nodeLogs: [{ name: "nginx", include: ["/var/log/nginx/*.log"] }] },
    },
    "json-logs": { mode: "daemonSet", collect: { containerLogs: { json: {} } } },
    "split-logs": { mode: "daemonSet", collect: { containerLogs: { maxLineBytes: 100_000 } } },
    journald: { mode: "daemonSet", collect: { journald: {} } },
    "host-metrics": { mode: "daemonSet", collect: { hostMetrics: true } },
    "kubelet-metrics": { mode: "daemonSet", collect: { kubeletMetrics: {} } },
    "cluster-metrics": { collect: { clusterMetrics: true } },
    "kubernetes-events": { collect: { kubernetesEvents: true } },
    "kubernetes-objects": { collect: { kubernetesObjects: [{ resource: "pods" }] } },
    "annotated-pods": { collect: { annotatedPods: true } },
    "scrape-configs": {
        collect: { scrapeConfigs: [{ job_name: "shop", kubernetes_sd_configs: [{ role: "endpoints" }] }] },
    },
    "self-telemetry": { collect: { selfTelemetry: true }, tokenFrom: CollectorTokenFrom.File },
    "dynatrace-enrichment": { processing: { kubernetesAttributes: true, enrichment: { clusterName: "east" } } },
    "ai-content": { processing: { aiContent: { protection: "hash", hashKey: { name: "hash" } } } },
    "tail-sampling": { processing: { tailSampling: { slowerThanMillis: 500 } } },
    "persistent-queue": { mode: "daemonSet", persistentQueue: { hostPath: "/var/lib/queues" } },
    trust: { network: { trust: { ca: { secret: { name: "ca" } } } } },
    proxy: { network: { proxy: { url: "http://proxy.example.com:3128" } } },
    "host-ports": { mode: "daemonSet", network: { hostPorts: true } },
    "pod-node-access": { pods: { allowNodeAccess: true } },
};
