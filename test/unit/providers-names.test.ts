import fc from "fast-check";

import {
    actualTokenName,
    defaultTokenName,
    keyOf,
    MAX_TOKEN_NAME_LENGTH,
    newMark,
    newNonce,
    parseTokenName,
} from "../../providers/tokens/names";

test("the default name reads project, stack and name", () => {
    expect(defaultTokenName({ project: "shop", stack: "prod", name: "checkout" })).toBe("shop-prod-checkout");
});

test("a name keeps to the limit, and can be taken apart again whatever it starts with", () => {
    const time = fc.option(fc.integer({ min: 1_600_000_000, max: 4_000_000_000 }), { nil: undefined });
    fc.assert(
        fc.property(fc.string({ minLength: 1, maxLength: 300 }), time, (prefix, seconds) => {
            const parts = { mark: newMark(), key: keyOf(prefix), nonce: newNonce() };
            const until = seconds === undefined ? undefined : seconds * 1000;
            const name = actualTokenName({ prefix, ...parts, until });
            expect(name.length).toBeLessThanOrEqual(MAX_TOKEN_NAME_LENGTH);
            const parsed = parseTokenName(name);
            expect(parsed).toMatchObject(parts);
            expect(parsed?.until).toBe(until);
            expect(prefix.startsWith(parsed?.prefix ?? "?")).toBe(true);
        }),
    );
});

test("a token that is not recorded yet says so in its name", () => {
    const parts = { prefix: "shop", mark: "01234567", key: "89abcdef", nonce: "76543210" };
    const name = actualTokenName({ ...parts, unrecorded: true });
    expect(name).toBe("shop-unrecorded-01234567-89abcdef-76543210");
    expect(parseTokenName(name)).toEqual({ ...parts, unrecorded: true });
    expect(parseTokenName(actualTokenName(parts))).toEqual(parts);
});

test.each(["", "token", "shop-prod-checkout", "shop-01234567-89ABCDEF-01234567", "shop-01234567-89abcdef-0123456"])(
    "%j is no name of this package's making",
    (name) => expect(parseTokenName(name)).toBeUndefined(),
);
