import { collectorConfig } from "../../components/collector/config";
import { featureParts } from "../../components/collector/features";
import { ciliumPolicy } from "../../components/collector/manifests/cilium-network-policy";
import { networkPolicySpec } from "../../components/collector/manifests/network-policy";
import type { CollectorPlan } from "../../components/collector/plan-types";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { firstTier, secondTier } from "../../components/collector/two-tier";
import { Check } from "../../components/shared/check";

const WHO = 'OtlpCollector("gateway")';
const plan = (args: Partial<CollectorPlanInputs> = {}): CollectorPlan =>
    planCollector(new Check(WHO), "gateway", { endpoint: { environment: "abc12345" }, ...args });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a configuration as YAML
const processorOf = (from: CollectorPlan, id: string): any =>
    featureParts(from).processors.find((it) => it.id === id)?.config;

describe("labels and annotations that are picked", () => {
    const picked = {
        podLabels: { "example.com/team": "dt.owner", app: "shop.$app" },
        podAnnotations: { "example.com/tier": "shop.tier" },
        namespaceLabels: { stage: "deployment.environment.name" },
        namespaceAnnotations: { "example.com/region": "shop.region" },
    };

    test("become attributes of the names given, in an order that never changes", () => {
        const { extract } = processorOf(plan({ processing: { enrichment: picked } }), "k8s_attributes");
        expect(extract.labels).toEqual([
            { from: "pod", key: "app", tag_name: "shop.$$app" },
            { from: "pod", key: "example.com/team", tag_name: "dt.owner" },
            { from: "namespace", key: "stage", tag_name: "deployment.environment.name" },
        ]);
        expect(extract.annotations.slice(-2)).toEqual([
            { from: "pod", key: "example.com/tier", tag_name: "shop.tier" },
            { from: "namespace", key: "example.com/region", tag_name: "shop.region" },
        ]);
        const turned = { ...picked, podLabels: { app: "shop.$app", "example.com/team": "dt.owner" } };
        const text = (enrichment: typeof picked): string =>
            collectorConfig(plan({ processing: { enrichment } }), "Api-Token");
        expect(text(turned)).toBe(text(picked));
    });

    test("need no right besides those of kubernetesAttributes", () => {
        expect(featureParts(plan({ processing: { enrichment: picked } })).clusterRules).toEqual(
            featureParts(plan()).clusterRules,
        );
    });

    test("leave Dynatrace's own annotations as they are, with and without its recipe", () => {
        const keys = (dynatraceRecipe: boolean): object[] =>
            processorOf(plan({ processing: { enrichment: { dynatraceRecipe, ...picked } } }), "k8s_attributes").extract
                .annotations;
        expect([keys(true).length, keys(false).length]).toEqual([6, 2]);
    });

    test.each<[string, Partial<CollectorPlanInputs>, RegExp]>([
        [
            "labels that nothing reads",
            { processing: { kubernetesAttributes: false, enrichment: { podLabels: { app: "x" } } } },
            /processing\.enrichment\.podLabels: needs processing\.kubernetesAttributes, which is off/,
        ],
        [
            "annotations that nothing reads",
            { processing: { kubernetesAttributes: false, enrichment: { podAnnotations: { app: "x" } } } },
            /processing\.enrichment\.podAnnotations: needs processing\.kubernetesAttributes/,
        ],
        [
            "what is no key",
            { processing: { enrichment: { podLabels: { "app name": "x" } } } },
            /podLabels: "app name" is not the key/,
        ],
        [
            "a domain that is none",
            { processing: { enrichment: { namespaceLabels: { "A/b": "x" } } } },
            /namespaceLabels: "A\/b" is not/,
        ],
        [
            "no name",
            { processing: { enrichment: { podLabels: { app: "" } } } },
            /podLabels\["app"\]: "" is not the name of an attribute/,
        ],
    ])("%s is refused", (_case, args, text) => {
        expect(() => plan(args)).toThrow(text);
    });
});

describe("the other end of a connection", () => {
    const HOSTS = { hosts: ["otlp.example.com"] };
    const isUsed = (args: Partial<CollectorPlanInputs>): boolean =>
        JSON.stringify(processorOf(plan(args), "k8s_attributes").pod_association).includes('"connection"');
    const asked = (podFromConnection: boolean): Partial<CollectorPlanInputs> => ({
        processing: { enrichment: { podFromConnection } },
    });

    test.each<[string, Partial<CollectorPlanInputs>]>([
        ["an Ingress for HTTP", { network: { exposure: { httpIngress: HOSTS } } }],
        ["an Ingress for gRPC", { network: { exposure: { grpcIngress: HOSTS } } }],
        ["a Gateway", { network: { exposure: { gateway: { name: "edge", httpHosts: HOSTS.hosts } } } }],
        ["a load balancer", { network: { service: { type: "LoadBalancer" } } }],
        ["ports of nodes", { network: { service: { type: "NodePort" } } }],
    ])("is not the sender behind %s, unless the user says so", (_case, args) => {
        expect(isUsed(args)).toBe(false);
        expect(isUsed({ ...args, mode: "twoTier" })).toBe(false);
        expect(isUsed({ ...args, ...asked(true) })).toBe(true);
    });

    test.each<[string, Partial<CollectorPlanInputs>]>([
        ["a Service in the cluster", {}],
        ["a Service that says its type", { network: { service: { type: "ClusterIP" } } }],
        ["an agent", { mode: "daemonSet", network: { hostPorts: true } }],
    ])("is the sender behind %s, unless the user says otherwise", (_case, args) => {
        expect(isUsed(args)).toBe(true);
        expect(isUsed({ ...args, ...asked(false) })).toBe(false);
    });

    test("costs no step where it is not used", () => {
        const ids = (on: boolean): string[] => featureParts(plan(asked(on))).processors.map(({ id }) => id);
        expect(ids(true).slice(0, 2)).toEqual(["resource/sender", "k8s_attributes"]);
        expect(ids(false)).toEqual(ids(true).slice(1));
        expect(collectorConfig(plan(asked(false)), "Api-Token")).not.toContain("dynatrace-otlp.pod-ip");
    });

    test("leaves no address and no temporary attribute behind, with and without Dynatrace's recipe", () => {
        for (const dynatraceRecipe of [true, false]) {
            const enrichment = { dynatraceRecipe };
            const { trace_statements: groups } = processorOf(
                plan({ processing: { enrichment } }),
                "transform/kubernetes",
            );
            expect(groups[0].statements.slice(0, 2)).toEqual([
                expect.stringMatching(/^delete_key\(resource.attributes, "k8s.pod.ip"\) where .*k8s.pod.uid/),
                'delete_key(resource.attributes, "dynatrace-otlp.pod-ip")',
            ]);
        }
    });
});

describe("attributes that the whole stack has", () => {
    const STACK = { securityContext: "shop-team", costCenter: "4711", costProduct: "$web", owner: "shop" };

    test("are costs and the security context too, and come after those of pods and Namespaces", () => {
        const { processors } = featureParts(plan({ processing: { enrichment: STACK } }));
        const ids = processors.map(({ id }) => id);
        expect(ids.indexOf("resource")).toBeGreaterThan(ids.indexOf("transform/kubernetes"));
        expect(processors.find(({ id }) => id === "resource")?.config).toEqual({
            attributes: [
                { key: "dt.cost.costcenter", value: "4711", action: "insert" },
                { key: "dt.cost.product", value: "$$web", action: "insert" },
                { key: "dt.owner", value: "shop", action: "insert" },
                { key: "dt.security_context", value: "shop-team", action: "insert" },
            ],
        });
    });
});

describe("deprecated names of the workload", () => {
    const text = (legacyWorkloadAttributes?: boolean): string =>
        collectorConfig(plan({ processing: { enrichment: { legacyWorkloadAttributes } } }), "Api-Token");

    test("are set where they are asked for alone", () => {
        expect([text(), text(false)].join()).not.toContain("dt.kubernetes.workload");
        expect(text(true)).toContain("dt.kubernetes.workload.kind");
        expect(text(true)).toContain("dt.kubernetes.workload.name");
    });

    test.each<[string, Partial<CollectorPlanInputs>, RegExp]>([
        [
            "without the recipe",
            { processing: { enrichment: { legacyWorkloadAttributes: true, dynatraceRecipe: false } } },
            /legacyWorkloadAttributes: needs processing\.enrichment\.dynatraceRecipe, which is off; turn it on, or remove/,
        ],
        [
            "without pods",
            { processing: { kubernetesAttributes: false, enrichment: { legacyWorkloadAttributes: true } } },
            /legacyWorkloadAttributes: needs processing\.kubernetesAttributes, which is off/,
        ],
        [
            "a connection that nothing reads",
            { processing: { kubernetesAttributes: false, enrichment: { podFromConnection: true } } },
            /podFromConnection: needs processing\.kubernetesAttributes, which is off/,
        ],
    ])("%s are refused", (_case, args, text) => {
        expect(() => plan(args)).toThrow(text);
    });
});

describe("clouds that are asked where the Collector runs", () => {
    const detect = (...detectors: string[]): Partial<CollectorPlanInputs> => ({
        processing: { enrichment: { resourceDetection: { detectors: detectors as never } } },
    });
    const egress = (args: Partial<CollectorPlanInputs>): string => JSON.stringify(networkPolicySpec(plan(args)).egress);

    test("none, and no way there, unless one is named", () => {
        expect(
            featureParts(plan())
                .processors.map(({ id }) => id)
                .join(),
        ).not.toContain("resource_detection");
        expect(egress({})).not.toContain("169.254");
    });

    test("are asked at the one address of their metadata service alone, with either kind of policy", () => {
        const rule = { to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports: [{ port: 80, protocol: "TCP" }] };
        expect(egress(detect("eks", "ec2"))).toContain(JSON.stringify(rule));
        expect(egress(detect("ec2"))).not.toContain("988");
        expect(egress(detect("gcp"))).toContain('"169.254.169.252/32"}}],"ports":[{"port":988,"protocol":"TCP"}]');
        const cilium = plan({ ...detect("azure"), network: { networkPolicy: { cilium: {} } } });
        expect(JSON.stringify(ciliumPolicy(new Check(WHO), cilium).spec)).toContain(
            '{"toCIDR":["169.254.169.254/32"],"toPorts":[{"ports":[{"port":"80","protocol":"TCP"}]}]}',
        );
    });

    test("are never asked through a proxy", () => {
        const proxy = { url: "http://proxy.example.com:3128" };
        const noProxy = (args: Partial<CollectorPlanInputs>): string =>
            featureParts(plan({ ...args, network: { ...args.network, proxy } })).env.find(
                ({ name }) => name === "NO_PROXY",
            )?.value as string;
        expect(noProxy(detect("gcp"))).toMatch(/,169\.254\.169\.254,169\.254\.169\.252,metadata\.google\.internal$/);
        expect(noProxy({})).not.toContain("169.254");
    });

    test("tell the zone and the instance on their own node only: pods behind a Service take data of all nodes", () => {
        const config = (mode: "deployment" | "daemonSet") =>
            processorOf(plan({ mode, ...detect("ec2", "azure", "gcp") }), "resource_detection/cloud");
        const { ec2, azure, gcp } = config("deployment");
        expect(Object.keys(ec2.resource_attributes)).toEqual([
            ...["cloud.availability_zone", "host.id", "host.image.id", "host.name", "host.type"],
        ]);
        for (const { resource_attributes: left } of [ec2, azure, gcp]) {
            expect(left["host.id"]).toEqual({ enabled: false });
            expect(left["host.name"]).toEqual({ enabled: false });
        }
        expect(Object.keys(config("daemonSet"))).toEqual(["detectors", "timeout", "override"]);
    });

    test("never win over what a sender said, nor over a cluster name of one's own", () => {
        const { enrichment } = detect("gcp").processing ?? {};
        const named = plan({ mode: "daemonSet", processing: { enrichment: { ...enrichment, clusterName: "prod" } } });
        expect(processorOf(named, "resource_detection/cloud")).toEqual({
            detectors: ["gcp"],
            timeout: "1666ms",
            override: false,
            gcp: { resource_attributes: { "k8s.cluster.name": { enabled: false } } },
        });
    });

    test("keep the Collector from starting no longer than allowed, though each signal's pipeline asks in its turn", () => {
        const ofTwo = plan({ ...detect("ec2"), signals: ["traces", "logs"] });
        expect(processorOf(ofTwo, "resource_detection/cloud").timeout).toBe("2500ms");
        expect(processorOf(plan(detect("ec2")), "resource_detection/cloud").timeout).toBe("1666ms");
    });

    test("need no right; EKS is told by the API server, to any account, which the pod then has", () => {
        const alone = (detector: string): CollectorPlan =>
            plan({ processing: { ...detect(detector).processing, kubernetesAttributes: false } });
        const peers = (detector: string): unknown[] => featureParts(alone(detector)).flows.map(({ peer }) => peer);
        expect(peers("ec2")).not.toContain("apiServer");
        expect(peers("eks")).toContain("apiServer");
        const { clusterRules, namespaceRules } = featureParts(alone("eks"));
        expect([clusterRules, namespaceRules]).toEqual([[], []]);
    });

    test("are asked in the first tier alone", () => {
        const both = plan({ mode: "twoTier", ...detect("ec2") });
        expect(JSON.stringify(networkPolicySpec(firstTier(both)))).toContain("169.254");
        expect(JSON.stringify(networkPolicySpec(secondTier(both)))).not.toContain("169.254");
    });

    test.each<[string, Partial<CollectorPlanInputs>, RegExp]>([
        [
            "no cloud",
            detect(),
            /resourceDetection\.detectors: is empty; name the detectors of your cloud, e\.g\. eks and ec2/,
        ],
        [
            "an unknown one",
            detect("aws"),
            /resourceDetection\.detectors: "aws" is not known; use eks, ec2, aks, azure or gcp/,
        ],
        [
            "an image that would not start elsewhere",
            { ...detect("ec2"), image: { version: "0.53.0" } },
            /processing\.enrichment\.resourceDetection: needs 0\.54\.0 or later of the dynatrace distribution.*raise image\.version/,
        ],
        [
            "a start that never comes",
            { processing: { enrichment: { resourceDetection: { detectors: ["ec2"], timeoutSeconds: 600 } } } },
            /resourceDetection\.timeoutSeconds: 600 is not a whole number from 1 to 60/,
        ],
    ])("%s is refused", (_case, args, text) => {
        expect(() => plan(args)).toThrow(text);
    });
});
