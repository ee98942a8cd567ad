import type { types } from "@pulumi/kubernetes";
import { Document } from "yaml";

import type { CollectorSettingsArgs } from "./args";
import { clusterRules, electsPod, namespaceRules, readsCluster, rulesInNamespaces } from "./features";
import type { CollectorPlan } from "./plan-types";

/** A role that the pods need, with its binding. */
export interface NeededRole {
    kind: "ClusterRole" | "Role";
    /** Suffixes of the names of the two Pulumi resources. */
    suffixes: { role: string; binding: string };
    /** The content of the role and of its binding. */
    parts: (plan: CollectorPlan) => RoleParts;
}

/** Content of a role and of its binding, which have the same metadata. */
export interface RoleParts {
    metadata: { name: string; namespace?: string; labels: Record<string, string> };
    rules: types.input.rbac.v1.PolicyRule[];
    roleRef: { apiGroup: string; kind: string; name: string };
    subjects: { kind: string; name: string; namespace: string }[];
}

const API_GROUP = "rbac.authorization.k8s.io";

/** The roles of a Collector. Which roles there are is known before the plan. */
export function neededRoles(args: CollectorSettingsArgs): NeededRole[] {
    const named = args.rbac?.namespaces;
    return [
        ...(named === undefined && readsCluster(args) ? [CLUSTER_ROLE] : []),
        ...(electsPod(args) ? [ELECTION_ROLE] : []),
        ...namespacesOf(args).map((namespace) => roleIn(namespace, args)),
    ];
}

/** The roles and bindings as YAML for `kubectl apply`. */
export function rolesText(plan: CollectorPlan, args: CollectorSettingsArgs): string {
    const objects = neededRoles(args).flatMap(({ kind, parts }) => {
        const { metadata, rules, roleRef, subjects } = parts(plan);
        const apiVersion = `${API_GROUP}/v1`;
        return [
            { apiVersion, kind, metadata, rules },
            { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects },
        ];
    });
    return objects
        .map((object) => new Document(object, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 }))
        .join("---\n");
}

/** What the features read, in the whole cluster. */
const CLUSTER_ROLE: NeededRole = {
    kind: "ClusterRole",
    suffixes: { role: "role", binding: "binding" },
    parts: (plan) => partsOf(plan, { kind: "ClusterRole", name: plan.clusterRoleName }, clusterRules(plan)),
};

/** The election of the leader, in the Collector's own namespace. */
const ELECTION_ROLE: NeededRole = {
    kind: "Role",
    suffixes: { role: "election-role", binding: "election-binding" },
    parts: (plan) => partsOf(plan, { kind: "Role", name: plan.name, namespace: plan.namespace }, namespaceRules(plan)),
};

/** Namespaces in which the Collector reads only what the arguments name. */
function namespacesOf(args: CollectorSettingsArgs): string[] {
    const ofObjects = rulesInNamespaces(args).map(({ namespace }) => namespace);
    const read = readsCluster(args) ? (args.rbac?.namespaces ?? []) : [];
    return [...new Set([...ofObjects, ...read])].sort();
}

/** The name includes the Collector's own namespace, so that two Collectors can read the same namespace. */
function roleIn(namespace: string, args: CollectorSettingsArgs): NeededRole {
    const suffix = `objects-${namespace}`;
    return {
        kind: "Role",
        suffixes: { role: suffix, binding: suffix },
        parts: (plan) => {
            const objects = rulesInNamespaces(args).filter((it) => it.namespace === namespace);
            const rules = [
                ...(plan.readNamespaces?.includes(namespace) ? clusterRules(plan) : []),
                ...objects.flatMap((it) => it.rules),
            ];
            return partsOf(plan, { kind: "Role", name: plan.clusterRoleName, namespace }, rules);
        },
    };
}

function partsOf(
    plan: CollectorPlan,
    { kind, name, namespace }: { kind: string; name: string; namespace?: string },
    rules: types.input.rbac.v1.PolicyRule[],
): RoleParts {
    return {
        metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels: plan.labels },
        rules,
        roleRef: { apiGroup: API_GROUP, kind, name },
        subjects: [{ kind: "ServiceAccount", name: plan.accountName, namespace: plan.namespace }],
    };
}
