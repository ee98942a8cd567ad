import * as pulumi from "@pulumi/pulumi";
import { ApiToken, IngestToken, TokenSecretDelivery, TelemetryPipeline } from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();
const rotationKey = config.require("rotationKey");
const overlapDays = config.requireNumber("overlapDays");

const bare = new ApiToken("bare", { scopes: ["logs.ingest"], expiresAfterDays: 30, rotationKey, overlapDays });
new ApiToken("adopted", { scopes: ["logs.ingest"], adoptToken: config.requireSecret("adopt") });
// As plain text, the way a program must not do it: what comes out must be as secret as if it had been marked.
new IngestToken("given", { token: config.require("given"), secretDelivery: TokenSecretDelivery.None });
const pipeline = new TelemetryPipeline("telemetry", {
    endpoint: { environment: config.require("environment") },
    token: {
        secretDelivery: TokenSecretDelivery.Referenced,
        secret: { name: "filled-elsewhere" },
        apiUrl: process.env["DYNATRACE_API_URL"],
        rotationKey,
        overlapDays,
    },
});

export const token = bare.token;
export const pipelineToken = pipeline.token;
export const tokenId = bare.tokenId;
