import * as pulumi from "@pulumi/pulumi";
import { ActiveGateToken } from "../../../../providers/tokens/activegate-token";
import { PlatformToken } from "../../../../providers/tokens/platform-token";

const config = new pulumi.Config();
const rotationKey = config.get("rotationKey");
const expiresAfterDays = config.requireNumber("expiresAfterDays");

const ingest = new PlatformToken("ingest", {
    scopes: ["openpipeline:metrics:ingest"],
    userUuid: config.require("userUuid"),
    environments: ["abc12345"],
    expiresAfterDays,
    rotationKey,
});
const edge = new ActiveGateToken("edge", { rotationKey });

export const ingestId = ingest.tokenId;
export const ingestToken = ingest.token;
export const ingestExpiresAt = ingest.expiresAt;
export const edgeId = edge.tokenId;
export const edgeToken = edge.token;
export const { tenantUuid, tenantToken, communicationEndpoints } = edge;
