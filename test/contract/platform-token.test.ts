import { createRuntimes } from "../../providers/runtime";
import { DAY, OtherBench, PLATFORM, type Made } from "./other-tokens-support";
import { failureOf } from "./providers-support";

let bench: OtherBench;
beforeEach(async () => void (bench = await OtherBench.start(PLATFORM, {}, { timeout: 500 })));
afterEach(() => bench.emulator.stop());

const POST = { method: "POST", path: "/platform-tokens$" };
const days = (iso: unknown): number => (Date.parse(String(iso)) - bench.clock.now()) / DAY;
const expiryOf = (id: string): string | undefined => bench.tokens().find((token) => token.id === id)?.expirationDate;

/** Status of sending a metric line with a token. */
async function ingest({ outs }: Made): Promise<number> {
    const headers = { authorization: `Bearer ${String(outs.token)}`, "content-type": "text/plain" };
    return (await fetch(bench.emulator.metricsIngestUrl, { method: "POST", headers, body: "a.b 1" })).status;
}

describe("create", () => {
    it("makes a working token with exactly the scopes, for the user, in the environment, until the day asked for", async () => {
        const made = await bench.create({ tags: ["shop"] });
        expect(bench.tokens()).toMatchObject([
            {
                id: made.id,
                kind: "platform",
                enabled: true,
                scopes: ["openpipeline:logs:ingest", "openpipeline:metrics:ingest"],
                resource: ["urn:dtenvironment:abc12345"],
                tags: ["shop"],
                userUuid: bench.emulator.account.userUuid,
                expirationDate: made.outs.expiresAt,
            },
        ]);
        expect(days(made.outs.expiresAt)).toBeCloseTo(90, 2);
        expect(await ingest(made)).toBe(202);
    });

    it("asks for the whole account where no environment is named, and records no credential", async () => {
        const { outs } = await bench.create({ environments: undefined });
        expect(bench.tokens()[0]?.resource).toEqual([`urn:dtaccount:${bench.emulator.account.accountUuid}`]);
        expect(JSON.stringify(outs)).not.toContain(bench.emulator.account.clientSecret.split(".")[2]);
        expect(JSON.stringify(outs)).not.toContain(bench.emulator.account.clientId);
    });

    it("signs on once for a run, not once for a token", async () => {
        await bench.create();
        await bench.create();
        expect(bench.emulator.requests().filter(({ path }) => path === "/sso/oauth2/token")).toHaveLength(1);
    });

    it("makes one that does not work yet where that is asked for", async () => {
        await bench.create({ enabled: false });
        expect(bench.tokens()).toMatchObject([{ enabled: false }]);
    });

    it("at the limit of ten says so, with the user and the way out", async () => {
        for (let count = 0; count < 10; count++) await bench.create();
        const error = await failureOf(bench.create());
        expect(error.message).toContain(`user ${bench.emulator.account.userUuid} holds 10 platform tokens`);
        expect(error.message).toContain("Dynatrace allows 10; delete one under Account Management, Platform tokens,");
        expect(bench.tokens()).toHaveLength(10);
    });

    it("that fails after the token was made records it, so that nothing is left unknown", async () => {
        bench.emulator.fault({ kind: "status", status: 500, match: { method: "PUT" }, times: 9 });
        const error = await failureOf(bench.create({ enabled: false }));
        expect(error).toMatchObject({ name: "TokenIncompleteError", id: bench.ids()[0] });
    });
});

describe("a reply to create that is lost", () => {
    it.each([
        ["the connection breaks after the work was done", { kind: "lost-reply" as const }],
        ["the connection breaks before the work", { kind: "no-connection" as const }],
        ["the body is empty", { kind: "empty" as const }],
        ["a proxy answers 200 with a page", { kind: "html" as const, status: 200 }],
        ["a proxy answers 502", { kind: "html" as const, status: 502 }],
    ])("leaves no token behind when %s", async (_what, fault) => {
        bench.emulator.fault({ ...fault, match: POST });
        const { id } = await bench.create();
        expect(bench.ids()).toEqual([id]);
    });

    it("is found behind other pages, whatever number the first has", async () => {
        await bench.emulator.stop();
        bench = await OtherBench.start(PLATFORM, { account: { firstPage: 0 } });
        for (let count = 0; count < 250; count++) bench.emulator.createToken({ kind: "platform", name: "other" });
        bench.emulator.fault({ kind: "lost-reply", match: POST });
        const { id } = await bench.create();
        expect(bench.tokens().filter(({ name }) => name !== "other")).toMatchObject([{ id }]);
    });

    it("whose search fails too is named, with the page to look on", async () => {
        bench.emulator.fault({ kind: "lost-reply", match: POST });
        bench.emulator.fault({ kind: "status", status: 500, match: { method: "GET" }, times: 99 });
        const error = await failureOf(bench.create());
        expect(error.message).toContain(
            `look under Account Management, Platform tokens, for ${bench.tokens()[0]?.name}, delete it`,
        );
    });
});

describe("a token that was made and never recorded", () => {
    it("is kept, because nothing proves that no state holds it, and named with the owner's deletion", async () => {
        const unrecorded = await bench.create();
        const { id, outs } = await bench.next().create();
        expect(bench.ids()).toEqual([unrecorded.id, id]);
        const run = bench.next();
        await run.runtime.delete(id, outs);
        await run.deleteOwner();
        expect(bench.ids()).toEqual([unrecorded.id]);
        expect(run.said.join()).toContain("1 token with this stack's ownership mark");
        expect(run.said.join()).toContain("--keep-none --older-than 1h when they are an hour old");
    });

    it("is told from one in use", async () => {
        const used = await bench.create();
        await ingest(used);
        const { id } = await bench.next().create();
        expect(bench.ids()).toEqual([used.id, id]);
    });
});

describe("in place", () => {
    it("a second up asks Dynatrace nothing", async () => {
        const made = await bench.create();
        const before = bench.emulator.requests().length;
        expect(await bench.next().up(made)).toBe(made);
        expect(bench.emulator.requests()).toHaveLength(before);
    });

    it.each([
        ["a longer life", { expiresAfterDays: 120 }, 120],
        ["a shorter one", { expiresAfterDays: 10 }, 10],
        ["a date", { expiresAfterDays: undefined, expirationDate: "now+14d" }, 14],
    ])("%s keeps id and secret", async (_what, inputs, expected) => {
        const made = await bench.create();
        await bench.clock.sleep(20 * DAY);
        const changed = await bench.next().up(made, inputs);
        expect(changed).toMatchObject({ id: made.id, outs: { token: made.outs.token } });
        expect(days(expiryOf(made.id))).toBeCloseTo(expected, 2);
        expect(changed.outs.expiresAt).toBe(expiryOf(made.id));
        expect(await bench.next().up(changed, inputs)).toBe(changed);
    });

    it("enabled switches it off and on", async () => {
        const made = await bench.create();
        const off = await bench.next().up(made, { enabled: false });
        expect(await ingest(off)).toBe(401);
        const on = await bench.next().up(off);
        expect(await ingest(on)).toBe(202);
        expect(on.id).toBe(made.id);
    });

    it.each([
        ["scopes", { scopes: ["openpipeline:traces:ingest"] }],
        ["tags", { tags: ["other"] }],
        ["environments", { environments: ["xyz98765"] }],
        ["tokenName", { tokenName: "other" }],
        ["rotationKey", { rotationKey: "2" }],
    ])("%s, which the API cannot change, comes with a new token", async (_field, inputs) => {
        const made = await bench.create();
        const next = await bench.next().up(made, { overlapDays: 0, ...inputs });
        expect(next.id).not.toBe(made.id);
        expect(bench.ids()).toEqual([next.id]);
    });
});

describe("calls that do no harm twice are repeated", () => {
    it.each([
        ["lost-reply", { kind: "lost-reply" as const }],
        ["500", { kind: "status" as const, status: 500 }],
        ["a proxy's 502", { kind: "html" as const, status: 502 }],
        ["429", { kind: "429" as const }],
        ["503", { kind: "503" as const }],
    ])("read, update and delete get over %s", async (_what, fault) => {
        const made = await bench.create();
        const strike = (method: string) => bench.emulator.fault({ ...fault, match: { method }, times: 2 });
        strike("GET");
        expect((await bench.refresh(made)).id).toBe(made.id);
        strike("PUT");
        await bench.next().up(made, { expiresAfterDays: 5 });
        expect(days(expiryOf(made.id))).toBeCloseTo(5, 2);
        strike("DELETE");
        await bench.runtime.delete(made.id, made.outs);
        expect(bench.ids()).toEqual([]);
    });

    it("a bearer token refused before its time is replaced, and one at its end is not used", async () => {
        const made = await bench.create();
        bench.emulator.fault({ kind: "status", status: 401, match: { method: "GET" } });
        expect((await bench.refresh(made)).id).toBe(made.id);
        await bench.clock.sleep(299_000);
        expect((await bench.refresh(made)).id).toBe(made.id);
        expect(bench.emulator.requests().filter(({ status }) => status === 401)).toHaveLength(1);
    });
});

describe("what goes wrong is told", () => {
    const wrongSecret = (): Record<string, string> => ({
        DYNATRACE_CLIENT_SECRET: `dt0s02.MADEUPID.${"MADEUP".repeat(10)}AAAA`,
    });

    it("an OAuth client that is refused: where it was found, which scopes it needs, and nothing secret", async () => {
        const error = await failureOf(bench.next(wrongSecret()).create());
        expect(error).toMatchObject({ name: "DynatraceAuthError", status: 401 });
        expect(error.message).toContain("invalid_client: client_id or client_secret is wrong");
        expect(error.message).toContain(`the OAuth client in DYNATRACE_CLIENT_ID (${bench.emulator.account.clientId})`);
        expect(error.message).toContain("platform-token:tokens:manage and platform-token:tokens:write");
        expect(error.message).not.toContain("MADEUPMADEUP");
    });

    it("a client that lacks a scope", async () => {
        await bench.emulator.stop();
        bench = await OtherBench.start(PLATFORM, { account: { clientScopes: ["platform-token:tokens:manage"] } });
        const error = await failureOf(bench.create());
        expect(error.message).toContain("invalid_scope: the client may not ask for: platform-token:tokens:write");
    });

    it("no client at all, before anything is sent", async () => {
        const error = await failureOf(bench.next({ DYNATRACE_CLIENT_SECRET: "" }).create());
        expect(error.message).toContain(
            "no OAuth client to sign calls to the account with (its secret is missing); set",
        );
        expect(bench.emulator.requests()).toEqual([]);
    });

    it("a refusal by the API names the field", async () => {
        const error = await failureOf(bench.create({ userUuid: "00000000-0000-4000-8000-000000000000" }));
        expect(error.message).toContain("was answered 400: Constraints violated.; userUuid: There is no such user");
    });

    it.each(["read", "delete"] as const)(
        "%s does not take a wrong address's 404 for a token that is gone",
        async (step) => {
            const made = await bench.create();
            bench.emulator.fault({ kind: "status", status: 404, times: 99, match: { path: "/iam" } });
            const error = await failureOf(bench.next().runtime[step](made.id, made.outs));
            expect(error.message).toContain("check accountApiUrl: https://api.dynatrace.com, and accountUuid");
            expect(bench.ids()).toEqual([made.id]);
        },
    );

    it("an update of a token that is gone says how to get another", async () => {
        const made = await bench.create();
        bench.emulator.deleteToken(made.id);
        const error = await failureOf(bench.next().up(made, { expiresAfterDays: 5 }));
        expect(error.message).toContain("is gone from Dynatrace; run `pulumi up --refresh`");
    });

    it("delete of one that is gone is done", async () => {
        const made = await bench.create();
        bench.emulator.deleteToken(made.id);
        await bench.next().runtime.delete(made.id, made.outs);
        expect(bench.ids()).toEqual([]);
    });
});

it("the owner of an account's tokens is the same, whatever the order in which the engine returns its address", async () => {
    const { accountUuid, apiUrl: accountApiUrl, ssoUrl } = bench.emulator.account;
    const olds = { mark: "01234567", place: "account", address: { accountApiUrl, accountUuid, ssoUrl } };
    const run = createRuntimes({ env: PLATFORM.env(bench.emulator) }).TokenOwner;
    const { inputs, failures } = await run.check(
        {},
        { place: "account", kind: "PlatformToken", component: "PlatformToken" },
    );
    expect(failures).toEqual([]);
    expect(await run.diff("01234567", olds, inputs)).toEqual({ changes: false, replaces: [] });
});
