// Components that put a credential into a Secret, and the ways to give them a Kubernetes provider.
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { ActiveGateRoute, IngestToken, MetricsIngest, SentryExport, TelemetryPipeline } from "../../index";

const endpoint = { environment: "abc12345" };
const dsn = "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1";
const made = `dt0c01.MADEUP.${"NOTASECRET".repeat(6)}`;

export type Make = (opts: pulumi.ComponentResourceOptions) => unknown;

/** Every component that puts a credential into a Secret, and the error's component and field. */
export const COMPONENTS: [string, Make][] = [
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

/** A provider that renders manifests to files. */
export const renderer = (): k8s.Provider => new k8s.Provider("r", { renderYamlToDirectory: "manifests" });
const parent = (opts: pulumi.ComponentResourceOptions): pulumi.ComponentResourceOptions => ({
    parent: new pulumi.ComponentResource("test:index:Parent", "parent", {}, opts),
});

/** Ways to give a provider. */
export const WAYS: [string, (provider: k8s.Provider) => pulumi.ComponentResourceOptions][] = [
    ["provider", (provider) => ({ provider })],
    ["providers, a list", (provider) => ({ providers: [provider] })],
    ["providers, a map", (provider) => ({ providers: { kubernetes: provider } })],
    ["a parent", (provider) => parent({ provider })],
    ["a parent's parent", (provider) => parent(parent({ providers: [provider] }))],
];

/** What a provider that renders gets without a refusal. */
export const ACCEPTED: [string, Make][] = [
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
    [
        "with allowRenderedSecret",
        (opts) => new TelemetryPipeline("c", { endpoint, token: { allowRenderedSecret: true } }, opts),
    ],
];
