import { parseAllDocuments } from "yaml";

import { featureParts } from "../../components/collector/features";
import type { CollectorPlan } from "../../components/collector/plan-types";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { Check } from "../../components/shared/check";
import { OtlpCollector, type OtlpCollectorArgs } from "../../index";
import { capture, manifestsOf } from "../support/capture";

const WHO = 'OtlpCollector("gateway")';
const NAMESPACES = ["shop", "pay"];
const NARROW = { rbac: { namespaces: NAMESPACES } };
const BASE = { endpoint: { environment: "abc12345" }, namespace: "telemetry" };
const RBAC = /^(Cluster)?Role(Binding)?$/;

const plan = (args: Partial<CollectorPlanInputs> = {}): CollectorPlan =>
    planCollector(new Check(WHO), "gateway", { ...BASE, ...args });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a configuration as YAML
const processors = (args: Partial<CollectorPlanInputs>): any[] => featureParts(plan(args)).processors;

interface Created {
    /** Roles and bindings in order, as the API server takes them. */
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects of several kinds
    created: any[];
    accounts: number;
    roles: string;
}

async function collector(args: Partial<OtlpCollectorArgs>): Promise<Created> {
    let roles = "";
    const resources = await capture(() => {
        const made = new OtlpCollector("gateway", { ...BASE, token: { secret: { name: "ingest-token" } }, ...args });
        made.roles.apply((text) => (roles = text));
    });
    const all = manifestsOf(resources);
    return {
        created: all.filter(({ kind }) => RBAC.test(kind)),
        accounts: all.filter(({ kind }) => kind === "ServiceAccount").length,
        roles,
    };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects of several kinds
const documents = (text: string): any[] => parseAllDocuments(text).map((it) => it.toJS() as unknown);
/** JSON in which the order of keys means nothing. */
const stable = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(stable).join()}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${stable(inner)}`);
    return `{${entries.sort().join()}}`;
};
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects of several kinds
const sorted = (objects: any[]): string[] =>
    objects
        .map(({ kind, metadata, rules, roleRef, subjects }) =>
            stable([kind, metadata.namespace ?? "", metadata.name, rules ?? [], roleRef ?? {}, subjects ?? []]),
        )
        .sort();

/** Every preset that reads the Kubernetes API, as far as it can do with some namespaces. */
const EVERY: Partial<OtlpCollectorArgs> = {
    collect: {
        kubernetesEvents: true,
        annotatedPods: true,
        kubernetesObjects: [{ resource: "configmaps", namespaces: ["shop"] }],
        scrapeConfigs: [
            { job_name: "db", kubernetes_sd_configs: [{ role: "endpoints", namespaces: { names: ["pay"] } }] },
        ],
    },
};

describe("rights in some namespaces", () => {
    test("are Roles there, and no ClusterRole", async () => {
        const { created } = await collector(NARROW);
        expect(created.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`).sort()).toEqual([
            "Role pay telemetry-gateway",
            "Role shop telemetry-gateway",
            "RoleBinding pay telemetry-gateway",
            "RoleBinding shop telemetry-gateway",
        ]);
        const role = created.find(({ kind }) => kind === "Role");
        expect(role.rules).toEqual([
            { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
            { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
        ]);
        const binding = created.find(({ kind }) => kind === "RoleBinding");
        expect(binding.roleRef).toMatchObject({ kind: "Role", name: "telemetry-gateway" });
        expect(binding.subjects).toEqual([{ kind: "ServiceAccount", name: "gateway", namespace: "telemetry" }]);
    });

    test("of several presets are one Role in each namespace, and hold no object of the cluster", async () => {
        const { created } = await collector({ ...NARROW, ...EVERY });
        const roles = created.filter(({ kind, metadata }) => kind === "Role" && metadata.namespace !== "telemetry");
        expect(roles.map(({ metadata }) => metadata.namespace).sort()).toEqual(["pay", "shop"]);
        expect(created.filter(({ kind }) => kind.startsWith("Cluster"))).toEqual([]);
        const read = (namespace: string): string[] =>
            roles
                .find(({ metadata }) => metadata.namespace === namespace)
                .rules.flatMap((it: { resources: string[] }) => it.resources);
        expect(read("shop")).toEqual(
            expect.arrayContaining(["pods", "replicasets", "events", "services", "endpoints", "configmaps"]),
        );
        expect(read("pay")).not.toContain("configmaps");
        for (const resource of ["namespaces", "nodes"]) {
            expect([...read("shop"), ...read("pay")]).not.toContain(resource);
        }
    });

    test("are those that the configuration uses: a processor for each namespace, and nothing else is watched", () => {
        const found = processors(NARROW).filter(({ id }) => id.startsWith("k8s_attributes"));
        expect(found.map(({ id, config }) => [id, config.filter])).toEqual([
            ["k8s_attributes/pay", { namespace: "pay" }],
            ["k8s_attributes/shop", { namespace: "shop" }],
        ]);
        for (const { config } of found) {
            expect(config.extract.metadata).not.toContain("k8s.cluster.uid");
            expect(JSON.stringify(config.extract)).not.toContain('"from":"namespace"');
        }
        const agent = processors({ ...NARROW, mode: "daemonSet" }).find(({ id }) => id === "k8s_attributes/shop");
        expect(agent.config.filter).toEqual({ node_from_env_var: "K8S_NODE_NAME", namespace: "shop" });

        const { receivers } = featureParts(plan({ ...NARROW, ...EVERY } as CollectorPlanInputs));
        const config = (id: string): string => JSON.stringify(receivers.find((it) => it.id === id)?.config);
        expect(config("k8s_events")).toContain('"namespaces":["pay","shop"]');
        expect(config("prometheus")).toContain('{"role":"pod","namespaces":{"names":["pay","shop"]}}');
    });

    test("do not depend on the order in which they are named", () => {
        const turned = { rbac: { namespaces: ["shop", "pay", "shop"] } };
        expect(processors(turned)).toEqual(processors({ rbac: { namespaces: ["pay", "shop"] } }));
    });

    test.each<[string, Partial<CollectorPlanInputs>, RegExp]>([
        [
            "the state of the cluster",
            { collect: { clusterMetrics: true } },
            /collect\.clusterMetrics: reads the whole cluster, but rbac\.namespaces limits the rights; remove it, or remove/,
        ],
        [
            "kubelets",
            { mode: "daemonSet", collect: { kubeletMetrics: {} } },
            /collect\.kubeletMetrics: reads the whole cluster/,
        ],
        [
            "objects of every namespace",
            { collect: { kubernetesObjects: [{ resource: "pods" }] } },
            /collect\.kubernetesObjects\[0\]\.namespaces: is missing, so the whole cluster would be read/,
        ],
        [
            "targets in every namespace",
            { collect: { scrapeConfigs: [{ job_name: "a", kubernetes_sd_configs: [{ role: "pod" }] }] } },
            /scrapeConfigs\[0\]\.kubernetes_sd_configs\[0\]\.namespaces\.names: must be some of rbac\.namespaces.*\["pay"\]/,
        ],
        [
            "targets in another namespace",
            {
                collect: {
                    scrapeConfigs: [
                        {
                            job_name: "a",
                            kubernetes_sd_configs: [{ role: "pod", namespaces: { names: ["shop", "other"] } }],
                        },
                    ],
                },
            },
            /namespaces\.names: must be some of rbac\.namespaces/,
        ],
        [
            "nodes",
            {
                collect: {
                    scrapeConfigs: [
                        { job_name: "a", kubernetes_sd_configs: [{ role: "node", namespaces: { names: ["shop"] } }] },
                    ],
                },
            },
            /kubernetes_sd_configs\[0\]\.role: node reads the whole cluster/,
        ],
        [
            "labels of Namespaces",
            { processing: { enrichment: { namespaceLabels: { stage: "shop.stage" } } } },
            /namespaceLabels: reads Namespaces, which are objects of the cluster.*remove namespaceLabels, or remove rbac/,
        ],
        [
            "annotations of Namespaces",
            { processing: { enrichment: { namespaceAnnotations: { stage: "shop.stage" } } } },
            /namespaceAnnotations: reads Namespaces/,
        ],
    ])("do not suffice for %s, which is refused", (_case, args, text) => {
        expect(() => plan({ ...NARROW, ...args })).toThrow(text);
        expect(() => plan(args)).not.toThrow();
    });
});

describe("rights that somebody else creates", () => {
    test.each<[string, Partial<OtlpCollectorArgs>]>([
        ["of the whole cluster", { collect: { clusterMetrics: true, annotatedPods: true } }],
        ["of some namespaces", { ...NARROW, ...EVERY }],
        ["none", { processing: { kubernetesAttributes: false } }],
    ])("%s are in the output, exactly as they are created otherwise", async (_case, args) => {
        const own = await collector(args);
        expect(sorted(documents(own.roles))).toEqual(sorted(own.created));

        const others = await collector({ ...args, rbac: { ...args.rbac, create: false } });
        expect(others.created).toEqual([]);
        expect(others.accounts).toBe(1);
        expect(others.roles).toBe(own.roles);
    });

    test("are bound to an account that exists", async () => {
        const { roles, accounts } = await collector({
            rbac: { create: false },
            pods: { serviceAccount: { existingName: "shared" } },
        });
        expect(accounts).toBe(0);
        const binding = documents(roles).find(({ kind }) => kind === "ClusterRoleBinding");
        expect(binding).toMatchObject({
            apiVersion: "rbac.authorization.k8s.io/v1",
            metadata: { name: "telemetry-gateway" },
            subjects: [{ kind: "ServiceAccount", name: "shared", namespace: "telemetry" }],
        });
    });
});
