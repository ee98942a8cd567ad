import type { types } from "@pulumi/kubernetes";

import type { Check } from "../../shared/check";
import { namespaceName } from "../../shared/kubernetes";
import { Signal } from "../../shared/signals";
import {
    type CollectorCollectArgs,
    type CollectorKubernetesObjectArgs,
    CollectorKubernetesObjectMode,
} from "../args/collect";
import { escapeDollars } from "../config/ottl";
import { type Feature, type NamespaceRules, toApiServer } from "./feature";
import { elector } from "./leader-election";

/** Kubernetes objects as log records, collected by the elected leader. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8sobjectsreceiver */
export const kubernetesObjects: Feature = {
    name: "kubernetes-objects",
    argument: "collect.kubernetesObjects",
    signal: Signal.Logs,
    leader: true,
    components: [["receivers", "k8s_objects"]],
    asked: ({ collect }) => (collect?.kubernetesObjects ?? []).length > 0,
    clusterRead: ({ collect }) => (collect?.kubernetesObjects ?? []).some(inEveryNamespace),
    namespaced: true,
    rulesIn: ({ collect = {} }) => objectRules(collect),
    on: ({ collect }) => (collect.kubernetesObjects ?? []).length > 0,
    check(check, { collect: { kubernetesObjects: objects = [] }, readNamespaces }) {
        const at = check.at("collect.kubernetesObjects");
        at.list(objects, '[{ resource: "pods" }]').forEach((object, index) => {
            checkObject(at.at(index), object);
            if (readNamespaces === undefined || !inEveryNamespace(object)) return;
            const problem = "is missing, so the whole cluster would be read, but rbac.namespaces limits the rights";
            at.at(index).at("namespaces").fail(`${problem}; name the namespaces, or remove rbac.namespaces`);
        });
    },
    render(plan) {
        const objects = plan.collect.kubernetesObjects ?? [];
        const config = { auth_type: "serviceAccount", ...elector(plan), objects: objects.map(objectConfig) };
        return {
            receivers: [{ id: plan.names.k8sObjectsReceiver, signal: Signal.Logs, config }],
            clusterRules: objects.filter(inEveryNamespace).map(ruleFor),
            flows: [toApiServer("Reads objects.")],
        };
    },
};

/** Rules in the namespaces of namespaced objects, sorted by namespace. */
export function objectRules({ kubernetesObjects: objects = [] }: CollectorCollectArgs): NamespaceRules[] {
    const namespaces = [...new Set(objects.flatMap(({ namespaces: named = [] }) => named))].sort();
    return namespaces.map((namespace) => ({
        namespace,
        rules: objects.filter(({ namespaces: named = [] }) => named.includes(namespace)).map(ruleFor),
    }));
}

/** Whether objects are read in every namespace, or have no namespace. */
function inEveryNamespace({ namespaces = [] }: CollectorKubernetesObjectArgs): boolean {
    return namespaces.length === 0;
}

/** @throws InputError for an invalid resource, and for Secrets. */
function checkObject(check: Check, object: CollectorKubernetesObjectArgs): void {
    const {
        resource,
        group = "",
        mode = CollectorKubernetesObjectMode.Pull,
        namespaces = [],
        intervalSeconds,
    } = object;
    const plural = "use the plural in lower case, as kubectl api-resources shows it, e.g. pods";
    const at = check.at("resource");
    if (typeof resource !== "string") at.fail(`is missing; ${plural}`);
    if (!/^[a-z][a-z0-9]*$/.test(resource)) at.fail(`"${resource}" is not the name of a resource; ${plural}`);
    if (resource === "secrets" && group === "") {
        at.fail("secrets would leave the cluster in plain text; remove it");
    }
    if (group !== "" && !/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(group)) {
        const way = "write it without a version, e.g. apps or events.k8s.io; remove it for the core group";
        check.at("group").fail(`"${group}" is not an API group; ${way}`);
    }
    check.at("mode").oneOf(mode, CollectorKubernetesObjectMode);
    const inNamespaces = check.at("namespaces");
    inNamespaces.list(namespaces, '["shop"]').forEach((name, index) => namespaceName(inNamespaces.at(index), name));
    if (intervalSeconds === undefined) return;
    const interval = check.at("intervalSeconds");
    interval.wholeNumber(intervalSeconds);
    if (mode === CollectorKubernetesObjectMode.Watch) {
        interval.fail("has no effect with mode watch, which reports each change at once; remove it");
    }
}

function objectConfig(object: CollectorKubernetesObjectArgs): object {
    const { resource, group, mode = CollectorKubernetesObjectMode.Pull, namespaces = [] } = object;
    const { labelSelector, fieldSelector, intervalSeconds = 3600 } = object;
    return escapeDollars({
        name: resource,
        ...(group === undefined || group === "" ? {} : { group }),
        mode,
        ...(mode === CollectorKubernetesObjectMode.Pull ? { interval: `${intervalSeconds}s` } : {}),
        ...(namespaces.length === 0 ? {} : { namespaces: [...namespaces].sort() }),
        ...(labelSelector === undefined ? {} : { label_selector: labelSelector }),
        ...(fieldSelector === undefined ? {} : { field_selector: fieldSelector }),
    });
}

/** RBAC rule for a resource. A watch starts with a list. */
function ruleFor({ resource, group = "", mode }: CollectorKubernetesObjectArgs): types.input.rbac.v1.PolicyRule {
    const verbs = mode === CollectorKubernetesObjectMode.Watch ? ["list", "watch"] : ["list"];
    return { apiGroups: [group], resources: [resource], verbs };
}
