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
                const state = type.endsWith(":TokenOwner") ? { ...inputs, mark: `mark of ${name}` } : inputs;
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
    const look: pulumi.ResourceTransformation = (resource) => void seen.push(resource);
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

it("names the token by project, stack and name, and waits for the owner, which is recorded before it", async () => {
    expect((await make("same")).tokenName).toBe("shop-prod-same");
    expect((await make("named", { tokenName: pulumi.output("mine") })).tokenName).toBe("mine");
    expect((await make("owned")).mark).toBe("mark of dynatrace-tokens");
});

describe("the owner of the tokens", () => {
    const OTHER = "https://abc12345.live.dynatrace.com/api";
    const owners = () => registered.filter(({ type }) => type.endsWith(":TokenOwner"));

    it("is one for all tokens of an address, wherever they are", async () => {
        const parent = new pulumi.ComponentResource("test:index:One", "parent");
        await make("one");
        await make("two", {}, { parent });
        const first = await make("three", { apiUrl: OTHER });
        const second = await make("four", { apiUrl: `${OTHER}/` }, { parent });
        expect(owners().map(({ name }) => name)).toEqual([
            "dynatrace-tokens",
            "dynatrace-tokens-abc12345.live.dynatrace.com",
        ]);
        expect(first.mark).toBe("mark of dynatrace-tokens-abc12345.live.dynatrace.com");
        expect(second.mark).toBe(first.mark);
    });

    it("is shared by the same Output, and is one for that token with any other", async () => {
        const apiUrl = pulumi.output(OTHER);
        await make("five", { apiUrl });
        expect((await make("six", { apiUrl })).mark).toBe("mark of dynatrace-tokens-five");
        expect((await make("seven", { apiUrl: pulumi.output(OTHER) })).mark).toBe("mark of dynatrace-tokens-seven");
    });

    it("is another for each provider resource, which it uses too", async () => {
        const provider = new (class extends pulumi.ProviderResource {})("pulumi-nodejs", "staging");
        expect((await make("eight", {}, { provider })).mark).toBe("mark of dynatrace-tokens-staging");
        const parent = new pulumi.ComponentResource("test:index:One", "staged", {}, { providers: [provider] });
        expect((await make("nine", {}, { parent })).mark).toBe("mark of dynatrace-tokens-staging");
    });

    it("names what the user wrote, for the errors that it finds", () => {
        expect(owners()[0]?.inputs).toMatchObject({ component: 'ApiToken("marked")', kind: "ApiToken" });
    });
});

it("has a key that tells it from the same name below another type", async () => {
    const parent = new pulumi.ComponentResource("test:index:One", "above");
    const keys = [(await make("keyed")).key, (await make("keyed", {}, { parent })).key, (await make("other")).key];
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{8}$/);
});

it("refuses deletedWith, with which Pulumi would not delete the token", async () => {
    const namespace = new pulumi.ComponentResource("test:index:One", "namespace");
    await expect(make("gone", {}, { deletedWith: namespace })).rejects.toThrow('ApiToken("gone"): deletedWith: ');
});

it("sends only what was given, and no output, as an input", async () => {
    const { __provider, key, ...inputs } = await make("bare");
    expect(inputs).toEqual({ scopes: ["logs.ingest"], tokenName: "shop-prod-bare", mark: "mark of dynatrace-tokens" });
    expect([typeof __provider, typeof key]).toEqual(["string", "string"]);
});
