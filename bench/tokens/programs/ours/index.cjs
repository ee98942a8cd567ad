const pulumi = require("@pulumi/pulumi");
const { ApiToken } = require("pulumi-dynatrace-otlp");

const count = new pulumi.Config().requireNumber("count");
for (let index = 0; index < count; index++) {
    new ApiToken(`token-${index}`, { scopes: ["logs.ingest"], expiresAfterDays: 30 });
}
