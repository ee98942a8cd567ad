import type { ConfigPlan } from "./config-plan";
import { proxy, receiver, trust } from "./connections";
import { type Fragments, mergeFragments } from "./fragment";
import { otherProtocols } from "./intake";
import { clusterMetrics, kubernetesEvents, leaderElection } from "./presets/cluster";
import { chosenContainerLogs, containerLogs } from "./presets/container-logs";
import { hostMetrics } from "./presets/host-metrics";
import { journald } from "./presets/journald";
import { kubeletMetrics } from "./presets/kubelet-metrics";
import { kubernetesObjects } from "./presets/objects";
import { prometheusScrape } from "./presets/prometheus";
import { selfTelemetry } from "./presets/self-telemetry";
import { aiContent, aiContentOfMetrics } from "./steps/ai-content";
import { hostFromOneAgent, ownPod, stackAttributes } from "./steps/attributes";
import { dynatraceRecipe } from "./steps/dynatrace-recipe";
import { kubernetesAttributes } from "./steps/kubernetes-attributes";
import { recordLimits } from "./steps/record-limits";
import { redaction } from "./steps/redaction";
import { resourceDetection } from "./steps/resource-detection";
import { cumulativeToDelta, tailSampling } from "./steps/stateful";
import { persistentQueue } from "./storage";

/**
 * All that a plan brings, in the order in which data passes: who sent it first, while the connection tells; then what is added; then what
 * is masked and cut; last what is left out and computed.
 */
const FEATURES = [
    receiver,
    otherProtocols,
    kubernetesAttributes,
    chosenContainerLogs,
    ownPod,
    hostFromOneAgent,
    resourceDetection,
    stackAttributes,
    containerLogs,
    journald,
    hostMetrics,
    kubeletMetrics,
    clusterMetrics,
    kubernetesEvents,
    kubernetesObjects,
    leaderElection,
    prometheusScrape,
    selfTelemetry,
    dynatraceRecipe,
    aiContent,
    redaction,
    recordLimits,
    tailSampling,
    cumulativeToDelta,
    aiContentOfMetrics,
    persistentQueue,
    trust,
    proxy,
];

/** Everything that a plan adds to a bare Collector. */
export function fragmentsOf(plan: ConfigPlan): Fragments {
    return mergeFragments(FEATURES.map((feature) => feature(plan)));
}
