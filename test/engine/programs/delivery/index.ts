import * as pulumi from "@pulumi/pulumi";
import {
    ExternalTokenSecret,
    IngestToken,
    OtlpCollector,
    PushTokenSecret,
    TokenSecretDelivery,
} from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();
const namespace = "default";

const token = new IngestToken("telemetry", {
    secretDelivery: TokenSecretDelivery.None,
    rotationKey: config.get("rotationKey"),
    expiresAfterDays: 30,
    apiUrl: config.require("apiUrl"),
});

const secret = new ExternalTokenSecret("telemetry-token", {
    store: { name: "vault" },
    remoteRef: { key: "telemetry/dynatrace", property: "token" },
    revision: token.revision,
    refreshIntervalMinutes: 90,
    namespace,
});

new OtlpCollector("gateway", {
    endpoint: { environment: "abc12345" },
    processing: { kubernetesAttributes: false },
    token: secret,
    namespace,
});

new PushTokenSecret("telemetry-push", {
    token: { secret: { name: "made-elsewhere" } },
    store: { name: "vault" },
    remoteRef: { key: "other/dynatrace" },
    namespace,
});

export const secretName = secret.secret.name;
export const revision = secret.revision;
export const tokenId = token.tokenId;
export const plainToken = token.token;
