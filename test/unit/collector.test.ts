import { parse } from "yaml";

import { CollectorTokenFrom } from "../../components/collector/args";
import { collectorConfig } from "../../components/collector/config";
import { CollectorDistribution, componentNames } from "../../components/collector/distributions";
import { networkPolicySpec } from "../../components/collector/manifests/network-policy";
import type { CollectorPlan } from "../../components/collector/plan-types";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { MAX_REQUEST_BYTES, memoryPlan } from "../../components/collector/sizing";
import { EndpointRoute } from "../../components/endpoint/route";
import { selfSigned } from "../support/certificates";
import { Check } from "../../components/shared/check";

const CA = selfSigned("Corporate CA", -1, 400);
const SAAS: CollectorPlanInputs = { endpoint: { environment: "abc12345" } };
const plan = (args: Partial<CollectorPlanInputs> = {}): CollectorPlan =>
    planCollector(new Check('OtlpCollector("gateway")'), "gateway", { ...SAAS, ...args });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a configuration is as deep as the Collector wants it
const configOf = (args: Partial<CollectorPlanInputs> = {}): any => parse(collectorConfig(plan(args), "Api-Token"));

describe("the configuration", () => {
    test("sends each signal over HTTP and protobuf to its full URL, compressed, with the token by reference", () => {
        const { exporters } = configOf();
        expect(Object.keys(exporters)).toEqual(["otlp_http/traces", "otlp_http/metrics", "otlp_http/logs"]);
        expect(exporters["otlp_http/traces"]).toMatchObject({
            traces_endpoint: "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces",
            encoding: "proto",
            compression: "gzip",
            headers: { Authorization: "Api-Token ${env:DT_API_TOKEN}" },
        });
    });

    test("keeps every request below Dynatrace's limits in bytes and in items", () => {
        const { exporters } = configOf();
        for (const signal of ["traces", "metrics", "logs"] as const) {
            const { batch, sizer, queue_size: queueSize } = exporters[`otlp_http/${signal}`].sending_queue;
            expect(sizer).toBe("bytes");
            expect(batch).toMatchObject({ sizer: "bytes", max_size: MAX_REQUEST_BYTES[signal] });
            expect(queueSize).toBeGreaterThan(batch.max_size);
        }
        expect(MAX_REQUEST_BYTES.traces).toBeLessThan(8_000_000);
        expect(MAX_REQUEST_BYTES.metrics / 29).toBeLessThan(15_000);
        expect(MAX_REQUEST_BYTES.logs / 20).toBeLessThanOrEqual(50_000);
        expect(MAX_REQUEST_BYTES.logs).toBeLessThan(2_000_000);
    });

    test("has the memory limiter first in every pipeline and no batch processor in any", () => {
        const { service, processors } = configOf();
        for (const pipeline of Object.values<{ processors: string[] }>(service.pipelines)) {
            expect(pipeline.processors[0]).toBe("memory_limiter");
        }
        expect(Object.keys(processors)).not.toContain("batch");
    });

    test("turns cumulative metrics into deltas, in the metrics pipeline only", () => {
        const { service } = configOf();
        expect(service.pipelines.metrics.processors).toContain("cumulative_to_delta");
        expect(service.pipelines.traces.processors).not.toContain("cumulative_to_delta");
        expect(configOf({ processing: { cumulativeToDelta: false } }).processors).not.toHaveProperty(
            "cumulative_to_delta",
        );
        expect(configOf({ signals: ["logs"] }).processors).not.toHaveProperty("cumulative_to_delta");
    });

    test("defines no component that no pipeline uses, and uses none that is not defined", () => {
        for (const args of [
            {},
            { signals: ["traces" as const] },
            { processing: { kubernetesAttributes: false } },
            { processing: { resourceAttributes: { a: "b" } } },
        ]) {
            const config = configOf(args);
            const pipelines = Object.values<Record<string, string[]>>(config.service.pipelines);
            for (const kind of ["receivers", "processors", "exporters"]) {
                const used = new Set(pipelines.flatMap((pipeline) => pipeline[kind]));
                expect([...used].sort()).toEqual(Object.keys(config[kind]).sort());
            }
        }
    });

    test("trusts an ActiveGate's CA besides the system's", () => {
        const endpoint = { environment: "https://ag.example.com:9999/e/abc12345", ca: { pem: CA } };
        expect(configOf({ endpoint }).exporters["otlp_http/logs"]).toMatchObject({
            logs_endpoint: "https://ag.example.com:9999/e/abc12345/api/v2/otlp/v1/logs",
            tls: { ca_pem: CA, include_system_ca_certs_pool: true },
        });
        expect(configOf().exporters["otlp_http/logs"]).not.toHaveProperty("tls");
    });

    test("listens on the pod's own address", () => {
        const { receivers, extensions } = configOf();
        expect(receivers.otlp.protocols.grpc.endpoint).toBe("[${env:MY_POD_IP}]:4317");
        expect(receivers.otlp.protocols.http.endpoint).toBe("[${env:MY_POD_IP}]:4318");
        expect(extensions.health_check.endpoint).toBe("[${env:MY_POD_IP}]:13133");
    });

    test("is the same text whatever the order of the arguments", () => {
        const one = plan({ signals: ["logs", "traces"], processing: { resourceAttributes: { a: "1", b: "2" } } });
        const two = plan({ processing: { resourceAttributes: { b: "2", a: "1" } }, signals: ["traces", "logs"] });
        expect(collectorConfig(one, "Api-Token")).toBe(collectorConfig(two, "Api-Token"));
    });

    test("keeps a dollar in a resource attribute from being expanded", () => {
        const { processors } = configOf({ processing: { resourceAttributes: { owner: "${env:HOME} $5" } } });
        expect(processors.resource.attributes).toEqual([{ key: "owner", value: "$${env:HOME} $$5", action: "insert" }]);
    });

    test("sends a platform token as Bearer", () => {
        const config = parse(collectorConfig(plan(), "Bearer"));
        expect(config.exporters["otlp_http/traces"].headers.Authorization).toBe("Bearer ${env:DT_API_TOKEN}");
    });
});

describe("a token from a file", () => {
    const FILE = { tokenFrom: CollectorTokenFrom.File };

    test("signs every exporter's requests with the mounted file, and no header names a variable", () => {
        const { extensions, exporters, service } = configOf(FILE);
        expect(extensions.bearertokenauth).toEqual({
            filename: "/etc/dynatrace-token/token",
            scheme: "Api-Token",
        });
        expect(service.extensions).toEqual(["health_check", "bearertokenauth"]);
        for (const exporter of Object.values<object>(exporters)) {
            expect(exporter).toMatchObject({ auth: { authenticator: "bearertokenauth" } });
            expect(exporter).not.toHaveProperty("headers");
        }
        expect(collectorConfig(plan(FILE), "Api-Token")).not.toContain("DT_API_TOKEN");
    });

    test("goes as Bearer where it is a platform token", () => {
        const config = parse(collectorConfig(plan(FILE), "Bearer"));
        expect(config.extensions.bearertokenauth.scheme).toBe("Bearer");
    });

    test("from the environment is what nothing said means", () => {
        const text = collectorConfig(plan(), "Api-Token");
        expect(text).toBe(collectorConfig(plan({ tokenFrom: CollectorTokenFrom.Environment }), "Api-Token"));
        expect(text).not.toContain("bearertokenauth");
    });

    test.each([
        [CollectorDistribution.Dynatrace, "0.52.9", "0.53.0"],
        [CollectorDistribution.Contrib, "0.156.0", "0.157.0"],
    ])("is refused for %s %s, which keeps using the old token", (distribution, version, oldest) => {
        expect(() => plan({ ...FILE, image: { distribution, version } })).toThrow(
            `OtlpCollector("gateway"): tokenFrom: file needs ${oldest} or later of the ${distribution} distribution, ` +
                `but image.version is ${version}, which keeps using the old token; raise image.version, or remove tokenFrom`,
        );
        expect(plan({ ...FILE, image: { distribution, version: oldest } }).tokenFrom).toBe("file");
    });
});

describe("component names follow the image's version", () => {
    test.each([
        [CollectorDistribution.Dynatrace, "0.54.0", "otlp_http", "k8s_attributes", "cumulative_to_delta"],
        [CollectorDistribution.Dynatrace, "v0.53.1", "otlp_http", "k8s_attributes", "cumulative_to_delta"],
        [CollectorDistribution.Dynatrace, "0.47.0", "otlp_http", "k8s_attributes", "cumulativetodelta"],
        [CollectorDistribution.Dynatrace, "0.40.0", "otlphttp", "k8sattributes", "cumulativetodelta"],
        [CollectorDistribution.Contrib, "0.158.0", "otlp_http", "k8s_attributes", "cumulative_to_delta"],
        [CollectorDistribution.Contrib, "0.149.0", "otlp_http", "k8s_attributes", "cumulativetodelta"],
        [CollectorDistribution.Contrib, "0.145", "otlp_http", "k8sattributes", "cumulativetodelta"],
        [CollectorDistribution.Contrib, "0.143.0", "otlphttp", "k8sattributes", "cumulativetodelta"],
    ])("%s %s", (distribution, version, exporter, attributes, delta) => {
        expect(componentNames(new Check("C"), distribution, version)).toMatchObject({
            otlpHttpExporter: exporter,
            k8sAttributesProcessor: attributes,
            cumulativeToDeltaProcessor: delta,
        });
    });

    test.each(["latest", "", "stable-0.54", "0.20.0"])("%p is refused", (version) => {
        expect(() => componentNames(new Check("C"), "dynatrace", version)).toThrow(/^C: image\.version: /);
    });
});

describe("arguments that would not work once deployed are refused", () => {
    test.each<[string, Partial<CollectorPlanInputs>, RegExp]>([
        ["two replicas that would each compute half a delta", { replicas: 2 }, /replicas: .*cumulativeToDelta/],
        ["no replica", { replicas: 0 }, /replicas: 0/],
        ["too little memory", { memoryMiB: 64 }, /memoryMiB: 64.*128/],
        ["half a MiB", { memoryMiB: 512.5 }, /memoryMiB/],
        ["no signal", { signals: [] }, /signals: is empty/],
        [
            "another signal",
            { signals: ["profiles" as never] },
            /signals: "profiles" is not known; use traces, metrics or logs/,
        ],
        ["a namespace with capitals", { namespace: "Shop" }, /namespace: "Shop"/],
        ["the OneAgent's port on a node", { endpoint: { route: EndpointRoute.OneAgent } }, /a pod cannot reach/],
        ["a way to the token of another name", { tokenFrom: "vault" as never }, /tokenFrom: "vault" is not known; use/],
        ["a distribution of another name", { image: { distribution: "otel" as never } }, /distribution: "otel"/],
    ])("%s", (_case, args, text) => {
        expect(() => plan(args)).toThrow(text);
    });

    test("two replicas are fine where nothing is computed from a series", () => {
        expect(plan({ replicas: 2, processing: { cumulativeToDelta: false } }).replicas).toBe(2);
        expect(plan({ replicas: 2, signals: ["logs"] }).replicas).toBe(2);
    });

    test.each(["Gateway", "1gateway", "gateway_1", "g".repeat(49)])("%s cannot name a Service", (name) => {
        expect(() => planCollector(new Check("C"), name, SAAS)).toThrow(/^C: name: /);
    });
});

describe("the network policy opens what the route needs and nothing else", () => {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain data behind Input types
    const policy = (args: Partial<CollectorPlanInputs>): any => networkPolicySpec(plan(args));
    const egressPorts = (args: Partial<CollectorPlanInputs>): number[] =>
        policy(args).egress.flatMap((rule: { ports: { port: number }[] }) => rule.ports.map(({ port }) => port));

    test("SaaS: DNS, the API server, 443", () => {
        expect(egressPorts({})).toEqual([53, 53, 5353, 5353, 443, 6443, 443]);
    });

    test("without Kubernetes attributes the API server is closed", () => {
        expect(egressPorts({ processing: { kubernetesAttributes: false } })).toEqual([53, 53, 5353, 5353, 443]);
    });

    test("an ActiveGate in the cluster counts with its pod's port", () => {
        const endpoint = { environment: "https://ag.dynatrace.svc/e/abc12345", ca: { pem: CA } };
        expect(egressPorts({ endpoint, processing: { kubernetesAttributes: false } })).toEqual([
            53, 53, 5353, 5353, 9999,
        ]);
    });

    test("an Environment ActiveGate counts with its own port", () => {
        const endpoint = { environment: "https://ag.example.com:8443/e/abc12345", ca: { pem: CA } };
        expect(egressPorts({ endpoint, processing: { kubernetesAttributes: false } })).toEqual([
            53, 53, 5353, 5353, 8443,
        ]);
    });

    test("OTLP comes in on 4317 and 4318 only, from the namespaces named", () => {
        const spec = policy({ network: { networkPolicy: { fromNamespaces: ["shop", "billing"] } } });
        expect(spec.policyTypes).toEqual(["Ingress", "Egress"]);
        expect(spec.ingress).toEqual([
            {
                from: ["billing", "shop"].map((name) => ({
                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
                })),
                ports: [
                    { port: 4317, protocol: "TCP" },
                    { port: 4318, protocol: "TCP" },
                ],
            },
        ]);
    });
});

test("Go collects garbage before the kernel kills, and the queues fit beside it", () => {
    const memory = memoryPlan(new Check("C", "memoryMiB"), 512);
    expect(memory).toEqual({ limitMiB: 512, goMemLimit: "409MiB", queueBytes: 42_949_672 });
    expect(3 * memory.queueBytes).toBeLessThan(0.5 * 512 * 1024 * 1024);
});
