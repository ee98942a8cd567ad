import * as pulumi from "@pulumi/pulumi";

import { ApiToken } from "../../providers/api-token";

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

it("names the token by project, stack, name and a hash that tells two parents apart", async () => {
    const under = (type: string) => ({ parent: new pulumi.ComponentResource(`test:index:${type}`, "parent") });
    const names = [await make("same"), await make("same", {}, under("One")), await make("same", {}, under("Two"))].map(
        ({ tokenName }) => tokenName,
    );
    for (const name of names) expect(name).toMatch(/^shop-prod-same-[0-9a-f]{6}$/);
    expect(new Set(names).size).toBe(3);
    expect((await make("named", { tokenName: pulumi.output("mine") })).tokenName).toBe("mine");
});

it("sends only what was given, and no output, as an input", async () => {
    const { __provider, tokenName, ...inputs } = await make("bare");
    expect(inputs).toEqual({ scopes: ["logs.ingest"] });
    expect(tokenName).toMatch(/^shop-prod-bare-[0-9a-f]{6}$/);
    expect(typeof __provider).toBe("string");
});
