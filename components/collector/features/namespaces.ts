import type { Check } from "../../shared/check";
import { namespaceName } from "../../shared/kubernetes";
import type { CollectorCollectArgs } from "../args/collect";
import type { ConfigPlan } from "../plan-types";

/** The namespaces in `collect.namespaces`, sorted. Empty for all namespaces. */
export function namespacesOf({ namespaces = [] }: CollectorCollectArgs): string[] {
    return [...new Set(namespaces)].sort();
}

type NamespacesPlan = Pick<ConfigPlan, "collect" | "readNamespaces">;

/** The namespaces that are read through the Kubernetes API. Undefined for all namespaces. */
export function collectedNamespaces({ collect, readNamespaces }: NamespacesPlan): string[] | undefined {
    return collect.namespaces === undefined ? readNamespaces : namespacesOf(collect);
}

/** @throws InputError for an empty list, an invalid name, a list that nothing reads, and a namespace that may not be read. */
export function checkNamespaces(check: Check, { collect, readNamespaces }: NamespacesPlan): void {
    const { namespaces, containerLogs, kubernetesEvents, annotatedPods } = collect;
    for (const [field, names] of [
        ["namespaces", namespaces],
        ["containerLogs.namespaces", containerLogs?.namespaces],
    ] as const) {
        if (names === undefined) continue;
        const at = check.at("collect").at(field);
        const list = at.nonEmpty(names, '["shop"]', "all namespaces are read");
        list.forEach((name, index) => namespaceName(at.at(index), name));
    }
    if (namespaces === undefined) return;
    const closed = namespaces.find((name) => readNamespaces !== undefined && !readNamespaces.includes(name));
    if (closed !== undefined && (kubernetesEvents || annotatedPods)) {
        check.at("collect.namespaces").fail(`"${closed}" is not in rbac.namespaces; add it there, or remove it here`);
    }
    if (containerLogs === undefined && !kubernetesEvents && !annotatedPods) {
        const way = "turn on collect.containerLogs, kubernetesEvents or annotatedPods, or remove it";
        check.at("collect.namespaces").fail(`has no effect because nothing is collected by namespace; ${way}`);
    }
}
