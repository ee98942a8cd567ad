import { type ArrivedMetricPoint, type Emulator, startEmulator } from "../../emulator";
import {
    type CollectorDropRuleArgs,
    CollectorSeverity,
    CollectorSpanKind,
    type OtlpCollectorArgs,
    Signal,
} from "../../index";
import { type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { counter, logs, nanos, only, post, renderGateway, SCOPES, SECRETS, traces } from "./collector-support";

jest.setTimeout(120_000);

const RESOURCE = { "service.name": "checkout" };
const hex = (number: number, length: number): string => number.toString(16).padStart(length, "0");

let emulator: Emulator;
let collector: RunningCollector | undefined;
beforeAll(async () => (emulator = await startEmulator({ route: "activegate" })));
afterAll(() => emulator?.stop());
beforeEach(() => emulator.reset());
afterEach(async () => {
    expect(emulator.refused()).toEqual([]);
    await collector?.stop();
    collector = undefined;
});

async function start(args: Partial<OtlpCollectorArgs>): Promise<RunningCollector> {
    const manifests = await renderGateway(emulator, args);
    const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
    const { token } = emulator.createToken({ scopes: SCOPES });
    collector = await startCollector({ binary, manifests: only(manifests, "Deployment"), secrets: SECRETS(token) });
    return collector;
}

const names = (): string[] =>
    emulator
        .arrived()
        .spans.map(({ name }) => name)
        .sort();

/** Values that would end a string, a condition or a variable, if they were not quoted. */
const NASTY = [
    '" or true or name == "',
    "\\",
    '\\" or true',
    "$${env:DT_API_TOKEN}",
    "${env:DT_API_TOKEN}",
    "$1",
    "line\nfeed\ttab",
    "ümläut 🐱",
    "'single' `back`",
    "a])) or true",
];

describe("processing.drop", () => {
    test.each<[string, (value: string) => CollectorDropRuleArgs]>([
        ["name", (value: string) => ({ signal: Signal.Traces, name: value })],
        ["attribute", (value: string) => ({ signal: Signal.Traces, attributes: [{ key: "of", value }] })],
        ["key of an attribute", (value: string) => ({ signal: Signal.Traces, attributes: [{ key: value }] })],
    ])("drops by any %s exactly what it says, and nothing else", async (_what, rule) => {
        const { httpEndpoint } = await start({ processing: { drop: NASTY.map(rule) } });
        const dropped = NASTY.map((value) => ({ name: value, attributes: { of: value, [value]: 1 } }));
        const kept = NASTY.map((value) => ({ name: `${value}!`, attributes: { of: `${value}!`, [`${value}!`]: 1 } }));
        await post(httpEndpoint, "traces", traces(RESOURCE, ...dropped, ...kept));
        await until("arrival", 30, () => emulator.arrived().counts.spans > 0 || undefined);
        expect(names()).toEqual(NASTY.map((value) => `${value}!`).sort());
    });

    test("drops spans, data points and log records by each of its conditions", async () => {
        const { httpEndpoint } = await start({
            processing: {
                drop: [
                    { signal: Signal.Traces, namePattern: "^GET /health", spanKind: CollectorSpanKind.Internal },
                    { signal: Signal.Traces, spanKind: CollectorSpanKind.Server },
                    { signal: Signal.Traces, attributes: [{ key: "http.response.status_code", value: "304" }] },
                    {
                        signal: Signal.Traces,
                        name: "order",
                        resourceAttributes: [{ key: "k8s.namespace.name", pattern: "^test-" }],
                    },
                    { signal: Signal.Logs, severityBelow: CollectorSeverity.Warn },
                    { signal: Signal.Logs, bodyPattern: "(?i)heartbeat" },
                    { signal: Signal.Metrics, namePattern: "^go[.]" },
                    { signal: Signal.Metrics, name: "orders", attributes: [{ key: "shop", value: "test" }] },
                ],
            },
        });
        const spans = [
            { name: "GET /health/live" },
            { name: "cached", attributes: { "http.response.status_code": 304 } },
            { name: "order", attributes: { "http.response.status_code": 200 } },
            { name: "GET /cart" },
        ];
        await post(httpEndpoint, "traces", traces(RESOURCE, ...spans));
        await post(httpEndpoint, "traces", traces({ ...RESOURCE, "k8s.namespace.name": "test-1" }, { name: "order" }));
        const records = logs(
            RESOURCE,
            { body: "info" },
            { body: "a Heartbeat" },
            { body: "failed" },
            { body: "no level" },
        );
        const levelled = JSON.parse(JSON.stringify(records), function (this: { body?: object }, key, value: unknown) {
            if (key !== "severityNumber") return value;
            const body = JSON.stringify(this.body);
            return body.includes("info") ? 9 : body.includes("no level") ? 0 : 17;
        }) as object;
        await post(httpEndpoint, "logs", levelled);
        for (const [name, shop] of [
            ["go.threads", "north"],
            ["orders", "test"],
            ["orders", "north"],
        ] as const) {
            await post(
                httpEndpoint,
                "metrics",
                counter(RESOURCE, { name, value: 1, start: nanos(-1), attributes: { shop } }),
            );
        }
        await until("arrival", 30, () => {
            const { counts, metrics } = emulator.arrived();
            return (counts.spans >= 2 && counts.logRecords >= 2 && metrics.length > 0) || undefined;
        });
        const { logs: arrivedLogs, metrics } = emulator.arrived();
        expect(names()).toEqual(["GET /cart", "order"]);
        expect(arrivedLogs.map(({ body }) => body).sort()).toEqual(["failed", "no level"]);
        expect(metrics.map(({ name, attributes }) => [name, attributes["shop"]])).toEqual([["orders", "north"]]);
    });
});

describe("processing.probabilisticSampling", () => {
    test("keeps about its share of the traces, whole, and the same ones in every pod", async () => {
        const kept: string[][] = [];
        for (let pod = 0; pod < 2; pod += 1) {
            emulator.reset();
            const { httpEndpoint } = await start({ processing: { probabilisticSampling: { percentage: 20 } } });
            const spans = Array.from({ length: 2000 }, (_, index) => {
                const trace = Math.floor(index / 2);
                // Spread over all values, as random ids are.
                const random = (BigInt(trace) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffn;
                return {
                    traceId: `${"a".repeat(18)}${random.toString(16).padStart(14, "0")}`,
                    spanId: hex(index + 1, 16),
                };
            });
            await post(httpEndpoint, "traces", traces(RESOURCE, ...spans));
            await until("arrival", 30, () => emulator.arrived().counts.spans > 0 || undefined);
            const ids = emulator.arrived().spans.map(({ traceId }) => traceId);
            expect(ids.length).toBe(2 * new Set(ids).size);
            kept.push([...new Set(ids)].sort());
            await collector?.stop();
        }
        expect(kept[0]).toEqual(kept[1]);
        expect(kept[0]?.length).toBeGreaterThan(150);
        expect(kept[0]?.length).toBeLessThan(250);
    });
});

describe("processing.spanMetrics", () => {
    const points = (name: string): ArrivedMetricPoint[] =>
        emulator.arrived().metrics.filter((point) => point.name === `traces.span.metrics.${name}`);
    const total = (name: string, field: "value" | "count"): number =>
        points(name).reduce((sum, point) => sum + (point[field] ?? 0), 0);

    test.each([
        ["probabilistic sampling", { probabilisticSampling: { percentage: 0.001 } }],
        ["tail sampling", { tailSampling: { percentage: 0, errors: false, decisionSeconds: 1 } }],
    ])("counts every span although %s keeps none, as deltas, masked, without prompts", async (_case, sampling) => {
        const { httpEndpoint } = await start({
            processing: {
                ...sampling,
                spanMetrics: { dimensions: ["user", "gen_ai.prompt", "route", "shop.region"], intervalSeconds: 1 },
                redaction: { emails: true },
                resourceAttributes: { "shop.region": "eu" },
                drop: [{ signal: Signal.Traces, name: "GET /health" }],
            },
        });
        const attributes = { user: "jane@example.com", "gen_ai.prompt": "a made-up secret", route: "/cart" };
        for (const wanted of [40, 80]) {
            const spans = Array.from({ length: 40 }, () => ({ name: "order", attributes }));
            await post(httpEndpoint, "traces", traces(RESOURCE, { name: "GET /health" }, ...spans));
            await until(`${wanted} calls`, 30, () => total("calls", "value") >= wanted || undefined);
        }
        await until("durations", 30, () => total("duration", "count") >= 80 || undefined);
        expect([total("calls", "value"), total("duration", "count")]).toEqual([80, 80]);
        for (const point of [...points("calls"), ...points("duration")]) {
            expect(point).toMatchObject({
                temporality: "delta",
                attributes: { "span.name": "order", route: "/cart", "shop.region": "eu" },
            });
            expect(Object.keys(point.attributes)).not.toContain("collector.instance.id");
        }
        const text = JSON.stringify(emulator.arrived().metrics);
        expect(text).not.toContain("jane@example.com");
        expect(text).not.toContain("a made-up secret");
        expect(emulator.arrived().counts.spans).toBe(0);
    });

    test("counts further combinations together above its limit, and sends all spans without sampling", async () => {
        const { httpEndpoint } = await start({
            processing: {
                spanMetrics: { dimensions: ["id"], seriesLimit: 5, intervalSeconds: 1, bucketsMillis: [1, 10] },
            },
        });
        const spans = Array.from({ length: 50 }, (_, index) => ({ name: "order", attributes: { id: String(index) } }));
        await post(httpEndpoint, "traces", traces(RESOURCE, ...spans));
        await until("50 calls", 30, () => total("calls", "value") >= 50 || undefined);
        await until("50 spans", 30, () => emulator.arrived().counts.spans >= 50 || undefined);
        expect(total("calls", "value")).toBe(50);
        expect(points("calls").length).toBeLessThanOrEqual(7);
        expect(points("calls").some(({ attributes }) => "otel.metric.overflow" in attributes)).toBe(true);
    });

    test("counts and masks what a receiver of extraConfig brings, before a processor of extraConfig", async () => {
        const { podIp } = await start({
            network: { service: { ports: [{ name: "more", port: 4444 }] } },
            processing: { spanMetrics: { intervalSeconds: 1 } },
            extraConfig: {
                receivers: { "otlp/more": { protocols: { http: { endpoint: "$${env:MY_POD_IP}:4444".slice(1) } } } },
                processors: { "filter/all": { traces: { span: ["true"] } } },
                service: { pipelines: { traces: { receivers: ["otlp/more"], processors: ["filter/all"] } } },
            },
        });
        await post(`http://${podIp}:4444`, "traces", traces(RESOURCE, { name: "order" }));
        await until("a call", 30, () => total("calls", "value") >= 1 || undefined);
        expect(emulator.arrived().counts.spans).toBe(0);
    });
});
