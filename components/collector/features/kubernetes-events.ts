import { Signal } from "../../shared/signals";
import { type Feature, toApiServer } from "./feature";
import { elector } from "./leader-election";
import { collectedNamespaces } from "./namespaces";

/** Kubernetes events as log records, collected by the elected leader. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/k8seventsreceiver */
export const kubernetesEvents: Feature = {
    name: "kubernetes-events",
    argument: "collect.kubernetesEvents",
    signal: Signal.Logs,
    leader: true,
    components: [["receivers", "k8s_events"]],
    clusterRead: true,
    namespaced: true,
    asked: ({ collect }) => Boolean(collect?.kubernetesEvents),
    on: ({ collect }) => Boolean(collect.kubernetesEvents),
    render(plan) {
        const namespaces = collectedNamespaces(plan);
        const config = {
            auth_type: "serviceAccount",
            ...elector(plan),
            ...(namespaces === undefined ? {} : { namespaces }),
        };
        const resources = plan.readNamespaces === undefined ? ["events", "namespaces"] : ["events"];
        return {
            receivers: [{ id: "k8s_events", signal: Signal.Logs, config }],
            clusterRules: [{ apiGroups: [""], resources, verbs: ["get", "list", "watch"] }],
            flows: [toApiServer("Reads events.")],
        };
    },
};
