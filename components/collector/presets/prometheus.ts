import { type Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import { CollectorMode } from "../args";
import type { CollectArgs } from "../args-collect";
import type { ConfigPlan } from "../config-plan";
import { fieldVariable, type Fragment } from "../fragment";
import { escapeDollars } from "../own-config";
import { variable, VARIABLES } from "../places";

/** The job for pods that are annotated. */
const ANNOTATED_PODS = "annotated-pods";

/** Asks pods for their metrics. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/prometheusreceiver */
export function prometheusScrape(plan: ConfigPlan): Fragment {
    const { annotatedPods, scrapeConfigs = [] } = plan.collect;
    const jobs = [...(annotatedPods ? [annotatedPodsJob(plan)] : []), ...scrapeConfigs.map(escapeDollars)];
    if (jobs.length === 0) return {};
    return {
        receivers: [{ id: "prometheus", signal: Signal.Metrics, config: { config: { scrape_configs: jobs } } }],
        // Who is asked, on which port, is for the pods' annotations and the jobs to say.
        egress: [{ to: "pods" }],
        ...(annotatedPods
            ? {
                  clusterRules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }],
                  env: ownNodeOnly(plan) ? [fieldVariable(VARIABLES.nodeName, "spec.nodeName")] : [],
                  apiServer: true,
              }
            : {}),
    };
}

/** @throws InputError for jobs that Prometheus cannot tell apart, with which the Collector would not start. */
export function checkScrapeJobs(check: Check, { annotatedPods, scrapeConfigs = [] }: CollectArgs): void {
    const field = "collect.scrapeConfigs";
    const known = new Set<unknown>(annotatedPods ? [ANNOTATED_PODS] : []);
    check
        .at(field)
        .list(scrapeConfigs, '[{ job_name: "db", static_configs: [{ targets: ["db:9187"] }] }]')
        .forEach((job, index) => {
            const name = (job as { job_name?: unknown } | undefined)?.job_name;
            const at = `${field}[${index}].job_name`;
            if (typeof name !== "string" || name === "") {
                throw check.at(at).error("is missing; give each job a name of its own");
            }
            if (known.has(name)) {
                throw check.at(at).error(`"${name}" is there twice; give each job a name of its own`);
            }
            known.add(name);
        });
}

const ownNodeOnly = ({ mode }: ConfigPlan): boolean => mode === CollectorMode.DaemonSet;
const META = "__meta_kubernetes_pod";
const ANNOTATION = `${META}_annotation_prometheus_io`;

/** Pod, namespace, node and owner become resource attributes by themselves. */
function annotatedPodsJob(plan: ConfigPlan): object {
    const field = `spec.nodeName=${variable(VARIABLES.nodeName)}`;
    const copy = (source: string, target: string): object => ({
        source_labels: [source],
        regex: "(.+)",
        target_label: target,
    });
    return {
        job_name: ANNOTATED_PODS,
        scrape_interval: `${plan.collect.metricsIntervalSeconds ?? 60}s`,
        kubernetes_sd_configs: [{ role: "pod", ...(ownNodeOnly(plan) ? { selectors: [{ role: "pod", field }] } : {}) }],
        relabel_configs: [
            { source_labels: [`${ANNOTATION}_scrape`], regex: "true", action: "keep" },
            { source_labels: [`${META}_phase`], regex: "Pending|Succeeded|Failed|Completed", action: "drop" },
            copy(`${ANNOTATION}_scheme`, "__scheme__"),
            copy(`${ANNOTATION}_path`, "__metrics_path__"),
            {
                // IPv6 addresses have brackets. `$$` is a `$` that the Collector does not expand.
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
