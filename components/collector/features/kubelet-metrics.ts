import { type Peer, tcp } from "../../shared/flows";
import { Signal } from "../../shared/signals";
import { variable, VARIABLES } from "../constants";
import { type Feature, fieldVariable, toApiServer } from "./feature";
import { metricsInterval } from "./metrics-interval";

const KUBELET_PORT = 10250;
const KUBELETS: Peer = { name: "kubelets", at: [{ kind: "nodes" }] };

/**
 * Metrics of pods and containers, from the kubelet of each node.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/kubeletstatsreceiver
 */
export const kubeletMetrics: Feature = {
    name: "kubelet-metrics",
    argument: "collect.kubeletMetrics",
    settings: ["collect.kubeletMetrics.skipCertificateCheck"],
    signal: Signal.Metrics,
    perNode: true,
    components: [["receivers", "kubelet_stats"]],
    clusterRead: true,
    asked: ({ collect }) => collect?.kubeletMetrics !== undefined,
    on: ({ collect }) => collect.kubeletMetrics !== undefined,
    render({ collect, names }) {
        const config = {
            auth_type: "serviceAccount",
            // No brackets: Go rejects brackets around an IPv4 address in a URL, and reads the port behind the last colon.
            endpoint: `https://${variable(VARIABLES.nodeIp)}:${KUBELET_PORT}`,
            collection_interval: metricsInterval(collect),
            ...(collect.kubeletMetrics?.skipCertificateCheck ? { insecure_skip_verify: true } : {}),
            metric_groups: ["node", "pod", "container"],
        };
        return {
            receivers: [{ id: names.kubeletStatsReceiver, signal: Signal.Metrics, config }],
            clusterRules: [{ apiGroups: [""], resources: ["nodes/stats"], verbs: ["get"] }],
            env: [fieldVariable(VARIABLES.nodeIp, "status.hostIP")],
            flows: [
                toApiServer("Uses the token of the ServiceAccount."),
                { direction: "out", peer: KUBELETS, ports: tcp(KUBELET_PORT), reason: "Reads the kubelet's metrics." },
            ],
        };
    },
};
