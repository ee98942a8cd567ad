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
    namespaced: true,
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
            if (facts.readNamespaces !== undefined) checkDiscovery(at.at(index), job, facts.readNamespaces);
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
    const roles = scrapeConfigs.flatMap(discoveries).map(({ role }) => role);
    return [...new Set(roles)].filter((role) => role in RULES);
}

/** What a job asks the Kubernetes API for. */
interface Discovery {
    role: string;
    /** Undefined for the whole cluster. */
    namespaces?: unknown[];
}

function discoveries(job: object): Discovery[] {
    const found = fieldOf(job, "kubernetes_sd_configs");
    return (Array.isArray(found) ? found : []).map((it: unknown) => {
        const role = fieldOf(it, "role");
        const names = fieldOf(fieldOf(it, "namespaces"), "names");
        return {
            role: typeof role === "string" ? role : "",
            ...(Array.isArray(names) && names.length > 0 ? { namespaces: names } : {}),
        };
    });
}

function fieldOf(value: unknown, key: string): unknown {
    return typeof value === "object" && value !== null
        ? Object.entries(value).find(([name]) => name === key)?.[1]
        : undefined;
}

/** @throws InputError for a job that looks for targets outside the namespaces that the Collector may read. */
function checkDiscovery(check: Check, job: object, readNamespaces: string[]): void {
    discoveries(job).forEach(({ role, namespaces }, index) => {
        const at = check.at(`kubernetes_sd_configs[${index}]`);
        if (role === "node") {
            at.at("role").fail("node reads the whole cluster; remove it, or remove rbac.namespaces");
        }
        if (namespaces?.every((name) => readNamespaces.some((known) => known === name))) return;
        const problem = "must be some of rbac.namespaces, because the Collector may not read others";
        at.at("namespaces.names").fail(`${problem}; write e.g. ["${readNamespaces[0] ?? ""}"]`);
    });
}
