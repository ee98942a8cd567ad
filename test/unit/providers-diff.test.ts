import { systemClock } from "../../providers/dynatrace/limits";
import { UNKNOWN } from "../../providers/properties";
import { Run } from "../../providers/run";
import { diffToken } from "../../providers/tokens/diff";
import { accessTokens } from "../../providers/tokens/kinds/access";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const SAAS = "https://abc12345.live.dynatrace.com/api";
const inputs = {
    scopes: ["logs.ingest", "metrics.ingest"],
    tokenName: "shop",
    mark: "01234567",
    key: "89abcdef",
    expiresAfterDays: 30,
    enabled: true,
    personalAccessToken: false,
    apiUrl: SAAS,
};
const outputs = {
    tokenId: "dt0c01.A",
    token: "dt0c01.A.B",
    actualName: "shop-01234567-89abcdef-01234567",
    expiresAt: "2026-12-20T12:00:00.000Z",
    createdAt: "2026-11-20T12:00:00.000Z",
    applied: { ...inputs, nonce: "01234567" },
    __provider: "old text",
};
const said: string[] = [];
beforeEach(() => void said.splice(0));
const diff = (news: object, olds: object = {}, now = NOW) => {
    const run = new Run({ clock: { ...systemClock, now: () => now }, say: (line) => void said.push(line) });
    return diffToken(accessTokens, { ...outputs, ...olds }, { ...inputs, __provider: "new text", ...news }, run);
};
const NONE = { changes: false, replaces: [] };

describe("no change", () => {
    it.each([
        ["a new text of the provider", {}],
        ["another order of scopes", { scopes: ["metrics.ingest", "logs.ingest"] }],
        ["a scope twice", { scopes: ["metrics.ingest", "logs.ingest", "logs.ingest"] }],
    ])("for %s", (_what, news) => expect(diff(news)).toEqual(NONE));

    it("when the relative expiry is a day nearer than when it was asked for", () => {
        expect(diff({}, {}, NOW + 24 * 3600_000)).toEqual(NONE);
    });
});

describe("a change in place", () => {
    it.each([
        ["the scopes", { scopes: ["logs.ingest"] }],
        ["the name", { tokenName: "other" }],
        ["enabled", { enabled: false }],
        ["the route to the same environment", { apiUrl: "https://ag.example:9999/e/abc12345/api" }],
        ["the age to rotate at", { rotateAfterDays: 10 }],
        ["the same expiry written another way", { expiresAfterDays: undefined, expirationDate: "now+30d" }],
        ["anything not known yet", { scopes: UNKNOWN }],
        ["an address not known yet", { apiUrl: UNKNOWN }],
    ])("for %s", (_what, news) => expect(diff(news)).toEqual({ changes: true, replaces: [] }));

    it.each([
        ["scopes", { applied: { ...outputs.applied, scopes: ["logs.ingest"] } }],
        ["enabled", { applied: { ...outputs.applied, enabled: false } }],
        ["name", { actualName: "renamed in the web interface" }],
    ])("for %s that read found drifted", (_what, olds) =>
        expect(diff({}, olds)).toEqual({ changes: true, replaces: [] }),
    );
});

describe("a new token", () => {
    it.each([
        ["expiresAfterDays", { expiresAfterDays: 60 }],
        ["expiresAfterDays", { expiresAfterDays: undefined }],
        ["expirationDate", { expiresAfterDays: undefined, expirationDate: "2027-01-31T12:00:00Z" }],
        ["rotationKey", { rotationKey: "2026-11" }],
        ["rotateAfterDays", { rotateAfterDays: 1 }],
        ["personalAccessToken", { personalAccessToken: true }],
        ["apiUrl", { apiUrl: "https://other123.live.dynatrace.com/api" }],
    ])("for %s %j, made before the old one is deleted", (field, news) => {
        const result = diff(news);
        expect(result).toEqual({ changes: true, replaces: [field] });
        expect(result).not.toHaveProperty("deleteBeforeReplace");
    });

    it.each([
        ["rotationKey changed", { rotationKey: "2026-11" }],
        ["expiresAfterDays changed", { expiresAfterDays: 60 }],
        ["apiUrl names another environment", { apiUrl: "https://other123.live.dynatrace.com/api" }],
        ["longer ago than rotateAfterDays: 1", { rotateAfterDays: 1 }],
        ["scopes changed, which replaceOnChanges names", { scopes: ["logs.ingest"], replaceOn: ["scopes"] }],
    ])("tells why: %s", (why, news) => {
        expect(diff(news).replaces).toHaveLength(1);
        expect(said).toEqual([expect.stringContaining(`token dt0c01.A (${outputs.actualName}) is replaced: `)]);
        expect(said[0]).toContain(why);
    });

    it("warns of a date that is computed from the clock", () => {
        const date = (days: number): string => new Date(NOW + days * 24 * 3600_000).toISOString();
        const dated = { ...outputs.applied, expiresAfterDays: undefined, expirationDate: date(29) };
        const olds = { expiresAt: date(29), applied: dated };
        expect(diff({ expiresAfterDays: undefined, expirationDate: date(30) }, olds).replaces).toEqual([
            "expirationDate",
        ]);
        expect(said[1]).toContain('write expirationDate: "now+30d" or expiresAfterDays: 30');
        said.splice(0);
        diff({ expiresAfterDays: undefined, expirationDate: date(60) }, olds);
        expect(said).toHaveLength(1);
    });

    it("for one that has expired, without a refresh", () => {
        expect(diff({}, {}, Date.parse("2026-12-20T12:00:00Z"))).toEqual({
            changes: true,
            replaces: ["expiresAfterDays"],
        });
    });

    it("for one that was given no expiry although it should have one", () => {
        expect(diff({}, { expiresAt: undefined })).toEqual({ changes: true, replaces: ["expiresAfterDays"] });
    });
});
