import type { types } from "@pulumi/kubernetes";

import { Signal } from "../../shared/signals";
import type { CollectArgs } from "../args-collect";
import { holds } from "../components";
import type { ConfigPlan } from "../config-plan";
import type { Fragment } from "../fragment";

const ELECTOR = "k8s_leader_elector";
const READ = ["get", "list", "watch"];

/** What the cluster receiver watches. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8sclusterreceiver#rbac */
const CLUSTER_RULES: types.input.rbac.v1.PolicyRule[] = [
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

/** State of nodes and workloads, told by one pod of all. */
export function clusterMetrics(plan: ConfigPlan): Fragment {
    if (!plan.collect.clusterMetrics) return {};
    const config = {
        auth_type: "serviceAccount",
        collection_interval: `${plan.collect.metricsIntervalSeconds ?? 60}s`,
        ...elector(plan),
        node_conditions_to_report: ["Ready", "MemoryPressure", "PIDPressure", "DiskPressure", "NetworkUnavailable"],
        allocatable_types_to_report: ["cpu", "memory", "pods"],
    };
    return {
        receivers: [{ id: "k8s_cluster", signal: Signal.Metrics, config }],
        clusterRules: CLUSTER_RULES,
        apiServer: true,
    };
}

/** Events as log records, told by one pod of all. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8seventsreceiver */
export function kubernetesEvents(plan: ConfigPlan): Fragment {
    if (!plan.collect.kubernetesEvents) return {};
    return {
        receivers: [
            { id: "k8s_events", signal: Signal.Logs, config: { auth_type: "serviceAccount", ...elector(plan) } },
        ],
        clusterRules: [{ apiGroups: [""], resources: ["events", "namespaces"], verbs: READ }],
        apiServer: true,
    };
}

/** Chooses the one pod. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/k8sleaderelector */
export function leaderElection(plan: ConfigPlan): Fragment {
    const { collect, name, namespace } = plan;
    if (!toldByOne(collect) || !electsLeader(plan)) return {};
    const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
    return {
        extensions: { [ELECTOR]: { auth_type: "serviceAccount", lease_name: name, lease_namespace: namespace } },
        namespaceRules: [
            // The API server cannot tell the name of what is not there yet.
            { ...leases, verbs: ["create"] },
            { ...leases, resourceNames: [name], verbs: ["get", "update", "patch"] },
        ],
        apiServer: true,
    };
}

/** Whether something is collected that each pod would tell alike. */
export function toldByOne({ clusterMetrics, kubernetesEvents, kubernetesObjects = [] }: CollectArgs): boolean {
    return Boolean(clusterMetrics) || Boolean(kubernetesEvents) || kubernetesObjects.length > 0;
}

/** Even one pod has another beside it while it is replaced. */
export function electsLeader({ build }: Pick<ConfigPlan, "build">): boolean {
    return holds(build, "extensions", ELECTOR);
}

/** What makes a receiver wait until its pod is elected. */
export function elector(plan: ConfigPlan): object {
    return electsLeader(plan) ? { [ELECTOR]: ELECTOR } : {};
}
