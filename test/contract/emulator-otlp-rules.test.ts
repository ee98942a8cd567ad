import {
    encoded,
    ingest,
    logs,
    metrics,
    partialSuccess,
    spans,
    start,
    stopAll,
    type MetricSeed,
} from "./emulator-helpers";

afterEach(stopAll);

const minute = 60_000;
const good: MetricSeed = { name: "good", kind: "gauge" };

async function sendMetrics(...seeds: MetricSeed[]) {
    const emulator = await start();
    const { status, data } = await ingest(emulator).post("/otlp/v1/metrics", metrics(...seeds));
    return { emulator, status, data };
}

describe("metrics", () => {
    test.each<[string, MetricSeed, string]>([
        ["a delta counter", { name: "m1", kind: "sum", monotonic: true }, "count"],
        ["a delta up-down counter", { name: "m1", kind: "sum" }, "count"],
        ["a cumulative up-down counter", { name: "m1", kind: "sum", temporality: "cumulative" }, "gauge"],
        ["a gauge", { name: "m1", kind: "gauge" }, "gauge"],
        ["a delta histogram", { name: "m1", kind: "histogram" }, "histogram"],
        ["a delta exponential histogram", { name: "m1", kind: "exponentialHistogram" }, "summary"],
    ])("as %s are taken", async (_what, seed, storedAs) => {
        const { emulator, status } = await sendMetrics(seed);
        expect([status, emulator.arrived().metrics.map((point) => point.storedAs)]).toEqual([200, [storedAs]]);
    });

    test.each<[string, MetricSeed, string]>([
        [
            "a cumulative counter",
            { name: "bad", kind: "sum", monotonic: true, temporality: "cumulative" },
            "Unsupported metric: 'bad' - Reason: UNSUPPORTED_METRIC_TYPE_MONOTONIC_CUMULATIVE_SUM",
        ],
        [
            "a cumulative histogram",
            { name: "bad", kind: "histogram", temporality: "cumulative" },
            "Unsupported metric: 'bad' - Reason: UNSUPPORTED_METRIC_TYPE_CUMULATIVE_HISTOGRAM",
        ],
        [
            "a cumulative exponential histogram",
            { name: "bad", kind: "exponentialHistogram", temporality: "cumulative" },
            "UNSUPPORTED_METRIC_TYPE_CUMULATIVE_EXPONENTIAL_HISTOGRAM",
        ],
        [
            "NaN",
            { name: "bad", kind: "gauge", value: NaN },
            "Metric value dropped. key: 'bad' details: 'Value was NaN' - Reason: VALUE_INVALID",
        ],
        ["infinity", { name: "bad", kind: "sum", value: Infinity }, "VALUE_INVALID"],
        ["a histogram with negative bounds", { name: "bad", kind: "histogram", bounds: [-1, 5] }, "Bound was negative"],
        [
            "a histogram with a bound that is no number",
            { name: "bad", kind: "histogram", bounds: [1, NaN] },
            "VALUE_INVALID",
        ],
        ["a histogram without sum", { name: "bad", kind: "histogram", noSum: true }, "Sum was missing"],
        [
            "51 attributes",
            {
                name: "bad",
                kind: "gauge",
                attributes: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`a${i}`, i])),
            },
            "TOO_MANY_DIMENSIONS",
        ],
        ["a one-letter key", { name: "b", kind: "gauge" }, "METRIC_KEY_INVALID"],
    ])("with %s are rejected in a partial success, and the rest is taken", async (_what, seed, text) => {
        const { emulator, status, data } = await sendMetrics({ ...seed, points: 2 }, good);
        expect(status).toBe(200);
        const partial = partialSuccess.metrics(data);
        expect(partial?.rejectedDataPoints).toBe(2);
        expect(partial?.errorMessage).toMatch(
            /^The following issues were encountered while ingesting OTLP metrics:\nErrors:\n[^]*\n$/,
        );
        expect(partial?.errorMessage).toContain(text);
        expect(emulator.arrived().metrics.map((point) => point.name)).toEqual(["good"]);
        expect(emulator.refused()).toMatchObject([
            { signal: "metrics", status: 200, told: "partial-success", count: 2 },
        ]);
    });

    test("are answered 400 with the same words when not one is valid", async () => {
        const { emulator, status, data } = await sendMetrics({
            name: "bad",
            kind: "sum",
            monotonic: true,
            temporality: "cumulative",
            points: 3,
        });
        expect([status, JSON.parse(String(data)).error.message]).toEqual([
            400,
            expect.stringContaining("UNSUPPORTED_METRIC_TYPE_MONOTONIC_CUMULATIVE_SUM"),
        ]);
        expect(emulator.refused()).toMatchObject([{ status: 400, told: "response", count: 3 }]);
    });

    test("as summary are rejected", async () => {
        // OpenTelemetry's SDK makes no summaries.
        const metric = { name: "old.summary", summary: { dataPoints: [{ count: 1, sum: 2 }] } };
        const body = encoded("metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] });
        const { status, data } = await ingest(await start()).post("/otlp/v1/metrics", body);
        expect([status, String(data)]).toEqual([400, expect.stringContaining("UNSUPPORTED_METRIC_TYPE_SUMMARY")]);
    });

    test("take 15,000 points and refuse 15,001 as a whole", async () => {
        const full = await sendMetrics({ ...good, points: 15_000 });
        const over = await sendMetrics({ ...good, points: 15_001 });
        expect([full.status, full.emulator.arrived().counts.metricDataPoints]).toEqual([200, 15_000]);
        expect([over.status, over.emulator.arrived().counts.metricDataPoints]).toEqual([413, 0]);
        expect(over.emulator.refused()).toMatchObject([{ count: 15_001 }]);
    });

    test("lose attributes that are neither text, boolean nor integer", async () => {
        const { emulator } = await sendMetrics({
            ...good,
            attributes: { kept: "a", whole: 1, part: 0.5, list: ["a"], empty: "" },
        });
        expect(emulator.arrived().metrics[0]?.droppedDimensions).toEqual(["part", "list", "empty"]);
    });
});

describe("spans", () => {
    test("that ended more than 60 minutes ago or 10 minutes ahead are dropped after the 200, and seen as refused", async () => {
        const now = Date.now();
        const emulator = await start({ now: () => now });
        const body = spans(now - 61 * minute, now - 59 * minute, now + 9 * minute, now + 11 * minute);
        const { status, data } = await ingest(emulator).post("/otlp/v1/traces", body);
        expect([status, data.length, emulator.arrived().counts.spans]).toEqual([200, 0, 2]);
        expect(emulator.refused()).toMatchObject([
            { signal: "traces", told: "silent", count: 1, reason: expect.stringContaining("60 minutes ago") },
            { signal: "traces", told: "silent", count: 1, reason: expect.stringContaining("in the future") },
        ]);
    });

    test("come with attributes and events as plain JSON", async () => {
        const emulator = await start();
        await ingest(emulator).post("/otlp/v1/traces", spans(Date.now()));
        expect(emulator.arrived().spans[0]).toMatchObject({
            attributes: { text: "a", whole: 7, part: 0.5, yes: true, list: ["x", "y"] },
            events: [{ name: "paid", attributes: { amount: 3 } }],
        });
    });
});

describe("log records", () => {
    test("older than 24 hours are dropped, from the future get the server's time", async () => {
        const now = Date.now();
        const emulator = await start({ now: () => now });
        const day = 24 * 60 * minute;
        await ingest(emulator).post("/otlp/v1/logs", logs(now - day - minute, now - day + minute, now + 11 * minute));
        expect(emulator.arrived().logs.map(({ timeCorrected }) => timeCorrected)).toEqual([false, true]);
        expect(emulator.arrived().logs[1]?.timeUnixNano).toBe(`${now}000000`);
        expect(emulator.refused()).toMatchObject([{ signal: "logs", told: "silent", count: 1 }]);
    });

    test("are refused as a whole above 50,000", async () => {
        const emulator = await start();
        const send = (count: number) => {
            const logRecords = Array.from({ length: count }, () => ({ body: { stringValue: "a" } }));
            const body = encoded("logs", { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
            return ingest(emulator).post("/otlp/v1/logs", body);
        };
        expect([(await send(50_000)).status, (await send(50_001)).status]).toEqual([200, 413]);
        expect(emulator.arrived().counts.logRecords).toBe(50_000);
    });

    test("keep 500 attributes, and values up to 32 kB", async () => {
        const attributes = Array.from({ length: 501 }, (_, i) => ({
            key: `k${i}`,
            value: { stringValue: "x".repeat(i === 0 ? 40_000 : 1) },
        }));
        const body = encoded("logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] });
        const emulator = await start();
        await ingest(emulator).post("/otlp/v1/logs", body);
        const kept = emulator.arrived().logs[0]?.attributes ?? {};
        expect([Object.keys(kept).length, (kept.k0 as string).length]).toEqual([500, 32_000]);
    });
});
