import type { types } from "@pulumi/kubernetes";

import type { Check } from "../../shared/check";
import { labelKey } from "../../shared/kubernetes";
import { CollectorMode } from "../args";
import type { ConfigPlan, PickedPlan } from "../plan-types";
import { escapeDollar } from "../config/ottl";
import { VARIABLES } from "../constants";
import { selectingAnnotation, selectsPods } from "./container-log-selection";
import { type Feature, fieldVariable, toApiServer } from "./feature";
import { podAssociation, rememberAddress } from "./pod-association";
import type { Step } from "./step";

/** The minimal rights of the processor. A Namespace is an object of the cluster, so a Role cannot allow to list them. */
function rules({ readNamespaces }: ConfigPlan): types.input.rbac.v1.PolicyRule[] {
    const resources = readNamespaces === undefined ? ["pods", "namespaces"] : ["pods"];
    return [
        { apiGroups: [""], resources, verbs: ["get", "list", "watch"] },
        { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
    ];
}

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
        "processing.enrichment.namespaceAnnotations",
        "processing.enrichment.podFromConnection",
        "rbac.namespaces",
    ],
    components: [["processors", "k8s_attributes"]],
    optionalComponents: [["processors", "resource"]],
    clusterRead: true,
    namespaced: true,
    asked: ({ processing }) => processing?.kubernetesAttributes ?? true,
    on: (plan) => plan.kubernetesAttributes,
    render(plan) {
        const ownNodeOnly = plan.mode === CollectorMode.DaemonSet;
        const config = (filter: object): object => ({
            auth_type: "serviceAccount",
            ...(Object.keys(filter).length === 0 ? {} : { filter }),
            extract: {
                metadata: [
                    // The uid of a Namespace.
                    ...(plan.readNamespaces === undefined ? ["k8s.cluster.uid"] : []),
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
            pod_association: podAssociation(plan),
        });
        return {
            processors: [...rememberAddress(plan), ...inNamespaces(plan, config)],
            clusterRules: rules(plan),
            env: ownNodeOnly ? [fieldVariable(VARIABLES.nodeName, "spec.nodeName")] : [],
            flows: [toApiServer("Reads pods, namespaces and workloads.")],
        };
    },
};

/** The processor, once for each namespace: an instance reads one namespace, or all. */
function inNamespaces(
    { readNamespaces, names, signals, mode }: ConfigPlan,
    config: (filter: object) => object,
): Step[] {
    const id = names.k8sAttributesProcessor;
    const ofNode = mode === CollectorMode.DaemonSet ? { node_from_env_var: VARIABLES.nodeName } : {};
    if (readNamespaces === undefined) return [{ id, signals, config: config(ofNode) }];
    return readNamespaces.map((namespace) => ({
        id: `${id}/${namespace}`,
        signals,
        config: config({ ...ofNode, namespace }),
    }));
}

/** @throws InputError without kubernetesAttributes, for labels and annotations that the Collector may not read, for an invalid label key, and for an empty attribute name. */
export function checkPicked(
    check: Check,
    picked: PickedPlan,
    { kubernetesAttributes, readNamespaces }: PickContext,
): void {
    for (const [name, keys] of Object.entries<Record<string, string>>({ ...picked })) {
        const at = check.at(name);
        if (Object.keys(keys).length > 0 && !kubernetesAttributes) {
            at.fail(`needs processing.kubernetesAttributes, which is off; turn it on, or remove ${name}`);
        }
        if (Object.keys(keys).length > 0 && readNamespaces !== undefined && name.startsWith("namespace")) {
            const problem = "reads Namespaces, which are objects of the cluster, but rbac.namespaces limits the rights";
            at.fail(`${problem}; remove ${name}, or remove rbac.namespaces`);
        }
        for (const key of Object.keys(keys)) labelKey(at, key);
        for (const key of Object.keys(keys)) {
            const attribute = keys[key] ?? "";
            if (/^\S+$/.test(attribute)) continue;
            at.at(`["${key}"]`).fail(`"${attribute}" is not the name of an attribute; write e.g. dt.owner`);
        }
    }
}

/** Settings that decide which labels and annotations the Collector can read. */
interface PickContext {
    kubernetesAttributes: boolean;
    readNamespaces?: string[];
}

/** Labels and annotations that become attributes. */
function extracted({ enrichment, collect, readNamespaces }: ConfigPlan): { labels?: object[]; annotations?: object[] } {
    const { dynatraceRecipe, picked } = enrichment;
    const labels = [...pick("pod", picked?.podLabels), ...pick("namespace", picked?.namespaceLabels)];
    const annotations = [
        ...(dynatraceRecipe ? ANNOTATIONS : []),
        ...(dynatraceRecipe && readNamespaces === undefined ? NAMESPACE_ANNOTATIONS : []),
        ...pick("pod", picked?.podAnnotations),
        ...pick("namespace", picked?.namespaceAnnotations),
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

/** Temporary attribute with the JSON of the Namespace, which ranks below that of the pod. */
export const NAMESPACE_JSON = "dynatrace-otlp.namespace";

/** The same of the Namespace. The processor adds them after those of the pod, and replaces nothing. */
const NAMESPACE_ANNOTATIONS = [
    { from: "namespace", key_regex: "metadata.dynatrace.com/(.*)", tag_name: "$$1" },
    { from: "namespace", key: "metadata.dynatrace.com", tag_name: NAMESPACE_JSON },
];
