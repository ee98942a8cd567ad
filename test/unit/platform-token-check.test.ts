import { createRuntimes } from "../../providers/runtime";
import { platformScopeProblem } from "../../providers/dynatrace/platform-scopes";

const UUID = "0f0f0f0f-aaaa-4bbb-8ccc-123456789abc";
const INPUTS = {
    scopes: ["openpipeline:logs:ingest"],
    tokenName: "shop",
    userUuid: UUID,
    expiresAfterDays: 90,
    mark: "01234567",
};
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

async function check(inputs: object, env: Record<string, string> = { DYNATRACE_ACCOUNT_UUID: UUID }) {
    const { inputs: checked, failures } = await createRuntimes({ env }).PlatformToken.check(
        {},
        { ...INPUTS, ...inputs },
    );
    return { checked, problems: failures.map(({ reason }) => reason) };
}

it("fills in account and addresses, sorts lists, and cuts environments to their ids", async () => {
    const { checked, problems } = await check({
        scopes: ["openpipeline:traces:ingest", "openpipeline:logs:ingest", "openpipeline:logs:ingest"],
        environments: ["urn:dtenvironment:xyz98765", "abc12345"],
    });
    expect(problems).toEqual([]);
    expect(checked).toMatchObject({
        scopes: ["openpipeline:logs:ingest", "openpipeline:traces:ingest"],
        environments: ["abc12345", "xyz98765"],
        enabled: true,
        accountUuid: UUID,
        accountApiUrl: "https://api.dynatrace.com",
        ssoUrl: "https://sso.dynatrace.com/sso/oauth2/token",
    });
});

it.each([
    ["the DT_ variable", { DT_ACCOUNT_UUID: UUID }],
    ["the longer one first", { DYNATRACE_ACCOUNT_UUID: UUID, DT_ACCOUNT_UUID: "other" }],
    ["its URN", { DYNATRACE_ACCOUNT_UUID: `urn:dtaccount:${UUID.toUpperCase()}` }],
])("takes the account from %s", async (_what, env) => {
    expect((await check({}, env)).checked.accountUuid).toBe(UUID);
});

it("takes the account from the stack's configuration, where no variable is set", async () => {
    const runtime = createRuntimes({ env: {} }).PlatformToken;
    await runtime.configure({ config: { get: (key) => (key === "dynatrace:accountUuid" ? UUID : undefined) } });
    expect((await runtime.check({}, INPUTS)).inputs.accountUuid).toBe(UUID);
});

it("lets through what a preview does not know yet", async () => {
    const inputs = { scopes: UNKNOWN, userUuid: UNKNOWN, environments: [UNKNOWN], expiresAfterDays: UNKNOWN };
    expect((await check({ ...inputs, accountUuid: UNKNOWN })).problems).toEqual([]);
});

it.each([
    [{ scopes: [] }, "scopes: is not a list of at least one scope"],
    [
        { scopes: ["logs.ingest"] },
        'scopes: "logs.ingest" is not an ingest scope of platform tokens; did you mean openpipeline:logs:ingest?',
    ],
    [{ userUuid: "jane@example.com" }, "userUuid: is not the UUID of a user or service user"],
    [{ environments: [] }, "environments: is empty; leave it out for the whole account"],
    [
        { environments: ["https://abc12345.live.dynatrace.com"] },
        "is not the id of an environment; write it as abc12345",
    ],
    [{ tags: "shop" }, "tags: is not a list of texts"],
    [{ expiresAfterDays: undefined }, "expiresAfterDays: is not set, nor is expirationDate; give one of them, as 90"],
    [{ expirationDate: "2030-01-01T00:00:00Z" }, "expirationDate: stands beside expiresAfterDays; keep one of the two"],
    [{ expiresAfterDays: undefined, expirationDate: "now+1y/w" }, "expirationDate: holds an alignment"],
    [{ rotateAfterDays: 90 }, "rotateAfterDays: 90 is not less than expiresAfterDays (90)"],
    [{ overlapDays: -1 }, "overlapDays: -1 is not a number of days"],
    [{ retire: "burn" }, 'retire: "burn" is not known; use delete or expire'],
    [{ enabled: "no" }, 'enabled: "no" is neither true nor false'],
    [{ accountUuid: "acme" }, "accountUuid: is not the UUID of an account"],
    [
        { accountApiUrl: "http://api.dynatrace.com" },
        "accountApiUrl: http:// would send the OAuth client's secret unencrypted",
    ],
    [{ ssoUrl: "sso.dynatrace.com" }, "ssoUrl: is not a plain URL; leave it out for Dynatrace's own"],
])("%j is refused, naming the field and the way out", async (inputs, problem) => {
    const { problems } = await check(inputs);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).toMatch(/^PlatformToken: /);
});

it("without an account says where one is looked for", async () => {
    const { problems } = await check({}, {});
    expect(problems).toEqual([
        "PlatformToken: accountUuid: is not set; give it, or set DYNATRACE_ACCOUNT_UUID, DT_ACCOUNT_UUID or `pulumi config set dynatrace:accountUuid`",
    ]);
});

it("shows no token that stands in the wrong field", async () => {
    const secret = "MADEUP".repeat(10);
    const { problems } = await check({ scopes: [`dt0s16.MADEUPID.${secret}`] });
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain(secret);
});

it.each([
    ["openTelemetryTrace.ingest", "openpipeline:traces:ingest"],
    ["metrics.ingest", "openpipeline:metrics:ingest"],
    ["OpenPipeline:Logs:Ingest", "openpipeline:logs:ingest"],
    ["openpipeline:trace:ingest", "openpipeline:traces:ingest"],
    ["openpipeline.metrics.ingest", "openpipeline:metrics:ingest"],
])("for the scope %s suggests %s", (scope, suggestion) => {
    expect(platformScopeProblem(scope)).toContain(`did you mean ${suggestion}?`);
});

it("lets a scope through that is not known, when told to", async () => {
    expect((await check({ scopes: ["document:documents:read"], allowUnknownScopes: true })).problems).toEqual([]);
    expect(platformScopeProblem("document:documents:read")).toContain("or set allowUnknownScopes");
});
