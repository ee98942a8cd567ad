import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { electsPod, namespaceRules } from "../features";
import { type ManifestContext, metadataOf } from "./context";

/** Rights in the Collector's own namespace for leader election. */
export function createElectionRole({ name, args, plan, options }: ManifestContext): pulumi.Resource[] {
    if (!electsPod(args)) return [];
    const metadata = metadataOf(plan);
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: plan.name };
    const subjects = [{ kind: "ServiceAccount", name: plan.accountName, namespace: plan.namespace }];
    const rules = plan.apply(namespaceRules);
    return [
        new k8s.rbac.v1.Role(`${name}-election-role`, { metadata, rules }, options),
        new k8s.rbac.v1.RoleBinding(`${name}-election-binding`, { metadata, roleRef, subjects }, options),
    ];
}
