import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { CollectorSettingsArgs } from "./args";
import type { CollectorPlan } from "./plan-types";
import { rulesInNamespaces } from "./features";

/** Lets the Collector read objects only in the namespaces that the arguments name. */
export function createObjectRoles(
    name: string,
    args: CollectorSettingsArgs,
    plan: pulumi.Output<CollectorPlan>,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
    return rulesInNamespaces(args).flatMap(({ namespace, rules }) => {
        // The name includes the Collector's own namespace, so that two Collectors can read the same namespace.
        const metadata = { name: plan.clusterRoleName, namespace, labels: plan.labels };
        const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: plan.clusterRoleName };
        const subjects = [{ kind: "ServiceAccount", name: plan.accountName, namespace: plan.namespace }];
        return [
            new k8s.rbac.v1.Role(`${name}-objects-${namespace}`, { metadata, rules }, opts),
            new k8s.rbac.v1.RoleBinding(`${name}-objects-${namespace}`, { metadata, roleRef, subjects }, opts),
        ];
    });
}
