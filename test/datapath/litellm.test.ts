import { AiGatewayExporter } from "../../components/ai-gateway";
import { AiGateway, type AiGatewayExporterArgs } from "../../components/ai-gateway/args";
import type { AiContentArgs } from "../../components/ai-content/args";
import type { ExporterEnv } from "../../components/application-pods/exporter-env/args";
import { type Arrived, type Emulator, startEmulator } from "../../emulator";
import { OtlpCollector } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { findManifest, type Manifest, type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { writeResults } from "../support/results";
import { ensure } from "../toolchain/toolchain.cjs";
import { startProxy } from "./litellm/proxy";
import { startPod } from "./sdk/pod";

// The first run installs LiteLLM, some hundred megabytes.
jest.setTimeout(900_000);

const REQUESTS = 3;
/** In every question and answer. */
const CANARY = "canary-of-a-prompt";
/** Who asks. */
const USER = "canary-of-a-user";
/** In the proxy's own file, beside what the component adds. */
const MODELS = {
    model_list: [
        {
            model_name: "gpt",
            litellm_params: {
                model: "openai/gpt-4o-mini",
                api_key: "sk-not-used",
                mock_response: `the answer: ${CANARY}`,
            },
        },
    ],
    general_settings: { master_key: "os.environ/LITELLM_MASTER_KEY" },
};

let emulator: Emulator;
let token: { id: string; token: string };
const results: object[] = [];

beforeAll(async () => {
    emulator = await startEmulator({ route: "activegate" });
    token = emulator.createToken({ scopes: ["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest"] });
});
afterAll(async () => {
    await emulator?.stop();
    writeResults("litellm", results);
});
beforeEach(() => emulator.reset());

async function collectorWith(content: AiContentArgs): Promise<RunningCollector> {
    const resources = await capture(
        () =>
            new OtlpCollector("gateway", {
                endpoint: { environment: emulator.url, ca: { pem: emulator.caPem } },
                token: { secret: { name: "ingest-token" } },
                processing: { kubernetesAttributes: false, aiContent: content },
                // Later ones normalize names first, by a processor that cannot be had as a Go module.
                image: { version: "0.52.0" },
            }),
    );
    const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
    const secrets = { "ingest-token": { token: token.token } };
    return startCollector({ binary, manifests: manifestsOf(resources), secrets });
}

/** All that a component made for the proxy: what its pod gets, and its file from the ConfigMap. */
async function exporterFor(args: AiGatewayExporterArgs): Promise<{ pod: ExporterEnv; config: string }> {
    let exporter: AiGatewayExporter | undefined;
    const own: AiGatewayExporterArgs = { namespace: "ai", extraConfig: MODELS, ...args };
    const manifests: Manifest[] = manifestsOf(await capture(() => (exporter = new AiGatewayExporter("litellm", own))));
    const { data } = findManifest<{ data: Record<string, string> }>(manifests, "ConfigMap");
    const plain = <T>(output: { apply(use: (value: T) => void): unknown } | undefined): Promise<T> =>
        new Promise((resolve) => output?.apply(resolve));
    const pod = {
        env: await plain(exporter?.env),
        volumes: await plain(exporter?.volumes),
        volumeMounts: await plain(exporter?.volumeMounts),
        podAnnotations: {},
    } as ExporterEnv;
    return { pod, config: data["config.yaml"] ?? "" };
}

/** Runs a proxy with what the component made, and asks it. */
async function askThrough(args: AiGatewayExporterArgs): Promise<Arrived> {
    const { pod: exporter, config } = await exporterFor(args);
    const pod = startPod(exporter, {
        secrets: { "ingest-token": { token: token.token } },
        configMaps: { "activegate-ca": { "ca.crt": emulator.caPem ?? "" } },
        fields: {},
    });
    const proxy = await startProxy(config, pod.env);
    try {
        for (let i = 0; i < REQUESTS; i++) expect(await proxy.ask(`question ${i}: ${CANARY}`, USER)).toContain(CANARY);
        const arrived = await until("arrival of spans and metrics", 30, () => {
            const all = emulator.arrived();
            const calls = all.spans.filter(({ attributes }) => attributes["gen_ai.usage.input_tokens"] !== undefined);
            const points = all.metrics.filter(({ name }) => name.startsWith("gen_ai."));
            return calls.length >= REQUESTS && points.length > 0 ? all : undefined;
        });
        expect(proxy.log()).not.toContain(token.token.split(".")[2]);
        return arrived;
    } catch (error) {
        const { counts, metrics } = emulator.arrived();
        const seen = { counts, metrics: metrics.map(({ name }) => name), refused: emulator.refused() };
        throw new Error(`${String(error)}\n${JSON.stringify(seen)}\n${proxy.log().slice(-3000)}`);
    } finally {
        await proxy.stop();
        pod.remove();
    }
}

const hits = (arrived: Arrived, text: string): number => JSON.stringify(arrived).split(text).length - 1;
const direct = (): Partial<AiGatewayExporterArgs> => ({
    via: "direct",
    endpoint: { environment: emulator.url },
    token: { secret: { name: "ingest-token" } },
    ca: { configMap: { name: "activegate-ca" } },
});

interface Way {
    gateway: AiGateway;
    via: "collector" | "direct";
    /** What the component is told. */
    content: AiContentArgs;
    /** What the Collector is told, if something else. */
    inCollector?: AiContentArgs;
    found: boolean;
}

const OFF: AiContentArgs = { protection: "off" };
const WAYS: [string, Way][] = [
    ["LiteLLM to a Collector", { gateway: AiGateway.LiteLlm, via: "collector", content: {}, found: false }],
    ["LiteLLM straight to Dynatrace", { gateway: AiGateway.LiteLlm, via: "direct", content: {}, found: false }],
    ["LiteLLM v2 to a Collector", { gateway: AiGateway.LiteLlmV2, via: "collector", content: {}, found: false }],
    ["LiteLLM v2 straight to Dynatrace", { gateway: AiGateway.LiteLlmV2, via: "direct", content: {}, found: false }],
    [
        "LiteLLM to a Collector, its own switch open by mistake",
        { gateway: AiGateway.LiteLlm, via: "collector", content: OFF, inCollector: {}, found: false },
    ],
    [
        "LiteLLM v2 to a Collector, its own switch open by mistake",
        { gateway: AiGateway.LiteLlmV2, via: "collector", content: OFF, inCollector: {}, found: false },
    ],
    [
        "LiteLLM to a Collector that lets content through by mistake",
        { gateway: AiGateway.LiteLlm, via: "collector", content: {}, inCollector: OFF, found: false },
    ],
    ["LiteLLM to a Collector, content on", { gateway: AiGateway.LiteLlm, via: "collector", content: OFF, found: true }],
    ["LiteLLM straight, content on", { gateway: AiGateway.LiteLlm, via: "direct", content: OFF, found: true }],
    [
        "LiteLLM v2 to a Collector, content on",
        { gateway: AiGateway.LiteLlmV2, via: "collector", content: OFF, found: true },
    ],
];

test.each(WAYS)("%s: spans, tokens and costs arrive, prompts and answers as asked for", async (_name, way) => {
    const { gateway, via, content, inCollector = content, found } = way;
    const collector = via === "collector" ? await collectorWith(inCollector) : undefined;
    try {
        const where = collector === undefined ? direct() : { collectorUrl: collector.httpEndpoint };
        const arrived = await askThrough({ gateway, ...where, content });
        const canaryHits = hits(arrived, CANARY);
        results.push({
            ...{ gateway, via, content: found ? "on" : "default", requests: REQUESTS },
            ...{ spans: arrived.counts.spans, metricPoints: arrived.counts.metricDataPoints, canaryHits },
        });
        if (found) expect(canaryHits).toBeGreaterThanOrEqual(2 * REQUESTS);
        else expect(canaryHits).toBe(0);
        // What a Collector takes out by default, and what a gateway alone cannot.
        if (collector !== undefined && inCollector.identity === undefined) expect(hits(arrived, USER)).toBe(0);

        expect(emulator.refused()).toEqual([]);
        const calls = arrived.spans.filter(({ attributes }) => "gen_ai.usage.input_tokens" in attributes);
        expect(calls).toHaveLength(REQUESTS);
        for (const { attributes, resource, contentType, tokenId, compression } of calls) {
            expect(attributes).toMatchObject({
                // Its second version tells the name that the proxy gave to the model.
                "gen_ai.request.model": gateway === AiGateway.LiteLlm ? "gpt-4o-mini" : "gpt",
                "gen_ai.usage.input_tokens": 10,
                "gen_ai.usage.output_tokens": 20,
            });
            expect(resource["service.name"]).toBe("litellm");
            expect({ contentType, tokenId, compression }).toEqual({
                contentType: "application/x-protobuf",
                tokenId: token.id,
                compression: "gzip",
            });
        }
        const histograms = arrived.metrics.filter(({ type }) => type === "histogram");
        expect(new Set(histograms.map(({ temporality }) => temporality))).toEqual(new Set(["delta"]));
        expect(histograms.map(({ name }) => name)).toContain("gen_ai.client.token.usage");
    } finally {
        await collector?.stop();
    }
});
