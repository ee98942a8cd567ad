import * as pulumi from "@pulumi/pulumi";
import { IngestCheck, IngestToken, EndpointRoute, TokenSecretDelivery, type Signal } from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();
const token = new IngestToken("ingest", {
    signals: config.require("tokenSignals").split(",") as Signal[],
    secretDelivery: TokenSecretDelivery.None,
    overlapDays: 0,
    rotationKey: config.get("rotationKey"),
});
const check = new IngestCheck("check", {
    endpoint: {
        environment: "abc12345",
        route: EndpointRoute.ActiveGate,
        host: "127.0.0.1",
        port: config.requireNumber("port"),
        ca: { pem: config.require("caCertificatePem") },
    },
    token: token.token,
    attempts: 1,
    trigger: config.get("trigger"),
    enabled: config.getBoolean("enabled"),
});

export const tokenId = token.tokenId;
export const checkedAt = check.checkedAt;
export const traceId = check.traceId;
