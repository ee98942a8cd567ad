// Applications send to a Collector, and the Collector sends to an ActiveGate in the cluster. Only the ActiveGate sends to Dynatrace.
// Prerequisite: the Dynatrace Operator 1.8 or later, in the namespace dynatrace.
import * as pulumi from "@pulumi/pulumi";
import {
    ActiveGateKind,
    ActiveGateRoute,
    ApiToken,
    dynaKubeScopes,
    type DynaKubeTokensArgs,
    TelemetryPipeline,
} from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();
// An environment id, e.g. abc12345, or the URL of the environment.
const environment = config.require("environment");
const scopes = dynaKubeScopes();
const lifetime = { expiresAfterDays: 90, rotateAfterDays: 60 };

const tokens: DynaKubeTokensArgs = {
    apiToken: new ApiToken("operator", { scopes: scopes.apiToken, ...lifetime }).token,
    dataIngestToken: new ApiToken("data-ingest", { scopes: scopes.dataIngestToken, ...lifetime }).token,
};

const route = new ActiveGateRoute("dynakube", {
    kind: ActiveGateKind.DynaKube,
    environment,
    // Your own certificate for dynakube-activegate.dynatrace.svc. The Collector trusts it from the first `up` on.
    tls: { certificatePem: config.require("certificatePem"), privateKeyPem: config.requireSecret("privateKeyPem") },
    ca: { pem: config.get("caCertificatePem") },
    storage: { storageClassName: config.get("storageClassName") },
    dynakube: { tokens },
});

const telemetry = new TelemetryPipeline("telemetry", {
    endpoint: route.endpoint,
    token: { expiresAfterDays: 30, rotateAfterDays: 20 },
});

/** Base URL that the Collector sends to. */
export const otlpBaseUrl = route.otlpBaseUrl;
/** Environment variables for the containers of applications. */
export const appEnv = telemetry.appEnv;
/** Mermaid text. Paste it into any Markdown file. */
export const routeDiagram = telemetry.routeDiagram;
