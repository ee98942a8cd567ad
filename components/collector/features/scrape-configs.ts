import { Signal } from "../../shared/signals";
import { type Feature, hasSeveralPods } from "./feature";
import { prometheusParts } from "./prometheus";
import { ANNOTATED_PODS_JOB } from "./prometheus-job";

/** The user's scrape jobs, in the format of Prometheus. */
export const scrapeConfigs: Feature = {
    name: "scrape-configs",
    argument: "collect.scrapeConfigs",
    signal: Signal.Metrics,
    components: [["receivers", "prometheus"]],
    on: ({ collect }) => (collect.scrapeConfigs ?? []).length > 0,
    check(check, facts) {
        const { annotatedPods, scrapeConfigs: jobs = [] } = facts.collect;
        const at = check.at("collect.scrapeConfigs");
        if (jobs.length > 0 && hasSeveralPods(facts)) {
            const way = "use one replica, or run these jobs in a separate Collector";
            at.fail(`several pods would each send the same metrics; ${way}`);
        }
        // The Collector does not start if two jobs have the same name.
        const known = new Set<unknown>(annotatedPods ? [ANNOTATED_PODS_JOB] : []);
        at.list(jobs, '[{ job_name: "db", static_configs: [{ targets: ["db:9187"] }] }]').forEach((job, index) => {
            const name: unknown = job?.["job_name"];
            const field = at.at(index).at("job_name");
            if (typeof name !== "string" || name === "") return field.fail("is missing; give each job its own name");
            if (known.has(name)) field.fail(`"${name}" is used twice; give each job its own name`);
            known.add(name);
        });
    },
    render: (plan) => prometheusParts(plan),
};
