import * as pulumi from "@pulumi/pulumi";

import type { CollectorPlan } from "../../components/collector/plan-types";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { balancerUrls } from "../../components/collector/manifests/service";
import { type CollectorServiceArgs, OtlpCollector, type OtlpCollectorArgs } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { Check } from "../../components/shared/check";

const BASE = { endpoint: { environment: "abc12345" }, namespace: "telemetry" };
const WHO = 'OtlpCollector("gateway")';
const LOAD_BALANCER = { type: "LoadBalancer" } as const;

/** What a program with a Collector registers, by kind; the last of a kind. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
async function objectsOf(args: Partial<OtlpCollectorArgs>): Promise<Record<string, any>> {
    const all = { ...BASE, token: { secret: { name: "ingest-token" } }, ...args };
    const resources = await capture(() => new OtlpCollector("gateway", all));
    return Object.fromEntries(manifestsOf(resources).map((object) => [object.kind, object]));
}
const warningsOf = (args: Partial<CollectorPlanInputs>): string[] =>
    planCollector(new Check(WHO), "gateway", { ...BASE, ...args }).warnings;
const make = (args: Partial<OtlpCollectorArgs>) => (): OtlpCollector =>
    new OtlpCollector("gateway", { ...BASE, token: { secret: { name: "ingest-token" } }, ...args });

beforeEach(() => void jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined));
afterEach(() => jest.restoreAllMocks());

describe("the Service", () => {
    test("is for the cluster alone, and with a daemonSet for the sender's own node", async () => {
        const { Service } = await objectsOf({});
        for (const field of ["type", "externalTrafficPolicy", "internalTrafficPolicy"]) {
            expect(Service.spec[field]).toBeUndefined();
        }
        const agent = await objectsOf({ mode: "daemonSet" });
        expect(agent["Service"].spec.internalTrafficPolicy).toBe("Local");
    });

    test("has a load balancer that keeps the sender's address, and the policy lets in whom it lets through", async () => {
        const service = {
            ...LOAD_BALANCER,
            annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" },
            loadBalancerSourceRanges: ["203.0.113.0/24"],
        };
        const { Service, NetworkPolicy } = await objectsOf({ network: { service } });
        expect(Service.metadata.annotations).toEqual(service.annotations);
        expect(Service.spec).toMatchObject({
            type: "LoadBalancer",
            loadBalancerSourceRanges: ["203.0.113.0/24"],
            externalTrafficPolicy: "Local",
        });
        expect(NetworkPolicy.spec.ingress[0].from).toEqual([
            { namespaceSelector: {} },
            { ipBlock: { cidr: "203.0.113.0/24" } },
        ]);
    });

    test.each<[string, Partial<OtlpCollectorArgs>, string[]]>([
        ["nobody, for the cluster alone", {}, []],
        ["everybody, without ranges", { network: { service: LOAD_BALANCER } }, ["0.0.0.0/0", "::/0"]],
        [
            "everybody, where a node stands in for the sender",
            { network: { service: { type: "NodePort" } } },
            ["0.0.0.0/0", "::/0"],
        ],
        [
            "those that are named",
            { network: { service: LOAD_BALANCER, networkPolicy: { fromAddresses: ["10.1.0.0/16"] } } },
            ["10.1.0.0/16"],
        ],
    ])("lets in from outside: %s", async (_, args, expected) => {
        const { NetworkPolicy } = await objectsOf(args);
        const blocks = NetworkPolicy.spec.ingress[0].from.flatMap(({ ipBlock }: { ipBlock?: { cidr: string } }) =>
            ipBlock === undefined ? [] : [ipBlock.cidr],
        );
        expect(blocks).toEqual(expected);
    });

    test("lets in the same with Cilium, which knows nodes and the world by name", async () => {
        const policy = async (service: CollectorServiceArgs | undefined) =>
            (await objectsOf({ network: { service, networkPolicy: { cilium: {} } } }))["CiliumNetworkPolicy"].spec
                .ingress;
        const ranges = { ...LOAD_BALANCER, loadBalancerSourceRanges: ["203.0.113.0/24"] };
        expect((await policy(ranges))[1]).toMatchObject({ fromCIDR: ["203.0.113.0/24"] });
        expect((await policy(LOAD_BALANCER))[1]).toMatchObject({ fromEntities: ["world", "host", "remote-node"] });
        expect(await policy(undefined)).toHaveLength(1);
    });

    test("prefers pods nearby", async () => {
        const service = { trafficDistribution: "PreferSameZone" } as const;
        expect((await objectsOf({ network: { service } }))["Service"].spec).toMatchObject(service);
    });

    test("tells the load balancer's address, or its name, to who deploys", async () => {
        const urls = (type: string, ingress: object[]): Promise<string[]> =>
            new Promise((resolve) => {
                const plan = { service: { type }, receiver: { sender: { urlScheme: "https" } } };
                const status = pulumi.output({ loadBalancer: { ingress } });
                balancerUrls(pulumi.output(plan) as unknown as pulumi.Output<CollectorPlan>, status as never).apply(
                    resolve,
                );
            });
        const ingress = [
            { ip: "203.0.113.7" },
            { ip: "2001:db8::7" },
            { ip: "203.0.113.8", hostname: "lb.example.com" },
        ];
        expect(await urls("LoadBalancer", [...ingress, {}])).toEqual([
            "https://203.0.113.7:4318",
            "https://[2001:db8::7]:4318",
            "https://lb.example.com:4318",
        ]);
        expect(await urls("NodePort", ingress)).toEqual([]);
    });

    test.each<[string, Partial<CollectorPlanInputs>, string[]]>([
        ["open to the world", { network: { service: LOAD_BALANCER } }, ["receiver.tls", "receiver.bearer"]],
        ["on every node", { mode: "daemonSet", network: { hostPorts: true } }, ["receiver.tls", "receiver.bearer"]],
        [
            "with a token and TLS",
            {
                network: { service: LOAD_BALANCER },
                receiver: { tls: { secretName: "a" }, bearer: { secret: { name: "b" } } },
            },
            [],
        ],
        ["nowhere where there is no pod", { network: { service: { internalTrafficPolicy: "Local" } } }, ["is lost"]],
        [
            "open in spite of namespaces",
            { network: { service: LOAD_BALANCER, networkPolicy: { fromNamespaces: ["shop"] } } },
            ["receiver.tls", "receiver.bearer", "network.networkPolicy.fromAddresses"],
        ],
    ])("warns of what is %s", (_, args, texts) => {
        const warnings = warningsOf(args);
        expect(warnings).toHaveLength(texts.length);
        texts.forEach((text, index) => expect(warnings[index]).toContain(text));
    });
});

describe("ports of the node", () => {
    test("are those that take data, and no others", async () => {
        const { DaemonSet, Service } = await objectsOf({ mode: "daemonSet", network: { hostPorts: true } });
        const ports = DaemonSet.spec.template.spec.containers[0].ports;
        expect(ports).toEqual([
            { name: "otlp-grpc", containerPort: 4317, protocol: "TCP", hostPort: 4317 },
            { name: "otlp-http", containerPort: 4318, protocol: "TCP", hostPort: 4318 },
            { name: "health", containerPort: 13133, protocol: "TCP" },
        ]);
        expect(JSON.stringify(Service)).not.toContain("hostPort");
    });
});

describe("what could not work", () => {
    test.each<[string, Partial<OtlpCollectorArgs>, string]>([
        [
            "host ports of pods that move",
            { network: { hostPorts: true } },
            "network.hostPorts: mode deployment would allow only one pod on each node",
        ],
        [
            "ranges without a balancer",
            { network: { service: { loadBalancerSourceRanges: ["10.0.0.0/8"] } } },
            "network.service.loadBalancerSourceRanges: needs type LoadBalancer; set network.service.type",
        ],
        [
            "no range",
            { network: { service: { ...LOAD_BALANCER, loadBalancerSourceRanges: ["10.0.0.0"] } } },
            'network.service.loadBalancerSourceRanges[0]: "10.0.0.0" is not a range',
        ],
        [
            "too wide a range",
            { network: { networkPolicy: { fromAddresses: ["10.0.0.0/33"] } } },
            'network.networkPolicy.fromAddresses[0]: "10.0.0.0/33" is not a range',
        ],
        [
            "nothing from outside",
            { network: { service: { externalTrafficPolicy: "Local" } } },
            "network.service.externalTrafficPolicy: has no effect with type ClusterIP",
        ],
        [
            "no type",
            { network: { service: { type: "Headless" as never } } },
            'network.service.type: "Headless" is not known',
        ],
        [
            "series on many nodes",
            { mode: "daemonSet", network: { service: { internalTrafficPolicy: "Cluster" } } },
            "network.service.internalTrafficPolicy: Cluster would send a series to several pods",
        ],
        [
            "series by a balancer",
            { mode: "daemonSet", network: { service: LOAD_BALANCER } },
            "network.service.type: LoadBalancer would send a series to several pods",
        ],
        [
            "a preference without a choice",
            { mode: "daemonSet", network: { service: { trafficDistribution: "PreferClose" } } },
            "network.service.trafficDistribution: has no effect",
        ],
        [
            "names of the node",
            { mode: "twoTier", pods: { dnsPolicy: "Default" } },
            "pods.dnsPolicy: Default cannot resolve names of the cluster",
        ],
        [
            "the Operator's Service",
            { operator: {}, network: { service: LOAD_BALANCER } },
            "network.service.type: cannot be combined with operator, because the Operator creates the Service",
        ],
        [
            "no field of the Operator's",
            { operator: {}, pods: { hostAliases: [] } },
            "pods.hostAliases: cannot be combined with operator, because an OpenTelemetryCollector has no such field",
        ],
        [
            "an account that is not ours",
            { operator: {}, pods: { imagePullSecretNames: ["a"], serviceAccount: { existingName: "b" } } },
            "pods.imagePullSecretNames: cannot be added to the existing ServiceAccount",
        ],
        [
            "annotations of another's account",
            { pods: { serviceAccount: { existingName: "shared", annotations: {} } } },
            "pods.serviceAccount.annotations: cannot be combined with existingName",
        ],
        [
            "annotations of the Operator's Service",
            { operator: {}, network: { service: { annotations: { "example.com/a": "b" } } } },
            "network.service.annotations: cannot be combined with operator, because the Operator creates the Service and has no such field",
        ],
        ["no digest", { image: { digest: "latest" } }, 'image.digest: "latest" is not a digest'],
        [
            "variables from nowhere",
            { pods: { envFrom: [{}] } },
            "pods.envFrom[0].secretRef: is missing; set it, or configMapRef",
        ],
        [
            "variables from two",
            { pods: { envFrom: [{ secretRef: { name: "a" }, configMapRef: { name: "b" } }] } },
            "pods.envFrom[0].configMapRef: cannot be combined with secretRef",
        ],
        [
            "no prefix",
            { pods: { envFrom: [{ secretRef: { name: "a" }, prefix: "1_" }] } },
            'pods.envFrom[0].prefix: "1_" cannot start the name',
        ],
        [
            "volumes that are Pulumi's",
            { persistentQueue: { deleteWithWorkload: false } },
            "persistentQueue.deleteWithWorkload: mode deployment has no volume for each pod",
        ],
    ])("is refused: %s", (_, args, text) => {
        expect(make(args)).toThrow(`${WHO}: ${text}`);
    });
});
