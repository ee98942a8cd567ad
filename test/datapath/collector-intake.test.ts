import { createSocket } from "node:dgram";

import { type ArrivedMetricPoint, type ArrivedSpan, type Emulator, startEmulator } from "../../emulator";
import { type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { renderGateway, SCOPES, SECRETS } from "./collector-support";
import { type JaegerSpan, postSpanOverGrpc, thriftBatch } from "./intake/jaeger";
import { sendByZipkin, type ZipkinPlan } from "./intake/zipkin";
import { ask, type Gateway, SERVER_CA, startGateway } from "./receiver/gateway";

jest.setTimeout(120_000);

const THRIFT = { "content-type": "application/x-thrift" };
const jaegerSpan = (parts: Partial<JaegerSpan> = {}): JaegerSpan => ({
    service: "checkout",
    processTags: { "host.name": "made-up-host" },
    traceId: "f123456789abcdef0123456789abcdef",
    spanId: "e123456789abcdef",
    parentSpanId: "d123456789abcdef",
    name: "place order",
    startMillis: Date.now() - 1500,
    durationMillis: 1250,
    tags: { "order.shop": "north", "span.kind": "server" },
    ...parts,
});
const zipkinSpan = (baseUrl: string, headers = {}): ZipkinPlan => ({
    url: `${baseUrl}/api/v2/spans`,
    headers,
    resource: { "service.name": "payments", "service.version": "1.2.3" },
    name: "take payment",
    attributes: { "payment.method": "card" },
});

let emulator: Emulator;
beforeAll(async () => (emulator = await startEmulator({ route: "activegate" })));
afterAll(() => emulator?.stop());
beforeEach(() => emulator.reset());

/** All spans, as soon as there are so many. */
const spans = (count: number): Promise<ArrivedSpan[]> =>
    until("arrival", 30, () => (emulator.arrived().counts.spans >= count ? emulator.arrived().spans : undefined));

describe("a Collector that takes what is not OTLP", () => {
    let collector: RunningCollector;

    beforeAll(async () => {
        const manifests = await renderGateway(emulator, {
            intake: { jaeger: true, zipkin: true, statsd: { intervalSeconds: 1 } },
        });
        const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
        const { token } = emulator.createToken({ scopes: SCOPES });
        collector = await startCollector({ binary, manifests, secrets: SECRETS(token) });
    });
    afterAll(() => collector?.stop());
    afterEach(() => expect(emulator.refused()).toEqual([]));

    /** What Dynatrace should see of a span of Jaeger. */
    const arrivedAs = ({ traceId, spanId, parentSpanId, startMillis, durationMillis }: JaegerSpan): object => ({
        traceId,
        spanId,
        parentSpanId,
        kind: 2,
        name: "place order",
        startTimeUnixNano: `${BigInt(startMillis) * 1_000_000n}`,
        endTimeUnixNano: `${BigInt(startMillis + durationMillis) * 1_000_000n}`,
        resource: expect.objectContaining({ "service.name": "checkout", "host.name": "made-up-host" }) as object,
        attributes: expect.objectContaining({ "order.shop": "north" }) as object,
    });

    test("brings a span of Jaeger over gRPC to Dynatrace as it was", async () => {
        const sent = jaegerSpan();
        await postSpanOverGrpc(`${collector.podIp}:14250`, sent);
        expect(await spans(1)).toEqual([expect.objectContaining(arrivedAs(sent))]);
    });

    test("brings each span of a batch of Jaeger over HTTP to Dynatrace as it was", async () => {
        const sent = [jaegerSpan(), jaegerSpan({ spanId: "0123456789abcde0" })] as const;
        const response = await fetch(`http://${collector.podIp}:14268/api/traces`, {
            method: "POST",
            headers: THRIFT,
            body: thriftBatch(...sent),
        });
        expect([response.status, await response.text()]).toEqual([202, ""]);
        expect(await spans(2)).toEqual(sent.map((span) => expect.objectContaining(arrivedAs(span)) as object));
    });

    test("brings a span of OpenTelemetry's Zipkin exporter to Dynatrace, its resource included", async () => {
        await sendByZipkin(zipkinSpan(`http://${collector.podIp}:9411`));
        expect(await spans(1)).toMatchObject([
            {
                name: "take payment",
                kind: 2,
                resource: { "service.name": "payments", "service.version": "1.2.3" },
                attributes: { "payment.method": "card" },
            },
        ]);
    });

    describe("of StatsD", () => {
        const points = (name: string): ArrivedMetricPoint[] =>
            emulator.arrived().metrics.filter((point) => point.name === name);
        const total = (name: string, field: "value" | "count" | "sum"): number =>
            points(name).reduce((sum, point) => sum + (point[field] ?? 0), 0);
        /** Waits until all was added up to so much; more fails. */
        const totals = (name: string, field: "value" | "count", wanted: number): Promise<true> =>
            until(`${name} of ${wanted}`, 30, () => total(name, field) >= wanted - 1e-6 || undefined);

        test("brings counters as deltas: what was counted in several intervals adds up, samples included", async () => {
            for (const wanted of [17, 34]) {
                await toStatsd(
                    collector.podIp,
                    "orders:2|c|#shop:north",
                    "orders:5|c|#shop:north",
                    "orders:1|c|@0.1|#shop:north",
                );
                await totals("orders", "value", wanted);
            }
            expect(total("orders", "value")).toBe(34);
            expect(points("orders").length).toBeGreaterThan(1);
            for (const point of points("orders")) {
                expect(point).toMatchObject({
                    type: "sum",
                    storedAs: "count",
                    temporality: "delta",
                    monotonic: true,
                    attributes: { shop: "north" },
                });
            }
        });

        test("loses no fraction of a counter", async () => {
            await toStatsd(collector.podIp, ...Array.from({ length: 6 }, () => "visits:1|c|@0.3"), "visits:0.5|c");
            await totals("visits", "value", 20.5);
            expect(total("visits", "value")).toBeCloseTo(20.5);
        });

        test("loses no value over a tag that has none, though Dynatrace knows no such dimension", async () => {
            await toStatsd(collector.podIp, "logins:1|c|#canary,shop:north");
            await totals("logins", "value", 1);
            expect(points("logins")).toMatchObject([{ attributes: { shop: "north" }, droppedDimensions: ["canary"] }]);
        });

        test("brings the last value of a gauge", async () => {
            await toStatsd(collector.podIp, "queue.length:9|g|#queue:mail", "queue.length:7.5|g|#queue:mail");
            await until("the gauge", 30, () => points("queue.length").some(({ value }) => value === 7.5) || undefined);
            expect(points("queue.length").at(-1)).toMatchObject({
                type: "gauge",
                value: 7.5,
                attributes: { queue: "mail" },
            });
        });

        test.each([
            ["timings", "ms"],
            ["histograms", "h"],
            ["distributions", "d"],
        ])("brings %s as histograms, with their number, sum, least and most", async (kind, type) => {
            const name = `render.${kind}`;
            await toStatsd(collector.podIp, `${name}:320|${type}|#page:cart`, `${name}:80|${type}|@0.1|#page:cart`);
            await totals(name, "count", 11);
            expect([total(name, "count"), total(name, "sum")]).toEqual([11, 1120]);
            expect(Math.min(...points(name).map(({ min }) => min ?? NaN))).toBe(80);
            expect(Math.max(...points(name).map(({ max }) => max ?? NaN))).toBe(320);
            for (const point of points(name)) {
                expect(point).toMatchObject({
                    type: "exponentialHistogram",
                    storedAs: "summary",
                    temporality: "delta",
                    attributes: { page: "cart" },
                });
            }
        });
    });
});

describe("a Collector that asks senders for a token, over TLS", () => {
    const TOKEN = "made-up-token-of-checkout";
    const headers = { authorization: `Bearer ${TOKEN}` };
    let gateway: Gateway;

    beforeAll(async () => {
        gateway = await startGateway(emulator, {
            tool: "otelcol-158",
            receiver: { tls: { secretName: "gateway-tls" }, bearer: { secret: { name: "senders" } } },
            intake: { jaeger: true, zipkin: true },
            secrets: { senders: { token: TOKEN } },
        });
    });
    afterAll(() => gateway?.collector.stop());

    const caPem = SERVER_CA.pem;
    const overHttp = (own = {}): ReturnType<typeof ask> =>
        ask(
            `https://${gateway.host}:14268/api/traces`,
            { ca: caPem, method: "POST", headers: { ...THRIFT, ...own } },
            thriftBatch(jaegerSpan()),
        );

    test("takes Jaeger's and Zipkin's spans with the token", async () => {
        await postSpanOverGrpc(`${gateway.host}:14250`, jaegerSpan(), { caPem, token: TOKEN });
        expect((await overHttp(headers)).status).toBe(202);
        await sendByZipkin(zipkinSpan(`https://${gateway.host}:9411`, headers), caPem);
        expect((await spans(3)).map(({ name }) => name).sort()).toEqual(["place order", "place order", "take payment"]);
        expect(emulator.refused()).toEqual([]);
    });

    test.each([
        ["without a token", undefined],
        ["with another token", "made-up-but-wrong"],
    ])("takes none %s, and says so", async (_case, token) => {
        const wrong = token === undefined ? {} : { authorization: `Bearer ${token}` };
        await expect(postSpanOverGrpc(`${gateway.host}:14250`, jaegerSpan(), { caPem, token })).rejects.toThrow(
            /UNAUTHENTICATED/,
        );
        expect((await overHttp(wrong)).status).toBe(401);
        await expect(sendByZipkin(zipkinSpan(`https://${gateway.host}:9411`, wrong), caPem)).rejects.toThrow(/401/);
        await nothingCame();
    });

    test("takes none without TLS", async () => {
        await expect(postSpanOverGrpc(`${gateway.host}:14250`, jaegerSpan(), { token: TOKEN })).rejects.toThrow(
            /UNAVAILABLE|DEADLINE_EXCEEDED/,
        );
        await expect(sendByZipkin(zipkinSpan(`http://${gateway.host}:9411`, headers))).rejects.toThrow(/400/);
        await nothingCame();
    });

    /** What is sent rightly now has come after whatever else could have come. */
    async function nothingCame(): Promise<void> {
        await postSpanOverGrpc(`${gateway.host}:14250`, jaegerSpan({ name: "last" }), { caPem, token: TOKEN });
        expect((await spans(1)).map(({ name }) => name)).toEqual(["last"]);
    }
});

/** Sends lines as StatsD's clients do: several in a datagram, and nobody answers. */
async function toStatsd(host: string, ...lines: string[]): Promise<void> {
    const socket = createSocket("udp4");
    try {
        await new Promise<void>((resolve, reject) => {
            socket.send(lines.join("\n"), 8125, host, (error) => (error === null ? resolve() : reject(error)));
        });
    } finally {
        socket.close();
    }
}
