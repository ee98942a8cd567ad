import * as pulumi from "@pulumi/pulumi";

import * as index from "../../index";
import { tokenExpiry, tokenSecretOutput } from "../../policy";
import { capture } from "../support/capture";
import { violations } from "./policy-support";

type Constructor = new (name: string, args: object) => pulumi.Resource;

/** Every token that a program can create itself: an exported resource of a provider of this package, with an output `token`. */
const constructors = Object.entries(index).filter(
    (entry): entry is [string, Constructor & (typeof entry)[1]] =>
        typeof entry[1] === "function" && entry[1].prototype instanceof pulumi.CustomResource,
);

/** The kinds by name, each with the type that the engine and the policies see. */
async function kinds(): Promise<[name: string, type: string][]> {
    const tokens: string[] = [];
    const captured = await capture(() => {
        for (const [name, create] of constructors) if ("token" in new create(name, {})) tokens.push(name);
    });
    return tokens.map((name) => [name, captured.find((it) => it.name === name)?.type ?? ""]);
}

test("the package exports these kinds of tokens", async () => {
    expect((await kinds()).map(([name]) => name).sort()).toEqual(["ActiveGateToken", "ApiToken", "PlatformToken"]);
});

test("every kind of token that the package exports has to expire where the policy asks for it", async () => {
    for (const [name, type] of await kinds()) {
        const found = await violations(tokenExpiry, { type, name: "shop", stack: "pr-1" });
        expect(found).toEqual([expect.stringContaining(`${name}("shop"): expiresAfterDays: is missing`)]);
    }
});

test("every kind of token that the package exports has to declare its token a secret", async () => {
    for (const [name, type] of await kinds()) {
        const found = await violations(tokenSecretOutput, { type, name: "shop" });
        expect(found).toEqual([expect.stringContaining(`${name}("shop"): additionalSecretOutputs: lacks token`)]);
        const declared = { type, name: "shop", additionalSecretOutputs: ["token", "tenantToken"] };
        expect(await violations(tokenSecretOutput, declared)).toEqual([]);
    }
});

test("an ActiveGateToken declares the environment's own token a secret too", async () => {
    const type = new Map(await kinds()).get("ActiveGateToken") ?? "";
    const found = await violations(tokenSecretOutput, { type, additionalSecretOutputs: ["token"] });
    expect(found).toEqual([expect.stringContaining("lacks tenantToken")]);
});
