import * as pulumi from "@pulumi/pulumi";
import { ApiToken } from "pulumi-dynatrace-otlp";

const tokens = new pulumi.Config().requireNumber("tokens");
for (let index = 0; index < tokens; index++) {
    new ApiToken(`token-${index}`, { scopes: ["logs.ingest"], expiresAfterDays: 30 });
}
