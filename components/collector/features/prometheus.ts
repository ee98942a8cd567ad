import type { Peer } from "../../shared/flows";
import { Signal } from "../../shared/signals";
import type { ConfigPlan } from "../plan-types";
import { escapeDollars } from "../config/ottl";
import type { FeatureFlow, FeatureParts } from "./feature";
import { annotatedPodsJob } from "./prometheus-job";

const EVERY_POD: Peer = { name: "every pod", at: [{ kind: "namespaces", names: [] }] };

/**
 * The single Prometheus receiver, with the scrape jobs of all features.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/prometheusreceiver
 */
export function prometheusParts(plan: ConfigPlan, flows: FeatureFlow[] = []): FeatureParts {
    const { annotatedPods, scrapeConfigs = [] } = plan.collect;
    const jobs = [...(annotatedPods ? [annotatedPodsJob(plan)] : []), ...scrapeConfigs.map(escapeDollars)];
    return {
        receivers: [{ id: "prometheus", signal: Signal.Metrics, config: { config: { scrape_configs: jobs } } }],
        // Pod annotations and jobs determine the scraped pods and ports.
        flows: [...flows, { direction: "out", peer: EVERY_POD, ports: [], reason: "Scrapes pods." }],
    };
}
