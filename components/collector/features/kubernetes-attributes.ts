import type { types } from "@pulumi/kubernetes";

import type { Check } from "../../shared/check";
import { labelKey } from "../../shared/kubernetes";
import { CollectorMode } from "../args";
import type { ConfigPlan, PickedPlan } from "../plan-types";
import { escapeDollar } from "../config/ottl";
import { VARIABLES } from "../constants";
import { selectingAnnotation, selectsPods } from "./container-log-selection";
import { type Feature, fieldVariable, toApiServer } from "./feature";

/** The minimal rights of the processor. */
const RULES: types.input.rbac.v1.PolicyRule[] = [
    { apiGroups: [""], resources: ["pods", "namespaces"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
];

/** Kinds of a pod's owners, in ascending precedence: a pod of a Deployment also has a ReplicaSet. */
export const WORKLOADS = ["job", "cronjob", "daemonset", "statefulset", "replicaset", "deployment"];

/** Adds pod, workload, namespace and node to received data. @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/kubernetes/k8s-enrich */
export const kubernetesAttributes: Feature = {
    name: "kubernetes-attributes",
    argument: "processing.kubernetesAttributes",
    settings: [
        "processing.enrichment.podLabels",
        "processing.enrichment.podAnnotations",
        "processing.enrichment.namespaceLabels",
    ],
    components: [["processors", "k8s_attributes"]],
    clusterRead: true,
    asked: ({ processing }) => processing?.kubernetesAttributes ?? true,
    on: (plan) => plan.kubernetesAttributes,
    render(plan) {
        const ownNodeOnly = plan.mode === CollectorMode.DaemonSet;
        const config = {
            auth_type: "serviceAccount",
            ...(ownNodeOnly ? { filter: { node_from_env_var: VARIABLES.nodeName } } : {}),
            extract: {
                metadata: [
                    "k8s.cluster.uid",
                    "k8s.namespace.name",
                    "k8s.node.name",
                    "k8s.pod.name",
                    "k8s.pod.uid",
                    "k8s.pod.ip",
                    "k8s.deployment.name",
                    "k8s.replicaset.name",
                    "k8s.statefulset.name",
                    "k8s.daemonset.name",
                    "k8s.job.name",
                    "k8s.cronjob.name",
                    "k8s.container.name",
                ],
                ...extracted(plan),
            },
            // Without the annotation of a pod, the selection could be wrong.
            ...(selectsPods(plan.collect) ? { wait_for_metadata: true } : {}),
            pod_association: [
                {
                    sources: [
                        { from: "resource_attribute", name: "k8s.pod.name" },
                        { from: "resource_attribute", name: "k8s.namespace.name" },
                    ],
                },
                { sources: [{ from: "resource_attribute", name: "k8s.pod.ip" }] },
                { sources: [{ from: "resource_attribute", name: "k8s.pod.uid" }] },
                { sources: [{ from: "connection" }] },
            ],
        };
        return {
            processors: [{ id: plan.names.k8sAttributesProcessor, signals: plan.signals, config }],
            clusterRules: RULES,
            env: ownNodeOnly ? [fieldVariable(VARIABLES.nodeName, "spec.nodeName")] : [],
            flows: [toApiServer("Reads pods, namespaces and workloads.")],
        };
    },
};

/** @throws InputError without kubernetesAttributes, for an invalid label key, and for an empty attribute name. */
export function checkPicked(check: Check, picked: PickedPlan, asked: boolean): void {
    for (const [name, keys] of Object.entries<Record<string, string>>({ ...picked })) {
        const at = check.at(name);
        if (Object.keys(keys).length > 0 && !asked) {
            at.fail(`needs processing.kubernetesAttributes, which is off; turn it on, or remove ${name}`);
        }
        for (const key of Object.keys(keys)) labelKey(at, key);
        for (const key of Object.keys(keys)) {
            const attribute = keys[key] ?? "";
            if (/^\S+$/.test(attribute)) continue;
            at.at(`["${key}"]`).fail(`"${attribute}" is not the name of an attribute; write e.g. dt.owner`);
        }
    }
}

/** Labels and annotations that become attributes. */
function extracted({ enrichment, collect }: ConfigPlan): { labels?: object[]; annotations?: object[] } {
    const { dynatraceRecipe, picked } = enrichment;
    const labels = [...pick("pod", picked?.podLabels), ...pick("namespace", picked?.namespaceLabels)];
    const annotations = [
        ...(dynatraceRecipe ? ANNOTATIONS : []),
        ...pick("pod", picked?.podAnnotations),
        ...selectingAnnotation(collect),
    ];
    return { ...(labels.length === 0 ? {} : { labels }), ...(annotations.length === 0 ? {} : { annotations }) };
}

function pick(from: "pod" | "namespace", keys: Record<string, string> = {}): object[] {
    return Object.keys(keys)
        .sort()
        .map((key) => ({ from, key: escapeDollar(key), tag_name: escapeDollar(keys[key] ?? "") }));
}

/** The annotation that holds JSON, and the annotations that hold one value each. `$$1` is a `$1` that the Collector does not expand. */
const ANNOTATIONS = [
    { from: "pod", key_regex: "metadata.dynatrace.com/(.*)", tag_name: "$$1" },
    { from: "pod", key: "metadata.dynatrace.com", tag_name: "metadata.dynatrace.com" },
];
