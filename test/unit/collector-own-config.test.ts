import { parse } from "yaml";

import { OtlpCollector } from "../../components/collector";
import { collectorConfig } from "../../components/collector/config";
import { CollectorDistribution } from "../../components/collector/distributions";
import { mergeConfig } from "../../components/collector/config/merge";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { Check } from "../../components/shared/check";

const BASE: CollectorPlanInputs = {
    endpoint: { environment: "abc12345" },
    processing: { kubernetesAttributes: false },
};
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a configuration is as deep as the Collector wants it
const configWith = (extraConfig: object, args: Partial<CollectorPlanInputs> = {}): any =>
    parse(collectorConfig(planCollector(new Check("C"), "gateway", { ...BASE, ...args, extraConfig }), "Api-Token"));
const FILTER = { "filter/mine": { error_mode: "ignore" } };

describe("a configuration of one's own, laid over the rendered one", () => {
    test("adds a processor right before the exporters, and leaves the rest as it is", () => {
        const rendered = configWith({});
        const merged = configWith({
            processors: FILTER,
            service: { pipelines: { traces: { processors: ["filter/mine"] } } },
        });
        const { processors } = rendered.service.pipelines.traces;
        expect(merged.service.pipelines.traces.processors).toEqual([...processors, "filter/mine"]);
        expect(merged.service.pipelines.logs).toEqual(rendered.service.pipelines.logs);
        expect(merged.exporters).toEqual(rendered.exporters);
    });

    test("changes one key of a map, replaces a list, removes by null, and names nothing twice", () => {
        const merged = configWith({
            exporters: { "otlp_http/traces": { timeout: "5s", compression: null } },
            processors: { redaction: { blocked_values: ["mine"] } },
            service: { pipelines: { traces: { processors: ["redaction"] } } },
        });
        expect(merged.exporters["otlp_http/traces"]).toMatchObject({ timeout: "5s", encoding: "proto" });
        expect(merged.exporters["otlp_http/traces"]).not.toHaveProperty("compression");
        expect(merged.processors.redaction.blocked_values).toEqual(["mine"]);
        const { processors } = merged.service.pipelines.traces;
        expect(processors.filter((id: string) => id === "redaction")).toHaveLength(1);
    });

    test("a pipeline of one's own gets the memory limiter first", () => {
        const pipelines = { "logs/audit": { receivers: ["otlp"], processors: ["filter/mine"], exporters: ["debug"] } };
        const { service } = configWith({ processors: FILTER, exporters: { debug: {} }, service: { pipelines } });
        expect(service.pipelines["logs/audit"].processors).toEqual(["memory_limiter", "filter/mine"]);
    });

    test("is the same text whatever the order of its keys", () => {
        const one = { processors: { "filter/a": {}, "filter/b": { x: 1, y: 2 } }, exporters: { debug: {} } };
        const two = { exporters: { debug: {} }, processors: { "filter/b": { y: 2, x: 1 }, "filter/a": {} } };
        expect(JSON.stringify(mergeConfig({ a: 1 }, one))).toBe(JSON.stringify(mergeConfig({ a: 1 }, two)));
    });

    test("does not change what was rendered before, nor what was given", () => {
        const rendered = { service: { pipelines: { traces: { processors: ["memory_limiter"] } } } };
        const own = { service: { pipelines: { traces: { processors: ["a"] }, logs: { processors: ["b"] } } } };
        const before = JSON.stringify([rendered, own]);
        mergeConfig(rendered, own);
        expect(JSON.stringify([rendered, own])).toBe(before);
    });
});

describe("what the Collector would refuse when it starts is refused before", () => {
    test.each<[string, object, RegExp]>([
        [
            "a section of another name",
            { processor: {} },
            /extraConfig: "processor" is not a section .* mean processors\?/,
        ],
        [
            "a component of another name",
            { processors: { "filtr/mine": {} } },
            /extraConfig\.processors: "filtr" is not among .* dynatrace distribution 0\.54\.0; did you mean filter\?/,
        ],
        [
            "a component that another distribution has",
            { connectors: { routing: {} } },
            /extraConfig\.connectors: "routing" .*; set image\.distribution to contrib/,
        ],
        [
            "a processor that nobody defines",
            { service: { pipelines: { traces: { processors: ["filter/mine"] } } } },
            /extraConfig\.service\.pipelines\.traces\.processors: "filter\/mine" is not defined/,
        ],
        [
            "a removed exporter that a pipeline still names",
            { exporters: { "otlp_http/logs": null } },
            /extraConfig\.service\.pipelines\.logs\.exporters: "otlp_http\/logs" is not defined/,
        ],
        [
            "a pipeline that nothing comes into",
            { service: { pipelines: { "traces/copy": { exporters: ["otlp_http/traces"] } } } },
            /extraConfig\.service\.pipelines\.traces\/copy: has no receivers, .*; add one, or remove the pipeline/,
        ],
        [
            "a pipeline that leads nowhere",
            { service: { pipelines: { logs: { exporters: null } } } },
            /extraConfig\.service\.pipelines\.logs: has no exporters/,
        ],
        ["an extension that nobody defines", { service: { extensions: ["zpages"] } }, /extensions: "zpages" is not/],
    ])("%s", (_case, extraConfig, text) => {
        expect(() => configWith(extraConfig)).toThrow(text);
    });

    test("a token in it, which is not repeated in the error", () => {
        const token = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
        const extraConfig = { exporters: { "otlp_http/traces": { headers: { Authorization: `Api-Token ${token}` } } } };
        const args = { ...BASE, token: { secret: { name: "t" } }, extraConfig };
        const make = (): OtlpCollector => new OtlpCollector("gateway", args);
        const path = "extraConfig";
        expect(make).toThrow(`OtlpCollector("gateway"): ${path}: holds a token of Dynatrace`);
        expect(make).not.toThrow(/NOTASECRET/);
    });

    test("the second tier's has a field of its own in the error", () => {
        const args = { mode: "twoTier" as const, secondTier: { extraConfig: { receivers: { otlpp: {} } } } };
        expect(() => configWith({}, args)).toThrow(/^C: secondTier\.extraConfig\.receivers: "otlpp"/);
    });

    test("a build of one's own may hold anything", () => {
        const image = {
            distribution: CollectorDistribution.Custom,
            repository: "registry.example.com/otel",
            version: "0.158.0",
        };
        expect(configWith({ processors: { made_up: {} } }, { image }).processors).toHaveProperty("made_up");
    });

    test("an old spelling is known as well as the new one", () => {
        for (const id of ["filelog", "file_log"])
            expect(configWith({ receivers: { [id]: {} } }).receivers).toHaveProperty(id);
    });
});

test("regular expressions are in single quotes, where a backslash is a backslash", () => {
    const text = collectorConfig(
        planCollector(new Check("C"), "gateway", {
            ...BASE,
            processing: { ...BASE.processing, redaction: { paymentCards: true, ipAddresses: true } },
        }),
        "Api-Token",
    );
    const lines = text.split("\n").filter((line) => line.includes("\\"));
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect(line).toMatch(/^ *- '.*'$/);
});

test("every context of the transform processor has a group of its own, and says what becomes of an error", () => {
    const { processors } = configWith({}, { processing: { kubernetesAttributes: true } });
    const transforms = Object.entries<Record<string, unknown>>(processors).filter(([id]) => id.startsWith("transform"));
    expect(transforms.map(([id]) => id)).toEqual([
        "transform/kubernetes",
        "transform/ai-content",
        "transform/redaction",
        ...["traces", "metrics", "logs"].map((signal) => `transform/${signal}-limits`),
    ]);
    for (const [id, { error_mode: errorMode, ...groups }] of transforms) {
        expect([id, errorMode]).toEqual([id, /redaction|ai-content/.test(id) ? "propagate" : "ignore"]);
        for (const { context, statements } of Object.values(groups).flat() as {
            context: string;
            statements: string[];
        }[]) {
            for (const statement of statements)
                expect(statement).toMatch(new RegExp(`\\(${context}\\.|\\(log\\.cache`));
        }
    }
});
