import * as pulumi from "@pulumi/pulumi";
import { TokenSecretDelivery, TelemetryPipeline } from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();
// With rendered manifests the Secret is filled by something else, e.g. External Secrets: a rendered one would hold the token.
const secretName = config.get("secretName");

const telemetry = new TelemetryPipeline("telemetry", {
    endpoint: {
        // An environment id like abc12345, or the URL of the environment or of its ActiveGate.
        environment: config.require("environment"),
        caCertificatePem: config.get("caCertificatePem"),
    },
    token: {
        expiresAfterDays: 30,
        secretDelivery: secretName === undefined ? TokenSecretDelivery.Managed : TokenSecretDelivery.Referenced,
        secretName,
    },
    collector: {
        kubernetesAttributes: config.getBoolean("kubernetesAttributes"),
        resourceAttributes: { "deployment.environment.name": pulumi.getStack() },
    },
});

/** Where applications in the cluster send to, and the variables that make them. */
export const otlpEndpoint = telemetry.otlpEndpoint;
export const appEnv = telemetry.appEnv;
/** Mermaid text; paste it into any Markdown. */
export const routeDiagram = telemetry.routeDiagram;
export const tokenId = telemetry.tokenId;
/** A secret: `pulumi stack output token --show-secrets`. */
export const token = telemetry.token;
