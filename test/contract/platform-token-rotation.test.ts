import { DAY, OtherBench, PLATFORM, type Made } from "./other-tokens-support";

let bench: OtherBench;
beforeEach(async () => void (bench = await OtherBench.start(PLATFORM)));
afterEach(() => bench.emulator.stop());

const days = (iso: unknown): number => (Date.parse(String(iso)) - bench.clock.now()) / DAY;
const expiryOf = (id: string): string | undefined => bench.tokens().find((token) => token.id === id)?.expirationDate;
const ROTATING = { rotateAfterDays: 30 };

/** Status of sending a metric line with a token. */
async function ingest({ outs }: Made): Promise<number> {
    const headers = { authorization: `Bearer ${String(outs.token)}`, "content-type": "text/plain" };
    return (await fetch(bench.emulator.metricsIngestUrl, { method: "POST", headers, body: "a.b 1" })).status;
}

describe("rotation", () => {
    it("gives the old token the overlap by its expiry, and a later up deletes it", async () => {
        const first = await bench.create(ROTATING);
        await bench.clock.sleep(31 * DAY);
        const run = bench.next();
        const second = await run.up(first, ROTATING);
        expect(run.said.join()).toContain("longer ago than rotateAfterDays: 30");
        expect(days(expiryOf(first.id))).toBeCloseTo(1, 2);
        expect([await ingest(first), await ingest(second)]).toEqual([202, 202]);
        expect(await bench.next().up(second, ROTATING)).toBe(second);

        await bench.clock.sleep(1.01 * DAY);
        expect([await ingest(first), await ingest(second)]).toEqual([403, 202]);
        const settled = await bench.next().up(second, ROTATING);
        expect(bench.ids()).toEqual([second.id]);
        expect(settled.outs).not.toHaveProperty("retiring");
        expect(await bench.next().up(settled, ROTATING)).toBe(settled);
    });

    it("thirty times, with an up a day, never runs into the limit of ten", async () => {
        let token = await bench.create({ rotateAfterDays: 2, expiresAfterDays: 30 });
        for (let day = 0; day < 30; day++) {
            await bench.clock.sleep(1.001 * DAY);
            token = await bench.next().up(token, { rotateAfterDays: 2, expiresAfterDays: 30 });
            expect(bench.ids().length).toBeLessThanOrEqual(2);
        }
        expect(await ingest(token)).toBe(202);
    });

    it("never lengthens a life that ends before the overlap", async () => {
        const inputs = { expirationDate: "now+31d", expiresAfterDays: undefined, rotateAfterDays: 30, overlapDays: 5 };
        const first = await bench.create(inputs);
        const end = expiryOf(first.id);
        await bench.clock.sleep(30.5 * DAY);
        await bench.next().up(first, inputs);
        expect(expiryOf(first.id)).toBe(end);
    });

    it("expire leaves the old expiry, and deletes what is expired", async () => {
        const inputs = { ...ROTATING, retire: "expire" };
        const first = await bench.create(inputs);
        const end = expiryOf(first.id);
        await bench.clock.sleep(31 * DAY);
        const second = await bench.next().up(first, inputs);
        expect(expiryOf(first.id)).toBe(end);
        await bench.clock.sleep(29 * DAY);
        expect(await bench.next().up(second, inputs)).toBe(second);
        const third = await bench.next().up(second, { ...inputs, rotateAfterDays: 80 });
        await bench.clock.sleep(31 * DAY);
        await bench.next().up(third, { ...inputs, rotateAfterDays: 80 });
        expect(bench.ids()).toEqual([second.id]);
    });

    it("destroy within the overlap deletes both", async () => {
        const first = await bench.create(ROTATING);
        await bench.clock.sleep(31 * DAY);
        const second = await bench.next().up(first, ROTATING);
        await bench.next().runtime.delete(second.id, second.outs);
        expect(bench.ids()).toEqual([]);
    });
});

describe("refresh", () => {
    it("finds a deleted token gone, and an expired one", async () => {
        const made = await bench.create();
        await bench.clock.sleep(91 * DAY);
        expect((await bench.next().refresh(made)).id).toBe("");
        bench.emulator.deleteToken(made.id);
        expect((await bench.next().refresh(made)).id).toBe("");
    });

    it("without drift changes nothing", async () => {
        const made = await bench.create();
        const read = await bench.next().refresh(made);
        expect(read.outs).toEqual(made.outs);
        expect(await bench.next().up(read)).toBe(read);
    });

    it.each([false, true])(
        "sees that somebody switched it off, and up switches it on (status listed: %s)",
        async (listed) => {
            await bench.emulator.stop();
            bench = await OtherBench.start(PLATFORM, { account: { listShowsStatus: listed } });
            const made = await bench.create();
            bench.emulator.setEnabled(made.id, false);
            const read = await bench.next().refresh(made);
            expect(read.outs.applied).toMatchObject({ enabled: false });
            await bench.next().up(read);
            expect(bench.tokens()).toMatchObject([{ id: made.id, enabled: true }]);
        },
    );

    it("sees that somebody moved its expiry, and up moves it back", async () => {
        const made = await bench.create();
        const run = bench.next();
        await run.up(made, { expiresAfterDays: 5 });
        const read = await bench.next().refresh(made);
        expect(days(read.outs.expiresAt)).toBeCloseTo(5, 2);
        const restored = await bench.next().up(read);
        expect(restored.id).toBe(made.id);
        expect(days(expiryOf(made.id))).toBeCloseTo(90, 2);
    });

    it("that finds the new one deleted within the overlap does not forget the old one", async () => {
        const first = await bench.create(ROTATING);
        await bench.clock.sleep(31 * DAY);
        const second = await bench.next().up(first, ROTATING);
        bench.emulator.deleteToken(second.id);
        const read = await bench.next().refresh(second);
        expect(read.id).toBe(second.id);
        const third = await bench.next().up(read, ROTATING);
        expect(third.outs.retiring).toMatchObject([{ tokenId: first.id }, { tokenId: second.id }]);
    });
});
