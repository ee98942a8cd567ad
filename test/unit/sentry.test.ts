import * as pulumi from "@pulumi/pulumi";

import { CollectorDistribution } from "../../components/collector/distributions";
import { SentryExport } from "../../components/sentry";
import type { SentryExportArgs } from "../../components/sentry/args";
import { capture, type Captured } from "../support/capture";

const KEY = "c0ffee00c0ffee00c0ffee00c0ffee00";
const dsn = (id: number): string => `https://${KEY}@o1.ingest.us.sentry.io/${id}`;
const api = (id: number): string => `https://o1.ingest.us.sentry.io/api/${id}/integration/otlp`;
const TWO = { projects: { checkout: { dsn: dsn(1) }, cart: { dsn: dsn(2) } } };
const CONTRIB = { distribution: CollectorDistribution.Contrib };
const ORGANIZATION = { slug: "shop", token: "sntrys_made_up_and_long_enough" };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const inputsOf = (resources: Captured[], kind: string): any =>
    resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs;

/** What a program registers, and what is known of the export in the end. */
async function made<T>(args: SentryExportArgs, pick: (sentry: SentryExport) => T) {
    let known: Promise<pulumi.Unwrap<T>> | undefined;
    const resources = await capture(() => {
        const sentry = new SentryExport("sentry", args);
        known = new Promise((resolve) => void pulumi.output(pick(sentry)).apply(resolve as () => void));
    });
    return { resources, value: (await known) as pulumi.Unwrap<T> };
}

describe("a key, or the token of an organization", () => {
    test("is in the Secret alone: in no ConfigMap, no URL, no variable, no argument of the component", async () => {
        const { resources, value } = await made(TWO, (sentry) => {
            const { tracesUrls, logsUrls, standaloneConfig: config, ports, extraConfig, collectorPods } = sentry;
            const pods = sentry.exporterEnv({ project: "cart" });
            return { tracesUrls, logsUrls, config, ports, extraConfig, collectorPods, pods };
        });
        expect(JSON.stringify(value)).not.toContain(KEY);
        expect(JSON.stringify(resources.filter(({ type }) => !type.endsWith(":Secret")))).not.toContain(KEY);
        // In an envelope, by which Pulumi knows it to be a secret.
        expect(inputsOf(resources, "Secret").stringData).toEqual({
            [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig,
            value: { cart: KEY, checkout: KEY },
        });
    });

    test("reaches the Collector's pods by reference, under the names that the configuration uses", async () => {
        const { value } = await made(TWO, ({ collectorPods }) => collectorPods.env);
        const reference = (key: string) => ({ secretKeyRef: { name: "sentry-secret-1a2b3c4d", key } });
        expect(value).toEqual([
            { name: "SENTRY_KEY_CART", valueFrom: reference("cart") },
            { name: "SENTRY_KEY_CHECKOUT", valueFrom: reference("checkout") },
        ]);
        const whole = await made(
            { organization: ORGANIZATION, image: CONTRIB },
            ({ collectorPods }) => collectorPods.env,
        );
        expect(whole.value).toEqual([{ name: "SENTRY_AUTH_TOKEN", valueFrom: reference("auth-token") }]);
    });

    test("stays where it is, if it is in a Secret already; a change of it restarts the pods", async () => {
        const keySecret = { name: "mine", key: "sentry" };
        const args = (revision?: string) => ({
            projects: { shop: { dsn: `${api(1)}/v1/traces`, keySecret: { ...keySecret, revision } } },
        });
        const annotations = async (revision?: string) =>
            (await made(args(revision), (it) => it.collectorPods)).value.podAnnotations;
        const { resources, value } = await made(args(), ({ collectorPods }) => collectorPods.env);
        expect(value).toEqual([
            { name: "SENTRY_KEY_SHOP", valueFrom: { secretKeyRef: { name: "mine", key: "sentry" } } },
        ]);
        expect(resources.map(({ type }) => type)).toEqual(["dynatrace-otlp:index:SentryExport"]);
        expect(await annotations("1")).not.toEqual(await annotations("2"));
        expect(await annotations()).toEqual({});
    });

    test("is not written into rendered files", () => {
        pulumi.runtime.setAllConfig({ "kubernetes:renderYamlToDirectory": "rendered" });
        const make = (more: object) => () => new SentryExport("sentry", { ...TWO, ...more });
        expect(make({})).toThrow(
            /projects.checkout.dsn: would be written in plain text into .* in projects.checkout.keySecret, or/,
        );
        pulumi.runtime.setAllConfig({});
    });
});

describe("variables of an application's pods", () => {
    const envOf = async (args: SentryExportArgs, ...pod: Parameters<SentryExport["exporterEnv"]>) =>
        (await made(args, (sentry) => sentry.exporterEnv(...pod).env)).value as unknown as {
            name: string;
            value: string;
        }[];
    const ONE = { projects: { shop: { dsn: dsn(1) } } };

    test("are those that Sentry documents, and the key stands before what refers to it", async () => {
        const env = await envOf(ONE);
        expect(env[0]).toEqual({
            name: "SENTRY_PUBLIC_KEY",
            valueFrom: { secretKeyRef: { name: "sentry-secret-1a2b3c4d", key: "shop" } },
        });
        const header = "x-sentry-auth=sentry sentry_key=$(SENTRY_PUBLIC_KEY)";
        expect(Object.fromEntries(env.slice(1).map(({ name, value }) => [name, value]))).toEqual({
            OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${api(1)}/v1/traces`,
            OTEL_EXPORTER_OTLP_TRACES_HEADERS: header,
            OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
            OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: "gzip",
            OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${api(1)}/v1/logs`,
            OTEL_EXPORTER_OTLP_LOGS_HEADERS: header,
            OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: "http/protobuf",
            OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: "gzip",
            OTEL_TRACES_EXPORTER: "otlp",
            OTEL_METRICS_EXPORTER: "none",
            OTEL_LOGS_EXPORTER: "otlp",
        });
    });

    test("leave signals alone that go elsewhere, where that is said", async () => {
        const names = (await envOf({ ...ONE, signals: ["traces"] }, { othersElsewhere: true })).map(({ name }) => name);
        expect(names.filter((name) => /METRICS|LOGS/.test(name))).toEqual([]);
    });

    test("write the header percent-encoded for programs that divide at each =", async () => {
        const env = await envOf(ONE, { headerEncoding: "percent" });
        expect(env.find(({ name }) => name === "OTEL_EXPORTER_OTLP_LOGS_HEADERS")?.value).toBe(
            "x-sentry-auth=sentry%20sentry_key%3D$(SENTRY_PUBLIC_KEY)",
        );
    });

    test.each([
        [TWO, {}, /exporterEnv.project: is missing; name one of cart, checkout/],
        [
            TWO,
            { project: "search" },
            /exporterEnv.project: "search" is not one of the projects; name one of cart, checkout/,
        ],
        [{ organization: ORGANIZATION, image: CONTRIB }, {}, /exporterEnv: needs the key of a project/],
    ] as [SentryExportArgs, object, RegExp][])(
        "are refused for a project that is not there: %#",
        async (args, pod, text) => {
            let thrown: unknown;
            await capture(() => {
                try {
                    new SentryExport("sentry", args).exporterEnv(pod);
                } catch (error) {
                    thrown = error;
                }
            });
            expect(String(thrown)).toMatch(text);
        },
    );
});

test("a NetworkPolicy lets the Collector's pods out to where Sentry is, and nothing else", async () => {
    const projects = { shop: { dsn: `https://${KEY}@sentry.example.com:9443/7` }, cart: { dsn: dsn(2) } };
    const { resources } = await made({ projects, collectorName: "gateway", namespace: "telemetry" }, () => 0);
    expect(inputsOf(resources, "NetworkPolicy")).toMatchObject({
        metadata: { namespace: "telemetry" },
        spec: {
            policyTypes: ["Egress"],
            egress: [
                {
                    ports: [
                        { port: 443, protocol: "TCP" },
                        { port: 9443, protocol: "TCP" },
                    ],
                },
            ],
        },
    });
});

describe("the NetworkPolicy", () => {
    /** Labels of the pods of a Collector: of its workload, of a second tier, and as the Operator gives them. */
    const WORKLOAD = { "app.kubernetes.io/name": "otlp-collector", "app.kubernetes.io/instance": "gateway" };
    const SECOND = { ...WORKLOAD, "app.kubernetes.io/name": "otlp-collector-second-tier" };
    const OPERATOR = { ...WORKLOAD, "app.kubernetes.io/instance": "telemetry.gateway" };
    const OTHER = { ...WORKLOAD, "app.kubernetes.io/name": "shop" };

    async function selects(namespace: SentryExportArgs["namespace"], labels: Record<string, string>): Promise<boolean> {
        const { resources } = await made({ ...TWO, collectorName: "gateway", namespace }, () => 0);
        const { podSelector } = inputsOf(resources, "NetworkPolicy").spec;
        expect(Object.keys(podSelector)).toEqual(["matchExpressions"]);
        const expressions = podSelector.matchExpressions as { key: string; operator: string; values: string[] }[];
        return expressions.every(
            ({ key, operator, values }) => operator === "In" && values.includes(labels[key] ?? ""),
        );
    }

    test.each([
        ["those of its workload", WORKLOAD, true],
        ["those of its second tier, which sends", SECOND, true],
        ["those that the Operator makes", OPERATOR, true],
        ["no others", OTHER, false],
    ])("selects %s", async (_case, labels, selected) => {
        expect(await selects("telemetry", labels)).toBe(selected);
        expect(await selects(pulumi.output("telemetry"), labels)).toBe(selected);
    });

    test("selects nothing of a namespace that it does not know", async () => {
        expect(await selects(undefined, WORKLOAD)).toBe(true);
        expect(await selects(undefined, OPERATOR)).toBe(false);
    });
});
