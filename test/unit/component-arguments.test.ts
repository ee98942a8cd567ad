import * as pulumi from "@pulumi/pulumi";

import { ActiveGateRoute } from "../../components/activegate";
import { AiGatewayExporter } from "../../components/ai-gateway";
import { aiContentConfig } from "../../components/ai-gateway/collector-config";
import { OutSystemsLogStream } from "../../components/log-stream";
import { MetricsIngest } from "../../components/metrics-ingest";
import { SentryExport } from "../../components/sentry";
import { checkArguments } from "../../components/shared/arguments";
import { Check, InputError } from "../../components/shared/check";
import { ACTIVE_GATE_ROUTE_FIELDS } from "../../components/activegate/args";
import { AI_GATEWAY_EXPORTER_FIELDS } from "../../components/ai-gateway/args";
import { sentryExportFields } from "../../components/sentry/args";
import type { FieldTable } from "../../components/shared/fields";
import { capture } from "../support/capture";

/** Arguments as a program in JavaScript gives them: TypeScript has not seen them. */
type Untyped = Record<string, unknown>;
type Component = (args?: Untyped) => unknown;

const T = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
const endpoint = { environment: "abc12345" };
const activeGate: Component = (args) => new ActiveGateRoute("ag", args as never);
const aiGateway: Component = (args) => new AiGatewayExporter("ai", args as never);
const sentry: Component = (args) => new SentryExport("sentry", args as never);
const logStream: Component = (args) => new OutSystemsLogStream("logs", args as never);
const metrics: Component = (args) => new MetricsIngest("metrics", args as never);

const pem = "-----BEGIN CERTIFICATE-----\nMADEUP\n-----END CERTIFICATE-----\n";
const STANDALONE = {
    kind: "standalone",
    environment: "abc12345",
    tls: { secretName: "tls" },
    ca: { pem },
};
const INSIDE = {
    tokens: { secretName: "tokens" },
    image: { version: "1.337.36" },
    communicationEndpoints: "https://abc12345.live.dynatrace.com:443",
    clusterId: "1f2e3d4c",
};
const standalone = (more: Untyped, settings: Untyped = {}): Untyped => ({
    ...STANDALONE,
    ...settings,
    standalone: { ...INSIDE, ...more },
});
const dynakube = (more: Untyped): Untyped => ({
    kind: "dynakube",
    environment: "abc12345",
    dynakube: { tokens: { secretName: "tokens" }, ...more },
});
const DSN = `https://${"c0ffee00".repeat(4)}@o1.ingest.sentry.io/1`;
const LITELLM = { gateway: "litellm", collectorUrl: "http://gateway.telemetry.svc:4318" };
const CRON = { schedule: "@hourly", script: "echo a 1" };

async function thrownBy(make: Component, args?: Untyped): Promise<InputError> {
    let thrown: unknown;
    const resources = await capture(() => {
        try {
            make(args);
        } catch (error) {
            thrown = error;
        }
    });
    expect(thrown).toBeInstanceOf(InputError);
    expect(resources.map(({ type }) => type.split(":")[0])).toEqual(["dynatrace-otlp"]);
    return thrown as InputError;
}

beforeEach(() => jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined));
afterEach(() => jest.restoreAllMocks());

test.each<[string, Component, Untyped, string]>([
    ["ActiveGateRoute", activeGate, { kynd: "existing" }, "kynd: is not a known field; did you mean kind?"],
    ["in tokens", activeGate, standalone({ tokens: { revison: "1" } }), "standalone.tokens.revison: is not a known"],
    ["in a policy", activeGate, standalone({ networkPolicy: { fromNamespace: ["a"] } }), "fromNamespaces?"],
    ["AiGatewayExporter", aiGateway, { ...LITELLM, content: { protect: "off" } }, "content.protect: is not a known"],
    ["in a project", sentry, { projects: { shop: { dsm: DSN } } }, "projects.shop.dsm: is not a known field; did you"],
    ["in a Secret", sentry, { projects: { shop: { dsn: DSN, keySecret: { nme: "a" } } } }, "shop.keySecret.nme: is"],
    ["OutSystemsLogStream", logStream, { endpoint: { enviroment: "x" } }, "endpoint.enviroment: is not a known"],
    ["MetricsIngest", metrics, { endpoint, cronJob: { ...CRON, timeout: 5 } }, "cronJob.timeout: is not a known"],
    ["in a variable", metrics, { endpoint, cronJob: { ...CRON, env: [{ nme: "A" }] } }, "cronJob.env[0].nme: is not"],
])("an unknown field is rejected with its path: %s", async (_case, make, args, text) => {
    expect((await thrownBy(make, args)).message).toContain(text);
});

test.each<[string, Component, Untyped, string]>([
    ["a CronJob", metrics, { endpoint, cronJob: true }, "cronJob"],
    ["content", aiGateway, { ...LITELLM, content: false }, "content"],
    ["a Secret", sentry, { projects: { shop: { dsn: DSN, keySecret: true } } }, "projects.shop.keySecret"],
])("a boolean instead of an object says what to write: %s", async (_case, make, args, field) => {
    const { message } = await thrownBy(make, args);
    expect(message).toMatch(new RegExp(`\\): ${field}: must be an object; write {} for the defaults$`));
});

test("a boolean instead of a list says what to write", async () => {
    const cronJob = { ...CRON, env: true };
    expect((await thrownBy(metrics, { endpoint, cronJob })).message).toContain("cronJob.env: must be a list; give one");
});

test("an unknown field of a function is rejected too", async () => {
    expect(() => aiContentConfig({ protecton: "off" } as never)).toThrow("aiContentConfig: protecton: is not a known");
    await capture(() => {
        const make = (): unknown =>
            new SentryExport("again", { projects: { shop: { dsn: DSN } } }).exporterEnv({ projct: "shop" } as never);
        expect(make).toThrow('SentryExport("again"): exporterEnv.projct: is not a known field; did you mean project?');
    });
});

test.each<[string, Component, Untyped, string]>([
    ["labels", activeGate, standalone({}, { labels: { team: T } }), "labels"],
    ["a node selector", activeGate, standalone({}, { nodeSelector: { pool: T } }), "nodeSelector"],
    ["a group", activeGate, standalone({}, { group: T }), "group"],
    ["a Secret's name", activeGate, { ...STANDALONE, tls: { secretName: T } }, "tls.secretName"],
    ["a revision", activeGate, standalone({ tokens: { revision: T } }), "standalone.tokens.revision"],
    ["an image", activeGate, dynakube({ image: `a/${T}` }), "dynakube.image"],
    ["a label's key", activeGate, standalone({}, { labels: { [T]: "a" } }), "labels"],
    ["an attribute", sentry, { projects: { shop: { dsn: DSN } }, attribute: T }, "attribute"],
    ["a revision in Sentry", sentry, { projects: { a: { dsn: DSN, keySecret: { revision: T } } } }, "revision"],
    ["a version", logStream, { endpoint, lifeTimeVersion: T }, "lifeTimeVersion"],
    ["a schedule", metrics, { endpoint, cronJob: { ...CRON, schedule: T } }, "cronJob.schedule"],
])("a token in %s is rejected, and the error does not repeat it", async (_case, make, args, field) => {
    const { message } = await thrownBy(make, args);
    expect(message).toContain(`${field}: holds a token of Dynatrace, `);
    expect(message).not.toContain("NOTASECRET");
});

test.each<[string, Untyped, string]>([
    [
        "no namespace",
        { networkPolicy: { fromNamespaces: [] } },
        "fromNamespaces: is empty; name at least one namespace",
    ],
    ["no list", { networkPolicy: { fromNamespaces: "shop" } }, "fromNamespaces: must be a list; give one"],
    [
        "an invalid namespace",
        { networkPolicy: { fromNamespaces: ["a", "B"] } },
        'fromNamespaces[1]: "B" is not the name',
    ],
    ["an invalid Secret", { image: { ...INSIDE.image, pullSecretName: "Bad Name" } }, 'pullSecretName: "Bad Name" is'],
    ["an invalid policy", { image: { ...INSIDE.image, pullPolicy: "Often" } }, 'pullPolicy: "Often" is not known; use'],
    ["an image with a scheme", { image: { ...INSIDE.image, repository: "https://a/b" } }, "image.repository: "],
    ["no image", { image: undefined }, "standalone.image.version: is missing; "],
    ["no address", { communicationEndpoints: undefined }, "standalone.communicationEndpoints: is missing; "],
])("a standalone ActiveGate with %s is rejected as an OtlpCollector would be", async (_case, more, text) => {
    const args = standalone(more);
    const { message } = await thrownBy(activeGate, args);
    expect(message).toContain(text.includes("standalone.") ? text : "standalone.");
    expect(message).toContain(text);
});

test.each<[string, Untyped, string]>([
    ["a StorageClass", { storage: { storageClassName: "Bad Name" } }, "storage.storageClassName: "],
    ["a label", { labels: { team: "a b" } }, 'labels["team"]: '],
    ["a label that selects pods", { labels: { "app.kubernetes.io/instance": "x" } }, "labels: "],
    ["a node selector", { nodeSelector: { "a b": "c" } }, "nodeSelector: "],
    ["a Secret's name", { tls: { secretName: "Bad Name" } }, "tls."],
])("an ActiveGate with an invalid value for %s is rejected", async (_case, settings, text) => {
    expect((await thrownBy(activeGate, standalone({}, settings))).message).toContain(text);
});

/** The error of an Output that holds no value. */
async function missing(fields: FieldTable, args: Untyped): Promise<string> {
    const given = checkArguments(new Check("C", "", fields), args);
    const outcome = async (value: unknown): Promise<unknown> => {
        if (!pulumi.Output.isInstance(value)) return Promise.all(Object.values(value ?? {}).map(outcome));
        const { isKnown, isSecret, allResources, promise } = value as unknown as Record<string, unknown>;
        const parts = [isKnown, isSecret, (allResources as () => unknown)()] as Promise<unknown>[];
        await Promise.allSettled(parts);
        return (promise as () => Promise<unknown>)();
    };
    return Promise.all(Object.values(given).map(outcome)).then(
        () => "",
        (error: Error) => error.message,
    );
}

test.each<[string, FieldTable, Untyped, string]>([
    ["a namespace", ACTIVE_GATE_ROUTE_FIELDS, { namespace: none() }, "namespace: is missing"],
    [
        "a token",
        ACTIVE_GATE_ROUTE_FIELDS,
        { dynakube: { tokens: { apiToken: none() } } },
        "dynakube.tokens.apiToken: is",
    ],
    [
        "allowed namespaces",
        ACTIVE_GATE_ROUTE_FIELDS,
        { standalone: { networkPolicy: { fromNamespaces: none() } } },
        "ces: is",
    ],
    [
        "a project's values",
        sentryExportFields({ projects: { a: { dsn: "" } } }),
        { projects: { a: { values: none() } } },
        "projects.a.values: is missing",
    ],
    ["signals", AI_GATEWAY_EXPORTER_FIELDS, { signals: none() }, "signals: is missing"],
    ["a group, which is left unset", ACTIVE_GATE_ROUTE_FIELDS, { group: none(), labels: none() }, ""],
    ["CA certificates, which are left unset", AI_GATEWAY_EXPORTER_FIELDS, { endpoint: { ca: { pem: none() } } }, ""],
])("an Output that holds no value for %s", async (_case, fields, args, text) => {
    const message = await missing(fields, args);
    if (text === "") expect(message).toBe("");
    else expect(message).toContain(text);
});

function none(): pulumi.Output<undefined> {
    return pulumi.output(undefined);
}

test.each<[string, Component, string[]]>([
    ["ActiveGateRoute", activeGate, ["tls", "dynakube", "standalone", "storage"]],
    ["AiGatewayExporter", aiGateway, ["token", "endpoint", "content", "ca", "collectorToken"]],
    ["SentryExport", sentry, ["projects", "organization", "image"]],
    ["OutSystemsLogStream", logStream, ["endpoint", "token"]],
    ["MetricsIngest", metrics, ["endpoint", "token", "cronJob"]],
])("%s without arguments, or with empty ones, is an InputError", async (kind, make, nested) => {
    const empty = [undefined, {}, ...nested.map((field) => ({ [field]: {} }))];
    for (const args of empty) expect((await thrownBy(make, args)).message).toMatch(new RegExp(`^${kind}\\("`));
});

test.each<[string, Component, Untyped]>([
    ["a standalone ActiveGate", activeGate, { ...STANDALONE, standalone: {} }],
    ["a standalone ActiveGate's image", activeGate, standalone({ image: {} })],
    ["a DynaKube", activeGate, { ...dynakube({}), dynakube: {} }],
    ["an AI gateway's hash key", aiGateway, { ...LITELLM, content: { protection: "hash", hashKey: {} } }],
    ["a project", sentry, { projects: { shop: {} } }],
    ["an undefined project", sentry, { projects: { shop: undefined } }],
    ["a project's Secret", sentry, { projects: { shop: { dsn: DSN, keySecret: {} } } }],
    ["an organization's Secret", sentry, { organization: { slug: "shop", tokenSecret: {} } }],
    ["a token's Secret", metrics, { endpoint, token: { existingSecret: {} } }],
    ["a CronJob", metrics, { endpoint, cronJob: {} }],
])("%s that is empty is an InputError", async (_case, make, args) => {
    let thrown: unknown;
    await capture(() => {
        try {
            make(args);
        } catch (error) {
            thrown = error;
        }
    });
    expect(thrown).toBeInstanceOf(InputError);
});

test("a gateway needs no key of hash, which only the Collector uses", async () => {
    await capture(() => {
        expect(() => aiGateway({ ...LITELLM, content: { protection: "hash" } })).not.toThrow();
        expect(() => aiGateway({ ...LITELLM, content: { protection: "truncate" } })).not.toThrow();
    });
});

test("isInstance knows the component, and nothing else", async () => {
    const all = [ActiveGateRoute, AiGatewayExporter, SentryExport, OutSystemsLogStream, MetricsIngest];
    await capture(() => {
        const made = [
            activeGate({ kind: "existing", environment: "abc12345", host: "ag.example.com" }),
            aiGateway(LITELLM),
            sentry({ projects: { shop: { dsn: DSN } } }),
            logStream({ endpoint, lifeTimeVersion: "11.22.0" }),
            metrics({ endpoint }),
        ];
        made.forEach((component, index) => {
            expect(all.map((it) => it.isInstance(component))).toEqual(all.map((_, at) => at === index));
        });
        for (const other of [undefined, null, {}, "x"]) expect(all.some((it) => it.isInstance(other))).toBe(false);
    });
});
