import { parse } from "yaml";

import { ciliumPolicy } from "../../components/collector/manifests/cilium-network-policy";
import { networkPolicySpec } from "../../components/collector/manifests/network-policy";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { featureParts } from "../../components/collector/features";
import { intakePorts } from "../../components/collector/flows";
import { firstTier, secondTier } from "../../components/collector/two-tier";
import { OtlpCollector, type OtlpCollectorArgs } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { Check } from "../../components/shared/check";

const WHO = 'OtlpCollector("gateway")';
const plan = (args: Partial<CollectorPlanInputs>) =>
    planCollector(new Check(WHO), "gateway", { endpoint: { environment: "abc12345" }, ...args });
const receiversOf = (args: Partial<CollectorPlanInputs>) =>
    Object.fromEntries(featureParts(plan(args)).receivers.map(({ id, signal, config }) => [id, { signal, config }]));
const ALL = { jaeger: true, zipkin: true, statsd: {}, syslog: {} };

/** The objects that a program with a Collector registers, the first of each kind. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
async function objectsOf(args: Partial<OtlpCollectorArgs>): Promise<Record<string, any>> {
    const all = { endpoint: { environment: "abc12345" }, token: { secret: { name: "ingest-token" } }, ...args };
    const manifests = manifestsOf(await capture(() => new OtlpCollector("gateway", all)));
    return Object.fromEntries(manifests.reverse().map((manifest) => [manifest.kind, manifest]));
}

describe("Jaeger, Zipkin, StatsD and syslog", () => {
    test("have one port each in the Service, the container and the network policy, as their protocol wants it", async () => {
        const { Service, Deployment, NetworkPolicy } = await objectsOf({ intake: ALL });
        const wanted = [
            ["otlp-grpc", 4317, "TCP", "grpc"],
            ["otlp-http", 4318, "TCP", "http"],
            ["jaeger-grpc", 14250, "TCP", "grpc"],
            ["jaeger-http", 14268, "TCP", "http"],
            ["zipkin", 9411, "TCP", "http"],
            ["statsd", 8125, "UDP", undefined],
            ["syslog-tcp", 5514, "TCP", undefined],
            ["syslog-udp", 5514, "UDP", undefined],
        ];
        type Port = Record<string, unknown>;
        const ofService = Service.spec.ports.map((it: Port) => [
            it["name"],
            it["port"],
            it["protocol"],
            it["appProtocol"],
        ]);
        expect(ofService).toEqual(wanted);
        const container = Deployment.spec.template.spec.containers[0].ports as Port[];
        for (const { name, port, protocol, targetPort } of Service.spec.ports) {
            expect(targetPort).toBe(name);
            expect(container).toContainEqual({ name, containerPort: port, protocol });
            expect(NetworkPolicy.spec.ingress[0].ports).toContainEqual({ port, protocol });
        }
        expect(NetworkPolicy.spec.ingress[0].ports).toHaveLength(wanted.length);
    });

    test("have no port anywhere unless they are asked for", async () => {
        const { Service, Deployment, NetworkPolicy, ConfigMap } = await objectsOf({});
        expect(Service.spec.ports).toHaveLength(2);
        expect(Deployment.spec.template.spec.containers[0].ports).toHaveLength(3);
        expect(NetworkPolicy.spec.ingress).toHaveLength(1);
        expect(NetworkPolicy.spec.ingress[0].ports).toHaveLength(2);
        expect(Object.keys(parse(ConfigMap.data["config.yaml"]).receivers as object)).toEqual(["otlp"]);
    });

    test("are let in by Cilium at the same ports", () => {
        const args = plan({ intake: ALL, network: { networkPolicy: { cilium: {} } } });
        const policy = JSON.stringify(ciliumPolicy(new Check(WHO), args).spec);
        for (const [port, protocol] of [
            ["14250", "TCP"],
            ["9411", "TCP"],
            ["8125", "UDP"],
        ])
            expect(policy).toContain(JSON.stringify({ port, protocol }));
    });

    test("send traces and metrics into the pipelines of these, and nothing else", () => {
        const { jaeger, zipkin, statsd } = receiversOf({ intake: ALL });
        expect([jaeger?.signal, zipkin?.signal, statsd?.signal]).toEqual(["traces", "traces", "metrics"]);
    });

    test("ask senders for what OTLP asks them: TLS, a token, and requests of the same size", () => {
        const receiver = { tls: { secretName: "tls" }, bearer: { secret: { name: "senders" } }, maxHttpRequestMiB: 7 };
        const { jaeger, zipkin } = receiversOf({ intake: { jaeger: true, zipkin: true }, receiver });
        const asked = {
            tls: { cert_file: "/etc/otelcol-receiver/tls/tls.crt" },
            auth: { authenticator: "bearertokenauth/receiver" },
        };
        const overHttp = { ...asked, max_request_body_size: 7 * 1024 * 1024 };
        expect(jaeger?.config).toMatchObject({
            protocols: {
                grpc: { ...asked, endpoint: "[${env:MY_POD_IP}]:14250" },
                thrift_http: { ...overHttp, endpoint: "[${env:MY_POD_IP}]:14268" },
            },
        });
        expect(zipkin?.config).toMatchObject({ ...overHttp, endpoint: "[${env:MY_POD_IP}]:9411" });
    });

    test("come in at the first tier, which names their senders; the second is sent OTLP alone", () => {
        const both = plan({ mode: "twoTier", replicas: 1, intake: ALL });
        expect(intakePorts(firstTier(both))).toHaveLength(8);
        expect(intakePorts(secondTier(both)).map(({ port }) => port)).toEqual([4317]);
        expect(featureParts(secondTier(both)).receivers).toEqual([]);
        expect(networkPolicySpec(secondTier(both)).ingress).toHaveLength(1);
    });

    test("timings of StatsD keep their number, which single values would lose, and its counters count up", () => {
        const { statsd } = receiversOf({ intake: { statsd: { intervalSeconds: 10 } } });
        expect(statsd?.config).toMatchObject({
            aggregation_interval: "10s",
            is_monotonic_counter: true,
            enable_simple_tags: true,
        });
        const { timer_histogram_mapping: mapping } = statsd?.config as { timer_histogram_mapping: object[] };
        expect(mapping).toEqual(
            ["timing", "histogram", "distribution"].map((statsd_type) => ({
                statsd_type,
                observer_type: "histogram",
                histogram: { max_size: 100 },
            })),
        );
    });
});

describe("StatsD's counters", () => {
    const statsdOf = (image: object): unknown =>
        receiversOf({ intake: { statsd: {} }, image: { repository: "registry.example.com/otelcol", ...image } })[
            "statsd"
        ]?.config;

    test.each([
        ["dynatrace", "0.54.0"],
        ["dynatrace", "0.48.0"],
        ["contrib", "0.148.0"],
        ["custom", "0.148.0"],
    ])("keep their fractions in %s %s", (distribution, version) => {
        expect(statsdOf({ distribution, version })).toMatchObject({ counter_type: "float" });
    });

    test.each([
        ["dynatrace", "0.47.0"],
        ["contrib", "0.147.0"],
    ])("are left alone in %s %s, which would not start with what it does not know", (distribution, version) => {
        expect(statsdOf({ distribution, version })).not.toHaveProperty("counter_type");
    });
});

describe("what would go nowhere, count wrong or pass by a credential is refused with the way out", () => {
    const statsd = { statsd: {} };
    test.each<[string, Partial<CollectorPlanInputs>, RegExp]>([
        [
            "Zipkin without traces",
            { intake: { zipkin: true }, signals: ["logs"] },
            /intake\.zipkin: collects traces, .*add t/,
        ],
        ["StatsD without metrics", { intake: statsd, signals: ["traces"] }, /intake\.statsd: collects metrics/],
        [
            "StatsD in two pods",
            { intake: statsd, replicas: 2, processing: { cumulativeToDelta: false } },
            /intake\.statsd: 2 pods would each aggregate only some .*one replica, or set mode to daemonSet/,
        ],
        ["StatsD in a first tier of two", { intake: statsd, mode: "twoTier" }, /intake\.statsd: 2 pods/],
        [
            "StatsD under an autoscaler",
            { intake: statsd, processing: { cumulativeToDelta: false }, scaling: { autoscaling: { maxReplicas: 4 } } },
            /intake\.statsd: 4 pods/,
        ],
        [
            "StatsD beside a token of senders",
            { intake: statsd, receiver: { bearer: { secret: { name: "senders" } } } },
            /intake\.statsd: has neither TLS nor credentials/,
        ],
        [
            "StatsD beside TLS",
            { intake: statsd, receiver: { tls: { secretName: "tls" } } },
            /intake\.statsd: has neither/,
        ],
        ["no interval", { intake: { statsd: { intervalSeconds: 0.5 } } }, /intake\.statsd\.intervalSeconds: 0\.5/],
    ])("%s", (_case, args, text) => {
        expect(() => plan(args)).toThrow(text);
    });

    test.each<[string, Partial<CollectorPlanInputs>]>([
        ["StatsD on each node", { intake: statsd, mode: "daemonSet" }],
        ["Jaeger and Zipkin in several pods", { intake: { jaeger: true, zipkin: true }, mode: "twoTier", replicas: 4 }],
    ])("%s is fine", (_case, args) => {
        expect(plan(args).name).toBe("gateway");
    });
});

describe("syslog", () => {
    test("is encrypted with the receiver's certificate, and then not accepted without TLS", () => {
        const receiver = { tls: { secretName: "gateway-tls", clientCa: { secret: { name: "devices-ca" } } } };
        const receivers = receiversOf({ intake: { syslog: {} }, receiver });
        expect(Object.keys(receivers).filter((id) => id.startsWith("syslog"))).toEqual(["syslog/tcp"]);
        expect(receivers["syslog/tcp"]?.config).toMatchObject({
            tcp: { listen_address: "[${env:MY_POD_IP}]:6514", tls: { client_ca_file: expect.any(String) as string } },
        });
        expect(intakePorts(plan({ intake: { syslog: {} }, receiver })).map(({ port }) => port)).toEqual([
            4317, 4318, 6514,
        ]);
    });

    test.each([
        [{ receiver: { bearer: { secret: { name: "senders" } } } }, /intake\.syslog: has no credentials/],
        [
            { intake: { syslog: { rfc3164: { timeZone: "Vienna" } } } },
            /syslog\.rfc3164\.timeZone: "Vienna" is not a time zone/,
        ],
        [{ signals: ["traces"] }, /intake\.syslog: collects logs/],
    ])("is refused with %j", (args, text) => {
        expect(() => plan({ intake: { syslog: {} }, ...args } as never)).toThrow(text);
    });
});
