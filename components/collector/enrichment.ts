import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import type { EnrichmentArgs } from "./args-data";
import type { Build } from "./components";
import type { EnrichmentPlan, PickedPlan } from "./config-plan";
import { labelKey } from "../shared/kubernetes";
import { planDetection } from "./steps/resource-detection";

/** What about the rest of the Collector it depends on. */
export interface EnrichmentSurroundings {
    build: Build;
    kubernetesAttributes: boolean;
}

/** Decides what is added. @throws InputError for what nothing could tell, and for names that nothing can have. */
export function planEnrichment(
    check: Check,
    args: pulumi.Unwrap<EnrichmentArgs> = {},
    { build, kubernetesAttributes }: EnrichmentSurroundings,
): EnrichmentPlan {
    const { dynatraceRecipe = true, hostFromOneAgent = false, clusterName, clusterUid, clusterEntity } = args;
    const { podLabels = {}, podAnnotations = {}, namespaceLabels = {} } = args;
    const picked = { podLabels, podAnnotations, namespaceLabels };
    checkPicked(check, picked, kubernetesAttributes);
    const resourceDetection = planDetection(check, build, args.resourceDetection);
    const given = { clusterName, clusterUid, clusterEntity };
    const { environment, owner, commit } = args;
    for (const [key, value] of Object.entries({ ...given, environment, owner, commit })) {
        if (value !== undefined) check.at(`enrichment.${key}`).text(value);
    }
    return { dynatraceRecipe, hostFromOneAgent, ...given, picked, resourceDetection };
}

function checkPicked(check: Check, picked: PickedPlan, kubernetesAttributes: boolean): void {
    for (const [name, keys] of Object.entries(picked) as [keyof PickedPlan, Record<string, string>][]) {
        const field = `enrichment.${name}`;
        if (Object.keys(keys).length > 0 && !kubernetesAttributes) {
            const problem = "is read with kubernetesAttributes alone, which is off; switch that on, or leave this out";
            throw check.at(field).error(problem);
        }
        for (const key of Object.keys(keys)) labelKey(check.at(field), key);
        const nameless = Object.keys(keys).find((key) => !/^\S+$/.test(keys[key] ?? ""));
        if (nameless === undefined) continue;
        const problem = `"${keys[nameless] ?? ""}" is not the name of an attribute`;
        throw check.at(`${field}["${nameless}"]`).error(`${problem}; write e.g. dt.owner`);
    }
}
