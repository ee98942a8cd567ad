import type { types } from "@pulumi/kubernetes";

import { CollectorMode } from "../args";
import type { ConfigPlan } from "../config-plan";
import { fieldVariable, type Fragment } from "../fragment";
import { escapeDollar } from "../ottl";
import { VARIABLES } from "../places";
import { annotationOfChoice, choosesPods } from "../presets/container-logs";

/** What the Kubernetes attributes processor reads, and nothing more. */
export const KUBERNETES_ATTRIBUTES_RULES: types.input.rbac.v1.PolicyRule[] = [
    { apiGroups: [""], resources: ["pods", "namespaces"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
];

/** Kinds of owners of a pod, from the loosest to the one that counts: a pod of a Deployment has a ReplicaSet too. */
export const WORKLOADS = ["job", "cronjob", "daemonset", "statefulset", "replicaset", "deployment"];

/** Names pod, workload, namespace and node. @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/kubernetes/k8s-enrich */
export function kubernetesAttributes(plan: ConfigPlan): Fragment {
    if (!plan.kubernetesAttributes) return {};
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
        // A pod whose annotation is not known yet would not be chosen, or not left out.
        ...(choosesPods(plan.collect) ? { wait_for_metadata: true } : {}),
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
        clusterRules: KUBERNETES_ATTRIBUTES_RULES,
        env: ownNodeOnly ? [fieldVariable(VARIABLES.nodeName, "spec.nodeName")] : [],
        apiServer: true,
    };
}

/** Labels and annotations that become attributes. */
function extracted({ enrichment, collect }: ConfigPlan): { labels?: object[]; annotations?: object[] } {
    const { dynatraceRecipe, picked } = enrichment;
    const labels = [...pick("pod", picked?.podLabels), ...pick("namespace", picked?.namespaceLabels)];
    const annotations = [
        ...(dynatraceRecipe ? ANNOTATIONS : []),
        ...pick("pod", picked?.podAnnotations),
        ...annotationOfChoice(collect),
    ];
    return { ...(labels.length === 0 ? {} : { labels }), ...(annotations.length === 0 ? {} : { annotations }) };
}

function pick(from: "pod" | "namespace", keys: Record<string, string> = {}): object[] {
    return Object.keys(keys)
        .sort()
        .map((key) => ({ from, key: escapeDollar(key), tag_name: escapeDollar(keys[key] ?? "") }));
}

/** The annotation that holds JSON, and those that hold one value each. `$$1` is a `$1` that the Collector does not expand. */
const ANNOTATIONS = [
    { from: "pod", key_regex: "metadata.dynatrace.com/(.*)", tag_name: "$$1" },
    { from: "pod", key: "metadata.dynatrace.com", tag_name: "metadata.dynatrace.com" },
];
