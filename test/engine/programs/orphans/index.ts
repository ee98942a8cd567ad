import * as pulumi from "@pulumi/pulumi";
import { ApiToken } from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();
const args = {
    scopes: config.requireObject<string[]>("scopes"),
    enabled: config.requireBoolean("enabled"),
    rotationKey: config.require("rotationKey"),
    overlapDays: config.requireNumber("overlapDays"),
};

for (const name of config.requireObject<string[]>("tokens")) {
    const token = new ApiToken(name, args);
    const tokenName = token.tokenId.apply((id) => `orphans-reader-of-${id.slice(-8).toLowerCase()}`);
    new ApiToken(`${name}-reader`, { scopes: ["metrics.read"], tokenName });
}
