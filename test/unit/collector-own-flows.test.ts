import { extraFlowWarnings } from "../../components/collector/extra-flows";
import { featureParts } from "../../components/collector/features";
import { intakePorts } from "../../components/collector/flows";
import { ciliumPolicy } from "../../components/collector/manifests/cilium-network-policy";
import { serviceSpec } from "../../components/collector/manifests/service";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { firstTier, secondTier } from "../../components/collector/two-tier";
import { Check } from "../../components/shared/check";

const WHO = 'OtlpCollector("gateway")';
const plan = (args: Partial<CollectorPlanInputs>) =>
    planCollector(new Check(WHO), "gateway", { endpoint: { environment: "abc12345" }, ...args });
const EVERY = [{ namespaceSelector: {} }];

describe("rules of one's own with Cilium", () => {
    const rulesOf = (ingress: object[]): unknown[] => {
        const { spec } = ciliumPolicy(new Check(WHO), plan({ network: { networkPolicy: { cilium: {}, ingress } } }));
        return spec.ingress.slice(1);
    };

    test.each([
        ["no peers", {}, [{ fromEntities: ["all"] }]],
        [
            "every namespace",
            { from: EVERY, ports: [{ port: 15008 }] },
            [
                {
                    fromEndpoints: [
                        { matchExpressions: [{ key: "k8s:io.kubernetes.pod.namespace", operator: "Exists" }] },
                    ],
                    toPorts: [{ ports: [{ port: "15008", protocol: "TCP" }] }],
                },
            ],
        ],
        [
            "pods of the own namespace, a range, and a range of ports",
            {
                from: [
                    { podSelector: { matchLabels: { app: "a" } } },
                    { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
                ],
                ports: [{ port: 8000, endPort: 8010 }, { protocol: "UDP" }],
            },
            [
                { fromEndpoints: [{ matchLabels: { "k8s:app": "a" } }] },
                { fromCIDRSet: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] }] },
            ].map((it) => ({
                ...it,
                toPorts: [
                    {
                        ports: [
                            { port: "8000", protocol: "TCP", endPort: 8010 },
                            { port: "0", protocol: "UDP" },
                        ],
                    },
                ],
            })),
        ],
        [
            "pods of namespaces with a label",
            {
                from: [
                    {
                        namespaceSelector: { matchExpressions: [{ key: "team", operator: "In", values: ["a", "b"] }] },
                        podSelector: { matchLabels: { app: "a" } },
                    },
                ],
            },
            [
                {
                    fromEndpoints: [
                        {
                            matchLabels: { "k8s:app": "a" },
                            matchExpressions: [
                                {
                                    key: "k8s:io.cilium.k8s.namespace.labels.team",
                                    operator: "In",
                                    values: ["a", "b"],
                                },
                            ],
                        },
                    ],
                },
            ],
        ],
    ])("mean the same: %s", (_, rule, expected) => {
        expect(rulesOf([rule])).toEqual(expected);
    });
});

describe("a rule or a port that cannot work is refused:", () => {
    test.each<[string, Partial<CollectorPlanInputs>]>([
        [
            "network.networkPolicy.ingress[0].from: is empty; give at least one",
            { network: { networkPolicy: { ingress: [{ from: [] }] } } },
        ],
        [
            "network.networkPolicy.egress[0].ports: is empty",
            { network: { networkPolicy: { egress: [{ ports: [] }] } } },
        ],
        [
            "network.networkPolicy.egress[0].to[0]: selects nothing",
            { network: { networkPolicy: { egress: [{ to: [{}] }] } } },
        ],
        [
            "network.networkPolicy.egress[0].to[0].ipBlock: cannot be combined with podSelector",
            {
                network: {
                    networkPolicy: { egress: [{ to: [{ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } }] }] },
                },
            },
        ],
        [
            'network.networkPolicy.egress[0].to[0].ipBlock.cidr: "10.0.0.1" is not a range',
            { network: { networkPolicy: { egress: [{ to: [{ ipBlock: { cidr: "10.0.0.1" } }] }] } } },
        ],
        [
            'network.networkPolicy.egress[0].ports[0].port: "443" is not the name of a port',
            { network: { networkPolicy: { egress: [{ ports: [{ port: "443" }] }] } } },
        ],
        [
            "network.networkPolicy.egress[0].ports[0].endPort: needs port as a number",
            { network: { networkPolicy: { egress: [{ ports: [{ port: "http", endPort: 90 }] }] } } },
        ],
        [
            'network.networkPolicy.egress[0].ports[0].protocol: "tcp" is not known; use TCP, UDP or SCTP',
            { network: { networkPolicy: { egress: [{ ports: [{ port: 1, protocol: "tcp" }] }] } } },
        ],
        [
            "network.networkPolicy.ingress[0].from[0].podSelector.matchExpressions[0].values: are missing for In",
            {
                network: {
                    networkPolicy: {
                        ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: "a", operator: "In" }] } }] }],
                    },
                },
            },
        ],
        [
            'network.service.ports[0].name: "Fluent" is not the name of a port',
            { network: { service: { ports: [{ name: "Fluent", port: 1 }] } } },
        ],
        [
            "network.service.ports[0].port: 0 is not a whole number",
            { network: { service: { ports: [{ name: "fluent", port: 0 }] } } },
        ],
        [
            "network.service.ports[0].port: 4318 is the port otlp-http",
            { network: { service: { ports: [{ name: "mine", port: 4318 }] } } },
        ],
        [
            'network.service.ports[0].name: "otlp-grpc" is the name of another port',
            { network: { service: { ports: [{ name: "otlp-grpc", port: 1 }] } } },
        ],
        [
            "network.service.ports[1].port: 5514 is the port a",
            {
                network: {
                    service: {
                        ports: [
                            { name: "a", port: 5514 },
                            { name: "b", port: 5514 },
                        ],
                    },
                },
            },
        ],
    ])("%s", (text, args) => {
        expect(() => plan(args)).toThrow(`${WHO}: ${text}`);
    });
});

describe("ports of one's own", () => {
    const ports = [
        { name: "fluent", port: 8006 },
        { name: "syslog", port: 5514, protocol: "UDP" as const },
        { name: "health", port: 13133, appProtocol: "http" },
    ];

    test("are in the Service, and the second tier has none", () => {
        const both = plan({ mode: "twoTier", network: { service: { ports } } });
        expect((serviceSpec(firstTier(both)).ports as object[]).slice(2)).toEqual([
            { name: "fluent", port: 8006, targetPort: "fluent", protocol: "TCP" },
            { name: "syslog", port: 5514, targetPort: "syslog", protocol: "UDP" },
            { name: "health", port: 13133, targetPort: 13133, protocol: "TCP", appProtocol: "http" },
        ]);
        expect(intakePorts(secondTier(both)).map(({ port }) => port)).toEqual([4317]);
    });
});

describe("what extra configuration connects to", () => {
    const TEMPO = { exporters: { "otlp_http/tempo": { endpoint: "http://tempo.monitoring.svc:4318" } } };
    const RECEIVER = { receivers: { "otlp/more": { protocols: { grpc: { endpoint: "[${env:MY_POD_IP}]:4400" } } } } };
    const warnings = (extraConfig: object, args: Partial<CollectorPlanInputs> = {}): string[] =>
        extraFlowWarnings(new Check(WHO), { ...plan(args), extraConfig: extraConfig as Record<string, unknown> });

    test("is reported where the policy blocks it, with the field that opens it", () => {
        expect(warnings(TEMPO)).toEqual([
            `${WHO}: extraConfig.exporters["otlp_http/tempo"].endpoint: the network policy blocks tempo.monitoring.svc on port ` +
                "4318; allow the connection with network.networkPolicy.egress",
        ]);
        expect(warnings(RECEIVER)).toEqual([
            `${WHO}: extraConfig.receivers["otlp/more"].protocols.grpc.endpoint: nothing can connect to port 4400; add the port ` +
                "to network.service.ports",
        ]);
    });

    test.each<[string, object, Partial<CollectorPlanInputs>]>([
        ["the policy is off", TEMPO, { network: { networkPolicy: { enabled: false } } }],
        [
            "a rule opens it",
            TEMPO,
            { network: { networkPolicy: { egress: [{ to: EVERY, ports: [{ port: 4318 }] }] } } },
        ],
        ["a rule opens every port", TEMPO, { network: { networkPolicy: { egress: [{ to: EVERY }] } } }],
        ["scraping opens every pod", TEMPO, { collect: { annotatedPods: true } }],
        ["the port is in the Service", RECEIVER, { network: { service: { ports: [{ name: "more", port: 4400 }] } } }],
        [
            "a rule lets senders in",
            RECEIVER,
            { network: { networkPolicy: { ingress: [{ ports: [{ port: 4400 }] }] } } },
        ],
        [
            "the port is Dynatrace's, which is open to every host",
            { exporters: { x: { endpoint: "https://a.com" } } },
            {},
        ],
        ["it is the pod itself", { receivers: { x: { endpoint: "127.0.0.1:4400" } } }, {}],
        ["the port is in a variable", { exporters: { x: { endpoint: "tempo:${env:PORT}" } } }, {}],
    ])("is not reported where %s", (_, extraConfig, args) => {
        expect(warnings(extraConfig, args)).toEqual([]);
    });

    test("is reported with Cilium for every host that no rule names", () => {
        const networkPolicy = { cilium: {} };
        expect(
            warnings({ exporters: { x: { endpoint: "https://a.com" } } }, { network: { networkPolicy } }),
        ).toHaveLength(1);
        const own = { exporters: { x: { endpoint: "https://abc12345.live.dynatrace.com" } } };
        expect(warnings(own, { network: { networkPolicy } })).toEqual([]);
    });

    test("is reported for targets of scrape jobs outside the cluster too, among the plan's warnings", () => {
        const job = (target: string) => ({ job_name: target, static_configs: [{ targets: [target] }] });
        const collect = { scrapeConfigs: [job("db.shop.svc:9187"), job("db.eu.example.com:9187")] };
        expect(plan({ collect }).warnings).toEqual([
            expect.stringContaining("collect.scrapeConfigs[1].static_configs[0].targets[0]: the network policy blocks"),
        ]);
    });
});

describe("jobs with kubernetes_sd_configs", () => {
    const discover = (role: string) => ({
        processing: { kubernetesAttributes: false },
        collect: { scrapeConfigs: [{ job_name: "a", kubernetes_sd_configs: [{ role }] }] },
    });

    test.each([
        ["node", ["nodes"]],
        ["pod", ["pods"]],
        ["service", ["services"]],
        ["endpoints", ["services", "pods", "endpoints"]],
        ["endpointslice", ["services", "pods", "endpointslices"]],
        ["ingress", ["ingresses"]],
    ])("of the role %s read %j, and reach the API server", (role, resources) => {
        const { clusterRules, flows } = featureParts(plan(discover(role)));
        expect(clusterRules.flatMap((rule) => rule.resources as string[])).toEqual(resources);
        for (const { verbs } of clusterRules) expect(verbs).toEqual(["get", "list", "watch"]);
        expect(flows.map(({ peer }) => peer)).toContain("apiServer");
    });

    test("of nodes are reported, because the policy opens no port of a node", () => {
        expect(plan(discover("node")).warnings.join()).toContain("network.networkPolicy.egress");
        expect(plan(discover("pod")).warnings).toEqual([]);
        expect(plan({ ...discover("node"), network: { networkPolicy: { enabled: false } } }).warnings).toEqual([]);
    });
});
