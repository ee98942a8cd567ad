import type { types } from "@pulumi/kubernetes";

import type { CollectorSettingsArgs } from "../args";
import type { ConfigPlan } from "../plan-types";
import { aiContent } from "./ai-content";
import { aiContentOfMetrics } from "./ai-content-of-metrics";
import { annotatedPods } from "./annotated-pods";
import { clusterMetrics } from "./cluster-metrics";
import { containerLogSelection } from "./container-log-selection";
import { containerLogs } from "./container-logs";
import { cumulativeToDelta } from "./cumulative-to-delta";
import { drop } from "./drop";
import { dynatraceEnrichment } from "./dynatrace-enrichment";
import { type Feature, mergeParts, type MergedParts, type NamespaceRules } from "./feature";
import { fluentForward } from "./fluent-forward";
import { hostFromOneAgent } from "./host-from-one-agent";
import { hostMetrics } from "./host-metrics";
import { hostPorts } from "./host-ports";
import { jaeger } from "./jaeger";
import { journald } from "./journald";
import { jsonLogs } from "./json-logs";
import { kafka } from "./kafka";
import { kubeletMetrics } from "./kubelet-metrics";
import { kubernetesAttributes } from "./kubernetes-attributes";
import { kubernetesEvents } from "./kubernetes-events";
import { kubernetesObjects } from "./kubernetes-objects";
import { electionParts } from "./leader-election";
import { nodeLogs } from "./node-logs";
import { loopback } from "./loopback";
import { ownPod } from "./own-pod";
import { persistentQueue } from "./persistent-queue";
import { podNodeAccess } from "./pod-node-access";
import { probabilisticSampling } from "./probabilistic-sampling";
import { proxy } from "./proxy";
import { receiver } from "./receiver";
import { recordLimits } from "./record-limits";
import { redaction } from "./redaction";
import { resourceAttributes } from "./resource-attributes";
import { resourceDetection } from "./resource-detection";
import { scrapeConfigs } from "./scrape-configs";
import { selfTelemetry } from "./self-telemetry";
import { splitLogs } from "./split-logs";
import { spanMetrics } from "./span-metrics";
import { statsd } from "./statsd";
import { syslog } from "./syslog";
import { tailSampling } from "./tail-sampling";
import { trust } from "./trust";
import { zipkin } from "./zipkin";

/**
 * Every feature of the Collector, in processing order: features that identify the sender while the connection is known; features that add
 * attributes; features that mask and shorten; features that drop and compute.
 */
export const FEATURES: readonly Feature[] = [
    receiver,
    loopback,
    jaeger,
    zipkin,
    statsd,
    syslog,
    fluentForward,
    kafka,
    kubernetesAttributes,
    containerLogSelection,
    ownPod,
    hostFromOneAgent,
    resourceDetection,
    containerLogs,
    journald,
    nodeLogs,
    hostMetrics,
    kubeletMetrics,
    clusterMetrics,
    kubernetesEvents,
    kubernetesObjects,
    annotatedPods,
    scrapeConfigs,
    selfTelemetry,
    splitLogs,
    jsonLogs,
    dynatraceEnrichment,
    resourceAttributes,
    drop,
    aiContent,
    redaction,
    recordLimits,
    spanMetrics,
    probabilisticSampling,
    tailSampling,
    cumulativeToDelta,
    aiContentOfMetrics,
    persistentQueue,
    trust,
    proxy,
    hostPorts,
    podNodeAccess,
];

/** Arguments that several features read. */
export const SHARED_SETTINGS = ["collect.metricsIntervalSeconds", "collect.namespaces", "collect.checkpoints"];

const PARTS = new WeakMap<ConfigPlan, MergedParts>();

/** The merged parts of all features that are on in a plan. Computed once per plan. */
export function featureParts(plan: ConfigPlan): MergedParts {
    const known = PARTS.get(plan);
    if (known !== undefined) return known;
    const parts = FEATURES.filter((feature) => feature.on(plan)).flatMap((feature) => [
        feature.render(plan),
        ...(feature.leader === true ? [electionParts(plan)] : []),
    ]);
    const merged = mergeParts(parts);
    PARTS.set(plan, merged);
    return merged;
}

/** Whether the pods call the Kubernetes API, and so need the ServiceAccount's token. */
export function callsApiServer(plan: ConfigPlan): boolean {
    return featureParts(plan).flows.some(({ peer }) => peer === "apiServer");
}

/** Rules of the ClusterRole, or of the Role in each of the plan's `readNamespaces`. */
export function clusterRules(plan: ConfigPlan): types.input.rbac.v1.PolicyRule[] {
    return featureParts(plan).clusterRules;
}

/** Rules of the Role in the Collector's own namespace. */
export function namespaceRules(plan: ConfigPlan): types.input.rbac.v1.PolicyRule[] {
    return featureParts(plan).namespaceRules;
}

/** Rules in other namespaces that the arguments name. */
export function rulesInNamespaces(args: CollectorSettingsArgs): NamespaceRules[] {
    return FEATURES.flatMap((feature) => feature.rulesIn?.(args) ?? []);
}

/** Whether features read the cluster, or with `rbac.namespaces` some namespaces. Known before the value of any Output. */
export function readsCluster(args: CollectorSettingsArgs): boolean {
    return FEATURES.some((feature) => needs(feature, "clusterRead", args));
}

/** Whether the pods elect a leader in the Collector's namespace. Known before the value of any Output. */
export function electsPod(args: CollectorSettingsArgs): boolean {
    return FEATURES.some((feature) => feature.leader === true && feature.asked?.(args) === true);
}

/** Whether the namespace must allow Pod Security level `privileged` instead of `restricted`. Known before the value of any Output. */
export function readsNode(args: CollectorSettingsArgs): boolean {
    return FEATURES.some((feature) => needs(feature, "privileged", args));
}

/** Names of all volumes that features can add to the pods, on or off. */
export function reservedVolumeNames(): string[] {
    return [...new Set(FEATURES.flatMap(({ volumeNames = [] }) => volumeNames))];
}

function needs(feature: Feature, what: "clusterRead" | "privileged", args: CollectorSettingsArgs): boolean {
    const when = feature[what];
    if (when === undefined || feature.asked?.(args) !== true) return false;
    return when === true || when(args);
}
