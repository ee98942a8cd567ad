import { Bench, failureOf, INPUTS, KEY } from "./providers-support";

let bench: Bench;
beforeEach(async () => void (bench = await Bench.start()));
afterEach(() => bench.emulator.stop());

const DAY = 24 * 3600_000;

describe("create", () => {
    it("makes an enabled token with exactly the scopes, and records what Dynatrace replied", async () => {
        const { id, outs } = await bench.create({ expiresAfterDays: 30 });
        const [token] = bench.tokens();
        expect(token).toMatchObject({ id, enabled: true, scopes: INPUTS.scopes, personalAccessToken: false });
        expect(token?.name).toMatch(/^shop-prod-checkout-unrecorded-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
        const actualName = token?.name.replace("-unrecorded", "");
        expect(outs).toMatchObject({ tokenId: id, actualName, expiresAt: token?.expirationDate });
        expect(outs.token.startsWith(`${id}.`)).toBe(true);
        expect(Date.parse(outs.expiresAt ?? "") - bench.clock.now()).toBeGreaterThan(29.9 * DAY);
        expect(Math.abs(Date.parse(outs.createdAt) - bench.clock.now())).toBeLessThan(60_000);
    });

    it("takes one call a token, and one look at the bootstrap token in all", async () => {
        await bench.create();
        await Promise.all([bench.create(), bench.create()]);
        expect(bench.calls()).toEqual(["POST /apiTokens/lookup", ...Array(3).fill("POST /apiTokens")]);
    });

    it("gives two tokens of one prefix two names", async () => {
        await Promise.all([bench.create(), bench.create()]);
        expect(new Set(bench.tokens().map(({ name }) => name)).size).toBe(2);
    });

    it("leaves out what is not set: no expiry, which the next diff does not take for a change", async () => {
        const { id, outs } = await bench.create();
        expect(bench.tokens()[0]).not.toHaveProperty("expirationDate");
        expect(outs).not.toHaveProperty("expiresAt");
        expect(await bench.runtime.diff(id, { ...outs }, await bench.check())).toEqual({
            changes: false,
            replaces: [],
        });
    });

    it("disables one that should be", async () => {
        const { outs } = await bench.create({ enabled: false });
        expect(bench.tokens()[0]?.enabled).toBe(false);
        expect(outs.applied.enabled).toBe(false);
    });

    it("records a token that could not be disabled, so that the next up finishes it and destroy deletes it", async () => {
        bench.emulator.fault({ kind: "status", status: 500, match: { method: "PUT" }, times: 9 });
        const inputs = { ...(await bench.check({ enabled: false })), __provider: "text" };
        const error = await failureOf(bench.runtime.create(inputs));
        const properties = error.properties as Record<string, unknown>;
        expect(error.id).toBe(bench.tokens()[0]?.id);
        expect(properties).toMatchObject({ tokenId: error.id, __provider: "text" });
        expect(error.reasons).toEqual([error.message]);
        expect(error.message).toContain("was made and recorded, but: could not update token");
        expect(error.message + error.stack).not.toContain(String(properties.token));

        bench.emulator.clearFaults();
        const { outs } = await bench.runtime.update(String(error.id), properties, inputs);
        expect(bench.tokens()[0]?.enabled).toBe(false);
        expect(outs.token).toBe(properties.token);
        await bench.runtime.delete(String(error.id), properties);
        expect(bench.tokens()).toEqual([]);
    });

    it("says what Dynatrace refused, by field", async () => {
        const error = await failureOf(bench.create({ scopes: ["brandNew.read"], allowUnknownScopes: true }));
        expect(error.name).toBe("DynatraceApiError");
        expect(error.message).toMatch(
            /^could not create token shop-prod-checkout-unrecorded-[0-9a-f-]+: POST \/v2\/apiTokens was answered 400: /,
        );
        expect(error.message).toContain("scopes: Unknown token scopes: brandNew.read");
    });
});

describe("diff and update", () => {
    it("a second up changes nothing, also a week later", async () => {
        const { id, outs } = await bench.create({ expiresAfterDays: 30 });
        await bench.clock.sleep(7 * DAY);
        const again = await bench.check({ expiresAfterDays: 30, scopes: [...INPUTS.scopes].reverse() });
        expect(await bench.runtime.diff(id, { ...outs }, again)).toEqual({ changes: false, replaces: [] });
    });

    it("changes name, scopes and enabled in place, keeps the secret and the name's random part", async () => {
        const { id, outs } = await bench.create({ expiresAfterDays: 30 });
        const news = await bench.check({
            expiresAfterDays: 30,
            scopes: ["logs.ingest"],
            tokenName: "new",
            enabled: false,
        });
        expect(await bench.runtime.diff(id, { ...outs }, news)).toEqual({ changes: true, replaces: [] });
        const updated = await bench.runtime.update(id, { ...outs }, news);
        expect(bench.tokens()).toMatchObject([
            { id, name: `new-${bench.mark}-${KEY}-${outs.applied.nonce}`, scopes: ["logs.ingest"], enabled: false },
        ]);
        expect(updated.outs).toMatchObject({ token: outs.token, expiresAt: outs.expiresAt, createdAt: outs.createdAt });
        expect(await bench.runtime.diff(id, updated.outs, news)).toEqual({ changes: false, replaces: [] });
    });

    it("takes another route to the same environment without a call", async () => {
        const { id, outs } = await bench.create();
        const calls = bench.calls().length;
        const news = await bench.check({ apiUrl: bench.emulator.apiUrl.replace("127.0.0.1", "localhost") });
        expect((await bench.runtime.diff(id, { ...outs }, news)).replaces).toEqual(["apiUrl"]);
        const moved = { ...(await bench.check()), apiUrl: "http://127.0.0.1:1/api" };
        expect(await bench.runtime.diff(id, { ...outs }, moved)).toEqual({ changes: true, replaces: [] });
        const { outs: after } = await bench.runtime.update(id, { ...outs }, moved);
        expect(after).toMatchObject({ token: outs.token, applied: { apiUrl: "http://127.0.0.1:1/api" } });
        expect(bench.calls()).toHaveLength(calls);
    });

    it("says how to go on when the token is gone", async () => {
        const { id, outs } = await bench.create();
        bench.emulator.deleteToken(id);
        const error = await failureOf(bench.runtime.update(id, { ...outs }, await bench.check({ enabled: false })));
        expect(error.message).toBe(
            `token ${id} is gone from Dynatrace; run \`pulumi up --refresh\`, which makes another in its place`,
        );
    });
});

describe("read", () => {
    it("of a token whose final name did not reach Dynatrace shows that, and the next up gives it the name", async () => {
        const { id, outs } = await bench.create();
        const { props } = await bench.runtime.read(id, { ...outs });
        expect(props.actualName).toContain("-unrecorded-");
        expect(await bench.runtime.diff(id, props, await bench.check())).toEqual({ changes: true, replaces: [] });
        await bench.runtime.update(id, props, await bench.check());
        expect(bench.tokens()).toMatchObject([{ id, name: outs.actualName }]);
    });

    it("finds nothing to change, and returns the inputs as they were", async () => {
        const inputs = await bench.check({ expiresAfterDays: 30, rotateAfterDays: 20, rotationKey: "k" });
        const { id, outs } = await bench.runtime.create(inputs);
        await bench.confirm();
        const read = await bench.runtime.read(id, { ...outs });
        expect(read).toEqual({ id, props: outs, inputs });
    });

    it("shows scopes, name and enabled as they are now, keeps the secret, and the next up heals them", async () => {
        const { id, outs } = await bench.create();
        const foreign = await bench.runtime.update(
            id,
            { ...outs },
            await bench.check({ scopes: ["DataExport"], tokenName: "x", enabled: false }),
        );
        expect(foreign.outs.actualName).toBe(`x-${bench.mark}-${KEY}-${outs.applied.nonce}`);

        const { props, inputs } = await bench.runtime.read(id, { ...outs });
        expect(props).toMatchObject({ token: outs.token, actualName: foreign.outs.actualName });
        expect(inputs).toMatchObject({ scopes: ["DataExport"], enabled: false, tokenName: foreign.outs.actualName });

        const news = await bench.check();
        expect(await bench.runtime.diff(id, props, news)).toEqual({ changes: true, replaces: [] });
        await bench.runtime.update(id, props, news);
        expect(bench.tokens()).toMatchObject([{ id, name: outs.actualName, scopes: INPUTS.scopes, enabled: true }]);
    });

    it("takes a token that was deleted, or has expired, as gone", async () => {
        const [first, second] = [await bench.create(), await bench.create({ expiresAfterDays: 1 })];
        bench.emulator.deleteToken(first.id);
        expect(await bench.runtime.read(first.id, { ...first.outs })).toEqual({ id: "", props: {} });
        expect((await bench.runtime.read(second.id, { ...second.outs })).id).toBe(second.id);
        await bench.clock.sleep(1.01 * DAY);
        expect(await bench.runtime.read(second.id, { ...second.outs })).toEqual({ id: "", props: {} });
    });
});

describe("delete", () => {
    it("deletes the token, and is content when it is gone", async () => {
        const { id, outs } = await bench.create();
        await bench.runtime.delete(id, { ...outs });
        expect(bench.tokens()).toEqual([]);
        await bench.runtime.delete(id, { ...outs });
    });

    it("uses the recorded address where none is set, as in a destroy", async () => {
        const { id, outs } = await bench.create();
        await bench.another({ DT_API_TOKEN: bench.emulator.bootstrapToken }).delete(id, { ...outs });
        expect(bench.tokens()).toEqual([]);
    });

    it("uses the address set now if the environment has moved to it", async () => {
        const { id, outs } = await bench.create();
        const recorded = { ...outs, applied: { ...outs.applied, apiUrl: "http://127.0.0.1:1/api" } };
        await bench.runtime.delete(id, recorded);
        expect(bench.tokens()).toEqual([]);
    });

    it("says so when asked to delete the token that signs the call", async () => {
        const { outs } = await bench.create();
        const tokenId = bench.emulator.bootstrapToken.split(".").slice(0, 2).join(".");
        const error = await failureOf(bench.next().runtime.delete(tokenId, { ...outs, tokenId }));
        expect(error.message).toContain(
            "this is the token that signs the call, which can neither delete nor disable itself",
        );
    });
});

it("takes credentials from the configuration that configure brought, at once", async () => {
    const runtime = bench.another({});
    const config: Record<string, string> = {
        "dynatrace:apiUrl": bench.emulator.apiUrl,
        "dynatrace:apiToken": bench.emulator.bootstrapToken,
    };
    // Not awaited: the host of dynamic providers sends the next step meanwhile.
    void runtime.configure({ config: { get: (key) => config[key] } });
    const { inputs } = await runtime.check({}, { ...INPUTS, mark: bench.mark, key: KEY });
    expect((await runtime.create(inputs)).id).toBe(bench.tokens()[0]?.id);
});

describe("a bootstrap token that can do more than it needs to", () => {
    const moreThanNeeded = async (scopes: string[]): Promise<string[]> => {
        const { token } = bench.emulator.createToken({ scopes: ["apiTokens.read", "apiTokens.write", ...scopes] });
        const run = bench.next({ DYNATRACE_API_URL: bench.emulator.apiUrl, DYNATRACE_API_TOKEN: token });
        await run.create();
        await run.create();
        return run.said;
    };

    it("is named once, with what is too much and without its secret", async () => {
        const said = await moreThanNeeded(["settings.write", "DataExport"]);
        expect(said).toHaveLength(1);
        expect(said[0]).toMatch(
            /^warning: the token in DYNATRACE_API_TOKEN \(dt0c01\.[A-Z0-9]{24}\) holds more than it needs/,
        );
        expect(said[0]).toContain("DataExport, settings.write");
    });

    it("is fine with the scopes that ActiveGate tokens need", async () => {
        expect(await moreThanNeeded(["activeGateTokenManagement.write", "InstallerDownload"])).toEqual([]);
    });
});
