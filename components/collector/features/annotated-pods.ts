import { Signal } from "../../shared/signals";
import { CollectorMode } from "../args";
import { VARIABLES } from "../constants";
import { type Feature, fieldVariable, toApiServer } from "./feature";
import { prometheusParts } from "./prometheus";
import { scrapesOwnNode } from "./prometheus-job";

/** Metrics of pods with the annotation `prometheus.io/scrape: "true"`. */
export const annotatedPods: Feature = {
    name: "annotated-pods",
    argument: "collect.annotatedPods",
    signal: Signal.Metrics,
    components: [["receivers", "prometheus"]],
    clusterRead: true,
    namespaced: true,
    asked: ({ collect }) => Boolean(collect?.annotatedPods),
    on: ({ collect }) => Boolean(collect.annotatedPods),
    check(check, { mode, replicas, collect }) {
        if (!collect.annotatedPods || mode === CollectorMode.DaemonSet || replicas <= 1) return;
        const problem = `${replicas} pods would each send the same metrics`;
        check.at("collect.annotatedPods").fail(`${problem}; use one replica, or set mode to daemonSet`);
    },
    render: (plan) => ({
        ...prometheusParts(plan, [toApiServer("Finds annotated pods.")]),
        clusterRules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }],
        env: scrapesOwnNode(plan) ? [fieldVariable(VARIABLES.nodeName, "spec.nodeName")] : [],
    }),
};
