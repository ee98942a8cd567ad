import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import type { CollectorEnrichmentArgs } from "../args/processing";
import type { ConfigPlan, EnrichmentPlan } from "../plan-types";
import { quote, statementsFor } from "../config/ottl";
import type { Build } from "../distributions";
import type { Feature } from "./feature";
import { checkPicked, WORKLOADS } from "./kubernetes-attributes";
import { planDetection } from "./resource-detection";

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

/**
 * Sets the attributes by which Dynatrace links Kubernetes data. If a statement fails, the Collector logs it and sends the data unchanged.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/kubernetes/k8s-enrich
 */
export const dynatraceEnrichment: Feature = {
    name: "dynatrace-enrichment",
    argument: "processing.enrichment.dynatraceRecipe",
    settings: [
        "processing.enrichment.clusterName",
        "processing.enrichment.clusterUid",
        "processing.enrichment.clusterEntity",
    ],
    components: [["processors", "transform"]],
    on: (plan) => statementsOf(plan).length > 0,
    render(plan) {
        const groups = [{ context: "resource", statements: statementsOf(plan) }];
        const config = { error_mode: "ignore", ...statementsFor(plan.signals, groups) };
        return { processors: [{ id: "transform/kubernetes", signals: plan.signals, config }] };
    },
};

function statementsOf(plan: ConfigPlan): string[] {
    const workload = plan.enrichment.dynatraceRecipe && plan.kubernetesAttributes;
    return [...(workload ? WORKLOAD_STATEMENTS : []), ...cluster(plan)];
}

function cluster({ enrichment }: ConfigPlan): string[] {
    const set = (key: string, value?: string): string[] =>
        value === undefined ? [] : [`set(${attribute(key)}, ${quote(value)}) where ${attribute(key)} == nil`];
    return [
        ...set("k8s.cluster.name", enrichment.clusterName),
        ...set("k8s.cluster.uid", enrichment.clusterUid),
        ...set("dt.entity.kubernetes_cluster", enrichment.clusterEntity),
    ];
}

/** Other settings of the Collector that the enrichment depends on. */
export interface EnrichmentContext {
    build: Build;
    kubernetesAttributes: boolean;
}

/** Plans the attributes to add. @throws InputError for attributes that no feature can set, and for invalid names. */
export function planEnrichment(
    check: Check,
    args: pulumi.Unwrap<CollectorEnrichmentArgs> = {},
    { build, kubernetesAttributes }: EnrichmentContext,
): EnrichmentPlan {
    const { dynatraceRecipe = true, hostFromOneAgent = false, clusterName, clusterUid, clusterEntity } = args;
    const { podLabels = {}, podAnnotations = {}, namespaceLabels = {} } = args;
    const picked = { podLabels, podAnnotations, namespaceLabels };
    checkPicked(check, picked, kubernetesAttributes);
    const resourceDetection = planDetection(check, build, args.resourceDetection);
    const given = { clusterName, clusterUid, clusterEntity };
    const { environment, owner, commit } = args;
    for (const [key, value] of Object.entries({ ...given, environment, owner, commit })) {
        if (value !== undefined) check.at(key).text(value);
    }
    return { dynatraceRecipe, hostFromOneAgent, ...given, picked, resourceDetection };
}
