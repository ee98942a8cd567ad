import type { Properties } from "../../providers/properties";
import { Bench, failureOf, type TokenOutputs } from "./providers-support";

/*
 * The steps of a rotation in the order in which the engine asks for them: check and diff, create of the new token, then, once all
 * that depends on it has been updated, delete of the old one. The same against a real engine is in the engine rung.
 */

let bench: Bench;
beforeEach(async () => void (bench = await Bench.start()));
afterEach(() => bench.emulator.stop());

const DAY = 24 * 3600_000;
const ROTATING = { expiresAfterDays: 90, rotateAfterDays: 30 };

interface Made {
    id: string;
    outs: TokenOutputs;
}

const bag = (outs: TokenOutputs): Properties => ({ ...outs });
const live = (): string[] => bench.tokens().map(({ id }) => id);
const nameOf = (id: string): string | undefined => bench.tokens().find((token) => token.id === id)?.name;

/** What an `up` does with a token that is in the state. */
async function up(run: Bench, recorded: Made, inputs: object = ROTATING): Promise<Made> {
    const olds = await run.check(inputs);
    const { inputs: news } = await run.runtime.check(olds, olds);
    const { changes, replaces } = await run.runtime.diff(recorded.id, bag(recorded.outs), news);
    if (!changes) return recorded;
    if (replaces.length === 0) {
        const { outs } = await run.runtime.update(recorded.id, bag(recorded.outs), news);
        return { id: recorded.id, outs: outs as unknown as TokenOutputs };
    }
    const successor = await run.create(inputs);
    await run.runtime.delete(recorded.id, bag(recorded.outs));
    return successor;
}

it("a token past its age gets a successor; it serves for the overlap and is then deleted", async () => {
    const first = await bench.create(ROTATING);
    await bench.clock.sleep(29 * DAY);
    expect(await up(bench.next(), first)).toBe(first);

    await bench.clock.sleep(2 * DAY);
    const run = bench.next();
    const second = await up(run, first);
    expect(second.id).not.toBe(first.id);
    expect(run.said.join()).toContain("longer ago than rotateAfterDays: 30");
    expect(live().sort()).toEqual([first.id, second.id].sort());
    expect(nameOf(first.id)).toMatch(/^shop-prod-checkout-until-\d{8}T\d{6}Z-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
    expect(second.outs.retiring).toMatchObject([{ tokenId: first.id }]);

    await bench.clock.sleep(0.5 * DAY);
    expect(await up(bench.next(), second)).toBe(second);

    await bench.clock.sleep(0.51 * DAY);
    const settled = await up(bench.next(), second);
    expect(live()).toEqual([second.id]);
    expect(settled.outs).not.toHaveProperty("retiring");
    expect(settled.outs.token).toBe(second.outs.token);
    expect(await up(bench.next(), settled)).toBe(settled);
});

it("a new key rotates on demand", async () => {
    const first = await bench.create({ rotationKey: "1" });
    const second = await up(bench.next(), first, { rotationKey: "2", overlapDays: 0 });
    expect(live()).toEqual([second.id]);
});

it("one that was never delivered, as the up failed after it was made, costs its predecessor nothing however late", async () => {
    const first = await bench.create(ROTATING);
    await bench.clock.sleep(31 * DAY);
    const failing = bench.next();
    await failing.runtime.diff(first.id, bag(first.outs), await failing.check(ROTATING));
    const second = await failing.create(ROTATING);
    // Here what depends on it could not be updated, so the engine asked for no delete and keeps the first as to be deleted.
    await bench.clock.sleep(5 * DAY);

    const run = bench.next();
    const afterwards = await up(run, second);
    expect(live()).toContain(first.id);
    await run.runtime.delete(first.id, bag(first.outs));
    expect(nameOf(first.id)).toContain("-until-");
    await bench.clock.sleep(1.01 * DAY);
    await up(bench.next(), afterwards);
    expect(live()).toEqual([second.id]);
});

it("ten rotations, then the end of the last overlap, leave one token", async () => {
    let token = await bench.create(ROTATING);
    for (let rotation = 0; rotation < 10; rotation++) {
        await bench.clock.sleep(30 * DAY);
        token = await up(bench.next(), token);
    }
    await bench.clock.sleep(1.01 * DAY);
    token = await up(bench.next(), token);
    expect(live()).toEqual([token.id]);
});

it("expire leaves the old one alone until it expires, and forgets it then", async () => {
    const inputs = { ...ROTATING, retire: "expire" };
    const first = await bench.create(inputs);
    await bench.clock.sleep(31 * DAY);
    const second = await up(bench.next(), first, inputs);
    const end = first.outs.expiresAt?.replace(/[-:]|\.\d+/g, "");
    expect(nameOf(first.id)).toContain(`shop-prod-checkout-until-${end}-`);
    await bench.clock.sleep(20 * DAY);
    expect(await up(bench.next(), second, inputs)).toBe(second);
    const later = await up(bench.next(), second, { ...inputs, rotateAfterDays: 80 });
    await bench.clock.sleep(40 * DAY);
    const calls = bench.calls().length;
    const settled = await up(bench.next(), later, { ...inputs, rotateAfterDays: 80 });
    expect(settled.outs).not.toHaveProperty("retiring");
    expect(bench.calls()).toHaveLength(calls);
});

it("destroy within the overlap deletes both", async () => {
    const first = await bench.create(ROTATING);
    await bench.clock.sleep(31 * DAY);
    const second = await up(bench.next(), first);
    await bench.next().runtime.delete(second.id, bag(second.outs));
    expect(live()).toEqual([]);
});

it("a refresh that finds the new one deleted does not forget the old one", async () => {
    const first = await bench.create(ROTATING);
    await bench.clock.sleep(31 * DAY);
    const second = await up(bench.next(), first);
    bench.emulator.deleteToken(second.id);
    const read = await bench.next().runtime.read(second.id, bag(second.outs));
    expect(read.id).toBe(second.id);
    const third = await up(bench.next(), { id: read.id, outs: read.props as unknown as TokenOutputs });
    expect(third.outs.retiring?.map(({ tokenId }) => tokenId)).toEqual([first.id, second.id]);
    await bench.clock.sleep(1.01 * DAY);
    await up(bench.next(), third);
    expect(live()).toEqual([third.id]);
});

describe("a token that was made and never recorded", () => {
    const unrecorded = async (): Promise<string> => (await bench.create()).id;

    it("is deleted by the next create, whose calls are one listing more", async () => {
        const stray = await unrecorded();
        const run = bench.next();
        const { id } = await run.create();
        expect(live()).toEqual([id]);
        expect(run.said).toEqual([expect.stringContaining(`deleted token ${stray}`)]);
        expect(bench.calls().filter((call) => call === "GET /apiTokens")).toHaveLength(1);
    });

    it("is deleted by a rotation, which leaves the recorded one alone though it was never used", async () => {
        const first = await bench.create(ROTATING);
        const stray = await unrecorded();
        await bench.clock.sleep(31 * DAY);
        const second = await up(bench.next(), first);
        expect(live().sort()).toEqual([first.id, second.id].sort());
        expect(live()).not.toContain(stray);
    });

    it("is deleted with the owner, when a destroy comes first", async () => {
        await unrecorded();
        await bench.next().owners.delete(bench.mark, bench.owner);
        expect(live()).toEqual([]);
    });

    it("is told from one that is in use, and from those of others", async () => {
        const used = await bench.create();
        const auth = { authorization: `Api-Token ${used.outs.token}`, "content-type": "text/plain" };
        await fetch(`${bench.emulator.apiUrl}/v2/metrics/ingest`, { method: "POST", headers: auth, body: "a.b 1" });
        bench.emulator.createToken({ name: nameOf(used.id)?.replace(bench.mark, "ba987654") });
        bench.emulator.createToken({ name: `shop-prod-checkout-${bench.mark}` });
        const before = live();
        const { id } = await bench.next().create();
        expect(live()).toEqual([...before, id]);
    });

    it("but was recorded once is kept, and the mark's owner names it with the command that deletes it", async () => {
        const moved = await bench.create();
        await bench.confirm();
        // Another state holds the entry now, e.g. after `pulumi state move`; no step ever shows the token again.
        const run = bench.next();
        const { id, outs } = await run.create();
        expect(live()).toEqual([moved.id, id]);
        const destroying = bench.next();
        await destroying.runtime.delete(id, bag(outs));
        await destroying.owners.delete(bench.mark, bench.owner);
        expect(live()).toEqual([moved.id]);
        expect(destroying.said).toEqual([expect.stringContaining(`sweep --mark ${bench.mark} --include-used`)]);
    });
});

/** What the engine does for `--replace` and a taint: Check without old inputs, no Diff, Create, Delete. */
describe("a targeted replacement", () => {
    const replace = async (run: Bench, recorded: Made, inputs: object = {}): Promise<Made> => {
        const successor = await run.create(inputs);
        await bench.confirm();
        await run.runtime.delete(recorded.id, bag(recorded.outs));
        return successor;
    };

    it.each([true, false])("keeps the recorded token until its successor works (confirmed: %s)", async (confirmed) => {
        const first = await bench.create();
        if (confirmed) await bench.confirm();
        bench.emulator.fault({ kind: "status", status: 400, match: { method: "POST", path: "apiTokens$" } });
        await failureOf(bench.next().create());
        expect(live()).toEqual([first.id]);
    });

    it("gives the old token the overlap, and the list of tokens before it is not lost", async () => {
        const first = await bench.create({ rotationKey: "1" });
        const second = await up(bench.next(), first, { rotationKey: "2" });
        await bench.confirm();
        const third = await replace(bench.next(), second, { rotationKey: "2" });
        expect(live()).toEqual([first.id, second.id, third.id]);
        expect(nameOf(second.id)).toContain("-until-");
        expect(third.outs.retiring?.map(({ tokenId }) => tokenId)).toEqual(
            expect.arrayContaining([first.id, second.id]),
        );
        expect(await up(bench.next(), third, { rotationKey: "2" })).toBe(third);
        await bench.clock.sleep(1.01 * DAY);
        const settled = await up(bench.next(), third, { rotationKey: "2" });
        expect(live()).toEqual([third.id]);
        expect(settled.outs).not.toHaveProperty("retiring");
    });

    it("without an overlap deletes the old token when its successor is delivered", async () => {
        const first = await bench.create({ overlapDays: 0 });
        await bench.confirm();
        const second = await replace(bench.next(), first, { overlapDays: 0 });
        expect(live()).toEqual([second.id]);
    });

    it("of an adopted token ends with another token, which works", async () => {
        const { id, token } = bench.emulator.createToken({ name: "made by hand", scopes: ["logs.ingest"] });
        const first = await bench.create({ adoptToken: token });
        await bench.confirm();
        const second = await replace(bench.next(), first, { adoptToken: token });
        expect(second.id).not.toBe(id);
        expect(live()).toContain(second.id);
        expect(await up(bench.next(), second, { adoptToken: token })).toBe(second);
    });

    it("of an adopted token whose final name did not reach Dynatrace keeps that token", async () => {
        const { id, token } = bench.emulator.createToken({ name: "made by hand", scopes: ["logs.ingest"] });
        const first = await bench.create({ adoptToken: token });
        const run = bench.next();
        const second = await run.create({ adoptToken: token });
        await run.runtime.delete(first.id, bag(first.outs));
        expect([second.id, live()]).toEqual([id, [id]]);
    });
});

describe("a resource that is renamed or moved", () => {
    const RENAMED = { key: "ffffffff", rotationKey: "3" };

    it("in the same up as a rotation keeps the overlap, and the tokens before it", async () => {
        const first = await bench.create({ rotationKey: "1" });
        const second = await up(bench.next(), first, { rotationKey: "2" });
        const third = await up(bench.next(), second, RENAMED);
        expect(nameOf(second.id)).toContain("-until-");
        expect(third.outs.retiring?.map(({ tokenId }) => tokenId)).toEqual([first.id, second.id]);
        await bench.next().runtime.delete(third.id, bag(third.outs));
        expect(live()).toEqual([]);
    });

    it("keeps its token, which gets the new name", async () => {
        const first = await bench.create({ rotationKey: "3" });
        const run = bench.next();
        const renamed = await up(run, first, RENAMED);
        expect(renamed.id).toBe(first.id);
        expect(nameOf(first.id)).toContain(`-${bench.mark}-ffffffff-`);
        expect(run.said).toEqual([expect.stringContaining("changed in place; the token stays")]);
    });
});

describe("a token that the engine never asked to delete, as with retainOnDelete", () => {
    const retained = async (): Promise<[Made, Made]> => {
        const first = await bench.create({ rotationKey: "1" });
        await bench.confirm();
        const run = bench.next();
        await run.runtime.diff(first.id, bag(first.outs), await run.check({ rotationKey: "2" }));
        return [first, await run.create({ rotationKey: "2" })];
    };

    it("is forgotten without a deletion, and without a line that tells of one", async () => {
        const [first, second] = await retained();
        await bench.confirm();
        await bench.clock.sleep(1.01 * DAY);
        const run = bench.next();
        const after = await up(run, second, { rotationKey: "2" });
        expect(await up(bench.next(), after, { rotationKey: "2" })).toBe(after);
        await bench.clock.sleep(1.01 * DAY);
        const settled = await up(bench.next(), after, { rotationKey: "2" });
        expect(settled.outs).not.toHaveProperty("retiring");
        expect(await up(bench.next(), settled, { rotationKey: "2" })).toBe(settled);
        expect(live()).toEqual([first.id, second.id]);
        expect(run.said.join()).not.toContain("deleted");
    });

    it("stays when the stack is destroyed", async () => {
        const [first, second] = await retained();
        await bench.confirm();
        await bench.next().runtime.delete(second.id, bag(second.outs));
        expect(live()).toEqual([first.id]);
    });
});

describe("taking a token over", () => {
    const adoptee = () => bench.emulator.createToken({ name: "made by hand", scopes: ["logs.ingest", "DataExport"] });

    it("gives it name and scopes, and makes none", async () => {
        const { id, token } = adoptee();
        const made = await bench.create({ adoptToken: token });
        expect(made.id).toBe(id);
        await bench.confirm();
        expect(bench.tokens()).toMatchObject([
            { id, scopes: ["logs.ingest", "metrics.ingest"], name: made.outs.actualName },
        ]);
        expect(JSON.stringify(made.outs.applied)).not.toContain(token.split(".")[2]);
        expect(await up(bench.next(), made, { adoptToken: token })).toBe(made);
        expect((await up(bench.next(), made, {})).id).toBe(id);
    });

    it("comes once: what rotation makes is new, whether or not the line is still there", async () => {
        const { id, token } = adoptee();
        const inputs = { ...ROTATING, adoptToken: token };
        const made = await bench.create(inputs);
        await bench.clock.sleep(31 * DAY);
        const run = bench.next();
        const olds = await run.check(inputs);
        await run.runtime.check(olds, olds);
        await run.runtime.diff(made.id, bag(made.outs), olds);
        const { inputs: rechecked } = await run.runtime.check({}, olds);
        const successor = await run.runtime.create(rechecked);
        expect(successor.id).not.toBe(id);
        expect(successor.outs.retiring).toMatchObject([{ tokenId: id }]);
    });

    it("whose up was killed after the rename is taken over by the next, not taken for a stray", async () => {
        const { id, token } = adoptee();
        await bench.create({ adoptToken: token });
        expect((await bench.next().create({ adoptToken: token })).id).toBe(id);
        expect(live()).toEqual([id]);
    });

    it.each([
        ["unknown to Dynatrace", () => `dt0c01.${"A".repeat(24)}.${"B".repeat(64)}`, "is not known to Dynatrace"],
        [
            "personal",
            () => bench.emulator.createToken({ personalAccessToken: true }).token,
            "is a personal access token",
        ],
        ["expired", () => bench.emulator.createToken({ expirationDate: "now-1d" }).token, "expired at"],
    ])("refuses one that is %s, without its secret in the error", async (_what, secret, problem) => {
        const token = secret();
        const error = await failureOf(bench.create({ adoptToken: token }));
        expect(error.message).toContain(`ApiToken: adoptToken: ${token.split(".").slice(0, 2).join(".")} ${problem}`);
        expect(error.message).not.toContain(token.split(".")[2]);
    });
});

describe("the owner of the tokens", () => {
    const deleteAt = async (apiUrl: string): Promise<Bench> => {
        const run = bench.next({ DYNATRACE_API_TOKEN: bench.emulator.bootstrapToken });
        await run.owners.delete(bench.mark, { ...bench.owner, address: { apiUrl } });
        return run;
    };
    const check = (run: Bench, component = 'IngestToken("checkout")') =>
        run.owners.check({}, { place: "environment", kind: "ApiToken", component });

    it("of a host that does not exist does not keep the stack from being destroyed", async () => {
        const { said } = await deleteAt("https://no-such-host.invalid/api");
        expect(said).toEqual([expect.stringContaining(`look for tokens whose names contain -${bench.mark}-`)]);
    });

    it("stays in the state while Dynatrace cannot be asked for its tokens", async () => {
        expect((await failureOf(deleteAt("http://127.0.0.1:1/api"))).message).toContain("could not list tokens");
    });

    it("of this run is deleted without a call", async () => {
        await bench.owners.delete(bench.mark, bench.owner);
        expect(bench.calls()).toEqual([]);
    });

    it("asks once a run whether address and bootstrap token work, and records no component", async () => {
        const run = bench.next();
        const { inputs, failures } = await check(run);
        expect(failures).toEqual([]);
        expect(inputs).toEqual({ place: "environment", apiUrl: bench.emulator.apiUrl });
        const { outs } = await run.owners.create(inputs);
        expect(outs.mark).toMatch(/^[0-9a-f]{8}$/);
        await run.create({ mark: outs.mark });
        expect(bench.calls()).toEqual(["POST /apiTokens/lookup", "POST /apiTokens"]);
    });

    it.each([
        [
            "a wrong token",
            () => ({ DYNATRACE_API_TOKEN: `dt0c01.${"A".repeat(24)}.${"B".repeat(64)}` }),
            "answered 401 by",
        ],
        ["text that is no token", () => ({ DYNATRACE_API_TOKEN: "abc" }), "is no access token"],
        [
            "a token of the wrong kind",
            () => ({ DYNATRACE_API_TOKEN: bench.emulator.createToken({ scopes: ["logs.ingest"] }).token }),
            "lacks apiTokens.write",
        ],
        [
            "a wrong path",
            () => ({ DYNATRACE_API_URL: `${new URL(bench.emulator.apiUrl).origin}/e/zzz99999/api` }),
            "404",
        ],
    ])("reports %s at the component that the user wrote, and is not created", async (_what, env, problem) => {
        const settings = {
            DYNATRACE_API_URL: bench.emulator.apiUrl,
            DYNATRACE_API_TOKEN: bench.emulator.bootstrapToken,
        };
        const run = bench.next({ ...settings, ...env() });
        const { inputs, failures } = await check(run);
        expect(failures).toHaveLength(1);
        expect(failures[0]?.reason).toContain('IngestToken("checkout"): ');
        expect(failures[0]?.reason).toContain(problem);
        expect((await failureOf(run.owners.create(inputs))).message).toContain(problem);
    });

    it.each([
        ["no bootstrap token", () => ({ DYNATRACE_API_URL: bench.emulator.apiUrl }), "there is no bootstrap token"],
        [
            "no network",
            () => ({ DYNATRACE_API_URL: "http://127.0.0.1:1/api", DYNATRACE_API_TOKEN: bench.emulator.bootstrapToken }),
            "got no answer",
        ],
    ])("with %s lets a preview pass, with one line", async (_what, env, problem) => {
        const run = bench.next(env());
        expect((await check(run)).failures).toEqual([]);
        expect(run.said).toEqual([expect.stringContaining("were not checked")]);
        expect(run.said[0]).toContain(problem);
    });

    it("is another for another environment, and the same for another host of it", async () => {
        const at = (apiUrl: string) => ({ place: "environment", apiUrl });
        const olds = { ...bench.owner, address: { apiUrl: "https://abc12345.live.dynatrace.com/api" } };
        const diff = (apiUrl: string) => bench.owners.diff(bench.mark, olds, at(apiUrl));
        expect(await diff("https://abc12345.live.dynatrace.com/api")).toEqual({ changes: false, replaces: [] });
        expect(await diff("https://ag.example:9999/e/abc12345/api")).toEqual({ changes: true, replaces: [] });
        expect(await diff("https://xyz98765.live.dynatrace.com/api")).toEqual({ changes: true, replaces: ["apiUrl"] });
    });
});

it("a run that skips the owner, as with --target, is told what to target", async () => {
    const { failures } = await bench.runtime.check({}, { scopes: ["logs.ingest"], tokenName: "t", key: "0a1b2c3d" });
    expect(failures.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^ApiToken: mark: is missing, because this run skips the stack's TokenOwner.*--target/),
    ]);
});
