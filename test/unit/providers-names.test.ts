import fc from "fast-check";

import { actualTokenName, defaultTokenName, MAX_TOKEN_NAME_LENGTH, newNonce } from "../../providers/names";

const identity = {
    organization: "acme",
    project: "shop",
    stack: "prod",
    name: "checkout",
    urn: "urn:pulumi:prod::shop::x::checkout",
};

test("the default name reads project, stack and name, and ends with a hash of the identity", () => {
    expect(defaultTokenName(identity)).toMatch(/^shop-prod-checkout-[0-9a-f]{6}$/);
});

test("two identities never share a default name that one could be swept by for the other", () => {
    const others = [
        { ...identity, organization: "other" },
        { ...identity, urn: "urn:pulumi:prod::shop::parent$x::checkout" },
        { ...identity, project: "shop-prod", stack: "checkout", name: "x", urn: "urn:pulumi:checkout::shop-prod::x" },
    ];
    const names = [identity, ...others].map(defaultTokenName);
    expect(new Set(names).size).toBe(4);
    expect(names.slice(1).some((name) => name.startsWith(names[0] ?? ""))).toBe(false);
});

test("a name keeps to the limit and keeps its nonce and its hash, however long the parts", () => {
    fc.assert(
        fc.property(fc.string({ minLength: 1, maxLength: 300 }), (name) => {
            const nonce = newNonce();
            const prefix = defaultTokenName({ ...identity, name });
            const actual = actualTokenName(prefix, nonce);
            return actual.length <= MAX_TOKEN_NAME_LENGTH && actual.endsWith(`${prefix.slice(-7)}-${nonce}`);
        }),
    );
});
