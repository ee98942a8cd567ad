import * as pulumi from "@pulumi/pulumi";

import * as aws from "../../components/aws";
import { usableUrl } from "../../components/ingest-token/api-url";
import { Check } from "../../components/shared/check";
import * as api from "../../index";

type Make = (name: string, opts?: pulumi.ComponentResourceOptions) => pulumi.ComponentResource;

const endpoint = { environment: "abc12345" };
const token = { secret: { name: "dynatrace" } };
const store = { name: "vault" };

/** Every component of the package, with what makes it create all its kinds of children. */
const COMPONENTS: Record<string, Make> = {
    TelemetryPipeline: (name, opts) => new api.TelemetryPipeline(name, { endpoint, ingestCheck: {} }, opts),
    OtlpCollector: (name, opts) => new api.OtlpCollector(name, { endpoint, token }, opts),
    IngestToken: (name, opts) => new api.IngestToken(name, {}, opts),
    IngestCheck: (name, opts) => new api.IngestCheck(name, { endpoint, token: "dt0c01.MADEUP.NOTASECRET" }, opts),
    ExternalTokenSecret: (name, opts) =>
        new api.ExternalTokenSecret(name, { store, remoteRef: { key: "k" }, revision: "1" }, opts),
    PushTokenSecret: (name, opts) => new api.PushTokenSecret(name, { token, store, remoteRef: { key: "k" } }, opts),
    SecretsManagerToken: (name, opts) => new aws.SecretsManagerToken(name, { token: "dt0c01.MADEUP.NOTASECRET" }, opts),
    SsmParameterToken: (name, opts) => new aws.SsmParameterToken(name, { token: "dt0c01.MADEUP.NOTASECRET" }, opts),
    MetricsIngest: (name, opts) =>
        new api.MetricsIngest(name, { endpoint, cronJob: { schedule: "@hourly", script: "echo a 1" } }, opts),
    OutSystemsLogStream: (name, opts) =>
        new api.OutSystemsLogStream(name, { endpoint, lifeTimeVersion: "11.22.0" }, opts),
    ActiveGateRoute: (name, opts) =>
        new api.ActiveGateRoute(
            name,
            {
                kind: "dynakube",
                environment: "abc12345",
                dynakube: { tokens: { apiToken: "made-up", dataIngestToken: "made-up" } },
            },
            opts,
        ),
    AiGatewayExporter: (name, opts) =>
        new api.AiGatewayExporter(name, { gateway: "litellm", collectorUrl: "http://g.t.svc:4318" } as never, opts),
    SentryExport: (name, opts) =>
        new api.SentryExport(
            name,
            { projects: { shop: { dsn: "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/2" } } },
            opts,
        ),
};

/** The resources that each child waits for, by its name. */
async function waitsFor(make: Make): Promise<Map<string, string[]>> {
    const registered = new Map<string, string[]>();
    const wait: Promise<void>[] = [];
    const mocks: pulumi.runtime.Mocks = {
        newResource: ({ type, name, inputs }) => {
            const metadata = { name: `${name}-1a2b3c4d`, ...(inputs as { metadata?: object }).metadata };
            const created = type.includes("ApiToken") ? { tokenId: "dt0c01.MADEUP", token: "made-up" } : {};
            return { id: name, state: { ...inputs, metadata, ...created } };
        },
        call: ({ inputs }) => inputs as object,
    };
    await pulumi.runtime.setMocks(mocks, "project", "stack", false, "organization");
    const first = new pulumi.ComponentResource("test:index:First", "first");
    const watch: pulumi.ResourceTransformation = ({ name, opts }) => {
        const given = pulumi.output<unknown>(opts.dependsOn ?? []) as pulumi.Output<unknown>;
        wait.push(
            new Promise((resolve) => {
                given.apply((all) => {
                    const names = [all].flat().map((it) => (it as { __name?: string }).__name ?? "");
                    registered.set(name, names);
                    resolve();
                });
            }),
        );
        return undefined;
    };
    make("shop", { dependsOn: [first], transformations: [watch] });
    await pulumi.runtime.disconnect();
    await Promise.all(wait);
    return registered;
}

/** An AiGatewayExporter creates nothing: it only computes settings. */
const WITH_CHILDREN = Object.keys(COMPONENTS).filter((kind) => kind !== "AiGatewayExporter");

test.each(WITH_CHILDREN)("every child of %s waits for what the component depends on", async (kind) => {
    const children = await waitsFor(COMPONENTS[kind] as Make);
    children.delete("shop");
    const waits = (name: string): boolean => {
        const names = children.get(name) ?? [];
        return names.includes("first") || names.some(waits);
    };
    // The owner of the stack's tokens is no child, and must exist before the first token.
    const early = [...children.keys()].filter((name) => !name.startsWith("dynatrace-tokens") && !waits(name));
    expect(early).toEqual([]);
    expect(children.size).toBeGreaterThan(0);
});

describe("a wrong call from JavaScript is an error that names the field, never a TypeError", () => {
    const callable = Object.entries({ ...api, ...aws }).flatMap(
        ([name, it]): [string, (...given: never[]) => unknown][] =>
            typeof it === "function" ? [[name, it as (...given: never[]) => unknown]] : [],
    );
    const classes = callable.filter(([, it]) => /^class /.test(String(it)));
    const functions = callable.filter(([, it]) => !/^class /.test(String(it)));
    const nested = [
        "endpoint",
        "token",
        "collector",
        "store",
        "remoteRef",
        "existingSecret",
        "ingestCheck",
        "exporter",
    ];
    const wrong: unknown[] = [undefined, {}, "shop", ...nested.map((field) => ({ [field]: {} }))];

    const outcome = async (call: () => unknown): Promise<unknown> => {
        let problem: unknown;
        await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });
        try {
            call();
        } catch (error) {
            problem = error;
        }
        await pulumi.runtime.disconnect().catch(() => undefined);
        return problem;
    };

    const cases = wrong.map((args): [string, unknown] => [JSON.stringify(args) ?? "nothing", args]);
    test.each(cases)("%s as arguments of every component and function", async (_text, args) => {
        const found: string[] = [];
        for (const [name, run] of [...classes, ...functions]) {
            const isClass = classes.some(([kind]) => kind === name);
            if (isClass && COMPONENTS[name] === undefined) continue;
            const problem = await outcome(() =>
                isClass ? Reflect.construct(run, ["x", args]) : Reflect.apply(run, undefined, [args]),
            );
            if (problem instanceof TypeError) found.push(`${name}: ${problem.message}`);
        }
        expect(found).toEqual([]);
    });
});

describe("resolveEndpoint", () => {
    test("takes its arguments alone, and gives every URL", () => {
        expect(api.resolveEndpoint({ environment: "abc12345" }).tracesUrl).toBe(
            "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces",
        );
    });

    test.each<[unknown, string]>([
        [undefined, "resolveEndpoint: environment: is missing; "],
        ["abc12345", "resolveEndpoint: args: is a string; it must be an object"],
        [
            { environmentId: "abc12345" },
            "resolveEndpoint: environmentId: is not a known field; did you mean environment?",
        ],
        [
            { environment: pulumi.output("abc12345") },
            "resolveEndpoint: environment: is an Output; call resolveEndpoint inside",
        ],
    ])("says what is wrong with %j", (args, text) => {
        expect(() => api.resolveEndpoint(args as never)).toThrow(text);
    });
});

describe("an error in a pipeline names the pipeline and the whole path", () => {
    test.each<[object, string]>([
        [{ endpoint, tokn: {} }, "tokn: is not a known field; did you mean token?"],
        [
            { endpoint, token: { expiresAfterDay: 1 } },
            "token.expiresAfterDay: is not a known field; did you mean expiresAfterDays?",
        ],
        [
            { endpoint, token: { secretDelivery: "vault" } },
            'token.secretDelivery: "vault" is not known; use managed, referenced or none',
        ],
        [{ endpoint, token: { secret: { name: "My Secret" } } }, "token.secret.name: "],
        [{ endpoint, collector: { replicas: 0 } }, "collector.replicas: "],
        [{ endpoint: {} }, "endpoint.environment: is missing"],
        [{ endpoint, namespace: "Shop" }, 'namespace: "Shop" is not the name of a namespace'],
        [{ endpoint, signals: ["spans"] }, 'signals: "spans" is not known; use traces, metrics or logs'],
        [{ endpoint, ingestCheck: { attempts: 99 } }, "ingestCheck.attempts: 99 is not a whole number"],
    ])("%j", async (args, text) => {
        await pulumi.runtime.setMocks({
            newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
            call: () => ({}),
        });
        expect(() => new api.TelemetryPipeline("ai", args as never)).toThrow(`TelemetryPipeline("ai"): ${text}`);
        await pulumi.runtime.disconnect().catch(() => undefined);
    });
});

describe("the URL of the API that creates a token", () => {
    const check = new Check('IngestToken("shop")').at("apiUrl");

    test("is an error of the component where it is missing", () => {
        expect(() => usableUrl(check, undefined, { env: {} })).toThrow(
            /^IngestToken\("shop"\): apiUrl: is missing; give the URL, or set DYNATRACE_API_URL/,
        );
    });

    test("stays as it is, and is repaired with a warning where it is the web interface", () => {
        const url = "https://abc12345.live.dynatrace.com/api";
        expect(usableUrl(check, url, undefined)).toEqual({ url });
        expect(usableUrl(check, undefined, { env: { DT_API_URL: url } })).toEqual({});
        const repaired = usableUrl(check, undefined, { env: { DT_API_URL: "https://abc12345.apps.dynatrace.com" } });
        expect(repaired).toEqual({ url, warning: expect.stringMatching(/is used instead \(from DT_API_URL\)$/) });
    });
});
