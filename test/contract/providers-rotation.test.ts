import type { TokenOutputs } from "../../providers/tokens/state";
import type { Properties } from "../../providers/properties";
import { Bench, failureOf } from "./providers-support";

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

const bag = (outs: TokenOutputs): Properties => ({ ...outs }) as Properties;
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
    expect(nameOf(first.id)).toMatch(/^shop-prod-checkout-until-\d{8}T\d{6}Z-[0-9a-f]{12}-[0-9a-f]{8}$/);
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
    expect(nameOf(first.id)).toBe(first.outs.actualName);
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

    it("is deleted with the mark, when a destroy comes first", async () => {
        await unrecorded();
        await bench.next().marks.delete(bench.mark, { mark: bench.mark, recordedUrl: bench.emulator.apiUrl });
        expect(live()).toEqual([]);
    });

    it("is told from one that is in use, and from those of others", async () => {
        const used = await bench.create();
        const auth = { authorization: `Api-Token ${used.outs.token}`, "content-type": "text/plain" };
        await fetch(`${bench.emulator.apiUrl}/v2/metrics/ingest`, { method: "POST", headers: auth, body: "a.b 1" });
        bench.emulator.createToken({ name: used.outs.actualName.replace(bench.mark, "ba9876543210") });
        bench.emulator.createToken({ name: `shop-prod-checkout-${bench.mark}` });
        const before = live();
        const { id } = await bench.next().create();
        expect(live()).toEqual([...before, id]);
    });

    it("is left alone under --replace, where the recorded one is not known", async () => {
        const first = await bench.create();
        const run = bench.next();
        const inputs = await run.check();
        await run.runtime.check(inputs, inputs);
        const { id } = await run.create();
        expect(live()).toEqual([first.id, id]);
    });
});

describe("taking a token over", () => {
    const adoptee = () => bench.emulator.createToken({ name: "made by hand", scopes: ["logs.ingest", "DataExport"] });

    it("gives it name and scopes, and makes none", async () => {
        const { id, token } = adoptee();
        const made = await bench.create({ adoptToken: token });
        expect(made.id).toBe(id);
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

describe("a mark", () => {
    const markAt = async (recordedUrl: string): Promise<Bench> => {
        const run = bench.next({ DYNATRACE_API_TOKEN: bench.emulator.bootstrapToken });
        await run.marks.delete(bench.mark, { mark: bench.mark, recordedUrl });
        return run;
    };

    it("of a host that does not exist does not keep the stack from being destroyed", async () => {
        const { said } = await markAt("https://no-such-host.invalid/api");
        expect(said).toEqual([expect.stringContaining(`look for tokens whose names hold ${bench.mark}`)]);
    });

    it("that another took the place of leaves alone the token that was renamed after the listing, unused as it is", async () => {
        const made = await bench.create();
        const run = bench.next();
        // Another resource of the same run needs the listing first.
        await run.create({ mark: "aaaaaaaaaaaa" });
        const { inputs } = await run.marks.check({}, {});
        const mark = (await run.marks.create(inputs)).id;
        const renamed = await up(run, made, { mark });
        await run.marks.delete(bench.mark, { mark: bench.mark, recordedUrl: bench.emulator.apiUrl });
        expect(live()).toContain(made.id);
        expect(nameOf(made.id)).toBe(renamed.outs.actualName);
        expect(renamed.outs.actualName).toContain(mark);
    });

    it("stays in the state while Dynatrace cannot be asked for what bears it", async () => {
        expect((await failureOf(markAt("http://127.0.0.1:1/api"))).message).toContain("could not list tokens");
    });
});
