import fc from "fast-check";

import { ageOf } from "../../bin/arguments";
import { assertUseIsKnown, findOrphans, type SweepRules } from "../../bin/sweep/orphans";
import { tokenIdsOf } from "../../bin/sweep/keep-state";
import type { ApiTokenMetadata } from "../../providers/dynatrace/replies";
import { actualTokenName } from "../../providers/tokens/names";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const HOUR = 60 * 60 * 1000;
const ORPHAN: ApiTokenMetadata & { name: string } = {
    id: "dt0c01.MADEUP1",
    creationDate: "2026-11-01T00:00:00Z",
    name: "shop-prod-a-01234567-89abcdef-01234567",
};
const RULES: SweepRules = {
    prefix: "shop-prod-",
    createdBefore: NOW - 24 * HOUR,
    keep: new Set(),
    includeUsed: false,
    now: NOW,
};

test.each([
    ["its date is not told", { creationDate: undefined }, {}],
    ["its date cannot be read", { creationDate: "yesterday" }, {}],
    ["it was made at the limit", { creationDate: new Date(RULES.createdBefore).toISOString() }, {}],
    ["it was used", { lastUsedDate: "2026-11-02T00:00:00Z" }, {}],
    ["it is to be kept", {}, { keep: new Set([ORPHAN.id]) }],
    ["its name ends otherwise", { name: "shop-prod-a-01234567-89abcdef" }, {}],
    [
        "it serves until later, though nobody used it",
        { name: "shop-prod-a-until-20261121T120001Z-01234567-89abcdef-01234567" },
        {},
    ],
    [
        "it serves until later, though used ones are meant",
        { name: "shop-prod-a-until-20261121T120001Z-01234567-89abcdef-01234567" },
        { includeUsed: true },
    ],
])("a token is not orphaned if %s", (_why, token, rules) => {
    expect(findOrphans([ORPHAN], RULES)).toHaveLength(1);
    expect(findOrphans([{ ...ORPHAN, ...token }], { ...RULES, ...rules })).toEqual([]);
});

test("a token of another prefix is never orphaned, whatever else is true of it", () => {
    const near = fc.constantFrom(
        "shop-prod",
        "shop-prod-",
        "shop-prod-a",
        "Shop-prod-a",
        " shop-prod-a",
        "shop-production-a",
    );
    const part = fc.oneof(near, fc.string({ maxLength: 80 }));
    fc.assert(
        fc.property(
            part,
            fc.boolean(),
            fc.option(fc.integer({ min: 1_600_000_000, max: 1_790_000_000 })),
            (prefix, includeUsed, until) => {
                const name = actualTokenName({
                    prefix,
                    mark: "01234567",
                    key: "89abcdef",
                    nonce: "01234567",
                    until: until === null ? undefined : until * 1000,
                });
                const found = findOrphans([{ ...ORPHAN, name }], { ...RULES, includeUsed });
                expect(found.length).toBe(name.startsWith(RULES.prefix) ? 1 : 0);
            },
        ),
    );
});

test("a list that tells of no use at all is not believed", () => {
    expect(() => assertUseIsKnown([ORPHAN, { ...ORPHAN, id: "dt0c01.MADEUP2" }])).toThrow(
        "cannot be told from tokens in use",
    );
    expect(() => assertUseIsKnown([ORPHAN, { ...ORPHAN, lastUsedDate: "2026-11-02T00:00:00Z" }])).not.toThrow();
});

test("a state of another tool's resources, or of none, names no token", () => {
    const resources = [
        { type: "aws:s3/bucket:Bucket", urn: "u", id: "dt0c01.MADEUP", outputs: { tokenId: "dt0c01.MADEUP" } },
    ];
    expect(tokenIdsOf(JSON.stringify({ version: 3, deployment: { resources } }), "x")).toEqual([]);
    expect(tokenIdsOf(JSON.stringify({ version: 3, deployment: { manifest: {} } }), "x")).toEqual([]);
});

test("an id is read though its output is encrypted", () => {
    const type = "pulumi-nodejs:dynamic/dynatrace:ApiToken";
    const outputs = {
        tokenId: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" },
        retiring: null,
    };
    const text = JSON.stringify({
        version: 3,
        deployment: { resources: [{ type, urn: "u", id: "dt0c01.MADEUP", outputs }] },
    });
    expect(tokenIdsOf(text, "x")).toEqual(["dt0c01.MADEUP"]);
});

test.each([
    ["1h", 1],
    ["36h", 36],
    ["1d", 24],
    ["2w", 336],
])("an age of %s is %i hours", (text, hours) => expect(ageOf("--older-than", text)).toBe(hours * HOUR));

test.each(["", "1", "0h", "1m", "-1d", "1.5d", "1 d", "d"])("%j is no age", (text) => {
    expect(() => ageOf("--older-than", text)).toThrow(`--older-than ${text}: is not an age of an hour or more`);
});
