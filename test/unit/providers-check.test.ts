import { UNKNOWN } from "../../providers/properties";
import { systemClock } from "../../providers/dynatrace/limits";
import { Run } from "../../providers/run";
import { accessTokens } from "../../providers/tokens/kinds/access";
import { checkToken } from "../../providers/tokens/resource";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const URL = "https://abc12345.live.dynatrace.com/api";
const OWNED = { mark: "01234567", key: "89abcdef" };
const good = { scopes: ["logs.ingest"], tokenName: "t", apiUrl: URL };
const check = (inputs: object, env: Record<string, string> = {}, config: Record<string, string> = {}) => {
    const run = new Run({ env, clock: { ...systemClock, now: () => NOW } });
    run.sources.config = { get: (key) => config[key] };
    return checkToken(accessTokens, { ...OWNED, ...inputs }, run);
};

it("repairs an API URL of the web interface, with a warning", () => {
    const said: string[] = [];
    const run = new Run({ env: {}, say: (line) => void said.push(line) });
    const { inputs, failures } = checkToken(
        accessTokens,
        { ...OWNED, ...good, apiUrl: "https://abc12345.apps.dynatrace.com/ui" },
        run,
    );
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ apiUrl: URL });
    expect(said).toEqual([
        expect.stringMatching(/^warning: apiUrl: abc12345\.apps\.dynatrace\.com is the web interface/),
    ]);
});

describe("what check refuses", () => {
    it.each([
        [
            { expiresAfterDays: 0 },
            "ApiToken: expiresAfterDays: 0 is not positive; leave it out for a token without expiry",
        ],
        [
            { scopes: ["Logs.ingest"] },
            'ApiToken: scopes: "Logs.ingest" is not a scope of access tokens; did you mean logs.ingest?',
        ],
        [{ scopes: [] }, "ApiToken: scopes: is empty; name at least one scope, as logs.ingest"],
        [{ scopes: "logs.ingest" }, "ApiToken: scopes: is not a list; name at least one scope, as logs.ingest"],
        [{ scopes: [7] }, "ApiToken: scopes: 7 is not text"],
        [
            { personalAccessToken: true },
            "ApiToken: personalAccessToken: a personal access token cannot hold logs.ingest; leave personalAccessToken out",
        ],
        [{ enabled: "yes" }, 'ApiToken: enabled: "yes" is neither true nor false'],
        [{ tokenName: " " }, "ApiToken: tokenName: is empty; leave it out for a name made from project and stack"],
        [{ rotateAfterDays: 0 }, "ApiToken: rotateAfterDays: 0 is not positive; leave it out to never rotate by age"],
        [
            { rotateAfterDays: 30, expiresAfterDays: 30 },
            "ApiToken: rotateAfterDays: 30 is not less than expiresAfterDays (30): the token would expire before it is replaced; lower it",
        ],
    ])("%j", (inputs, reason) => {
        expect(check({ ...good, ...inputs }).failures).toEqual([{ property: "", reason }]);
    });

    it.each(["tokenName", "rotationKey"])("a token as %s, which stands in the state in the clear", (field) => {
        const { failures } = check({ ...good, [field]: `shop dt0c01.${"A".repeat(24)}.${"NOTASECRET".repeat(6)}` });
        expect(failures.map(({ reason }) => reason)).toEqual([
            `ApiToken: ${field}: holds a token, and is stored in the clear; give another text, and revoke that token`,
        ]);
    });

    it("names every problem at once", () => {
        const { failures } = check({ scopes: ["nope"], expiresAfterDays: -1, enabled: 1, apiUrl: "abc12345" });
        expect(failures.map(({ reason }) => reason.split(": ")[1])).toEqual([
            "scopes",
            "enabled",
            "expiresAfterDays",
            "apiUrl",
        ]);
    });

    it.each([
        { apiUrl: "https://me:hunter22@abc12345.live.dynatrace.com/api" },
        { scopes: [`dt0c01.${"A".repeat(24)}.hunter22`] },
        { tokenName: "t", apiUrl: `https://x/e/y/api/dt0c01.${"A".repeat(24)}.hunter22` },
    ])("repeats no secret, and names no property, as the engine would print its value: %j", (inputs) => {
        const { failures } = check({ ...good, ...inputs });
        expect(failures).toHaveLength(1);
        expect(failures[0]?.property).toBe("");
        expect(failures[0]?.reason).not.toContain("hunter22");
    });
});

describe("what check lets through", () => {
    it("a scope that is newer than this package, on request", () => {
        expect(check({ ...good, scopes: ["brandNew.ingest"], allowUnknownScopes: true }).failures).toEqual([]);
    });

    it("values that the preview does not know yet, also in place of the list", () => {
        const unknown = { scopes: UNKNOWN, tokenName: UNKNOWN, expiresAfterDays: UNKNOWN, expirationDate: UNKNOWN };
        const more = {
            rotateAfterDays: UNKNOWN,
            rotationKey: UNKNOWN,
            enabled: UNKNOWN,
            personalAccessToken: UNKNOWN,
            apiUrl: UNKNOWN,
        };
        const { inputs, failures } = check({ ...unknown, ...more });
        expect(failures).toEqual([]);
        expect(inputs).toEqual({ ...OWNED, ...unknown, ...more });
    });

    it("a list with one entry unknown, and still checks the others", () => {
        expect(check({ ...good, scopes: [UNKNOWN, "logs.ingest"] }).failures).toEqual([]);
        expect(check({ ...good, scopes: [UNKNOWN, "log.ingest"] }).failures).toHaveLength(1);
    });
});

describe("what check records", () => {
    it("scopes in one order and once, so that their order in the program never makes a diff", () => {
        const { inputs } = check({ ...good, scopes: ["metrics.ingest", "logs.ingest", "metrics.ingest"] });
        expect(inputs.scopes).toEqual(["logs.ingest", "metrics.ingest"]);
    });

    it.each([
        [{ DYNATRACE_API_URL: URL, DT_API_URL: "https://b.live.dynatrace.com" }, {}, URL],
        [
            { DT_API_URL: "https://b.live.dynatrace.com" },
            { "dynatrace:apiUrl": URL },
            "https://b.live.dynatrace.com/api",
        ],
        [{}, { "dynatrace:apiUrl": "https://m.example/e/x1" }, "https://m.example/e/x1/api"],
    ])("the address from %j and the configuration %j", (env, config, expected) => {
        const { inputs, failures } = check({ scopes: ["logs.ingest"], tokenName: "t" }, env, config);
        expect(failures).toEqual([]);
        expect(inputs.apiUrl).toBe(expected);
    });

    it("says where a bad address came from, and what to set if there is none", () => {
        const from = (env: Record<string, string>) => check({ scopes: ["logs.ingest"] }, env).failures[0]?.reason;
        expect(from({ DT_API_URL: "abc12345" })).toContain("(from DT_API_URL)");
        expect(from({})).toContain(
            "is not set; give it, or set DYNATRACE_API_URL, DT_API_URL or `pulumi config set dynatrace:apiUrl`",
        );
    });
});
