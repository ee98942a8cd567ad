import { exporterEnv } from "../../components/application-pods/exporter-env";
import type { ExporterEnvArgs } from "../../components/application-pods/exporter-env/args";
import { type Arrived, type Emulator, startEmulator } from "../../emulator";
import { OtlpCollector } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { type RunningCollector, startCollector } from "../support/collector";
import { type Finished, until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { type App, APPS, runApp } from "./sdk/apps";
import { startPod } from "./sdk/pod";

jest.setTimeout(300_000);

const SCOPES = ["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest"];
/** All that has a meaning somewhere on the way from Pulumi over Kubernetes to an SDK. */
const AWKWARD = `a=b, "c"; 100% of $(DT_API_TOKEN) + naïve 東京 \\`;
const FIELDS = {
    "metadata.namespace": "shop",
    "metadata.name": "checkout-5d4f7c9b8-x2x4z",
    "metadata.uid": "6f1b2c3d-0000-4000-8000-00000000abcd",
    "spec.nodeName": "node-1.example.com",
};
const SENT = { resourceAttributes: { owner: AWKWARD, "k8s.cluster.name": "test" }, serviceName: "checkout" };
const EXPECTED = {
    owner: AWKWARD,
    "service.name": "checkout",
    "k8s.cluster.name": "test",
    "k8s.namespace.name": "shop",
    "k8s.pod.name": FIELDS["metadata.name"],
    "k8s.pod.uid": FIELDS["metadata.uid"],
    "k8s.node.name": "node-1.example.com",
};

let emulator: Emulator;
let collector: RunningCollector;
let token: { id: string; token: string };

beforeAll(async () => {
    emulator = await startEmulator({ route: "activegate" });
    token = emulator.createToken({ scopes: SCOPES });
    const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
    const resources = await capture(
        () =>
            new OtlpCollector("gateway", {
                endpoint: { environment: emulator.url, ca: { pem: emulator.caPem } },
                token: { secret: { name: "ingest-token" } },
                processing: { kubernetesAttributes: false },
            }),
    );
    const secrets = { "ingest-token": { token: token.token } };
    collector = await startCollector({ binary, manifests: manifestsOf(resources), secrets });
});

afterAll(async () => {
    await collector?.stop();
    await emulator?.stop();
});

beforeEach(() => emulator.reset());

const ca = { configMap: { name: "activegate-ca" } };
const ingest = { secret: { name: "ingest-token" } };
const direct = (): ExporterEnvArgs => ({
    ...{ via: "direct", token: ingest, ca, ...SENT },
    endpoint: { environment: emulator.url, route: "managed" },
});
const activegate = (): ExporterEnvArgs => ({
    ...{ via: "activegate", token: ingest, ca, ...SENT },
    endpoint: { environment: emulator.url, route: "activegate" },
});
const WAYS: [string, () => ExporterEnvArgs][] = [
    ["direct, over HTTP", direct],
    ["direct, with the header percent-encoded", () => ({ ...direct(), headerEncoding: "percent" })],
    ["to an ActiveGate", activegate],
    ["to a Collector over HTTP", () => ({ via: "collector", collectorUrl: collector.httpEndpoint, ...SENT })],
    [
        "to a Collector over gRPC",
        () => ({ via: "collector", collectorUrl: collector.grpcEndpoint, protocol: "grpc", ...SENT }),
    ],
];

/** Runs an application in a pod with these variables, but for some. */
async function runInPod(
    app: App,
    args: ExporterEnvArgs,
    env: Record<string, string>,
    without: string[] = [],
): Promise<Finished> {
    const exporter = exporterEnv(args);
    const pod = startPod(
        { ...exporter, env: exporter.env.filter(({ name }) => !without.includes(name)) },
        {
            secrets: { "ingest-token": { token: token.token } },
            configMaps: { "activegate-ca": { "ca.crt": emulator.caPem ?? "" } },
            fields: FIELDS,
            env,
        },
    );
    try {
        return await runApp(app, pod.env);
    } finally {
        pod.remove();
    }
}

describe.each(APPS)("an application with the SDK for $language, configured by its environment alone", (app) => {
    const run = (args: ExporterEnvArgs, without: string[] = []): Promise<Finished> => runInPod(app, args, {}, without);

    /** One span, two points of a counter and one of a histogram, one log record. */
    const arrival = (): Promise<Arrived> =>
        until("arrival", 20, () => {
            const arrived = emulator.arrived();
            const { spans, metricDataPoints, logRecords } = arrived.counts;
            return spans === 1 && metricDataPoints >= 3 && logRecords === 1 ? arrived : undefined;
        });

    test.each(WAYS)("%s: everything arrives as Dynatrace takes it, with all attributes", async (_way, args) => {
        const { code, stdout, stderr } = await run(args());
        const { spans, metrics, logs } = await arrival();
        expect(emulator.refused()).toEqual([]);
        for (const item of [...spans, ...metrics, ...logs]) {
            expect(item.resource).toMatchObject(EXPECTED);
            expect(item).toMatchObject({
                contentType: "application/x-protobuf",
                compression: "gzip",
                tokenId: token.id,
            });
        }
        expect(spans.map(({ name }) => name)).toEqual(["order"]);
        expect(logs.map(({ body }) => body)).toEqual(["an order was placed"]);
        const orders = metrics.filter(({ name }) => name === "shop.orders");
        expect(orders.map(({ temporality, value }) => [temporality, value])).toEqual([
            ["delta", 2],
            ["delta", 3],
        ]);
        const durations = metrics.filter(({ name }) => name === "shop.duration");
        expect(durations.map(({ type, temporality, sum }) => [type, temporality, sum])).toEqual([
            ["histogram", "delta", 12],
        ]);
        expect(code).toBe(0);
        expect(stdout + stderr).not.toContain(token.token.split(".")[2]);
    });

    test("sends only the signals asked for", async () => {
        await run({ ...direct(), signals: ["traces"] });
        await until("arrival of the span", 20, () => (emulator.arrived().counts.spans === 1 ? true : undefined));
        const signals = new Set(emulator.requests().map(({ signal }) => signal));
        expect([...signals]).toEqual(["traces"]);
    });

    test("without the variable for delta metrics Dynatrace refuses its counter, and a Collector converts it", async () => {
        const without = ["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"];
        await run(direct(), without);
        const reasons = emulator.refused().map(({ reason }) => reason);
        expect(reasons.join()).toContain("UNSUPPORTED_METRIC_TYPE_MONOTONIC_CUMULATIVE_SUM");
        emulator.reset();
        await run({ via: "collector", collectorUrl: collector.httpEndpoint, ...SENT }, without);
        // All of it, or what is late would arrive in the next test.
        const { metrics } = await arrival();
        expect(new Set(metrics.map(({ temporality }) => temporality))).toEqual(new Set(["delta"]));
        expect(emulator.refused()).toEqual([]);
    });

    test("without the CA certificate it sends nothing to an ActiveGate", async () => {
        const certificates = ["TRACES", "METRICS", "LOGS"].map((signal) => `OTEL_EXPORTER_OTLP_${signal}_CERTIFICATE`);
        const { stdout, stderr } = await runInPod(app, activegate(), app.impatient, certificates);
        expect(stdout + stderr).toMatch(/self[- ]signed certificate in certificate chain/);
        expect(emulator.requests()).toEqual([]);
    });
});

test("an application behind a proxy reaches an ActiveGate past it, which it would not without NO_PROXY", async () => {
    // Python's SDK heeds the variables of a proxy; the one for Node does not. Port 9 of loopback takes no connection.
    const python = APPS.find(({ language }) => language === "Python");
    if (python === undefined) throw new Error("no application in Python");
    const proxy = { HTTPS_PROXY: "http://127.0.0.1:9" };
    await runInPod(python, activegate(), { ...proxy, ...python.impatient }, ["NO_PROXY"]);
    expect(emulator.requests()).toEqual([]);
    await runInPod(python, activegate(), proxy);
    expect(emulator.arrived().counts).toMatchObject({ spans: 1, logRecords: 1 });
});
