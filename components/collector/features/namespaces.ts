import type { Check } from "../../shared/check";
import { namespaceName } from "../../shared/kubernetes";
import type { CollectorCollectArgs } from "../args/collect";

/** The namespaces that data is collected from, sorted. Empty for all namespaces. */
export function namespacesOf({ namespaces = [] }: CollectorCollectArgs): string[] {
    return [...new Set(namespaces)].sort();
}

/** Setting of a receiver that reads named namespaces. */
export function ofNamespaces(collect: CollectorCollectArgs): { namespaces?: string[] } {
    const namespaces = namespacesOf(collect);
    return namespaces.length === 0 ? {} : { namespaces };
}

/** @throws InputError for an empty list, an invalid name, and a list that nothing reads. */
export function checkNamespaces(check: Check, collect: CollectorCollectArgs): void {
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
    if (containerLogs === undefined && !kubernetesEvents && !annotatedPods) {
        const way = "turn on collect.containerLogs, kubernetesEvents or annotatedPods, or remove it";
        check.at("collect.namespaces").fail(`has no effect because nothing is collected by namespace; ${way}`);
    }
}
