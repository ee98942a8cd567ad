import type { types } from "@pulumi/kubernetes";

import type { Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import type { CollectorCollectArgs } from "../args/collect";
import type { CollectorPlan } from "../plan-types";
import { type Feature, hasSeveralPods, toApiServer } from "./feature";
import { prometheusParts } from "./prometheus";
import { ANNOTATED_PODS_JOB } from "./prometheus-job";

/** The user's scrape jobs, in the format of Prometheus. */
export const scrapeConfigs: Feature = {
    name: "scrape-configs",
    argument: "collect.scrapeConfigs",
    signal: Signal.Metrics,
    components: [["receivers", "prometheus"]],
    asked: ({ collect }) => (collect?.scrapeConfigs ?? []).length > 0,
    clusterRead: ({ collect }) => (collect?.scrapeConfigs ?? []).some((job) => "kubernetes_sd_configs" in job),
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
    render(plan) {
        const roles = discoveryRoles(plan.collect);
        const flows = roles.length === 0 ? [] : [toApiServer("Finds the targets of kubernetes_sd_configs.")];
        return { ...prometheusParts(plan, flows), clusterRules: roles.flatMap((role) => RULES[role] ?? []) };
    },
};

const READ = ["get", "list", "watch"];
const PODS = { apiGroups: [""], resources: ["pods"], verbs: READ };
const SERVICES = { apiGroups: [""], resources: ["services"], verbs: READ };
const NODES = { apiGroups: [""], resources: ["nodes"], verbs: READ };

/** What each role of `kubernetes_sd_configs` reads. @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config */
const RULES: Record<string, types.input.rbac.v1.PolicyRule[]> = {
    node: [NODES],
    pod: [PODS],
    service: [SERVICES],
    endpoints: [SERVICES, PODS, { apiGroups: [""], resources: ["endpoints"], verbs: READ }],
    endpointslice: [SERVICES, PODS, { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ }],
    ingress: [{ apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: READ }],
};

/** A warning if jobs find nodes, which the network policy does not open. */
export function scrapeWarnings(check: Check, plan: Pick<CollectorPlan, "collect" | "networkPolicy">): string[] {
    if (!plan.networkPolicy || !discoveryRoles(plan.collect).includes("node")) return [];
    const text =
        "the network policy blocks ports of nodes; allow the ports that the jobs scrape with network.networkPolicy.egress";
    return [check.at("collect.scrapeConfigs").warning(text)];
}

/** Roles of all jobs that find their targets with the Kubernetes API. */
function discoveryRoles({ scrapeConfigs = [] }: CollectorCollectArgs): string[] {
    const settings: unknown[] = scrapeConfigs.flatMap((job): unknown[] => {
        const found: unknown = job?.["kubernetes_sd_configs"];
        return Array.isArray(found) ? found : [];
    });
    const roles = settings.map((it) =>
        typeof it === "object" && it !== null && "role" in it && typeof it.role === "string" ? it.role : "",
    );
    return [...new Set(roles)].filter((role) => role in RULES);
}
