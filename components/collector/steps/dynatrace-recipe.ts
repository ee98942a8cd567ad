import type { ConfigPlan } from "../config-plan";
import type { Fragment } from "../fragment";
import { quote, statementsFor } from "../ottl";
import { WORKLOADS } from "./kubernetes-attributes";

/**
 * Brings what Kubernetes knows into the attributes that Dynatrace links by. A statement that fails is logged, and the data goes on.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/kubernetes/k8s-enrich
 */
export function dynatraceRecipe(plan: ConfigPlan): Fragment {
    const { dynatraceRecipe: workload } = plan.enrichment;
    const statements = [...(workload && plan.kubernetesAttributes ? WORKLOAD_STATEMENTS : []), ...cluster(plan)];
    if (statements.length === 0) return {};
    const config = { error_mode: "ignore", ...statementsFor(plan.signals, [{ context: "resource", statements }]) };
    return { processors: [{ id: "transform/kubernetes", signals: plan.signals, config }] };
}

const attribute = (key: string): string => `resource.attributes["${key}"]`;
const JSON_ANNOTATION = "metadata.dynatrace.com";

const WORKLOAD_STATEMENTS = [
    `merge_maps(resource.attributes, ParseJSON(${attribute(JSON_ANNOTATION)}), "upsert") where IsMatch(${attribute(JSON_ANNOTATION)}, "^[{]")`,
    `delete_key(resource.attributes, "${JSON_ANNOTATION}")`,
    ...WORKLOADS.flatMap((kind) => [
        `set(${attribute("k8s.workload.kind")}, "${kind}") where IsString(${attribute(`k8s.${kind}.name`)})`,
        `set(${attribute("k8s.workload.name")}, ${attribute(`k8s.${kind}.name`)}) where IsString(${attribute(`k8s.${kind}.name`)})`,
    ]),
    ...["kind", "name"].map(
        (what) =>
            `set(${attribute(`dt.kubernetes.workload.${what}`)}, ${attribute(`k8s.workload.${what}`)}) ` +
            `where ${attribute(`k8s.workload.${what}`)} != nil`,
    ),
    ...WORKLOADS.map((kind) => `delete_key(resource.attributes, "k8s.${kind}.name")`),
];

function cluster({ enrichment }: ConfigPlan): string[] {
    const set = (key: string, value?: string): string[] =>
        value === undefined ? [] : [`set(${attribute(key)}, ${quote(value)}) where ${attribute(key)} == nil`];
    return [
        ...set("k8s.cluster.name", enrichment.clusterName),
        ...set("k8s.cluster.uid", enrichment.clusterUid),
        ...set("dt.entity.kubernetes_cluster", enrichment.clusterEntity),
    ];
}
