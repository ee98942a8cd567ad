import type { types } from "@pulumi/kubernetes";

import { Signal } from "../../shared/signals";
import { type Feature, toApiServer } from "./feature";
import { elector } from "./leader-election";
import { metricsInterval } from "./metrics-interval";

const READ = ["get", "list", "watch"];

/** The rights of the receiver. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8sclusterreceiver#rbac */
const RULES: types.input.rbac.v1.PolicyRule[] = [
    {
        apiGroups: [""],
        resources: [
            ...["events", "namespaces", "namespaces/status", "nodes", "nodes/spec", "pods", "pods/status"],
            ...["replicationcontrollers", "replicationcontrollers/status", "resourcequotas", "services"],
        ],
        verbs: READ,
    },
    { apiGroups: ["apps"], resources: ["daemonsets", "deployments", "replicasets", "statefulsets"], verbs: READ },
    { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: READ },
    { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: READ },
];

/** Cluster-level metrics of nodes, workloads and quotas, collected by the elected leader. */
export const clusterMetrics: Feature = {
    name: "cluster-metrics",
    argument: "collect.clusterMetrics",
    signal: Signal.Metrics,
    leader: true,
    components: [["receivers", "k8s_cluster"]],
    clusterRead: true,
    asked: ({ collect }) => Boolean(collect?.clusterMetrics),
    on: ({ collect }) => Boolean(collect.clusterMetrics),
    render(plan) {
        const config = {
            auth_type: "serviceAccount",
            collection_interval: metricsInterval(plan.collect),
            ...elector(plan),
            node_conditions_to_report: ["Ready", "MemoryPressure", "PIDPressure", "DiskPressure", "NetworkUnavailable"],
            allocatable_types_to_report: ["cpu", "memory", "pods"],
        };
        return {
            receivers: [{ id: "k8s_cluster", signal: Signal.Metrics, config }],
            clusterRules: RULES,
            flows: [toApiServer("Reads the state of the cluster.")],
        };
    },
};
