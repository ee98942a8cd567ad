import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import type { CollectorEnrichmentArgs } from "../args/enrichment";
import type { ConfigPlan, EnrichmentPlan } from "../plan-types";
import { quote, statementsFor } from "../config/ottl";
import type { Build } from "../distributions";
import type { Feature } from "./feature";
import { checkPicked, NAMESPACE_JSON, WORKLOADS } from "./kubernetes-attributes";
import { forgetAddress } from "./pod-association";
import { planDetection } from "./resource-detection";

const attribute = (key: string): string => `resource.attributes["${key}"]`;
const JSON_ANNOTATION = "metadata.dynatrace.com";

/** Merges an attribute that holds JSON into the others, and removes it. */
const merged = (key: string, strategy: "insert" | "upsert"): string[] => [
    `merge_maps(resource.attributes, ParseJSON(${attribute(key)}), "${strategy}") where IsMatch(${attribute(key)}, "^[{]")`,
    `delete_key(resource.attributes, "${key}")`,
];

const WORKLOAD_STATEMENTS = [
    ...WORKLOADS.flatMap((kind) => [
        `set(${attribute("k8s.workload.kind")}, "${kind}") where IsString(${attribute(`k8s.${kind}.name`)})`,
        `set(${attribute("k8s.workload.name")}, ${attribute(`k8s.${kind}.name`)}) where IsString(${attribute(`k8s.${kind}.name`)})`,
    ]),
    ...WORKLOADS.map((kind) => `delete_key(resource.attributes, "k8s.${kind}.name")`),
];

const LEGACY_STATEMENTS = ["kind", "name"].map(
    (what) =>
        `set(${attribute(`dt.kubernetes.workload.${what}`)}, ${attribute(`k8s.workload.${what}`)}) ` +
        `where ${attribute(`k8s.workload.${what}`)} != nil`,
);

/**
 * Sets the attributes by which Dynatrace links Kubernetes data. If a statement fails, the Collector logs it and sends the data unchanged.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/kubernetes/k8s-enrich
 */
export const dynatraceEnrichment: Feature = {
    name: "dynatrace-enrichment",
    argument: "processing.enrichment.dynatraceRecipe",
    settings: [
        "processing.enrichment.legacyWorkloadAttributes",
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
    return [...forgetAddress(plan), ...recipe(plan), ...cluster(plan)];
}

function recipe({ enrichment, kubernetesAttributes, readNamespaces }: ConfigPlan): string[] {
    if (!enrichment.dynatraceRecipe || !kubernetesAttributes) return [];
    return [
        ...merged(JSON_ANNOTATION, "upsert"),
        ...(readNamespaces === undefined ? merged(NAMESPACE_JSON, "insert") : []),
        ...WORKLOAD_STATEMENTS,
        ...(enrichment.legacyWorkloadAttributes ? LEGACY_STATEMENTS : []),
    ];
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
    readNamespaces?: string[];
    /** Whether every sender connects itself: the default of `podFromConnection`. */
    sendersConnect: boolean;
}

/** Plans the attributes to add. @throws InputError for attributes that no feature can set, and for invalid names. */
export function planEnrichment(
    check: Check,
    args: pulumi.Unwrap<CollectorEnrichmentArgs> = {},
    context: EnrichmentContext,
): EnrichmentPlan {
    const { dynatraceRecipe = true, hostFromOneAgent = false, clusterName, clusterUid, clusterEntity } = args;
    const { podLabels = {}, podAnnotations = {}, namespaceLabels = {}, namespaceAnnotations = {} } = args;
    const picked = { podLabels, podAnnotations, namespaceLabels, namespaceAnnotations };
    checkPicked(check, picked, context);
    checkHasEffect(check, args, context);
    const resourceDetection = planDetection(check, context.build, args.resourceDetection);
    const given = { clusterName, clusterUid, clusterEntity };
    const { environment, owner, securityContext, costCenter, costProduct, commit } = args;
    const stack = { environment, owner, securityContext, costCenter, costProduct, commit };
    for (const [key, value] of Object.entries({ ...given, ...stack })) {
        if (value !== undefined) check.at(key).text(value);
    }
    return {
        dynatraceRecipe,
        legacyWorkloadAttributes: args.legacyWorkloadAttributes,
        podFromConnection: args.podFromConnection ?? context.sendersConnect,
        hostFromOneAgent,
        ...given,
        picked,
        resourceDetection,
    };
}

/** @throws InputError for settings of a feature that is off. */
function checkHasEffect(
    check: Check,
    {
        dynatraceRecipe = true,
        legacyWorkloadAttributes = false,
        podFromConnection,
    }: pulumi.Unwrap<CollectorEnrichmentArgs>,
    { kubernetesAttributes }: EnrichmentContext,
): void {
    const needs = (field: string, what: string): never =>
        check.at(field).fail(`needs ${what}, which is off; turn it on, or remove ${field}`);
    if (podFromConnection !== undefined && !kubernetesAttributes) {
        needs("podFromConnection", "processing.kubernetesAttributes");
    }
    if (!legacyWorkloadAttributes) return;
    if (!kubernetesAttributes) needs("legacyWorkloadAttributes", "processing.kubernetesAttributes");
    if (!dynatraceRecipe) needs("legacyWorkloadAttributes", "processing.enrichment.dynatraceRecipe");
}
