import { CollectorMode } from "../args";
import type { ConfigPlan } from "../plan-types";
import { variable, VARIABLES } from "../constants";
import { metricsInterval } from "./metrics-interval";
import { collectedNamespaces } from "./namespaces";

/** Name of the job that scrapes annotated pods. */
export const ANNOTATED_PODS_JOB = "annotated-pods";

const META = "__meta_kubernetes_pod";
const ANNOTATION = `${META}_annotation_prometheus_io`;

/** Whether each Collector pod scrapes only the pods of its own node. */
export function scrapesOwnNode({ mode }: ConfigPlan): boolean {
    return mode === CollectorMode.DaemonSet;
}

/** The job that scrapes annotated pods. The receiver sets pod, namespace, node and owner as resource attributes. */
export function annotatedPodsJob(plan: ConfigPlan): object {
    const namespaces = collectedNamespaces(plan);
    const field = `spec.nodeName=${variable(VARIABLES.nodeName)}`;
    const copy = (source: string, target: string): object => ({
        source_labels: [source],
        regex: "(.+)",
        target_label: target,
    });
    return {
        job_name: ANNOTATED_PODS_JOB,
        scrape_interval: metricsInterval(plan.collect),
        kubernetes_sd_configs: [
            {
                role: "pod",
                ...(namespaces === undefined ? {} : { namespaces: { names: namespaces } }),
                ...(scrapesOwnNode(plan) ? { selectors: [{ role: "pod", field }] } : {}),
            },
        ],
        relabel_configs: [
            { source_labels: [`${ANNOTATION}_scrape`], regex: "true", action: "keep" },
            { source_labels: [`${META}_phase`], regex: "Pending|Succeeded|Failed|Completed", action: "drop" },
            copy(`${ANNOTATION}_scheme`, "__scheme__"),
            copy(`${ANNOTATION}_path`, "__metrics_path__"),
            {
                // IPv6 addresses need brackets. `$$` is a `$` that the Collector does not expand.
                source_labels: [`${ANNOTATION}_port`, `${META}_ip`],
                regex: "([0-9]+);(([A-Fa-f0-9]{1,4}::?){1,7}[A-Fa-f0-9]{1,4})",
                replacement: "[$$2]:$$1",
                target_label: "__address__",
            },
            {
                source_labels: [`${ANNOTATION}_port`, `${META}_ip`],
                regex: "([0-9]+);([0-9]+(?:[.][0-9]+){3})",
                replacement: "$$2:$$1",
                target_label: "__address__",
            },
        ],
    };
}
