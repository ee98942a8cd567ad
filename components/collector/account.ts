import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { objectName } from "../shared/kubernetes";
import { clusterRules, electsPod, namespaceRules, readsCluster } from "./access";
import type { CollectorSettingsArgs } from "./args";
import type { ServiceAccountArgs } from "./args-service";
import { fragmentsOf } from "./fragments";
import { createObjectRoles } from "./object-roles";
import type { CollectorPlan } from "./collector-plan";
import type { DeliveredByUser } from "./delivered";
import { type Check } from "../shared/check";

/** Name of the account. @throws InputError for a name that none can have. */
export function accountNameOf(check: Check, name: string, args: pulumi.Unwrap<ServiceAccountArgs> = {}): string {
    if (args.existingName === undefined) return name;
    return objectName(check.at("serviceAccount.existingName"), args.existingName);
}

/** Lets the Collector, and nobody else, read what its features need. */
export function createAccess(
    name: string,
    args: CollectorSettingsArgs,
    plan: pulumi.Output<CollectorPlan>,
    delivered: Pick<DeliveredByUser, "pods" | "accountAnnotations">,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
    const metadata = { name: plan.name, namespace: plan.namespace, labels: plan.labels };
    const subjects = [{ kind: "ServiceAccount", name: plan.accountName, namespace: plan.namespace }];
    const apiGroup = "rbac.authorization.k8s.io";
    const created = createAccount(name, args, plan, delivered, opts);
    if (readsCluster(args)) {
        const cluster = { name: plan.clusterRoleName, labels: plan.labels };
        const roleRef = { apiGroup, kind: "ClusterRole", name: plan.clusterRoleName };
        const rules = plan.apply(clusterRules);
        created.push(
            new k8s.rbac.v1.ClusterRole(`${name}-role`, { metadata: cluster, rules }, opts),
            new k8s.rbac.v1.ClusterRoleBinding(`${name}-binding`, { metadata: cluster, roleRef, subjects }, opts),
        );
    }
    if (electsPod(args)) {
        const roleRef = { apiGroup, kind: "Role", name: plan.name };
        const rules = plan.apply(namespaceRules);
        created.push(
            new k8s.rbac.v1.Role(`${name}-election-role`, { metadata, rules }, opts),
            new k8s.rbac.v1.RoleBinding(`${name}-election-binding`, { metadata, roleRef, subjects }, opts),
        );
    }
    return [...created, ...createObjectRoles(name, args, plan, opts)];
}

function createAccount(
    name: string,
    { serviceAccount = {}, operator }: CollectorSettingsArgs,
    plan: pulumi.Output<CollectorPlan>,
    { pods, accountAnnotations: annotations }: Pick<DeliveredByUser, "pods" | "accountAnnotations">,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
    if (serviceAccount.existingName !== undefined) return [];
    const account = {
        metadata: { name: plan.accountName, namespace: plan.namespace, labels: plan.labels, annotations },
        // Pods ask for it themselves, but for those that the Operator makes.
        automountServiceAccountToken: plan.apply(
            (plain) => plain.operator !== undefined && fragmentsOf(plain as unknown as CollectorPlan).apiServer,
        ),
        imagePullSecrets: operator === undefined ? undefined : pods.imagePullSecrets,
    };
    return [new k8s.core.v1.ServiceAccount(`${name}-account`, account, opts)];
}
