// The token goes from Dynatrace to AWS Secrets Manager, and from there by External Secrets to the Collector: Kubernetes objects,
// rendered manifests included, only ever refer to it. In the cluster: External Secrets with a ClusterSecretStore for AWS.
import * as pulumi from "@pulumi/pulumi";
import {
    ExternalTokenSecret,
    IngestToken,
    OtlpCollector,
    TokenSecretDelivery,
    SecretStoreKind,
} from "pulumi-dynatrace-otlp";
import { SecretsManagerToken } from "pulumi-dynatrace-otlp/aws";

const config = new pulumi.Config();
// Both exist already.
const namespace = config.get("namespace") ?? "telemetry";
const store = { name: config.get("store") ?? "aws-secrets-manager", kind: SecretStoreKind.ClusterSecretStore };

const token = new IngestToken("telemetry", {
    secretDelivery: TokenSecretDelivery.None,
    expiresAfterDays: 60,
    rotateAfterDays: 30,
    // The old Collector sends with the old token until the new one is ready.
    overlapDays: 2,
});

const stored = new SecretsManagerToken("telemetry-aws", { token: token.token, tokenId: token.tokenId });

const secret = new ExternalTokenSecret("telemetry-token", { store, remoteRef: stored.remoteRef, namespace });

const collector = new OtlpCollector("telemetry-collector", {
    // An environment id like abc12345, or the URL of the environment or of its ActiveGate.
    endpoint: { environment: config.require("environment") },
    token: secret,
    namespace,
});

/** Environment variables for the containers of applications. */
export const appEnv = collector.appEnv;
export const tokenId = token.tokenId;
/** Where anything else in AWS reads the token. */
export const tokenArn = stored.arn;
