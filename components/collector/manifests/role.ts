import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { neededRoles } from "../rights";
import type { ManifestContext } from "./context";

/** Roles with their bindings, unless somebody else creates them: a ClusterRole, and Roles in the namespaces that need one. */
export function createRoles({ name, args, plan, options }: ManifestContext): pulumi.Resource[] {
    if (args.rbac?.create === false) return [];
    return neededRoles(args).flatMap(({ kind, suffixes, parts }): pulumi.Resource[] => {
        const { metadata, rules, roleRef, subjects } = plan.apply(parts);
        const names = { role: `${name}-${suffixes.role}`, binding: `${name}-${suffixes.binding}` };
        const { Role, RoleBinding, ClusterRole, ClusterRoleBinding } = k8s.rbac.v1;
        if (kind === "ClusterRole") {
            return [
                new ClusterRole(names.role, { metadata, rules }, options),
                new ClusterRoleBinding(names.binding, { metadata, roleRef, subjects }, options),
            ];
        }
        return [
            new Role(names.role, { metadata, rules }, options),
            new RoleBinding(names.binding, { metadata, roleRef, subjects }, options),
        ];
    });
}
