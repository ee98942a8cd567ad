import * as pulumi from "@pulumi/pulumi";

import { ApiToken } from "../../providers/tokens/api-token";

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
                const state = type.endsWith(":TokenMark") ? { ...inputs, mark: `mark of ${name}` } : inputs;
                return { id: id || `${name}-id`, state };
            },
            call: () => ({}),
        },
        "shop",
        "prod",
    );
});

async function make(
    name: string,
    args: object = {},
    opts?: pulumi.CustomResourceOptions,
): Promise<Record<string, unknown>> {
    const look: pulumi.ResourceTransformation = (resource) => void seen.push(resource as Seen);
    const token = new ApiToken(name, { scopes: ["logs.ingest"], ...args }, { ...opts, transformations: [look] });
    await new Promise((resolve) => pulumi.all([token.urn, token.id]).apply(resolve));
    return registered.filter((resource) => resource.name === name).at(-1)?.inputs ?? {};
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

it("names the token by project, stack and name, and waits for a mark that is recorded before it", async () => {
    expect((await make("same")).tokenName).toBe("shop-prod-same");
    expect((await make("named", { tokenName: pulumi.output("mine") })).tokenName).toBe("mine");
    expect((await make("marked-twice")).mark).toBe("mark of marked-twice-mark");
});

it("gives the mark the token's parent and fate", async () => {
    const parent = new pulumi.ComponentResource("test:index:One", "parent");
    await make("kept", { apiUrl: "https://abc12345.live.dynatrace.com/api" }, { parent, retainOnDelete: true });
    expect(registered.find(({ name }) => name === "kept-mark")).toMatchObject({
        type: "pulumi-nodejs:dynamic/dynatrace:TokenMark",
        inputs: { apiUrl: "https://abc12345.live.dynatrace.com/api" },
    });
});

it("sends only what was given, and no output, as an input", async () => {
    const { __provider, ...inputs } = await make("bare");
    expect(inputs).toEqual({ scopes: ["logs.ingest"], tokenName: "shop-prod-bare", mark: "mark of bare-mark" });
    expect(typeof __provider).toBe("string");
});
