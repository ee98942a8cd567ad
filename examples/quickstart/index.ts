import * as pulumi from "@pulumi/pulumi";
import { TokenSecretDelivery, TelemetryPipeline } from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();
// Set this for rendered manifests, and fill the Secret with another tool, e.g. External Secrets. A rendered Secret would contain the token.
const secretName = config.get("secretName");

const telemetry = new TelemetryPipeline("telemetry", {
    endpoint: {
        // An environment id, e.g. abc12345, or the URL of the environment or of its ActiveGate.
        environment: config.require("environment"),
        ca: { pem: config.get("caCertificatePem") },
    },
    token: {
        expiresAfterDays: 30,
        secretDelivery: secretName === undefined ? TokenSecretDelivery.Managed : TokenSecretDelivery.Referenced,
        secret: { name: secretName },
    },
    collector: {
        processing: {
            kubernetesAttributes: config.getBoolean("kubernetesAttributes"),
            resourceAttributes: { "deployment.environment.name": pulumi.getStack() },
        },
    },
});

/** URL for applications in the cluster, and the variables that configure their SDKs. */
export const otlpEndpoint = telemetry.otlpEndpoint;
export const appEnv = telemetry.appEnv;
/** Mermaid text. Paste it into any Markdown file. */
export const routeDiagram = telemetry.routeDiagram;
export const tokenId = telemetry.tokenId;
/** A secret: `pulumi stack output token --show-secrets`. */
export const token = telemetry.token;
