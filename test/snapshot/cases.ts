import * as pulumi from "@pulumi/pulumi";

import {
    type ActiveGateRouteArgs,
    AiGateway,
    type AiGatewayExporterArgs,
    type EndpointArgs,
    type ExporterEnvArgs,
    type IngestTokenArgs,
    type InjectExporterEnvArgs,
    type MetricsIngestArgs,
    type SentryExportArgs,
    type CollectorSidecarArgs,
    type TelemetryPipelineArgs,
} from "../../index";
import { SERVER, SERVER_KEY } from "./certificates";
import { MADE_UP_TOKEN } from "./run";

export type Cases<T> = Record<string, T>;

export const SAAS = { environment: "abc12345" };
export const TOKEN = { secret: { name: "ingest-token" } };
export const COLLECTOR = "http://gateway.telemetry.svc:4318";
const HTTPS = "https://gateway.telemetry.svc:4318";
const CRON = { schedule: "*/5 * * * *", script: "echo shop.load 1\necho shop.queue 2" };
export const STORE = { name: "vault", kind: "ClusterSecretStore" as const };
export const GATE = { environment: "https://activegate.example.com:9999/e/abc12345", ca: { pem: SERVER } };

export const ROUTES: Cases<EndpointArgs> = {
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
export const ACTIVEGATES: Cases<ActiveGateRouteArgs> = {
    existing: { kind: "existing", ...SAAS, host: "activegate.example.com", ca: { pem: SERVER } },
    "existing-port": { kind: "existing", ...SAAS, host: "activegate.example.com", port: 9443 },
    dynakube: { kind: "dynakube", ...SAAS, tls: PAIR, dynakube: DYNAKUBE },
    "dynakube-existing-secrets": {
        ...{ kind: "dynakube", ...SAAS, replicas: 2, group: "edge", networkZone: "eu", labels: { team: "shop" } },
        storage: { sizeGiB: 5, storageClassName: "fast" },
        tls: { secretName: "gate-tls" },
        ca: { pem: SERVER },
        dynakube: {
            tokens: { secretName: "dynakube-tokens" },
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
            telemetryIngest: { protocols: ["otlp", "zipkin"], tls: { secretName: "ingest-tls" } },
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
            tokens: { secretName: "gate-tokens", revision: "2" },
        },
    },
};

export const PIPELINES: Cases<TelemetryPipelineArgs> = {
    "as-it-comes": { endpoint: SAAS },
    "own-namespace": { endpoint: SAAS, namespace: "telemetry", signals: ["traces"] },
    activegate: { endpoint: GATE },
    rotated: { endpoint: SAAS, token: { expiresAfterDays: 30, rotateAfterDays: 20, overlapDays: 2 } },
    "existing-secret": { endpoint: SAAS, token: { existingSecret: { name: "mine", key: "dt", revision: "2" } } },
    "given-token": { endpoint: SAAS, token: { token: pulumi.secret(MADE_UP_TOKEN) } },
    referenced: { endpoint: SAAS, token: { secretDelivery: "referenced", secret: { name: "filled" } } },
    "token-from-file": { endpoint: SAAS, collector: { tokenFrom: "file" } },
    "two-tier": { endpoint: SAAS, collector: { mode: "twoTier", processing: { tailSampling: {} } } },
    "node-logs": { endpoint: SAAS, collector: { mode: "daemonSet", collect: { containerLogs: {} } } },
    "volume-queue": { endpoint: SAAS, collector: { mode: "statefulSet", persistentQueue: {} } },
    operator: { endpoint: SAAS, collector: { operator: {} } },
    checked: { endpoint: SAAS, ingestCheck: { attempts: 2 } },
    "ai-content": { endpoint: SAAS, collector: { processing: { aiContent: {} } } },
};

export const TOKENS: Cases<IngestTokenArgs> = {
    managed: {},
    "managed-in-namespace": { namespace: "shop", signals: ["traces"], expiresAfterDays: 30, rotateAfterDays: 20 },
    "managed-fixed-name": { namespace: "shop", secret: { name: "mine", key: "dt" } },
    referenced: { secretDelivery: "referenced", secret: { name: "filled" } },
    none: { secretDelivery: "none", tokenName: "shop", retire: "expire", expiresAfterDays: 9, warnBeforeDays: 2 },
    given: { token: pulumi.secret(MADE_UP_TOKEN) },
    existing: { existingSecret: { name: "mine", key: "dt", revision: "3", scheme: "Bearer" } },
    "other-url": { apiUrl: "https://managed.example.com/e/abc12345/api", rotationKey: "2", overlapDays: 3 },
};

export const EXPORTERS: Cases<ExporterEnvArgs> = {
    collector: { via: "collector", collectorUrl: COLLECTOR },
    "collector-grpc": { via: "collector", collectorUrl: "http://gateway.telemetry.svc:4317", protocol: "grpc" },
    "collector-secured": {
        ...{ via: "collector", collectorUrl: HTTPS, ca: { configMap: { name: "gateway-ca" } } },
        clientCertificate: { secretName: "checkout-tls" },
        collectorToken: { secret: { name: "checkout-token" } },
    },
    "collector-password": { via: "collector", collectorUrl: HTTPS, collectorPassword: { secret: { name: "senders" } } },
    direct: { via: "direct", endpoint: SAAS, token: TOKEN },
    "direct-told": {
        ...{ via: "direct", endpoint: SAAS, token: { ...TOKEN, revision: "2" }, serviceName: "checkout" },
        ...{ signals: ["traces"], headerEncoding: "percent", resourceAttributes: { "shop.region": "eu 1,2" } },
    },
    activegate: { via: "activegate", endpoint: GATE, token: TOKEN, ca: { secret: { name: "gate-ca" } } },
};

export const INJECTIONS: Cases<Omit<InjectExporterEnvArgs, "exporter">> = {
    all: {},
    some: { kinds: ["Deployment", "CronJob"], namespaces: ["shop"] },
    "by-name": { names: ["shop-deployment"], containers: ["app"], labels: { app: "shop" } },
};

export const SIDECARS: Cases<CollectorSidecarArgs> = {
    "as-it-comes": { endpoint: SAAS, token: TOKEN, configMapName: "collector" },
    "token-from-file": { endpoint: SAAS, token: TOKEN, configMapName: "collector", tokenFrom: "file" },
    activegate: { endpoint: GATE, token: TOKEN, configMapName: "collector", signals: ["traces"], memoryMiB: 256 },
};

export const METRICS: Cases<MetricsIngestArgs> = {
    saas: { endpoint: SAAS },
    activegate: { endpoint: GATE, namespace: "shop", cronJob: { ...CRON, egressPorts: [80], timeoutSeconds: 20 } },
    "cron-job": { endpoint: SAAS, namespace: "shop", cronJob: CRON },
    oneagent: { endpoint: { route: "oneagent" } },
};

const dsn = (id: number): string => `https://c0ffee00c0ffee00c0ffee00c0ffee00@o1.ingest.us.sentry.io/${id}`;
const PROJECTS = { checkout: { dsn: dsn(1) }, cart: { dsn: dsn(2) } };
const CONTRIB = { distribution: "contrib" as const };
export const SENTRY: Cases<SentryExportArgs> = {
    projects: { projects: PROJECTS },
    one: { projects: { checkout: { dsn: dsn(1) } }, namespace: "shop", signals: ["traces"] },
    existing: {
        projects: {
            checkout: {
                dsn: "https://o1.ingest.us.sentry.io/api/1/integration/otlp/v1/traces",
                keySecret: { name: "mine", key: "sentry", revision: "2" },
            },
        },
    },
    beside: { projects: PROJECTS, collectorName: "telemetry-collector", namespace: "telemetry", queueMiB: 64 },
    organization: { organization: { slug: "shop", token: "sntrys_made_up_and_long_enough" }, image: CONTRIB },
};

export const GATEWAYS = Object.values(AiGateway);
const PROTECTIONS = { off: {}, drop: {}, mask: {}, truncate: { truncateAtBytes: 200 } };
const NEVER_DIRECT: AiGateway[] = ["agentgateway-kubernetes", "portkey", "traceloop-hub", "cloudflare"];
/** These cannot keep prompts back, so that they send to Dynatrace only where that is allowed. */
const WITHOUT_SWITCH: AiGateway[] = ["truefoundry-self-hosted", "mlflow", "generic"];

/** To a Collector with each protection, and straight to Dynatrace where the gateway can. */
export function gatewayCases(gateway: AiGateway): Cases<AiGatewayExporterArgs> {
    const collectorUrl = gateway === AiGateway.Cloudflare ? "https://otlp.example.com" : COLLECTOR;
    const more = {
        ...(gateway === AiGateway.AgentgatewayKubernetes ? { gatewayName: "ai" } : {}),
        ...(gateway === AiGateway.TraceloopHub ? { extraConfig: { pipelines: [{ name: "chat", type: "chat" }] } } : {}),
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
