import type { types } from "@pulumi/kubernetes";

import type { CollectorSettingsArgs } from "./args";
import { fragmentsOf } from "./fragments";
import type { CollectorPlan } from "./collector-plan";
import { toldByOne } from "./presets/cluster";
import { ofCluster } from "./presets/objects";
import { reachesNode } from "./pod-fields";

/** What the Collector may do in the whole cluster. */
export function clusterRules(plan: CollectorPlan): types.input.rbac.v1.PolicyRule[] {
    return fragmentsOf(plan).clusterRules;
}

/** What it may do in its own namespace besides. */
export function namespaceRules(plan: CollectorPlan): types.input.rbac.v1.PolicyRule[] {
    return fragmentsOf(plan).namespaceRules;
}

/** Whether it may do anything in the cluster at all: has to be known before any value is. */
export function readsCluster({ kubernetesAttributes = true, collect = {} }: CollectorSettingsArgs): boolean {
    const presets = [collect.kubeletMetrics, collect.clusterMetrics, collect.kubernetesEvents, collect.annotatedPods];
    return kubernetesAttributes || presets.some(Boolean) || (collect.kubernetesObjects ?? []).some(ofCluster);
}

/** Whether one pod of several is elected, in its own namespace. */
export function electsPod({ collect = {} }: CollectorSettingsArgs): boolean {
    return toldByOne(collect);
}

/** Whether a namespace has to allow more than Pod Security `restricted`: folders and ports of the node are for `privileged` alone. */
export function readsNode(args: CollectorSettingsArgs): boolean {
    const { collect = {}, enrichment, persistentQueue, hostPorts, pods } = args;
    const presets = [
        collect.containerLogs,
        collect.hostMetrics,
        collect.journald,
        enrichment?.hostFromOneAgent,
        hostPorts,
        reachesNode(pods),
    ];
    return presets.some(Boolean) || persistentQueue?.hostPath !== undefined;
}
