import { CollectorTokenFrom } from "../../components/collector/args";
import type { CollectorPlanInputs } from "../../components/collector/plan";

/** Arguments that turn a feature on, alone. Features without an entry are on without any argument. */
export const FEATURES_ON: Record<string, Partial<CollectorPlanInputs>> = {
    receiver: { receiver: { tls: { secretName: "tls" }, bearer: { secret: { name: "senders" } } } },
    jaeger: { intake: { jaeger: true } },
    zipkin: { intake: { zipkin: true } },
    statsd: { intake: { statsd: true } },
    "kubernetes-attributes": { kubernetesAttributes: true },
    "container-log-selection": {
        mode: "daemonSet",
        kubernetesAttributes: true,
        collect: { containerLogs: true, containerLogsOf: "annotated" },
    },
    "host-from-one-agent": { mode: "daemonSet", enrichment: { hostFromOneAgent: true } },
    "resource-detection": { enrichment: { resourceDetection: { detectors: ["gcp"] } } },
    "resource-attributes": { resourceAttributes: { "deployment.environment.name": "test" } },
    "container-logs": { mode: "daemonSet", collect: { containerLogs: true } },
    journald: { mode: "daemonSet", collect: { journald: {} } },
    "host-metrics": { mode: "daemonSet", collect: { hostMetrics: true } },
    "kubelet-metrics": { mode: "daemonSet", collect: { kubeletMetrics: true } },
    "cluster-metrics": { collect: { clusterMetrics: true } },
    "kubernetes-events": { collect: { kubernetesEvents: true } },
    "kubernetes-objects": { collect: { kubernetesObjects: [{ resource: "pods" }] } },
    "annotated-pods": { collect: { annotatedPods: true } },
    "scrape-configs": {
        collect: { scrapeConfigs: [{ job_name: "shop", kubernetes_sd_configs: [{ role: "endpoints" }] }] },
    },
    "self-telemetry": { collect: { selfTelemetry: true }, tokenFrom: CollectorTokenFrom.File },
    "dynatrace-enrichment": { kubernetesAttributes: true, enrichment: { clusterName: "east" } },
    "ai-content": { aiContent: { protection: "hash", hashKey: { name: "hash" } } },
    "tail-sampling": { tailSampling: { slowerThanMillis: 500 } },
    "persistent-queue": { mode: "daemonSet", persistentQueue: { hostPath: "/var/lib/queues" } },
    trust: { trust: { ca: { secret: { name: "ca" } } } },
    proxy: { proxy: { url: "http://proxy.example.com:3128" } },
    "host-ports": { mode: "daemonSet", hostPorts: true },
    "pod-node-access": { pods: { allowNodeAccess: true } },
};
