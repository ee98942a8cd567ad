import { LostReply } from "../../providers/metrics";
import { writeResults } from "../support/results";
import { stopAll } from "./emulator-helpers";
import { accountedFor, arrivedLines, bench, linesWithBadOnes } from "./metrics-support";

afterEach(stopAll);

const COUNT = 10_000;
const { lines, bad } = linesWithBadOnes(COUNT);
const good = lines.filter((_, index) => !bad.includes(index));

/** Each once, in their order. A list of thousands would be no message. */
function expectArrived(arrived: string[], expected: string[]): void {
    expect(arrived).toHaveLength(expected.length);
    expect(arrived.filter((line, index) => line !== expected[index])).toEqual([]);
}

test("of 10,000 lines with 1 % bad ones 9,900 are accepted once, and 100 come back with line and reason", async () => {
    const { emulator, client } = await bench();
    const outcome = await client.send(lines);
    expectArrived(arrivedLines(emulator), good);
    expect(outcome).toMatchObject({ sent: COUNT, accepted: 9_900, invalidUnnamed: 0, inDoubt: [], notAccepted: [] });
    expect(outcome.invalid.map(({ index }) => index)).toEqual(bad);
    for (const { index, line, reason } of outcome.invalid) {
        expect(line).toBe(lines[index]);
        expect(reason).toMatch(/key|number|delta|characters/);
    }
});

test("the same while Dynatrace is too busy (429) and unavailable (503)", async () => {
    const { emulator, client, clock } = await bench(
        {},
        { rateLimit: { requests: 3, perSeconds: 30, retryAfter: true } },
    );
    emulator.fault({ kind: "503", retryAfterSeconds: 20 });
    emulator.fault({ kind: "503", times: 2 });
    const outcome = await client.send(lines);
    expectArrived(arrivedLines(emulator), good);
    expect(outcome).toMatchObject({ sent: COUNT, accepted: 9_900, inDoubt: [], notAccepted: [] });
    expect(outcome.invalid).toHaveLength(100);
    expect(emulator.requests().filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(3);
    expect(emulator.requests().filter(({ status }) => status === 503)).toHaveLength(3);
    expect(Math.max(...clock.waits)).toBeGreaterThanOrEqual(20_000);
    const { accepted, sent } = outcome;
    writeResults("lines", { sent, accepted, invalid: outcome.invalid.length });
});

test.each(["us", "s", "ms", "retry-after-seconds", "retry-after-date"] as const)(
    "a 429 that asks to wait in the form %s is heeded",
    async (unit) => {
        const { emulator, client, clock } = await bench();
        emulator.fault({ kind: "429", unit, delaySeconds: 30 });
        expect(await client.send(["shop.a 1"])).toMatchObject({ accepted: 1 });
        const waited = clock.waits.reduce((sum, wait) => sum + wait, 0);
        expect(waited).toBeGreaterThan(28_000);
        expect(waited).toBeLessThan(32_000);
    },
);

test("a lost reply: no line counts twice, and those of that request come back as in doubt", async () => {
    const { emulator, client } = await bench();
    emulator.fault({ kind: "lost-reply" });
    const outcome = await client.send(lines);
    // The work was done, only the reply was lost: all has arrived, each line once.
    expectArrived(arrivedLines(emulator), good);
    expect(outcome.inDoubt.map(({ line }) => line)).toEqual(lines.slice(0, 1_000));
    expect(outcome).toMatchObject({ accepted: 8_910, notAccepted: [] });
    expect(outcome.invalid).toHaveLength(90);
    expect(accountedFor(outcome)).toBe(COUNT);
});

test("a lost reply, where each line is to count at least once: that request is sent again, and its lines count twice", async () => {
    const { emulator, client } = await bench({ lostReply: LostReply.Resend });
    emulator.fault({ kind: "lost-reply" });
    const outcome = await client.send(lines);
    expect(outcome).toMatchObject({ accepted: 9_900, inDoubt: [], notAccepted: [] });
    expect(arrivedLines(emulator)).toHaveLength(9_900 + 990);
    expect(new Set(arrivedLines(emulator))).toEqual(new Set(good));
});
