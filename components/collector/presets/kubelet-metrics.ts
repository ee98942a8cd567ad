import { Signal } from "../../shared/signals";
import type { ConfigPlan } from "../config-plan";
import { fieldVariable, type Fragment } from "../fragment";
import { variable, VARIABLES } from "../places";

const KUBELET_PORT = 10250;

/**
 * What the node's kubelet measures of pods and containers.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/kubeletstatsreceiver
 */
export function kubeletMetrics({ collect, names }: ConfigPlan): Fragment {
    if (!collect.kubeletMetrics) return {};
    const config = {
        auth_type: "serviceAccount",
        endpoint: `https://${variable(VARIABLES.nodeIp)}:${KUBELET_PORT}`,
        collection_interval: `${collect.metricsIntervalSeconds ?? 60}s`,
        ...(collect.kubeletSkipCertificateCheck ? { insecure_skip_verify: true } : {}),
        metric_groups: ["node", "pod", "container"],
    };
    return {
        receivers: [{ id: names.kubeletStatsReceiver, signal: Signal.Metrics, config }],
        clusterRules: [{ apiGroups: [""], resources: ["nodes/stats"], verbs: ["get"] }],
        env: [fieldVariable(VARIABLES.nodeIp, "status.hostIP")],
        egress: [{ to: "nodes", port: KUBELET_PORT }],
        apiServer: true,
    };
}
