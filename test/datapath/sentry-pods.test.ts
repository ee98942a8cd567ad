import * as pulumi from "@pulumi/pulumi";

import type { ExporterEnv } from "../../components/application-pods/exporter-env/args";
import { SentryExport } from "../../components/sentry";
import type { SentryPodArgs } from "../../components/sentry/args";
import { type Emulator, startEmulator } from "../../emulator";
import { capture } from "../support/capture";
import type { RunningCollector } from "../support/collector";
import { runToEnd, until } from "../support/processes";
import { sendFromProcess } from "../support/send";
import { SentrySink } from "../support/sentry-sink";
import { madeSecrets, startSentryStack } from "../support/sentry-stack";
import { APPS, runApp } from "./sdk/apps";
import { startPod } from "./sdk/pod";

jest.setTimeout(300_000);

const KEY = "c0ffee00c0ffee00c0ffee00c0ffee00";
const PROTOBUF_IN_GZIP = { status: 200, contentType: "application/x-protobuf", encoding: "gzip" };

let sink: SentrySink;
beforeAll(async () => void (sink = await SentrySink.start({ projectId: "42", publicKey: KEY })));
afterAll(() => sink?.down());
beforeEach(() => sink.forget());

const arrival = (spans: number, logs: number): Promise<true> =>
    until("arrival", 30, () => (sink.spans.length >= spans && sink.logs.length >= logs) || undefined);

/** What a program gets of an export to this sink: values that are known, and the Secret it made. */
async function made<T>(pick: (sentry: SentryExport) => T): Promise<{ value: pulumi.Unwrap<T>; secrets: Secrets }> {
    let known: Promise<pulumi.Unwrap<T>> | undefined;
    const resources = await capture(() => {
        const sentry = new SentryExport("sentry", { projects: { shop: { dsn: sink.dsn } } });
        known = new Promise((resolve) => void pulumi.output(pick(sentry)).apply(resolve as () => void));
    });
    return { value: (await known) as pulumi.Unwrap<T>, secrets: madeSecrets(resources) };
}
type Secrets = Record<string, Record<string, string>>;

describe.each(APPS)("an application with the SDK for $language, configured by its environment alone", (app) => {
    const WAYS: [string, SentryPodArgs][] = [
        ["with the header as Sentry shows it", { serviceName: "checkout" }],
        ["with the header percent-encoded", { serviceName: "checkout", headerEncoding: "percent" }],
    ];

    test.each(WAYS)("%s: traces and logs arrive in Sentry, metrics are not sent", async (_way, args) => {
        const { value, secrets } = await made((sentry) => sentry.exporterEnv(args));
        const pod = startPod(value as unknown as ExporterEnv, { secrets, configMaps: {}, fields: {} });
        try {
            const { code, stderr } = await runApp(app, pod.env);
            expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/error|metric/i) as string });
        } finally {
            pod.remove();
        }
        await arrival(1, 1);
        expect([sink.spans.length, sink.logs.length]).toEqual([1, 1]);
        expect(sink.spans[0]?.resource["service.name"]).toBe("checkout");
        for (const call of sink.calls) expect(call).toMatchObject(PROTOBUF_IN_GZIP);
        expect(sink.calls.map(({ path }) => path).sort()).toEqual([
            "/api/42/integration/otlp/v1/logs",
            "/api/42/integration/otlp/v1/traces",
        ]);
    });
});

test("an SDK that is configured in code takes the URLs and the header as they are given out", async () => {
    const { value } = await made(({ tracesUrls, logsUrls }) => ({ tracesUrls, logsUrls }));
    const script = `
        const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-proto");
        const { OTLPLogExporter } = require("@opentelemetry/exporter-logs-otlp-proto");
        const { BasicTracerProvider, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-base");
        const { LoggerProvider, SimpleLogRecordProcessor } = require("@opentelemetry/sdk-logs");
        const headers = { "x-sentry-auth": "sentry sentry_key=${KEY}" };
        const spans = new SimpleSpanProcessor(new OTLPTraceExporter({ url: process.argv[1], headers }));
        const records = new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: process.argv[2], headers }) });
        const tracers = new BasicTracerProvider({ spanProcessors: [spans] });
        const loggers = new LoggerProvider({ processors: [records] });
        tracers.getTracer("shop").startSpan("order").end();
        loggers.getLogger("default", "1.0.0").emit({ body: "an order was placed" });
        Promise.all([tracers.shutdown(), loggers.shutdown()]);
    `;
    const urls = [value.tracesUrls["shop"] ?? "", value.logsUrls["shop"] ?? ""];
    const { code } = await runToEnd(process.execPath, ["-e", script, ...urls], { cwd: __dirname });
    expect(code).toBe(0);
    await arrival(1, 1);
    expect([sink.spans[0]?.name, sink.logs[0]?.name]).toEqual(["order", "an order was placed"]);
});

describe("a Collector that sends to Sentry alone", () => {
    let emulator: Emulator;
    let collector: RunningCollector;

    beforeAll(async () => {
        emulator = await startEmulator({ route: "activegate" });
        const image = { distribution: "dynatrace", version: "0.54.0" } as const;
        const sentry = { projects: { shop: { dsn: sink.dsn } }, searchableArrays: true };
        collector = await startSentryStack({ emulator, sentry, image, tool: "otelcol-158", alone: true });
    });
    afterAll(async () => {
        await collector?.stop();
        await emulator?.stop();
    });

    test("takes traces and logs of all services, and sends nothing elsewhere", async () => {
        const { httpEndpoint: endpoint } = collector;
        const failed = sendFromProcess({ protocol: "http", endpoint, serviceName: "search", count: 3 });
        // There is no pipeline for metrics, and the SDK says so.
        await expect(failed).rejects.toThrow(/Not Found|404/);
        await arrival(3, 3);
        expect([sink.spans.length, sink.logs.length]).toEqual([3, 3]);
        expect(emulator.requests()).toEqual([]);
        for (const call of sink.calls) expect(call).toMatchObject(PROTOBUF_IN_GZIP);
    });

    test("makes arrays of spans, records and resources searchable, where that is asked for", async () => {
        const attributes = [{ key: "tags", value: { arrayValue: { values: [text("red"), text("blue")] } } }];
        const now = `${Date.now()}000000`;
        const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
        const span = { name: "order", kind: 1, startTimeUnixNano: now, endTimeUnixNano: now, attributes, ...ids };
        const record = { timeUnixNano: now, body: text("an order was placed"), attributes };
        await post("traces", { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] });
        await post("logs", { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords: [record] }] }] });
        await arrival(1, 1);
        const flat = { "tags.0": "red", "tags.1": "blue" };
        for (const item of [...sink.spans, ...sink.logs]) {
            expect(item).toMatchObject({ attributes: flat, resource: flat });
            expect(Object.keys(item.attributes)).toEqual(["tags.0", "tags.1"]);
        }
    });

    const text = (stringValue: string): object => ({ stringValue });

    async function post(signal: string, body: object): Promise<void> {
        const { status } = await fetch(`${collector.httpEndpoint}/v1/${signal}`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
        });
        expect(status).toBe(200);
    }
});
