import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { runToEnd } from "../support/processes";
import { allIngestScopes, ingest, logs, metrics, spans, start, stopAll } from "./emulator-helpers";

afterEach(stopAll);

describe("OpenTelemetry's own exporters", () => {
    test.each(["gzip", "none"])(
        "set up as the docs say, with compression %s, bring spans, points and records as they were made",
        async (compression) => {
            const emulator = await start({ route: compression === "gzip" ? "activegate" : "saas" });
            const { id, token } = emulator.createToken({ scopes: allIngestScopes });
            const { code, stderr } = await runToEnd(
                process.execPath,
                ["--import", "tsx", resolve(__dirname, "emulator-sender.ts")],
                {
                    timeoutSeconds: 30,
                    env: {
                        PATH: process.env.PATH,
                        OTEL_EXPORTER_OTLP_ENDPOINT: emulator.otlpUrl,
                        OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Api-Token%20${token}`,
                        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
                        OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: "delta",
                        ...(emulator.caFile && { OTEL_EXPORTER_OTLP_CERTIFICATE: emulator.caFile }),
                    },
                },
            );
            expect([code, stderr]).toEqual([0, ""]);

            const { counts, spans, metrics, logs } = emulator.arrived();
            expect(counts).toEqual({ spans: 1, metricDataPoints: 1, logRecords: 1, metricLines: 0 });
            const call = {
                tokenId: id,
                compression: compression === "gzip" ? "gzip" : "identity",
                contentType: "application/x-protobuf",
                resource: { "service.name": "checkout", "service.version": "1.2.3" },
            };
            expect(spans[0]).toMatchObject({
                ...call,
                name: "pay",
                traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
                spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
                path: expect.stringMatching(/\/api\/v2\/otlp\/v1\/traces$/),
                scope: { name: "till", version: "7" },
                attributes: { amount: 12, items: ["a", "b"], rate: 0.5 },
            });
            const counted = { name: "orders", value: 3, monotonic: true, temporality: "delta", storedAs: "count" };
            expect(metrics[0]).toMatchObject({ ...call, ...counted, attributes: { shop: "north" } });
            const warned = { body: { text: "low", left: 2 }, severityText: "WARN", severityNumber: 13 };
            expect(logs[0]).toMatchObject({ ...call, ...warned });
            expect(emulator.refused()).toEqual([]);
        },
        40_000,
    );
});

describe("an OTLP call", () => {
    test("that is taken in whole is answered 200 with an empty protobuf response", async () => {
        const emulator = await start();
        for (const [signal, body] of [
            ["traces", spans(Date.now())],
            ["metrics", metrics({ name: "a.b", kind: "gauge" })],
            ["logs", logs(Date.now())],
        ] as const) {
            const { status, headers, data } = await ingest(emulator).post(`/otlp/v1/${signal}`, body);
            expect([status, headers["content-type"], data.length]).toEqual([200, "application/x-protobuf", 0]);
        }
    });

    test.each(["application/json", "application/grpc", "application/protobuf", "text/plain"])(
        "as %s is answered 415",
        async (type) => {
            const emulator = await start();
            for (const signal of ["traces", "metrics", "logs"]) {
                expect(
                    (await ingest(emulator, { "Content-Type": type }).post(`/otlp/v1/${signal}`, Buffer.from("{}")))
                        .status,
                ).toBe(415);
            }
            expect(emulator.refused()).toHaveLength(3);
        },
    );

    test("in another compression than gzip is answered 415, with broken gzip 400", async () => {
        const emulator = await start();
        const zstd = await ingest(emulator, { "Content-Encoding": "zstd" }).post("/otlp/v1/traces", spans(Date.now()));
        const broken = await ingest(emulator, { "Content-Encoding": "gzip" }).post(
            "/otlp/v1/traces",
            spans(Date.now()),
        );
        expect([zstd.status, broken.status]).toEqual([415, 400]);
    });

    test("that is not such a message is answered 400 with an envelope", async () => {
        const emulator = await start();
        const { status, data } = await ingest(emulator).post("/otlp/v1/traces", Buffer.from('{"resourceSpans":[]}'));
        expect([status, JSON.parse(String(data)).error.code]).toEqual([400, 400]);
    });

    test.each([
        ["traces", 8_000_000],
        ["metrics", 4_000_000],
        ["logs", 10_000_000],
    ])("with %s above %d bytes is answered 413, unpacked or as sent", async (signal, limit) => {
        const emulator = await start();
        const tooLarge = Buffer.alloc(limit + 1);
        expect((await ingest(emulator).post(`/otlp/v1/${signal}`, tooLarge)).status).toBe(413);
        const zipped = await ingest(emulator, { "Content-Encoding": "gzip" }).post(
            `/otlp/v1/${signal}`,
            gzipSync(tooLarge),
        );
        expect(zipped.status).toBe(413);
        expect(emulator.refused().map(({ status }) => status)).toEqual([413, 413]);
    });

    test("above 32 MB is answered 413 as well", async () => {
        const emulator = await start();
        expect((await ingest(emulator).post("/otlp/v1/logs", Buffer.alloc(33_000_000))).status).toBe(413);
    });

    test("with any bytes is taken or answered 400, never 500", async () => {
        const emulator = await start();
        const api = ingest(emulator);
        const [body, statuses] = [metrics({ name: "a.b", kind: "histogram" }), new Set<number>()];
        for (let at = 0; at < body.length; at++) {
            for (const wrong of [
                Buffer.concat([body.subarray(0, at), Buffer.from([0xff]), body.subarray(at + 1)]),
                body.subarray(0, at),
            ]) {
                statuses.add((await api.post("/otlp/v1/metrics", wrong)).status);
            }
        }
        expect([...statuses].filter((status) => status !== 200 && status !== 400)).toEqual([]);
    });
});
