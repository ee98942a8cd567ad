import { createServer, type AddressInfo } from "node:net";

import { engineLives } from "../../providers/engine";
import { Bench, failureOf } from "./providers-support";

/*
 * An engine that is killed leaves its provider behind, in the middle of a call. Pulumi gives a provider the engine's address as an
 * argument; the same with processes that are killed is in the engine rung.
 */

let bench: Bench;
beforeEach(async () => void (bench = await Bench.start()));
afterEach(() => bench.emulator.stop());

/** An address of this machine, and a listener on it for as long as it is asked for. */
async function engine(): Promise<{ address: string; stop: () => Promise<void> }> {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const stop = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
    return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** Runs with an engine's address among the arguments of this process, as a provider has it. */
async function startedBy<T>(address: string, work: () => Promise<T>): Promise<T> {
    process.argv.push(address);
    try {
        return await work();
    } finally {
        process.argv.pop();
    }
}

it("an engine lives as long as its address takes connections", async () => {
    const { address, stop } = await engine();
    const args = ["node", "index.js", "--logtostderr", "--tracing", "127.0.0.1:1", address];
    await expect(engineLives(args)).resolves.toBe(true);
    await stop();
    await expect(engineLives(args)).resolves.toBe(false);
    await expect(engineLives(["node", "index.js"])).resolves.toBe(true);
});

it("a token that is made when the engine is gone is deleted again, for nobody would record it", async () => {
    const { address, stop } = await engine();
    await startedBy(address, async () => {
        const kept = await bench.create();
        await stop();
        const error = await failureOf(bench.create());
        expect(error.message).toContain("the Pulumi engine is gone");
        expect(bench.tokens().map(({ id }) => id)).toEqual([kept.id]);
    });
});

it("what the next run has made under the same mark is no orphaned token to a provider that was left behind", async () => {
    const { address, stop } = await engine();
    const next = await bench.next().create();
    await stop();
    await startedBy(address, async () => {
        expect((await failureOf(bench.next().create())).message).toContain("the Pulumi engine is gone");
        const left = bench.next();
        expect((await failureOf(left.owners.delete(bench.mark, bench.owner))).message).toContain(
            "the Pulumi engine is gone",
        );
    });
    expect(bench.tokens().map(({ id }) => id)).toEqual([next.id]);
});

it("without an overlap the record of the new token does not list the old one, which goes in the same run", async () => {
    const first = await bench.create({ rotationKey: "1", overlapDays: 0 });
    const run = bench.next();
    const inputs = { rotationKey: "2", overlapDays: 0 };
    await run.runtime.diff(first.id, { ...first.outs }, await run.check(inputs));
    const second = await run.create(inputs);
    expect(second.outs).not.toHaveProperty("retiring");
    await run.runtime.delete(first.id, { ...first.outs });
    expect(bench.tokens().map(({ id }) => id)).toEqual([second.id]);
    const later = bench.next();
    const diff = await later.runtime.diff(second.id, { ...second.outs }, await later.check(inputs));
    expect(diff.changes).toBe(false);
});
