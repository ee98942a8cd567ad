import type { types } from "@pulumi/kubernetes";

import { type Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import { type CollectArgs, type KubernetesObjectArgs, KubernetesObjectMode } from "../args-collect";
import type { ConfigPlan } from "../config-plan";
import type { Fragment } from "../fragment";
import { escapeDollars } from "../own-config";
import { namespaceName } from "../../shared/kubernetes";
import { elector } from "./cluster";

/** Rights in one namespace other than the Collector's own. */
export interface NamespaceRights {
    namespace: string;
    rules: types.input.rbac.v1.PolicyRule[];
}

/** Whole objects as log records, told by one pod of all. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8sobjectsreceiver */
export function kubernetesObjects(plan: ConfigPlan): Fragment {
    const objects = plan.collect.kubernetesObjects ?? [];
    if (objects.length === 0) return {};
    const config = { auth_type: "serviceAccount", ...elector(plan), objects: objects.map(objectConfig) };
    return {
        receivers: [{ id: plan.names.k8sObjectsReceiver, signal: Signal.Logs, config }],
        clusterRules: objects.filter(ofCluster).map(ruleFor),
        apiServer: true,
    };
}

/** What may be read where namespaces are named, sorted by these. */
export function objectRights({ kubernetesObjects: objects = [] }: CollectArgs): NamespaceRights[] {
    const namespaces = [...new Set(objects.flatMap(({ namespaces: named = [] }) => named))].sort();
    return namespaces.map((namespace) => ({
        namespace,
        rules: objects.filter(({ namespaces: named = [] }) => named.includes(namespace)).map(ruleFor),
    }));
}

/** Objects that are read in every namespace, or in none. */
export function ofCluster({ namespaces = [] }: KubernetesObjectArgs): boolean {
    return namespaces.length === 0;
}

/** @throws InputError for what is no resource, and for Secrets. */
export function checkObjects(check: Check, { kubernetesObjects: objects = [] }: CollectArgs): void {
    check
        .at("collect.kubernetesObjects")
        .list(objects, '[{ resource: "pods" }]')
        .forEach((object, index) => {
            const { resource, group = "", mode, namespaces = [], intervalSeconds } = object;
            const field = `collect.kubernetesObjects[${index}]`;
            if (typeof resource !== "string") {
                const way = "give the plural in lower case, as kubectl api-resources shows it, e.g. pods";
                throw check.at(`${field}.resource`).error(`is missing; ${way}`);
            }
            if (!/^[a-z][a-z0-9]*$/.test(resource)) {
                const way = "use the plural in lower case, as kubectl api-resources shows it, e.g. pods";
                throw check.at(`${field}.resource`).error(`"${resource}" is not the name of a resource; ${way}`);
            }
            if (resource === "secrets" && group === "") {
                const problem = "secrets would leave the cluster in the clear; leave it out";
                throw check.at(`${field}.resource`).error(problem);
            }
            if (group !== "" && !/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(group)) {
                const way = "leave the version away, e.g. apps or events.k8s.io; leave it out for the core group";
                throw check.at(`${field}.group`).error(`"${group}" is not an API group; ${way}`);
            }
            check.at(`${field}.mode`).oneOf(mode ?? KubernetesObjectMode.Pull, KubernetesObjectMode);
            const named = check.at(`${field}.namespaces`).list(namespaces, '["shop"]');
            named.forEach((name, at) => namespaceName(check.at(`${field}.namespaces[${at}]`), name));
            if (intervalSeconds === undefined) return;
            check.at(`${field}.intervalSeconds`).wholeNumber(intervalSeconds);
            if (mode === KubernetesObjectMode.Watch) {
                const problem = "has no effect with mode watch, which tells each change at once; leave it out";
                throw check.at(`${field}.intervalSeconds`).error(problem);
            }
        });
}

function objectConfig(object: KubernetesObjectArgs): object {
    const { resource, group, mode = KubernetesObjectMode.Pull, namespaces = [] } = object;
    const { labelSelector, fieldSelector, intervalSeconds = 3600 } = object;
    return escapeDollars({
        name: resource,
        ...(group === undefined || group === "" ? {} : { group }),
        mode,
        ...(mode === KubernetesObjectMode.Pull ? { interval: `${intervalSeconds}s` } : {}),
        ...(namespaces.length === 0 ? {} : { namespaces: [...namespaces].sort() }),
        ...(labelSelector === undefined ? {} : { label_selector: labelSelector }),
        ...(fieldSelector === undefined ? {} : { field_selector: fieldSelector }),
    });
}

/** A watch begins with a list. */
function ruleFor({ resource, group = "", mode }: KubernetesObjectArgs): types.input.rbac.v1.PolicyRule {
    const verbs = mode === KubernetesObjectMode.Watch ? ["list", "watch"] : ["list"];
    return { apiGroups: [group], resources: [resource], verbs };
}
