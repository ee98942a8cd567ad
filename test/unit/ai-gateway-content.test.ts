import * as pulumi from "@pulumi/pulumi";

import { aiContentConfig, type AiContentConfigArgs } from "../../components/ai-gateway/collector-config";
import { contentSteps, hashKeyVariable, planContent } from "../../components/ai-content/steps";
import { keyPattern, keysPattern, termsOf } from "../../components/ai-content/vocabulary";
import { Check } from "../../components/shared/check";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a configuration is as deep as the Collector wants it
const configOf = (args: AiContentConfigArgs = {}): any => aiContentConfig(args);
const HASH_KEY = { name: "ai-hash" };

describe("names of attributes", () => {
    test.each([
        ["gen_ai.prompt", ["gen_ai.prompt"], ["gen_ai.prompt.name", "gen_ai_prompt", "xgen_ai.prompt"]],
        ["gen_ai.prompt.N.*", ["gen_ai.prompt.0", "gen_ai.prompt.12.content"], ["gen_ai.prompt.name", "gen_ai.prompt"]],
        ["ai.value.*", ["ai.value", "ai.value.a.b"], ["ai.values", "ai.valuexa"]],
        ["metadata.requester_*", ["metadata.requester_ip_address"], ["metadata.requester_metadata.headers"]],
        ["llm.{a,b-c}.input", ["llm.a.input", "llm.b-c.input"], ["llm.cost.input", "llm.ab.input"]],
    ])("%s means what it says", (key, matched, others) => {
        const pattern = new RegExp(`^(${keyPattern(key)})$`);
        expect(matched.filter((name) => !pattern.test(name))).toEqual([]);
        expect(others.filter((name) => pattern.test(name))).toEqual([]);
    });

    test("leave models, tokens, costs and the names of templates and tools alone", () => {
        const gone = new RegExp(keysPattern([...termsOf("content"), ...termsOf("identity")]));
        const useful = [
            ...[
                "gen_ai.request.model",
                "gen_ai.response.model",
                "gen_ai.response.id",
                "gen_ai.response.finish_reasons",
            ],
            ...["gen_ai.usage.input_tokens", "gen_ai.usage.cost", "gen_ai.cost.total_cost", "gen_ai.prompt.name"],
            ...[
                "gen_ai.tool.name",
                "gen_ai.tool.call.id",
                "gen_ai.provider.name",
                "gen_ai.system",
                "gen_ai.operation.name",
            ],
            ...[
                "llm.token_count.prompt",
                "llm.token_count.completion_details.reasoning",
                "llm.cost.input",
                "llm.cost.prompt",
            ],
            ...["llm.usage.total_tokens", "llm.model_name", "llm.request.type", "ai.usage.promptTokens", "ai.model.id"],
            ...["tfy.model.id", "traceloop.entity.name", "http.response.status_code", "server.address", "service.name"],
        ];
        expect(useful.filter((key) => gone.test(key))).toEqual([]);
    });
});

describe("what a Collector does", () => {
    test("stands in every pipeline, has one context a list, and refuses what it cannot protect", () => {
        const { processors, service } = configOf();
        expect(Object.keys(processors)).toEqual(["transform/ai-content"]);
        expect(service.pipelines).toEqual({
            logs: { processors: ["transform/ai-content"] },
            metrics: { processors: ["transform/ai-content"] },
            traces: { processors: ["transform/ai-content"] },
        });
        const { error_mode: mode, trace_statements: traces, log_statements: logs } = processors["transform/ai-content"];
        expect(mode).toBe("propagate");
        expect(traces.map(({ context }: { context: string }) => context)).toEqual(["span", "spanevent"]);
        for (const { context, statements } of [...traces, ...logs]) {
            const contexts = statements
                .join("\n")
                .match(/\b(span|spanevent|log|datapoint)[.](?=attributes|body|cache|name|event_name)/g);
            expect(new Set(contexts)).toEqual(new Set([`${context}.`]));
        }
    });

    test("holds no dollar that the Collector would expand, but for the key of hash", () => {
        const text = JSON.stringify(configOf({ protection: "hash", hashKey: HASH_KEY, keepKeys: ["tfy.input"] }));
        expect(text.replaceAll("$$", "").match(/\$[^"]*/g)).toEqual(["${env:AI_CONTENT_HASH_KEY}"]);
    });

    test("is nothing when all may be read, and is the same text each time", () => {
        expect(configOf({ protection: "off", identity: "off" })).toEqual({
            processors: {},
            service: { pipelines: {} },
        });
        expect(JSON.stringify(configOf())).toBe(JSON.stringify(configOf()));
    });

    test("stands in the pipelines that there are", () => {
        const { service, processors } = configOf({
            signals: ["traces"],
            protection: "mask",
            identity: "hash",
            hashKey: HASH_KEY,
        });
        expect(service.pipelines).toEqual({
            traces: { processors: ["transform/ai-content", "redaction/ai-content", "redaction/ai-identity"] },
        });
        expect(processors["redaction/ai-content"]).not.toHaveProperty("hash_function");
        expect(processors["redaction/ai-identity"].hash_function).toBe("hmac-sha256");
    });

    test("maps other vocabularies to gen_ai first, where that is asked for", () => {
        const { processors, service } = configOf({ normalize: true });
        expect(service.pipelines.traces.processors).toEqual([
            "gen_ai_normalizer",
            "transform/ai-model",
            "transform/ai-content",
        ]);
        expect(service.pipelines.logs.processors).toEqual(["transform/ai-content"]);
        expect(processors["gen_ai_normalizer"]).toEqual({
            sources: [{ name: "openinference" }, { name: "openllmetry" }],
        });
        expect(JSON.stringify(processors["transform/ai-model"])).toContain("gen_ai.response.model");
    });

    test("comes later where an argument does", async () => {
        const later = configOf({ protection: pulumi.output("mask" as const) });
        expect(pulumi.Output.isInstance(later)).toBe(true);
        const config = await new Promise((resolve) => later.apply(resolve));
        expect(config).toEqual(configOf({ protection: "mask" }));
    });

    test("brings the key of hash by reference", () => {
        const plan = planContent(new Check("C"), { protection: "hash", hashKey: HASH_KEY });
        expect(hashKeyVariable(plan)).toEqual([
            { name: "AI_CONTENT_HASH_KEY", valueFrom: { secretKeyRef: { name: "ai-hash", key: "key" } } },
        ]);
        expect(contentSteps(plan, ["logs"], true).map(({ id }) => id)).toEqual([
            "transform/ai-content",
            "redaction/ai-content",
        ]);
    });
});

test.each<[string, AiContentConfigArgs, RegExp]>([
    [
        "a mode that is none",
        { protection: "blur" as never },
        /aiContentConfig: protection: "blur" is not known; use off, drop/,
    ],
    ["cutting names", { identity: "truncate" }, /aiContentConfig: identity: truncate does not shorten/],
    [
        "cutting without a length",
        { protection: "truncate" },
        /aiContentConfig: truncateAtBytes: is needed for truncate/,
    ],
    ["a length without cutting", { truncateAtBytes: 3 }, /truncateAtBytes: has no effect without truncate/],
    ["half a byte", { protection: "truncate", truncateAtBytes: 0.5 }, /0\.5 is not a whole number/],
    ["hashing without a key", { identity: "hash" }, /aiContentConfig: hashKey: is needed for hash/],
    ["a key without hashing", { hashKey: HASH_KEY }, /hashKey: has no effect without hash/],
    [
        "a pattern for what is kept",
        { keepKeys: ["gen_ai.*"] },
        /aiContentConfig: keepKeys: "gen_ai\.\*" is not the name/,
    ],
    ["all there is", { extraKeys: ["*"] }, /aiContentConfig: extraKeys: "\*" is not the name/],
    ["a name that would end the text", { extraKeys: ['a")'] }, /aiContentConfig: extraKeys: /],
])("%s is refused", (_case, args, text) => {
    expect(() => aiContentConfig(args)).toThrow(text);
});
