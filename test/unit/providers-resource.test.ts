import * as pulumi from "@pulumi/pulumi";

interface Seen {
    type: string;
    name: string;
    opts: pulumi.CustomResourceOptions;
}

const registered: { type: string; name: string; inputs: Record<string, unknown> }[] = [];
const seen: Seen[] = [];

beforeAll(async () => {
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs, id }) => {
                registered.push({ type, name, inputs });
                return { id: id || `${name}-id`, state: inputs };
            },
            call: () => ({}),
        },
        "shop",
        "prod",
    );
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
        seen.push({ type, name, opts: opts as pulumi.CustomResourceOptions });
        return undefined;
    });
});

async function make(name: string, args: object = {}, opts?: pulumi.CustomResourceOptions): Promise<Record<string, unknown>> {
    const { ApiToken } = await import("../../providers/api-token");
    const token = new ApiToken(name, { scopes: ["logs.ingest"], ...args }, opts);
    await new Promise((resolve) => pulumi.all([token.urn, token.id]).apply(resolve));
    return registered.find((resource) => resource.name === name)?.inputs ?? {};
}

it("marks the token secret itself, never leaving that to the caller, and adds to what the caller marks", async () => {
    await make("marked", {}, { additionalSecretOutputs: ["actualName"] });
    const opts = seen.find(({ name }) => name === "marked")?.opts;
    expect(opts?.additionalSecretOutputs).toEqual(["token", "actualName"]);
    expect(opts?.hideDiffs).toEqual(["__provider"]);
});

it("has a type of its own, so that policies can tell it from other dynamic resources", async () => {
    await make("typed");
    expect(seen.find(({ name }) => name === "typed")?.type).toBe("pulumi-nodejs:dynamic/dynatrace:ApiToken");
});

it("names the token by project, stack, name and a hash that tells two parents apart", async () => {
    const parents = ["one", "two"].map((name) => new pulumi.ComponentResource("test:index:Parent", name));
    const names = [await make("plain"), await make("a", {}, { parent: parents[0] })].map((inputs) => inputs.tokenName);
    expect(names[0]).toMatch(/^shop-prod-plain-[0-9a-f]{6}$/);
    expect(names[1]).toMatch(/^shop-prod-a-[0-9a-f]{6}$/);
    const other = new pulumi.ComponentResource("test:index:Other", "three");
    expect((await make("b", {}, { parent: parents[1] })).tokenName).not.toBe((await make("c", {}, { parent: other })).tokenName);
    expect((await make("named", { tokenName: pulumi.output("mine") })).tokenName).toBe("mine");
});

it("sends only what was given, and no output, as an input", async () => {
    const { __provider, tokenName, ...inputs } = await make("bare");
    expect(inputs).toEqual({ scopes: ["logs.ingest"] });
    expect(tokenName).toBeDefined();
    expect(typeof __provider).toBe("string");
});
