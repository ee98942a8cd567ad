import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { SecretsManagerToken, SsmParameterToken } from "../../components/aws";
import { resolveEndpoint } from "../../components/endpoint";
import {
    ActiveGateRoute,
    aiContentConfig,
    AiGatewayExporter,
    dynaKubeScopes,
    type EndpointArgs,
    exporterEnv,
    ExternalTokenSecret,
    IngestCheck,
    IngestToken,
    injectExporterEnv,
    MetricsIngest,
    OutSystemsLogStream,
    outSystemsTruncation,
    PushTokenSecret,
    SentryExport,
    sidecarContainer,
    TelemetryPipeline,
} from "../../index";
import {
    type Cases,
    SAAS,
    TOKEN,
    COLLECTOR,
    STORE,
    GATE,
    ROUTES,
    ACTIVEGATES,
    PIPELINES,
    TOKENS,
    EXPORTERS,
    INJECTIONS,
    SIDECARS,
    METRICS,
    SENTRY,
    GATEWAYS,
    gatewayCases,
} from "./cases";
import { Check } from "../../components/shared/check";
import { MADE_UP_TOKEN } from "./run";

/** A program: makes resources, and returns what else is to be compared. */
export type Program = () => Record<string, unknown> | void;
/** All programs by name, which is also the name of the file with what they render. */
export const PROGRAMS: Record<string, Record<string, Program>> = {
    "activegate-route": each(ACTIVEGATES, (args) => publicOf(new ActiveGateRoute("gate", args))),
    "telemetry-pipeline": each(PIPELINES, (args) => publicOf(new TelemetryPipeline("telemetry", args))),
    "ingest-token": each(TOKENS, (args) => publicOf(new IngestToken("shop", args))),
    "external-token-secret": each(
        {
            "as-it-comes": { store: { name: "vault" }, remoteRef: { key: "shop/dynatrace" }, revision: "1" },
            told: {
                ...{ store: STORE, remoteRef: { key: "shop/dynatrace", version: "uuid/1", property: "token" } },
                ...{ namespace: "shop", secret: { key: "dt" }, refreshIntervalMinutes: 10, scheme: "Bearer" as const },
            },
        },
        (args) => publicOf(new ExternalTokenSecret("shop-token", args)),
    ),
    "push-token-secret": each(
        {
            "as-it-comes": { token: TOKEN, store: { name: "vault" }, remoteRef: { key: "shop/dynatrace" } },
            told: {
                ...{
                    token: { secret: { ...TOKEN.secret, key: "dt" }, revision: "2" },
                    store: STORE,
                    namespace: "shop",
                },
                ...{ remoteRef: { key: "shop/dynatrace", property: "token" }, refreshIntervalMinutes: 10 },
                ...{ deletionPolicy: "Delete" as const, metadata: { secretPushFormat: "string" } },
            },
        },
        (args) => publicOf(new PushTokenSecret("shop-push", args)),
    ),
    "aws-secrets-manager": each(
        { "as-it-comes": {}, told: { tokenId: "dt0c01.MADEUPPUBLIC", name: "shop/dynatrace", kmsKeyId: "alias/shop" } },
        (args) => publicOf(new SecretsManagerToken("shop", { token: MADE_UP_TOKEN, ...args })),
    ),
    "aws-ssm-parameter": each(
        { "as-it-comes": {}, told: { name: "/shop/dynatrace", kmsKeyId: "alias/shop", tier: "Advanced" as const } },
        (args) => publicOf(new SsmParameterToken("shop", { token: MADE_UP_TOKEN, ...args })),
    ),
    "ingest-check": each(
        {
            saas: { endpoint: SAAS, token: MADE_UP_TOKEN },
            told: { endpoint: GATE, token: MADE_UP_TOKEN, attempts: 2, timeoutSeconds: 5, trigger: "2" },
            collector: { collector: { url: COLLECTOR }, signals: ["traces" as const] },
        },
        (args) => publicOf(new IngestCheck("check", args)),
    ),
    "metrics-ingest": each(METRICS, (args) => publicOf(new MetricsIngest("shop", args))),
    "outsystems-log-stream": each(
        { new: { lifeTimeVersion: "11.22.0" }, old: { lifeTimeVersion: "11.21.9", token: { expiresAfterDays: 180 } } },
        (args) => publicOf(new OutSystemsLogStream("outsystems", { endpoint: SAAS, ...args })),
    ),
    "sentry-export": each(SENTRY, (args) => {
        const sentry = new SentryExport("sentry", args);
        const env = args.projects && sentry.exporterEnv({ project: "checkout" });
        return { ...publicOf(sentry), collectorPods: sentry.collectorPods, config: sentry.standaloneConfig, env };
    }),
    ...Object.fromEntries(
        GATEWAYS.map((gateway) => [
            `ai-gateway-${gateway}`,
            each(gatewayCases(gateway), (args) => publicOf(new AiGatewayExporter("ai", args))),
        ]),
    ),
    "exporter-env": each(EXPORTERS, (args) => ({ ...exporterEnv(args) })),
    "inject-exporter-env": each(INJECTIONS, (args) => {
        const exporter = exporterEnv({ via: "collector", collectorUrl: COLLECTOR, serviceName: undefined });
        workloads(injectExporterEnv({ exporter, ...args }));
    }),
    "inject-exporter-env-direct": each(INJECTIONS, (args) => {
        const exporter = exporterEnv({
            via: "activegate",
            endpoint: GATE,
            token: TOKEN,
            ca: { configMap: { name: "ca" } },
        });
        workloads(injectExporterEnv({ exporter, ...args }));
    }),
    sidecar: each(SIDECARS, (args) => ({ ...sidecarContainer("shop", args) })),
    endpoint: each(ROUTES, (args) => ({
        endpoint: resolveEndpoint(new Check("Snapshot", "endpoint"), args as pulumi.Unwrap<EndpointArgs>),
    })),
    functions: {
        "ai-content-config": () => ({ default: aiContentConfig(), traces: aiContentConfig({ signals: ["traces"] }) }),
        "dynakube-scopes": () => ({ ...dynaKubeScopes() }),
        "outsystems-truncation": () => ({ truncation: outSystemsTruncation() }),
    },
};

function each<T>(cases: Cases<T>, program: (args: T) => Record<string, unknown> | void): Record<string, Program> {
    return Object.fromEntries(Object.entries(cases).map(([name, args]) => [name, () => program(args)]));
}

/** Outputs of a component by name. */
function publicOf(component: object): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(component).filter(([name, value]) => !name.startsWith("__") && isOutput(value)),
    );
}

/** Also an object of Outputs, e.g. `secret` of an `IngestToken`. */
const isOutput = (value: unknown): boolean =>
    pulumi.Output.isInstance(value) ||
    (typeof value === "object" && value !== null && Object.values(value).some((it) => pulumi.Output.isInstance(it)));

/** A workload of each kind below a component with this transform. */
function workloads(transform: pulumi.ResourceTransform & pulumi.ResourceTransformation): void {
    const parent = new pulumi.ComponentResource("shop:index:Shop", "shop", {}, { transformations: [transform] });
    const opts = { parent };
    const labels = { app: "shop" };
    const spec = {
        containers: [{ name: "app", image: "shop:1", env: [{ name: "PORT", value: "80" }] }, { name: "beside" }],
    };
    const template = { metadata: { labels }, spec };
    const metadata = (name: string): object => ({ metadata: { name: `shop-${name}`, namespace: "shop" } });
    const selected = { selector: { matchLabels: labels }, template };
    new k8s.apps.v1.Deployment("deployment", { ...metadata("deployment"), spec: selected }, opts);
    new k8s.apps.v1.StatefulSet(
        "stateful-set",
        { ...metadata("stateful-set"), spec: { ...selected, serviceName: "s" } },
        opts,
    );
    new k8s.apps.v1.DaemonSet("daemon-set", { ...metadata("daemon-set"), spec: selected }, opts);
    new k8s.batch.v1.Job("job", { ...metadata("job"), spec: { template } }, opts);
    new k8s.batch.v1.CronJob(
        "cron-job",
        { ...metadata("cron-job"), spec: { schedule: "@daily", jobTemplate: { spec: { template } } } },
        opts,
    );
    new k8s.core.v1.Pod("pod", { metadata: { name: "pod", namespace: "pay", labels }, spec }, opts);
}
