import { Signal } from "../../shared/signals";
import type { ConfigPlan } from "../plan-types";
import { escapeDollars } from "../config/ottl";
import type { FeatureParts } from "./feature";
import { annotatedPodsJob } from "./prometheus-job";

/**
 * The one Prometheus receiver, with the jobs of every feature that scrapes.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/prometheusreceiver
 */
export function prometheusParts(plan: ConfigPlan): FeatureParts {
    const { annotatedPods, scrapeConfigs = [] } = plan.collect;
    const jobs = [...(annotatedPods ? [annotatedPodsJob(plan)] : []), ...scrapeConfigs.map(escapeDollars)];
    return {
        receivers: [{ id: "prometheus", signal: Signal.Metrics, config: { config: { scrape_configs: jobs } } }],
        // The annotations of the pods and the jobs decide which pods and ports are scraped.
        egress: [{ to: "pods" }],
    };
}
