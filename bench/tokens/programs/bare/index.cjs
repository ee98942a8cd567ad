const pulumi = require("@pulumi/pulumi");

const provider = { create: async (inputs) => ({ id: "bare", outs: inputs }) };
class Bare extends pulumi.dynamic.Resource {
    constructor(name, props) {
        super(provider, name, props);
    }
}

const count = new pulumi.Config().requireNumber("count");
for (let index = 0; index < count; index++) {
    new Bare(`token-${index}`, { scopes: ["logs.ingest"], expiresAfterDays: 30 });
}
