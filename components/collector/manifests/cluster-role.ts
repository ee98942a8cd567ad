import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { clusterRules, readsCluster } from "../features";
import type { ManifestContext } from "./context";

/** Rights of the Collector's features in the whole cluster. */
export function createClusterRole({ name, args, plan, options }: ManifestContext): pulumi.Resource[] {
    if (!readsCluster(args)) return [];
    const metadata = { name: plan.clusterRoleName, labels: plan.labels };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: plan.clusterRoleName };
    const subjects = [{ kind: "ServiceAccount", name: plan.accountName, namespace: plan.namespace }];
    const rules = plan.apply(clusterRules);
    return [
        new k8s.rbac.v1.ClusterRole(`${name}-role`, { metadata, rules }, options),
        new k8s.rbac.v1.ClusterRoleBinding(`${name}-binding`, { metadata, roleRef, subjects }, options),
    ];
}
