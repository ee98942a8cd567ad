import { type Emulator, startEmulator } from "../../emulator";
import { CollectorDistribution, OtlpCollector } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { findManifest, type Manifest, type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { sendFromProcess } from "../support/send";
import { ensure } from "../toolchain/toolchain.cjs";

jest.setTimeout(120_000);

const SECRETS = (token: string): Record<string, Record<string, string>> => ({ "ingest-token": { token } });
const SCOPES = ["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest"];

/** Each version this package names components for, and a real Collector that takes these names. */
const VERSIONS = [
    {
        distribution: CollectorDistribution.Dynatrace,
        version: "0.54.0",
        tool: "otelcol-158",
        delta: "cumulative_to_delta",
    },
    {
        distribution: CollectorDistribution.Contrib,
        version: "0.149.0",
        tool: "otelcol-149",
        delta: "cumulativetodelta",
    },
    {
        distribution: CollectorDistribution.Dynatrace,
        version: "0.40.0",
        tool: "otelcol-149",
        delta: "cumulativetodelta",
    },
] as const;

describe.each(VERSIONS)(
    "a Collector as rendered for $distribution $version",
    ({ distribution, version, tool, delta }) => {
        let emulator: Emulator;
        let collector: RunningCollector;
        let manifests: Manifest[];

        beforeAll(async () => {
            emulator = await startEmulator({ route: "activegate" });
            const resources = await capture(
                () =>
                    new OtlpCollector("gateway", {
                        endpoint: { environment: emulator.url, ca: { pem: emulator.caPem } },
                        token: { secret: { name: "ingest-token" } },
                        image: { distribution, version },
                        processing: {
                            kubernetesAttributes: false,
                            resourceAttributes: { "deployment.environment.name": "test" },
                        },
                    }),
            );
            manifests = manifestsOf(resources);
            const { token } = emulator.createToken({ scopes: SCOPES });
            const binary = (await ensure([tool]))[tool];
            collector = await startCollector({ binary, manifests, secrets: SECRETS(token) });
        });

        afterAll(async () => {
            await collector?.stop();
            await emulator?.stop();
        });

        test("uses that version's names", () => {
            const { data } = findManifest<{ data: Record<string, string> }>(manifests, "ConfigMap");
            expect(data["config.yaml"]).toContain(`${delta}:`);
        });

        test("takes gRPC and HTTP, sends HTTP and protobuf, and cumulative counters arrive as delta", async () => {
            const count = 5;
            for (const protocol of ["grpc", "http"] as const) {
                const endpoint = protocol === "grpc" ? collector.grpcEndpoint : collector.httpEndpoint;
                await sendFromProcess({ protocol, endpoint, serviceName: protocol, count, temporality: "cumulative" });
            }
            await until("arrival", 30, () => {
                const { spans, metricDataPoints, logRecords } = emulator.arrived().counts;
                return spans === 10 && metricDataPoints === 10 && logRecords === 10 ? true : undefined;
            });
            expect(emulator.refused()).toEqual([]);
            const { spans, metrics, logs } = emulator.arrived();
            for (const protocol of ["grpc", "http"]) {
                const points = metrics.filter(({ resource }) => resource["service.name"] === protocol);
                expect(points.map(({ temporality }) => temporality)).toEqual(Array(count).fill("delta"));
                expect(points.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(count);
            }
            for (const item of [...spans, ...metrics, ...logs]) {
                expect(item.contentType).toBe("application/x-protobuf");
                expect(item.compression).toBe("gzip");
                expect(item.resource["deployment.environment.name"]).toBe("test");
            }
        });

        test("a busy or failing Dynatrace loses nothing", async () => {
            emulator.reset();
            emulator.fault({ match: { signal: "traces" }, kind: "503", times: 2 });
            emulator.fault({ match: { signal: "logs" }, kind: "no-connection", times: 2 });
            await sendFromProcess({
                protocol: "grpc",
                endpoint: collector.grpcEndpoint,
                serviceName: "faults",
                count: 3,
            });
            await until("arrival after the faults", 60, () => {
                const { spans, logRecords } = emulator.arrived().counts;
                return spans === 3 && logRecords === 3 ? true : undefined;
            });
            expect(emulator.requests().filter(({ fault }) => fault !== undefined).length).toBeGreaterThanOrEqual(4);
        });

        test("does not write the token to its log", () => {
            expect(collector.log()).not.toMatch(/dt0c01\.[A-Z0-9]{24}\./);
        });
    },
);

test("a configuration with an unknown component does not start, so that the tests above can fail", async () => {
    const resources = await capture(
        () =>
            new OtlpCollector("gateway", {
                endpoint: { environment: "abc12345" },
                token: { secret: { name: "ingest-token" } },
                processing: { kubernetesAttributes: false },
            }),
    );
    const binary = (await ensure(["otelcol-149"]))["otelcol-149"];
    const start = startCollector({ binary, manifests: manifestsOf(resources), secrets: SECRETS("made-up") });
    // Names of 0.158 in a Collector of 0.149.
    await expect(start).rejects.toThrow(/cumulative_to_delta/);
});
