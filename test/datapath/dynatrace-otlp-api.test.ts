// Sentences of Dynatrace's page on its OTLP API that only real Collectors and SDKs can hold. docs/dynatrace-otlp-api.md
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { CollectorDistribution } from "../../components/collector/distributions";
import { type Emulator, startEmulator } from "../../emulator";
import type { OtlpCollectorArgs } from "../../index";
import { oneAgentDimensions } from "../../providers/metrics";
import { type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { sendFromProcess } from "../support/send";
import { ensure } from "../toolchain/toolchain.cjs";
import { post, renderGateway, SCOPES, SECRETS, traces } from "./collector-support";
import { APPS, runApp } from "./sdk/apps";

jest.setTimeout(180_000);

const VERSIONS = [
    { distribution: CollectorDistribution.Dynatrace, version: "0.54.0", tool: "otelcol-158" },
    { distribution: CollectorDistribution.Contrib, version: "0.149.0", tool: "otelcol-149" },
] as const;

let emulator: Emulator;
let token: { id: string; token: string };

beforeAll(async () => {
    emulator = await startEmulator({ route: "activegate" });
    token = emulator.createToken({ scopes: SCOPES });
});
afterAll(() => emulator?.stop());
beforeEach(() => emulator.reset());

describe.each(VERSIONS)("a Collector before Dynatrace ($tool)", ({ distribution, version, tool }) => {
    let collector: RunningCollector | undefined;

    const start = async (args: Partial<OtlpCollectorArgs> = {}): Promise<RunningCollector> => {
        const manifests = await renderGateway(emulator, { image: { distribution, version }, ...args });
        const binary = (await ensure([tool]))[tool];
        return (collector = await startCollector({ binary, manifests, secrets: SECRETS(token.token) }));
    };
    afterEach(async () => {
        await collector?.stop();
        collector = undefined;
    });

    test("batches what comes in many requests into few", async () => {
        const { httpEndpoint } = await start();
        for (let i = 0; i < 100; i++) await post(httpEndpoint, "traces", traces({ "service.name": "shop" }, {}));
        await until("arrival", 30, () => (emulator.arrived().counts.spans === 100 ? true : undefined));
        expect(emulator.requests().length).toBeLessThanOrEqual(10);
    });

    test("with the host of the web interface says what the page says, and does not try again", async () => {
        const headers = { Host: "abc12345.live.apps.dynatrace.com" };
        const { httpEndpoint, log } = await start({ extraConfig: { exporters: { "otlp_http/traces": { headers } } } });
        await post(httpEndpoint, "traces", traces({ "service.name": "shop" }, {}));
        const said =
            /not retryable error: Permanent error: rpc error: code = Unimplemented desc = error exporting items, request to \S+\/api\/v2\/otlp\/v1\/traces responded with HTTP Status Code 404/;
        await until("the error", 30, () => said.test(log()) || undefined);
        await collector?.stop();
        expect(emulator.requests().map(({ status }) => status)).toEqual([404]);
    });

    test("does not send to a Dynatrace whose certificate it does not trust, and says so", async () => {
        const { httpEndpoint, log } = await start({ endpoint: { environment: emulator.url } });
        await post(httpEndpoint, "traces", traces({ "service.name": "shop" }, {}));
        await until("the error", 30, () => log().includes("certificate signed by unknown authority") || undefined);
        expect(emulator.requests()).toEqual([]);
    });

    test("passes on to an ActiveGate what an application read of its host in OneAgent's enrichment files", async () => {
        const directory = mkdtempSync(path.join(tmpdir(), "enrichment-"));
        const host = { "dt.entity.host": "HOST-0000000000000001", "host.name": "node-1" };
        writeFileSync(path.join(directory, "dt_host_metadata.json"), JSON.stringify(host));
        const resourceAttributes = oneAgentDimensions({ directory });
        rmSync(directory, { recursive: true });
        const { httpEndpoint: endpoint } = await start();
        await sendFromProcess({ protocol: "http", endpoint, serviceName: "shop", resourceAttributes });
        await until("arrival", 30, () => (emulator.arrived().counts.spans === 1 ? true : undefined));
        expect(emulator.arrived().spans[0]?.resource).toMatchObject({ "service.name": "shop", ...host });
    });
});

describe.each(APPS)("an application with the SDK for $language and the page's three variables", (app) => {
    /** Which signals an SDK sends unless told otherwise is not the same in all languages. */
    const three = { OTEL_TRACES_EXPORTER: "otlp", OTEL_METRICS_EXPORTER: "otlp", OTEL_LOGS_EXPORTER: "otlp" };

    test("sends to the base URL, each signal to its path; counters are refused, as nothing asks for deltas", async () => {
        await runApp(app, {
            ...three,
            OTEL_EXPORTER_OTLP_ENDPOINT: emulator.otlpUrl,
            OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Api-Token ${token.token}`,
            OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
            OTEL_EXPORTER_OTLP_CERTIFICATE: emulator.caFile ?? "",
        });
        await until("arrival", 30, () => {
            const { spans, logRecords } = emulator.arrived().counts;
            return spans === 1 && logRecords === 1 ? true : undefined;
        });
        const { spans, logs } = emulator.arrived();
        for (const [signal, items] of Object.entries({ traces: spans, logs })) {
            const call = { path: `/e/abc12345/api/v2/otlp/v1/${signal}`, contentType: "application/x-protobuf" };
            expect(items).toMatchObject([{ ...call, tokenId: token.id }]);
        }
        const metricCalls = emulator.requests().filter(({ signal }) => signal === "metrics");
        expect([...new Set(metricCalls.map((call) => call.path))]).toEqual(["/e/abc12345/api/v2/otlp/v1/metrics"]);
        const reasons = emulator.refused().map(({ signal, reason }) => `${signal}: ${reason}`);
        expect(reasons.join()).toContain("UNSUPPORTED_METRIC_TYPE_MONOTONIC_CUMULATIVE_SUM");
        expect(reasons.filter((reason) => !reason.startsWith("metrics"))).toEqual([]);
    });
});
