import { tokenExpiry, tokenScopes, tokenSecretOutput } from "../../policy";
import { type Given, UNKNOWN_TEXT, violations } from "./policy-support";

const OWN = "pulumi-nodejs:dynamic/dynatrace:ApiToken";
const PLATFORM = "pulumi-nodejs:dynamic/dynatrace:PlatformToken";
const OTHER_PACKAGE = "dynatrace:index/apiToken:ApiToken";

const token = (props: Record<string, unknown>, more: Partial<Given> = {}): Given => ({ type: OWN, props, ...more });

describe("scopes", () => {
    test("those that send data are allowed", async () => {
        const scopes = [
            "openTelemetryTrace.ingest",
            "metrics.ingest",
            "logs.ingest",
            "events.ingest",
            "bizevents.ingest",
        ];
        expect(await violations(tokenScopes, token({ scopes }))).toEqual([]);
        const platform = ["openpipeline:traces:ingest", "openpipeline:metrics:ingest", "openpipeline:logs:ingest"];
        expect(await violations(tokenScopes, { type: PLATFORM, props: { scopes: platform } })).toEqual([]);
    });

    test.each([OWN, PLATFORM, OTHER_PACKAGE])("any other is refused by name: %s", async (type) => {
        const scopes = ["logs.ingest", "apiTokens.write", "settings.write"];
        const found = await violations(tokenScopes, { type, name: "checkout", props: { scopes } });
        expect(found).toEqual([
            expect.stringContaining('Token("checkout"): scopes: apiTokens.write is not allowed; remove it'),
            expect.stringContaining('Token("checkout"): scopes: settings.write is not allowed; remove it'),
        ]);
    });

    test("an organisation's own list takes the place of ours", async () => {
        const config = { allowedScopes: ["entities.read"] };
        expect(await violations(tokenScopes, token({ scopes: ["entities.read"] }), config)).toEqual([]);
        expect(await violations(tokenScopes, token({ scopes: ["logs.ingest"] }), config)).toHaveLength(1);
    });

    test("what a preview does not know is let through, what it knows is not", async () => {
        expect(await violations(tokenScopes, token({ scopes: UNKNOWN_TEXT }))).toEqual([]);
        expect(await violations(tokenScopes, token({ scopes: [UNKNOWN_TEXT, "DataExport"] }))).toHaveLength(1);
    });

    test("a resource that is no token may have scopes of its own", async () => {
        expect(await violations(tokenScopes, { type: "github:index:App", props: { scopes: ["repo"] } })).toEqual([]);
    });
});

describe("expiry", () => {
    const always = { required: "always", maxDays: 30 };
    const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

    test.each(["pr-17", "preview-checkout", "review-x"])("a token of preview stack %s has to expire", async (stack) => {
        expect(await violations(tokenExpiry, token({}, { stack, name: "checkout" }))).toEqual([
            `ApiToken("checkout"): expiresAfterDays: is missing, and the tokens of stack ${stack} have to expire; set it, 90 days ahead at most`,
        ]);
    });

    test.each(["prod", "dev", "approval-pr-17"])("by default a token of stack %s need not", async (stack) => {
        expect(await violations(tokenExpiry, token({}, { stack }))).toEqual([]);
    });

    test("with always, a token of any stack has to", async () => {
        expect(await violations(tokenExpiry, token({}, { stack: "prod" }), always)).toHaveLength(1);
    });

    test("which stacks are previews can be said", async () => {
        const config = { previewStackPattern: "^ephemeral$" };
        expect(await violations(tokenExpiry, token({}, { stack: "ephemeral" }), config)).toHaveLength(1);
        expect(await violations(tokenExpiry, token({}, { stack: "pr-1" }), config)).toEqual([]);
    });

    test.each<[Record<string, unknown>]>([
        [{ expiresAfterDays: 30 }],
        [{ expiresAfterDays: 1 / 24 }],
        [{ expirationDate: "now+30d" }],
        [{ expirationDate: "now+4w" }],
        [{ expirationDate: inDays(29) }],
        [{ expirationDate: String(Date.now() + 29 * 86_400_000) }],
        [{ expiresAfterDays: UNKNOWN_TEXT }],
    ])("%j is soon enough for 30 days", async (props) => {
        expect(await violations(tokenExpiry, token(props), always)).toEqual([]);
    });

    test.each<[Record<string, unknown>, number]>([
        [{ expiresAfterDays: 31 }, 31],
        [{ expirationDate: "now+5w" }, 35],
        [{ expirationDate: "now+1M" }, 31],
        [{ expirationDate: "now+1y" }, 366],
        [{ expirationDate: inDays(40) }, 40],
    ])("%j is too late for 30 days", async (props, days) => {
        expect(await violations(tokenExpiry, token(props), always)).toEqual([
            `ApiToken("one"): expiresAfterDays: is ${days} days from now, more than the 30 allowed; lower it`,
        ]);
    });

    test("a token of the other package is told its own argument", async () => {
        const [message] = await violations(tokenExpiry, { type: OTHER_PACKAGE, stack: "pr-1" });
        expect(message).toContain('ApiToken("one"): expirationDate: is missing');
    });
});

describe("secret output", () => {
    test.each([OWN, PLATFORM])("%s has to declare its token a secret", async (type) => {
        expect(await violations(tokenSecretOutput, { type, additionalSecretOutputs: ["token", "other"] })).toEqual([]);
        const [message] = await violations(tokenSecretOutput, { type, additionalSecretOutputs: ["other"] });
        expect(message).toContain('Token("one"): additionalSecretOutputs: lacks token');
    });

    test("the mark of a token holds no secret and need not", async () => {
        const mark = { type: "pulumi-nodejs:dynamic/dynatrace:TokenOwner" };
        expect(await violations(tokenSecretOutput, mark)).toEqual([]);
    });
});
