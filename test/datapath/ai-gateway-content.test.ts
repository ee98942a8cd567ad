import { createHmac } from "node:crypto";

import axios from "axios";

import { type AiContentArgs, AiContentProtection } from "../../components/ai-content/args";
import { type Arrived, type Attributes, type Emulator, startEmulator } from "../../emulator";
import { CollectorDistribution, OtlpCollector } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { writeResults } from "../support/results";
import { ensure } from "../toolchain/toolchain.cjs";
import { CONTENT, IDENTITY, type Place, PLACES, requestsFor, type Sample, SAMPLES } from "./ai-gateway/canary";

jest.setTimeout(120_000);

const KEY = "made-up-key-of-thirty-two-bytes!";
/** Longer than what truncate leaves, so that the canary behind it is cut off. */
const FILLER = "x".repeat(40);
const BYTES = 16;

const COLLECTORS = [
    { tool: "otelcol-149", image: { distribution: CollectorDistribution.Contrib, version: "0.149.0" } },
    // Later ones normalize names first, by a processor that cannot be had as a Go module.
    { tool: "otelcol-158", image: { distribution: CollectorDistribution.Dynatrace, version: "0.52.0" } },
] as const;
const HASH_KEY = { name: "ai-hash" };
const MODES: [AiContentProtection, AiContentArgs][] = [
    ["off", { protection: "off", identity: "off" }],
    ["drop", {}],
    ["mask", { protection: "mask", identity: "mask" }],
    ["hash", { protection: "hash", identity: "hash", hashKey: HASH_KEY }],
    ["truncate", { protection: "truncate", truncateAtBytes: BYTES }],
];

const MARKS: Record<AiContentProtection, string> = {
    off: "all",
    drop: "nothing",
    mask: "four asterisks",
    hash: "its HMAC",
    truncate: "the first bytes",
};
// In the order in which the Collector writes keys.
const MAP_BODY = { content: `${FILLER}${CONTENT}`, role: "user", tool_calls: [`${FILLER}${CONTENT}`] };

const results: { collector: string; vocabulary: string; place: Place; mode: string; hits: number }[] = [];
const secrets: Record<string, Record<string, string>> = {};
let emulator: Emulator;

beforeAll(async () => {
    emulator = await startEmulator({ route: "activegate" });
    const scopes = ["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest"];
    secrets["ingest-token"] = { token: emulator.createToken({ scopes }).token };
    secrets[HASH_KEY.name] = { key: KEY };
});
afterAll(async () => {
    await emulator?.stop();
    writeResults("canary", results);
});

describe.each(COLLECTORS)("a real $tool", ({ tool, image }) => {
    /** What arrives of all vocabularies when a Collector with this configuration takes them. */
    async function sendAll(content: AiContentArgs): Promise<Arrived> {
        emulator.reset();
        const resources = await capture(
            () =>
                new OtlpCollector("gateway", {
                    endpoint: { environment: emulator.url, ca: { pem: emulator.caPem } },
                    token: { secret: { name: "ingest-token" } },
                    processing: { kubernetesAttributes: false, aiContent: content },
                    image,
                }),
        );
        const binary = (await ensure([tool]))[tool];
        const collector: RunningCollector = await startCollector({
            ...{ binary, manifests: manifestsOf(resources), secrets },
        });
        try {
            for (const sample of SAMPLES) {
                const { traces, logs } = requestsFor(sample, FILLER);
                await axios.post(`${collector.httpEndpoint}/v1/traces`, traces);
                await axios.post(`${collector.httpEndpoint}/v1/logs`, logs);
            }
            return await until("arrival", 30, () => {
                const arrived = emulator.arrived();
                const { spans, logRecords } = arrived.counts;
                return spans === 2 * SAMPLES.length && logRecords === 3 * SAMPLES.length ? arrived : undefined;
            });
        } finally {
            await collector.stop();
        }
    }

    describe.each(MODES)("with protection %s", (mode, content) => {
        let arrived: Arrived;
        beforeAll(async () => (arrived = await sendAll(content)));

        test(mode === "off" ? "lets every canary through" : "lets no canary through, wherever it is", () => {
            const hits = SAMPLES.flatMap((sample) =>
                PLACES.map((place) => {
                    const texts = JSON.stringify(partsOf(arrived, sample.vocabulary, place));
                    const count = (canary: string): number => texts.split(canary).length - 1;
                    const entry = { collector: tool, vocabulary: sample.vocabulary, place, mode };
                    results.push({ ...entry, hits: count(CONTENT) + count(IDENTITY) });
                    return { ...entry, content: count(CONTENT), identity: count(IDENTITY) };
                }),
            );
            const expected = SAMPLES.flatMap((sample) =>
                PLACES.map((place) => ({
                    ...{ collector: tool, vocabulary: sample.vocabulary, place, mode },
                    ...(mode === "off" ? sentIn(sample, place) : { content: 0, identity: 0 }),
                })),
            );
            expect(hits).toEqual(expected);
        });

        test("leaves models, tokens and costs as they are", () => {
            for (const sample of SAMPLES) {
                for (const place of ["span", "span event", "log attribute"] as const) {
                    for (const part of partsOf(arrived, sample.vocabulary, place)) {
                        expect(part.attributes).toMatchObject(sample.kept);
                    }
                }
            }
        });

        test(`leaves ${MARKS[mode]} of each text`, () => {
            for (const sample of SAMPLES) {
                for (const place of ["span", "span event", "log attribute"] as const) {
                    for (const { attributes } of partsOf(arrived, sample.vocabulary, place)) {
                        for (const [key, text] of Object.entries(sample.content)) {
                            expect({ key, left: left(attributes, key) }).toEqual({ key, left: expectedOf(mode, text) });
                        }
                    }
                }
            }
        });

        test("treats the bodies of messages' logs alike, as texts and as maps", () => {
            for (const { vocabulary } of SAMPLES) {
                for (const place of ["log body", "log body map"] as const) {
                    const [part] = partsOf(arrived, vocabulary, place);
                    const sent = place === "log body" ? `${FILLER}${CONTENT}` : MAP_BODY;
                    const text = typeof sent === "string" ? sent : JSON.stringify(sent);
                    const inBody = {
                        off: sent,
                        drop: "gen_ai",
                        mask: "****",
                        hash: "",
                        truncate: text.slice(0, BYTES),
                    };
                    expect(part?.body).toEqual(inBody[mode]);
                    const hash = part?.attributes["gen_ai.event.content"];
                    expect(hash).toEqual(mode === "hash" ? hmac(text) : undefined);
                }
            }
        });
    });

    test("keeps what is to be kept, takes what is named besides, and has a switch of its own for identity", async () => {
        const { spans } = await sendAll({
            identity: "off",
            keepKeys: ["gen_ai.input.messages", "input.value"],
            extraKeys: ["llm.model_*", "tfy.span_type.*"],
        });
        const attributesOf = (vocabulary: string): Attributes =>
            spans.find((span) => span.name === "chat" && span.resource["service.name"] === vocabulary)?.attributes ??
            {};
        expect(attributesOf("otel")["gen_ai.input.messages"]).toContain(CONTENT);
        expect(attributesOf("otel")).not.toHaveProperty(["gen_ai.output.messages"]);
        expect(attributesOf("openinference")["input.value"]).toContain(CONTENT);
        expect(attributesOf("openinference")).not.toHaveProperty(["output.value"]);
        expect(attributesOf("openinference")).not.toHaveProperty(["llm.model_name"]);
        expect(attributesOf("truefoundry")).not.toHaveProperty(["tfy.span_type"]);
        for (const { vocabulary, identity } of SAMPLES) {
            for (const key of Object.keys(identity)) expect(attributesOf(vocabulary)[key]).toContain(IDENTITY);
        }
        expect(JSON.stringify(spans)).not.toContain("kept!");
    });

    test("does not start without the key of hash, so that nothing goes out unhashed", async () => {
        const resources = await capture(
            () =>
                new OtlpCollector("gateway", {
                    endpoint: { environment: "abc12345" },
                    token: { secret: { name: "ingest-token" } },
                    processing: { kubernetesAttributes: false, aiContent: { protection: "hash", hashKey: HASH_KEY } },
                    image,
                }),
        );
        const binary = (await ensure([tool]))[tool];
        const empty = { ...secrets, [HASH_KEY.name]: { key: "" } };
        const start = startCollector({ binary, manifests: manifestsOf(resources), secrets: empty });
        await expect(start).rejects.toThrow(/hmac_key must not be empty/);
    });
});

/** What there was in one place of one vocabulary. */
interface Part {
    attributes: Attributes;
    body?: unknown;
}

function partsOf({ spans, logs }: Arrived, vocabulary: string, place: Place): Part[] {
    const mine = spans.filter(({ resource }) => resource["service.name"] === vocabulary);
    if (place === "span") return mine.filter(({ name }) => name === "chat");
    if (place === "span event") return mine.flatMap(({ events }) => events);
    const records = logs.filter(({ resource }) => resource["service.name"] === vocabulary);
    return records.filter(({ attributes }) => attributes["test.place"] === place);
}

/** How often the canaries were sent there. */
function sentIn(sample: Sample, place: Place): { content: number; identity: number } {
    const count = (value: object): number => JSON.stringify(value).split("@").length - 1;
    const [content, identity] = [count(sample.content), count(sample.identity)];
    if (place === "log body") return { content: 1, identity: 0 };
    if (place === "log body map") return { content: 2, identity: 0 };
    // One event of two has a bare content besides.
    return place === "span event" ? { content: 2 * content + 1, identity: 2 * identity } : { content, identity };
}

/** An attribute, or its items where it was cut into these. */
function left(attributes: Attributes, key: string): unknown {
    const items = Object.keys(attributes).filter((name) =>
        new RegExp(`^${key.replaceAll(".", "[.]")}[.][0-9]+$`).test(name),
    );
    if (key in attributes || items.length === 0) return attributes[key];
    return items.sort().map((name) => attributes[name]);
}

function expectedOf(mode: AiContentProtection, template: string | string[]): unknown {
    const filled = (text: string): string => text.replaceAll("@", `${FILLER}${CONTENT}`);
    const sent = Array.isArray(template) ? template.map(filled) : filled(template);
    const asText = typeof sent === "string" ? sent : JSON.stringify(sent);
    const cut = (text: string): string => text.slice(0, BYTES);
    const all: Record<AiContentProtection, unknown> = {
        off: sent,
        drop: undefined,
        mask: "****",
        hash: hmac(asText),
        truncate: typeof sent === "string" ? cut(sent) : sent.map(cut),
    };
    return all[mode];
}

function hmac(text: string): string {
    return createHmac("sha256", KEY).update(text).digest("hex");
}
