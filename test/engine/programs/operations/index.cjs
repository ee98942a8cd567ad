// The resources of a stack, as data: OPERATIONS_PROGRAM names a JSON file, see ProgramResource in test/support/operations-stack.ts.
const fs = require("node:fs");

const pulumi = require("@pulumi/pulumi");
const dynatrace = require("pulumi-dynatrace-otlp");

class Group extends pulumi.ComponentResource {
    constructor(name, _args, opts) {
        super("operations:index:Group", name, {}, opts);
        this.registerOutputs({});
    }
}

const made = new Map();
const resourceOf = (name) => (name === "root" ? pulumi.rootStackResource : made.get(name));
const aliasOf = ({ parent, ...alias }) => (parent === undefined ? alias : { ...alias, parent: resourceOf(parent) });

function optionsOf({ parent, provider, providers, deletedWith, aliases, ...opts }) {
    return {
        ...opts,
        ...(parent && { parent: resourceOf(parent) }),
        ...(provider && { provider: resourceOf(provider) }),
        ...(providers && { providers: providers.map(resourceOf) }),
        ...(deletedWith && { deletedWith: resourceOf(deletedWith) }),
        ...(aliases && { aliases: aliases.map(aliasOf) }),
    };
}

/** Secrets are data of the test: they are given to the program and taken from it in files that nobody else sees. */
function argumentsOf(args) {
    const secret = ([key, value]) => [key, /Token$/.test(key) ? pulumi.secret(value) : value];
    return Object.fromEntries(Object.entries(args).map(secret));
}

for (const { kind, name, args = {}, opts = {} } of JSON.parse(
    fs.readFileSync(process.env.OPERATIONS_PROGRAM, "utf8"),
)) {
    const Resource = kind === "Group" ? Group : dynatrace[kind];
    const resource = new Resource(name, argumentsOf(args), optionsOf(opts));
    made.set(name, resource);
    if (pulumi.runtime.isDryRun() || resource.token === undefined) continue;
    pulumi.all([resource.tokenId, resource.token]).apply(([id, token]) => {
        if (id && token) fs.appendFileSync(process.env.OPERATIONS_TOKENS, `${JSON.stringify({ id, token })}\n`);
    });
}
