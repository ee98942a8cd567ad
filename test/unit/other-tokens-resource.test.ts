import * as pulumi from "@pulumi/pulumi";

import { ActiveGateToken } from "../../providers/tokens/activegate-token";
import { PlatformToken } from "../../providers/tokens/platform-token";

interface Seen {
    type: string;
    name: string;
    opts: pulumi.CustomResourceOptions;
}

const registered: { type: string; name: string; inputs: Record<string, unknown> }[] = [];
const seen: Seen[] = [];
const opts = (): pulumi.CustomResourceOptions => ({
    transformations: [(resource) => void seen.push(resource)],
});

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
    const platform = new PlatformToken(
        "ingest",
        { scopes: ["openpipeline:logs:ingest"], userUuid: "someone", expiresAfterDays: 90, accountUuid: "acme" },
        opts(),
    );
    const activeGate = new ActiveGateToken("edge", undefined, opts());
    await new Promise((resolve) =>
        pulumi.all([platform.urn, platform.id, activeGate.urn, activeGate.id]).apply(resolve),
    );
});

const inputsOf = (name: string) => registered.find((resource) => resource.name === name)?.inputs;

it.each([
    ["ingest", "PlatformToken", ["token"]],
    ["edge", "ActiveGateToken", ["token", "tenantToken"]],
])("%s has a type of its own and marks its secrets itself", (name, type, secrets) => {
    const resource = seen.find((each) => each.name === name);
    expect(resource?.type).toBe(`pulumi-nodejs:dynamic/dynatrace:${type}`);
    expect(resource?.opts.additionalSecretOutputs).toEqual(secrets);
    expect(resource?.opts.hideDiffs).toEqual(["__provider"]);
});

it("a platform token's owner is in the account, an ActiveGate token's in the environment", () => {
    expect(inputsOf("dynatrace-tokens-account-acme")).toMatchObject({ place: "account", accountUuid: "acme" });
    expect(inputsOf("dynatrace-tokens")).toMatchObject({ place: "environment", kind: "ActiveGateToken" });
});

it("an account and an environment that both come from the environment variables have an owner each", async () => {
    const platform = new PlatformToken("ambient", { scopes: ["openpipeline:logs:ingest"], userUuid: "someone" });
    await new Promise((resolve) => pulumi.all([platform.urn, platform.id]).apply(resolve));
    expect(inputsOf("ambient")?.mark).toBe("mark of dynatrace-tokens-account");
    expect(inputsOf("edge")?.mark).toBe("mark of dynatrace-tokens");
});

it("sends only what was given, and no output, as an input", () => {
    const { __provider, key, ...inputs } = inputsOf("ingest") ?? {};
    expect(inputs).toEqual({
        scopes: ["openpipeline:logs:ingest"],
        userUuid: "someone",
        expiresAfterDays: 90,
        accountUuid: "acme",
        tokenName: "shop-prod-ingest",
        mark: "mark of dynatrace-tokens-account-acme",
    });
    expect([typeof __provider, typeof key]).toEqual(["string", "string"]);
});
