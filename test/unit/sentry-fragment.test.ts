import { renderedConfig } from "../../components/collector/config";
import { CollectorDistribution } from "../../components/collector/distributions";
import { checkExtraConfig, mergeConfig } from "../../components/collector/config/merge";
import { planCollector } from "../../components/collector/plan";
import { type SentryExportArgs, SentryRouting } from "../../components/sentry/args";
import { sentryFragment, SentryInput } from "../../components/sentry/fragment";
import { planSentry, type SentryPlanInputs } from "../../components/sentry/plan";
import { standaloneConfig } from "../../components/sentry/standalone";
import type { AuthorizationScheme } from "../../components/shared/secrets";
import { Check } from "../../components/shared/check";

const KEY = "c0ffee00c0ffee00c0ffee00c0ffee00";
const dsn = (id: number): string => `https://${KEY}@o1.ingest.us.sentry.io/${id}`;
const api = (id: number): string => `https://o1.ingest.us.sentry.io/api/${id}/integration/otlp`;
const TWO = { projects: { checkout: { dsn: dsn(1) }, cart: { dsn: dsn(2) } } };
const CONTRIB = { distribution: CollectorDistribution.Contrib };
const ORGANIZATION = { slug: "shop", token: "sntrys_made_up_and_long_enough" };

const plan = (args: SentryExportArgs) => planSentry(new Check('SentryExport("sentry")'), args as SentryPlanInputs);
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a configuration is plain data of many shapes
const fragment = (args: SentryExportArgs): any => sentryFragment(plan(args).plan, SentryInput.Beside);

describe("the exporter of a project", () => {
    test("is what Sentry documents: full URLs, the header, protobuf, gzip, 30 seconds", () => {
        const { exporters } = fragment({ projects: { checkout: { dsn: dsn(1) } } });
        expect(exporters["otlp_http/sentry-checkout"]).toMatchObject({
            traces_endpoint: `${api(1)}/v1/traces`,
            logs_endpoint: `${api(1)}/v1/logs`,
            headers: { "x-sentry-auth": "sentry sentry_key=${env:SENTRY_KEY_CHECKOUT}" },
            compression: "gzip",
            encoding: "proto",
            timeout: "30s",
        });
        expect(Object.keys(exporters)).toEqual(["otlp_http/sentry-checkout"]);
    });

    test("is named as the Collector's version names it", () => {
        const old = { distribution: CollectorDistribution.Contrib, version: "0.143.0" };
        expect(Object.keys(fragment({ ...TWO, image: old }).exporters)).toEqual([
            "otlphttp/sentry-cart",
            "otlphttp/sentry-checkout",
        ]);
    });

    test("sends the signals that are asked for", () => {
        const { exporters, service } = fragment({ ...TWO, signals: ["logs"] });
        expect(exporters["otlp_http/sentry-cart"]).not.toHaveProperty("traces_endpoint");
        expect(Object.keys(service.pipelines)).toEqual([
            "logs",
            "logs/sentry",
            "logs/sentry-cart",
            "logs/sentry-checkout",
        ]);
    });

    test("never has a pipeline for metrics", () => {
        expect(Object.keys(fragment(TWO).service.pipelines).filter((id) => id.startsWith("metrics"))).toEqual([]);
    });

    test("holds its own share of the queues' memory", () => {
        const queueOf = (args: SentryExportArgs): number =>
            fragment(args).exporters["otlp_http/sentry-cart"].sending_queue.queue_size / 1024 / 1024;
        expect(queueOf(TWO)).toBe(16);
        expect(queueOf({ ...TWO, queueMiB: 40 })).toBe(10);
        expect(queueOf({ ...TWO, queueMiB: 40, signals: ["traces"] })).toBe(20);
    });
});

describe("projects are told apart", () => {
    test("by the routing connector with the contrib distribution, one table a signal", () => {
        const { connectors, processors } = fragment({ ...TWO, image: CONTRIB });
        expect(connectors["routing/sentry-traces"].table).toEqual([
            {
                context: "resource",
                condition: 'attributes["service.name"] == "cart"',
                pipelines: ["traces/sentry-cart"],
            },
            {
                context: "resource",
                condition: 'attributes["service.name"] == "checkout"',
                pipelines: ["traces/sentry-checkout"],
            },
        ]);
        expect(Object.keys(connectors)).toEqual(["forward/sentry", "routing/sentry-traces", "routing/sentry-logs"]);
        expect(Object.keys(processors).filter((id) => id.startsWith("filter/sentry-c"))).toEqual([]);
    });

    test("by filters with the Dynatrace distribution, which has no routing connector", () => {
        const { connectors, processors, service } = fragment(TWO);
        expect(Object.keys(connectors)).toEqual(["forward/sentry", "forward/sentry-projects"]);
        const foreign = ['resource.attributes["service.name"] != "cart"'];
        expect(processors["filter/sentry-cart"]).toMatchObject({
            traces: { span: foreign },
            logs: { log_record: foreign },
        });
        expect(service.pipelines["traces/sentry-cart"]).toEqual({
            receivers: ["forward/sentry-projects"],
            processors: ["filter/sentry-cart"],
            exporters: ["otlp_http/sentry-cart"],
        });
    });

    test("by another attribute, and several of its values, quoted", () => {
        const { processors } = fragment({
            attribute: "team",
            projects: { a: { dsn: dsn(1), values: ['o"dd', "$HOME"] }, b: { dsn: dsn(2), takesRest: true } },
        });
        const team = 'resource.attributes["team"]';
        const [own] = processors["filter/sentry-a"].traces.span;
        expect(own).toBe(`${team} != "$$HOME" and ${team} != "o\\"dd"`);
        expect(processors["filter/sentry-b"].traces.span).toEqual([`${team} == "$$HOME"`, `${team} == "o\\"dd"`]);
    });

    test("not at all where there is one, which gets everything", () => {
        const { connectors, service } = fragment({ projects: { shop: { dsn: dsn(1) } } });
        expect(Object.keys(connectors)).toEqual(["forward/sentry"]);
        expect(service.pipelines["traces/sentry"].exporters).toEqual(["otlp_http/sentry-shop"]);
    });

    test("by the contrib sentry exporter for a whole organization, with its token by reference", () => {
        const { exporters, service } = fragment({
            organization: { ...ORGANIZATION, projects: { web: "frontend" }, createsProjects: true },
            image: CONTRIB,
        });
        expect(exporters["sentry/organization"]).toMatchObject({
            url: "https://sentry.io",
            org_slug: "shop",
            auth_token: "${env:SENTRY_AUTH_TOKEN}",
            auto_create_projects: true,
            routing: { project_from_attribute: "service.name", attribute_to_project_mapping: { web: "frontend" } },
        });
        expect(service.pipelines["traces/sentry"].exporters).toEqual(["sentry/organization"]);
    });
});

describe("the order of the arguments makes no difference", () => {
    test("to the configuration", () => {
        const turned = { cart: TWO.projects.cart, checkout: TWO.projects.checkout };
        expect(JSON.stringify(fragment({ projects: turned, signals: ["logs", "traces"] }))).toBe(
            JSON.stringify(fragment(TWO)),
        );
    });
});

describe("laid over the configuration of a Collector that sends to Dynatrace", () => {
    const collector = (image: object) =>
        planCollector(new Check('OtlpCollector("gateway")'), "gateway", {
            endpoint: { environment: "abc12345" },
            image,
        });

    test.each([
        [
            "the Dynatrace distribution, filtered",
            TWO,
            { distribution: CollectorDistribution.Dynatrace, version: "0.54.0" },
        ],
        ["the contrib distribution, routed", TWO, { ...CONTRIB, version: "0.158.0" }],
        [
            "the contrib distribution, filtered",
            { ...TWO, routing: SentryRouting.Filter },
            { ...CONTRIB, version: "0.149.0" },
        ],
        [
            "the contrib distribution, an organization",
            { organization: ORGANIZATION },
            { ...CONTRIB, version: "0.158.0" },
        ],
    ] as [string, SentryExportArgs, { distribution: CollectorDistribution; version: string }][])(
        "%s holds all components, and every name leads somewhere",
        (_what, args, image) => {
            const own = fragment({ ...args, image });
            const rendered = renderedConfig(collector(image), "Api-Token" as AuthorizationScheme);
            const merged = mergeConfig(rendered, own);
            checkExtraConfig(new Check("test", "extraConfig"), image, own, merged);
            // What went to Dynatrace still does, with Sentry behind it.
            const { traces } = (merged["service"] as { pipelines: Record<string, { exporters: string[] }> }).pipelines;
            expect(traces?.exporters).toEqual(["otlp_http/traces", "forward/sentry"]);
        },
    );

    test("the Collector takes over at once what goes to Sentry, and limits memory after that", () => {
        const { service, processors } = fragment(TWO);
        expect(service.pipelines["traces/sentry"].processors.slice(0, 2)).toEqual(["batch/sentry", "memory_limiter"]);
        expect(processors["batch/sentry"]).toEqual({ timeout: "0s", send_batch_size: 0 });
    });
});

describe("events of spans", () => {
    const shaped = (spanEvents: string): string[] =>
        Object.keys(fragment({ ...TWO, spanEvents } as SentryExportArgs).processors).filter((id) =>
            /transform|events/.test(id),
        );

    test("are left out, with their exception kept, dropped, or sent, as asked", () => {
        expect(shaped("exceptionsAsAttributes")).toEqual(["transform/sentry", "filter/sentry-span-events"]);
        expect(shaped("drop")).toEqual(["filter/sentry-span-events"]);
        expect(shaped("send")).toEqual([]);
    });
});

test("a configuration for Sentry alone is whole: one receiver, no Dynatrace, no key", () => {
    const text = standaloneConfig(plan(TWO).plan);
    expect(text).toContain('endpoint: "[${env:MY_POD_IP}]:4318"');
    expect(text).toContain("- memory_limiter\n        - batch/sentry\n");
    expect(text).not.toContain(KEY);
    expect(text).not.toMatch(/dynatrace|metrics:\n\s+receivers/i);
});
