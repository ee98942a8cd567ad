// Pulumi's own mocks stand in for the engine: the provider's setting is known when the provider is registered.
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { ActiveGateRoute, IngestToken, MetricsIngest, SentryExport, TelemetryPipeline } from "../../index";
import { capture, type Captured } from "../support/capture";

const endpoint = { environment: "abc12345" };
const dsn = "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1";
const made = `dt0c01.MADEUP.${"NOTASECRET".repeat(6)}`;

type Make = (opts: pulumi.ComponentResourceOptions) => unknown;

/** Every component that puts a credential into a Secret, and the error's component and field. */
const COMPONENTS: [string, Make][] = [
    ['TelemetryPipeline("c"): token.secretDelivery', (opts) => new TelemetryPipeline("c", { endpoint }, opts)],
    ['IngestToken("c"): secretDelivery', (opts) => new IngestToken("c", { endpoint }, opts)],
    ['MetricsIngest("c"): token.secretDelivery', (opts) => new MetricsIngest("c", { endpoint }, opts)],
    ['SentryExport("c"): projects.shop.dsn', (opts) => new SentryExport("c", { projects: { shop: { dsn } } }, opts)],
    [
        'ActiveGateRoute("c"): dynakube.tokens.dataIngestToken',
        (opts) => {
            const dynakube = { tokens: { apiToken: made, dataIngestToken: made } };
            return new ActiveGateRoute("c", { kind: "dynakube", environment: "abc12345", dynakube }, opts);
        },
    ],
];

const renderer = (): k8s.Provider => new k8s.Provider("r", { renderYamlToDirectory: "manifests" });
const parent = (opts: pulumi.ComponentResourceOptions): pulumi.ComponentResourceOptions => ({
    parent: new pulumi.ComponentResource("test:index:Parent", "parent", {}, opts),
});

/** Ways to give a provider. */
const WAYS: [string, (provider: k8s.Provider) => pulumi.ComponentResourceOptions][] = [
    ["provider", (provider) => ({ provider })],
    ["providers, a list", (provider) => ({ providers: [provider] })],
    ["providers, a map", (provider) => ({ providers: { kubernetes: provider } })],
    ["a parent", (provider) => parent({ provider })],
    ["a parent's parent", (provider) => parent(parent({ providers: [provider] }))],
];

/** What was registered, and the errors that the engine would show. */
async function outcome(program: () => unknown): Promise<{ kinds: string[]; errors: string[] }> {
    const errors = new Set<string>();
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (error) => errors.add(String(error)));
    let resources: Captured[] = [];
    try {
        resources = await capture(program);
    } catch (error) {
        errors.add(String(error));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
    return { kinds: resources.map(({ type }) => type.split(":").at(-1) ?? ""), errors: [...errors] };
}

afterEach(() => pulumi.runtime.setAllConfig({}));

describe.each(WAYS)("a provider that renders, given by %s", (_way, optionsFor) => {
    test.each(COMPONENTS)("is refused by %s, and nothing is created", async (where, make) => {
        const { kinds, errors } = await outcome(() => make(optionsFor(renderer())));
        expect(errors).toEqual([
            expect.stringMatching(
                /in plain text into the rendered files \(its Kubernetes provider sets renderYamlToDirectory\)/,
            ),
        ]);
        expect(errors.join()).toContain(where);
        expect(errors.join()).not.toContain("NOTASECRET");
        const created = kinds.filter(
            (kind) => !/^(kubernetes|Parent|c|\w*(Pipeline|Token|Ingest|Export|Route))$/.test(kind),
        );
        expect(created).toEqual([]);
    });
});

test.each(COMPONENTS)(
    "the default provider that renders is refused by %s, when the program runs",
    async (where, make) => {
        pulumi.runtime.setAllConfig({ "kubernetes:renderYamlToDirectory": "out" });
        await capture(() => {
            const text = expect.objectContaining({ message: expect.stringContaining(`${where}: `) });
            expect(() => make({})).toThrow(text);
        });
    },
);

test.each(COMPONENTS)(
    "a provider that does not render is accepted by %s, whatever the default provider does",
    async (_where, make) => {
        pulumi.runtime.setAllConfig({ "kubernetes:renderYamlToDirectory": "out" });
        const { kinds, errors } = await outcome(() => make({ provider: new k8s.Provider("r", { context: "prod" }) }));
        expect(errors).toEqual([]);
        expect(kinds).toContain("Secret");
    },
);

describe("a provider that renders is accepted", () => {
    const accepted: [string, Make][] = [
        [
            "with secretDelivery referenced",
            (opts) =>
                new TelemetryPipeline(
                    "c",
                    { endpoint, token: { secretDelivery: "referenced", secret: { name: "mine" } } },
                    opts,
                ),
        ],
        [
            "with an existing Secret",
            (opts) => new TelemetryPipeline("c", { endpoint, token: { existingSecret: { name: "mine" } } }, opts),
        ],
        [
            "with a token reference",
            (opts) => new TelemetryPipeline("c", { endpoint, tokenReference: { secret: { name: "mine" } } }, opts),
        ],
        [
            "with a project's existing Secret",
            (opts) =>
                new SentryExport(
                    "c",
                    {
                        projects: {
                            shop: {
                                dsn: "https://o1.ingest.sentry.io/api/1/integration/otlp",
                                keySecret: { name: "mine", key: "key" },
                            },
                        },
                    },
                    opts,
                ),
        ],
        ["without a Secret", (opts) => new IngestToken("c", { endpoint, secretDelivery: "none" }, opts)],
    ];
    test.each(accepted)("%s", async (_case, make) => {
        const { kinds, errors } = await outcome(() => make({ provider: renderer() }));
        expect(errors).toEqual([]);
        expect(kinds).not.toContain("Secret");
    });

    test("with allowRenderedSecret, which writes the Secret", async () => {
        const token = { allowRenderedSecret: true };
        const { kinds, errors } = await outcome(
            () => new TelemetryPipeline("c", { endpoint, token }, { provider: renderer() }),
        );
        expect(errors).toEqual([]);
        expect(kinds).toEqual(expect.arrayContaining(["Secret", "ApiToken", "Namespace"]));
    });
});
