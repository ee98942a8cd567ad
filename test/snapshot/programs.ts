import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { SecretsManagerToken, SsmParameterToken } from "../../components/aws";
import { resolveEndpoint } from "../../components/endpoint";
import {
    ActiveGateRoute,
    type ActiveGateRouteArgs,
    AiGateway,
    aiContentConfig,
    AiGatewayExporter,
    type AiGatewayExporterArgs,
    dynaKubeScopes,
    type EndpointArgs,
    exporterEnv,
    type ExporterEnvArgs,
    ExternalTokenSecret,
    IngestCheck,
    IngestToken,
    type IngestTokenArgs,
    injectExporterEnv,
    type InjectExporterEnvArgs,
    MetricsIngest,
    type MetricsIngestArgs,
    OutSystemsLogStream,
    outSystemsTruncation,
    PushTokenSecret,
    SentryExport,
    type SentryExportArgs,
    sidecarContainer,
    type SidecarArgs,
    TelemetryPipeline,
    type TelemetryPipelineArgs,
} from "../../index";
import { SERVER, SERVER_KEY } from "./certificates";
import { MADE_UP_TOKEN } from "./run";

/** A program: makes resources, and returns what else is to be compared. */
export type Program = () => Record<string, unknown> | void;
type Cases<T> = Record<string, T>;

const SAAS = { environment: "abc12345" };
const TOKEN = { secretName: "ingest-token" };
const COLLECTOR = "http://gateway.telemetry.svc:4318";
const HTTPS = "https://gateway.telemetry.svc:4318";
const CRON = { schedule: "*/5 * * * *", script: "echo shop.load 1\necho shop.queue 2" };
const STORE = { name: "vault", kind: "ClusterSecretStore" as const };
const GATE = { environment: "https://activegate.example.com:9999/e/abc12345", caCertificatePem: SERVER };

const ROUTES: Cases<EndpointArgs> = {
    saas: SAAS,
    "saas-url": { environment: "https://abc12345.apps.dynatrace.com/ui" },
    managed: { environment: "https://managed.example.com/e/abc12345" },
    activegate: GATE,
    "activegate-host": { ...SAAS, route: "activegate", host: "activegate.example.com" },
    "container-activegate": { ...SAAS, route: "container-activegate", host: "dk-activegate.dynatrace" },
    oneagent: { route: "oneagent" },
};

const PAIR = { certificatePem: SERVER, privateKeyPem: SERVER_KEY };
const DYNAKUBE = { tokens: { apiToken: MADE_UP_TOKEN, dataIngestToken: MADE_UP_TOKEN } };
const STANDALONE = {
    tokens: { tenantToken: "made-up-tenant-token", authToken: `dt0g02.MADEUPAG.${"NOTASECRET".repeat(6)}` },
    image: { version: "1.337.36.20260526-135434" },
    communicationEndpoints: "https://abc12345.live.dynatrace.com:443",
    clusterId: "1f2e3d4c",
};
const ACTIVEGATES: Cases<ActiveGateRouteArgs> = {
    existing: { kind: "existing", ...SAAS, host: "activegate.example.com", caCertificatePem: SERVER },
    "existing-port": { kind: "existing", ...SAAS, host: "activegate.example.com", port: 9443 },
    dynakube: { kind: "dynakube", ...SAAS, tls: PAIR, dynakube: DYNAKUBE },
    "dynakube-existing-secrets": {
        ...{ kind: "dynakube", ...SAAS, replicas: 2, group: "edge", networkZone: "eu", labels: { team: "shop" } },
        storage: { sizeGiB: 5, storageClassName: "fast" },
        tls: { existingSecretName: "gate-tls" },
        caCertificatePem: SERVER,
        dynakube: {
            tokens: { existingSecretName: "dynakube-tokens" },
            customProperties: "[http.client]\nproxy-off = true\n",
            trustedCasConfigMapName: "cas",
            proxySecretName: "proxy",
        },
    },
    "dynakube-telemetry-ingest": {
        ...{ kind: "dynakube", ...SAAS, tls: PAIR },
        dynakube: {
            ...DYNAKUBE,
            otlpThrough: "telemetryIngest",
            telemetryIngest: { protocols: ["otlp", "zipkin"], tlsSecretName: "ingest-tls" },
        },
    },
    standalone: { kind: "standalone", ...SAAS, tls: PAIR, standalone: STANDALONE },
    "standalone-told": {
        ...{ kind: "standalone", ...SAAS, tls: PAIR, replicas: 2, cpuMillis: 1000, memoryMiB: 4096 },
        ...{ gracePeriodSeconds: 60, group: "edge", networkZone: "eu", storage: { ephemeral: true } },
        standalone: {
            ...STANDALONE,
            plainHttp: true,
            maxUnavailablePods: 1,
            networkPolicy: { fromNamespaces: ["shop"] },
            modules: ["MSGrouter"],
            tokens: { existingSecretName: "gate-tokens", revision: "2" },
        },
    },
};

const PIPELINES: Cases<TelemetryPipelineArgs> = {
    "as-it-comes": { endpoint: SAAS },
    "own-namespace": { endpoint: SAAS, namespace: "telemetry", signals: ["traces"] },
    activegate: { endpoint: GATE },
    rotated: { endpoint: SAAS, token: { expiresAfterDays: 30, rotateAfterDays: 20, overlapDays: 2 } },
    "existing-secret": { endpoint: SAAS, token: { existingSecret: { name: "mine", key: "dt", revision: "2" } } },
    "given-token": { endpoint: SAAS, token: { token: pulumi.secret(MADE_UP_TOKEN) } },
    referenced: { endpoint: SAAS, token: { secretDelivery: "referenced", secretName: "filled" } },
    "token-from-file": { endpoint: SAAS, collector: { tokenFrom: "file" } },
    "two-tier": { endpoint: SAAS, collector: { mode: "twoTier", tailSampling: {} } },
    "node-logs": { endpoint: SAAS, collector: { mode: "daemonSet", collect: { containerLogs: true } } },
    "volume-queue": { endpoint: SAAS, collector: { mode: "statefulSet", persistentQueue: {} } },
    operator: { endpoint: SAAS, collector: { operator: {} } },
    checked: { endpoint: SAAS, ingestCheck: { attempts: 2 } },
    "ai-content": { endpoint: SAAS, collector: { aiContent: {} } },
};

const TOKENS: Cases<IngestTokenArgs> = {
    managed: {},
    "managed-in-namespace": { namespace: "shop", signals: ["traces"], expiresAfterDays: 30, rotateAfterDays: 20 },
    "managed-fixed-name": { namespace: "shop", secretName: "mine", secretKey: "dt" },
    referenced: { secretDelivery: "referenced", secretName: "filled" },
    none: { secretDelivery: "none", tokenName: "shop", retire: "expire", expiresAfterDays: 9, warnBeforeDays: 2 },
    given: { token: pulumi.secret(MADE_UP_TOKEN) },
    existing: { existingSecret: { name: "mine", key: "dt", revision: "3", scheme: "Bearer" } },
    "other-url": { apiUrl: "https://managed.example.com/e/abc12345/api", rotationKey: "2", overlapDays: 3 },
};

const EXPORTERS: Cases<ExporterEnvArgs> = {
    collector: { via: "collector", collectorUrl: COLLECTOR },
    "collector-grpc": { via: "collector", collectorUrl: "http://gateway.telemetry.svc:4317", protocol: "grpc" },
    "collector-secured": {
        ...{ via: "collector", collectorUrl: HTTPS, caCertificate: { configMapName: "gateway-ca" } },
        clientCertificate: { secretName: "checkout-tls" },
        collectorToken: { secretName: "checkout-token" },
    },
    "collector-password": { via: "collector", collectorUrl: HTTPS, collectorPassword: { secretName: "senders" } },
    direct: { via: "direct", endpoint: SAAS, token: TOKEN },
    "direct-told": {
        ...{ via: "direct", endpoint: SAAS, token: { ...TOKEN, revision: "2" }, serviceName: "checkout" },
        ...{ signals: ["traces"], headerEncoding: "percent", resourceAttributes: { "shop.region": "eu 1,2" } },
    },
    activegate: { via: "activegate", endpoint: GATE, token: TOKEN, caCertificate: { secretName: "gate-ca" } },
};

const INJECTIONS: Cases<Omit<InjectExporterEnvArgs, "exporter">> = {
    all: {},
    some: { kinds: ["Deployment", "CronJob"], namespaces: ["shop"] },
    "by-name": { names: ["shop-deployment"], containers: ["app"], labels: { app: "shop" } },
};

const SIDECARS: Cases<SidecarArgs> = {
    "as-it-comes": { endpoint: SAAS, token: TOKEN, configMapName: "collector" },
    "token-from-file": { endpoint: SAAS, token: TOKEN, configMapName: "collector", tokenFrom: "file" },
    activegate: { endpoint: GATE, token: TOKEN, configMapName: "collector", signals: ["traces"], memoryMiB: 256 },
};

const METRICS: Cases<MetricsIngestArgs> = {
    saas: { endpoint: SAAS },
    activegate: { endpoint: GATE, namespace: "shop", cronJob: { ...CRON, egressPorts: [80], timeoutSeconds: 20 } },
    "cron-job": { endpoint: SAAS, namespace: "shop", cronJob: CRON },
    oneagent: { endpoint: { route: "oneagent" } },
};

const dsn = (id: number): string => `https://c0ffee00c0ffee00c0ffee00c0ffee00@o1.ingest.us.sentry.io/${id}`;
const PROJECTS = { checkout: { dsn: dsn(1) }, cart: { dsn: dsn(2) } };
const CONTRIB = { distribution: "contrib" as const };
const SENTRY: Cases<SentryExportArgs> = {
    projects: { projects: PROJECTS },
    one: { projects: { checkout: { dsn: dsn(1) } }, namespace: "shop", signals: ["traces"] },
    existing: {
        projects: {
            checkout: {
                dsn: "https://o1.ingest.us.sentry.io/api/1/integration/otlp/v1/traces",
                keySecret: { secretName: "mine", key: "sentry", revision: "2" },
            },
        },
    },
    beside: { projects: PROJECTS, collectorName: "telemetry-collector", namespace: "telemetry", queueMiB: 64 },
    organization: { organization: { slug: "shop", token: "sntrys_made_up_and_long_enough" }, image: CONTRIB },
};

const GATEWAYS = Object.values(AiGateway);
const PROTECTIONS = { off: {}, drop: {}, mask: {}, truncate: { truncateAtBytes: 200 } };
const NEVER_DIRECT: AiGateway[] = ["agentgateway-kubernetes", "portkey", "traceloop-hub", "cloudflare"];
/** These cannot keep prompts back, so that they send to Dynatrace only where that is allowed. */
const WITHOUT_SWITCH: AiGateway[] = ["truefoundry-self-hosted", "mlflow", "generic"];

/** To a Collector with each protection, and straight to Dynatrace where the gateway can. */
function gatewayCases(gateway: AiGateway): Cases<AiGatewayExporterArgs> {
    const collectorUrl = gateway === AiGateway.Cloudflare ? "https://otlp.example.com" : COLLECTOR;
    const more = {
        ...(gateway === AiGateway.AgentgatewayKubernetes ? { gatewayName: "ai" } : {}),
        ...(gateway === AiGateway.TraceloopHub ? { ownConfig: { pipelines: [{ name: "chat", type: "chat" }] } } : {}),
    };
    const collector = { gateway, collectorUrl, namespace: "ai", ...more };
    const direct = { gateway, via: "direct" as const, endpoint: SAAS, token: TOKEN, namespace: "ai", ...more };
    const protections = Object.entries(PROTECTIONS).map(([protection, rest]) => [
        `collector-${protection}`,
        { ...collector, content: { protection, ...rest } },
    ]);
    return {
        collector,
        "collector-told": {
            ...{ ...collector, serviceName: "models", resourceAttributes: { team: "ai" } },
            signals: ["traces"],
        },
        ...(Object.fromEntries(protections) as Cases<AiGatewayExporterArgs>),
        ...(NEVER_DIRECT.includes(gateway) || WITHOUT_SWITCH.includes(gateway) ? {} : { direct }),
        ...(NEVER_DIRECT.includes(gateway)
            ? {}
            : { "direct-off": { ...direct, content: { protection: "off", identity: "off" } } }),
    };
}

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
                ...{ namespace: "shop", secretKey: "dt", refreshIntervalMinutes: 10, scheme: "Bearer" as const },
            },
        },
        (args) => publicOf(new ExternalTokenSecret("shop-token", args)),
    ),
    "push-token-secret": each(
        {
            "as-it-comes": { token: TOKEN, store: { name: "vault" }, remoteRef: { key: "shop/dynatrace" } },
            told: {
                ...{ token: { ...TOKEN, secretKey: "dt", revision: "2" }, store: STORE, namespace: "shop" },
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
            caCertificate: { configMapName: "ca" },
        });
        workloads(injectExporterEnv({ exporter, ...args }));
    }),
    sidecar: each(SIDECARS, (args) => ({ ...sidecarContainer("shop", args) })),
    endpoint: each(ROUTES, (args) => ({ endpoint: resolveEndpoint("Snapshot", args as pulumi.Unwrap<EndpointArgs>) })),
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

const isOutput = (value: unknown): boolean => pulumi.Output.isInstance(value);

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
