import { setTimeout as wait } from "node:timers/promises";

import { CollectorTokenFrom } from "../../components/collector/args";
import { writeResults } from "../support/results";
import { Rehearsal } from "../support/rotation";
import type { Tally } from "../support/rotation-stream";

jest.setTimeout(400_000);

const ROTATIONS = 10;
const OVERLAP_SECONDS = 3;

interface Figures {
    delivery: string;
    rotations: number;
    sent: number;
    unauthorized: number;
    lost: number;
    liveTokens: number;
}

const figures: Figures[] = [];
afterAll(() => writeResults("rotation", figures));

describe.each([
    { delivery: CollectorTokenFrom.Environment, restarts: ROTATIONS },
    { delivery: CollectorTokenFrom.File, restarts: 0 },
])("a token from the $delivery, rotated ten times while data flows", ({ delivery, restarts }) => {
    let rehearsal: Rehearsal;
    let result: { tally: Tally; failures: string[] };
    const live: Record<string, number> = {};

    beforeAll(async () => {
        rehearsal = await Rehearsal.start(delivery, OVERLAP_SECONDS);
        for (let rotation = 1; rotation <= ROTATIONS; rotation++) {
            await rehearsal.rotate();
            await rehearsal.deliver();
            // Old tokens go in the midst of it as well, or all of this would hold only because none ever does.
            if (rotation === ROTATIONS / 2) {
                live["before"] = rehearsal.liveTokens();
                await rehearsal.settle();
                live["midway"] = rehearsal.liveTokens();
            }
        }
        await rehearsal.settle();
        await rehearsal.project.upWithoutChanges();
        live["end"] = rehearsal.liveTokens();
        result = await rehearsal.finish();
        const { sent, unauthorized, lost } = result.tally;
        figures.push({ delivery, rotations: ROTATIONS, sent, unauthorized, lost, liveTokens: live["end"] });
    });

    afterAll(() => rehearsal?.stop());

    test("loses nothing: every record that was sent has arrived, once", () => {
        expect(result.failures).toEqual([]);
        expect(result.tally.sent).toBeGreaterThan(100 * ROTATIONS);
        expect(result.tally).toMatchObject({ lost: 0, duplicates: 0, refused: 0 });
    });

    test("is never refused", () => {
        expect(result.tally.unauthorized).toBe(0);
    });

    test("signed with each of the eleven tokens in turn", () => {
        const { spans } = rehearsal.emulator.arrived();
        expect(new Set(spans.map(({ tokenId }) => tokenId)).size).toBe(ROTATIONS + 1);
    });

    test("leaves one live token, midway and in the end, and nothing to change", () => {
        expect(live).toEqual({ before: ROTATIONS / 2 + 1, midway: 1, end: 1 });
    });

    test(`replaced the pods ${restarts} times`, () => {
        expect(rehearsal.restarts).toBe(restarts);
    });
});

describe("without an overlap, and a kubelet that is late", () => {
    let rehearsal: Rehearsal;

    beforeAll(async () => void (rehearsal = await Rehearsal.start(CollectorTokenFrom.File, 0)));
    afterAll(() => rehearsal?.stop());

    test("requests are refused and records lost, so that the counting above can fail", async () => {
        await rehearsal.rotate();
        // More than the second in which a Collector batches.
        await wait(3000);
        await rehearsal.deliver();
        const { tally } = await rehearsal.finish();
        expect(tally.unauthorized).toBeGreaterThan(0);
        expect(tally.refused).toBe(tally.unauthorized);
        expect(tally.lost).toBeGreaterThan(0);
        expect(rehearsal.liveTokens()).toBe(1);
    });
});
