// Pulumi writes the token to AWS Secrets Manager, and External Secrets brings it to the Collector. Kubernetes objects, including
// rendered manifests, only refer to the token. Prerequisite: External Secrets with a ClusterSecretStore for AWS in the cluster.
import * as pulumi from "@pulumi/pulumi";
import {
    ExternalTokenSecret,
    IngestToken,
    SecretStoreKind,
    TelemetryPipeline,
    TokenSecretDelivery,
} from "pulumi-dynatrace-otlp";
import { SecretsManagerToken } from "pulumi-dynatrace-otlp/aws";

const config = new pulumi.Config();
// An environment id, e.g. abc12345, or the URL of the environment or of its ActiveGate.
const endpoint = { environment: config.require("environment") };
// The namespace and the store must exist.
const namespace = config.get("namespace") ?? "telemetry";
const store = { name: config.get("store") ?? "aws-secrets-manager", kind: SecretStoreKind.ClusterSecretStore };

const token = new IngestToken("telemetry", {
    endpoint,
    secretDelivery: TokenSecretDelivery.None,
    expiresAfterDays: 60,
    rotateAfterDays: 30,
    // The old Collector sends with the old token until the new Collector is ready.
    overlapDays: 2,
});

const stored = new SecretsManagerToken("telemetry-aws", { token: token.token, tokenId: token.tokenId });

const secret = new ExternalTokenSecret("telemetry-token", { store, remoteRef: stored.remoteRef, namespace });

const telemetry = new TelemetryPipeline("telemetry", { endpoint, tokenReference: secret, namespace });

/** Environment variables for the containers of applications. */
export const appEnv = telemetry.appEnv;
/** What flows where over which port. */
export const routeDiagram = telemetry.routeDiagram;
export const tokenId = token.tokenId;
/** ARN of the secret, for other readers in AWS. */
export const tokenArn = stored.arn;
