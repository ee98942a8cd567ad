import { Persistence } from "../support/faults-collector";
import { FAULTS, MEMORY_MIB } from "../support/faults-collector-list";
import { type Fault, type Outcome, suffer } from "../support/faults-collector-runs";
import { writeResults } from "../support/results";

/** Runs beside each other: most of their time is waiting. Those with a flow of their own send much more than the others. */
const AT_ONCE = { ownFlow: 3, others: 6 };
const MINUTES = 60_000;

interface Run {
    fault: Fault;
    persistence: Persistence;
}

const RUNS: Run[] = FAULTS.flatMap((fault) =>
    (fault.persistence ?? Object.values(Persistence)).map((persistence) => ({ fault, persistence })),
);
const LOSSLESS = RUNS.filter((run) => !loses(run));
const BOTH = Object.values(Persistence);

const outcomes = new Map<string, Outcome>();
const errors = new Map<string, unknown>();

beforeAll(async () => {
    const work = async (waiting: Run[]): Promise<void> => {
        for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
            const key = keyOf(run.fault.name, run.persistence);
            await suffer(run.fault, run.persistence).then(
                (outcome) => outcomes.set(key, outcome),
                (error: unknown) => errors.set(key, error),
            );
        }
    };
    const lane = (runs: Run[], atOnce: number): Promise<void>[] => Array.from({ length: atOnce }, () => work(runs));
    await Promise.all([
        ...lane(RUNS.filter(hasOwnFlow), AT_ONCE.ownFlow),
        ...lane(
            RUNS.filter((run) => !hasOwnFlow(run)),
            AT_ONCE.others,
        ),
    ]);
    const done = RUNS.flatMap(({ fault, persistence }) => outcomes.get(keyOf(fault.name, persistence)) ?? []);
    writeResults(
        "faults",
        done.map(({ figures }) => figures),
    );
}, 8 * MINUTES);

describe.each(LOSSLESS.map(({ fault, persistence }) => ({ name: fault.name, persistence })))(
    "$name, persistence: $persistence",
    ({ name, persistence }) => {
        test("loses nothing that the Collector took, and takes all in the end", () => {
            const { figures } = outcomeOf(name, persistence);
            expect(figures.sent).toBeGreaterThan(300);
            expect(figures).toMatchObject({ arrived: figures.sent, lost: 0 });
        });
    },
);

describe.each(BOTH)("persistence: %s", (persistence) => {
    test.each([
        "429 storm, Retry-After 2 s",
        "503 without Retry-After",
        "connection cut before the work",
        "slow answers (5 s)",
    ])("%s: nothing arrives twice", (name) => {
        const { figures, struck } = outcomeOf(name, persistence);
        expect(figures.duplicated).toBe(0);
        expect(struck).toBeGreaterThanOrEqual(12);
    });

    test.each(["answers slower than the Collector waits (32 s)", "answer lost after the work"])(
        "%s: what Dynatrace has already kept arrives once more",
        (name) => {
            expect(outcomeOf(name, persistence).figures.duplicated).toBeGreaterThan(0);
        },
    );

    test("a token that is refused loses what was sent with it, and the Collector's log counts it", () => {
        const { figures, log } = outcomeOf("refused for good (401)", persistence);
        expect(figures.lost).toBeGreaterThan(0);
        expect(droppedIn(log)).toBe(figures.lost);
        expect(log).toContain("responded with HTTP Status Code 401");
    });

    test("a record of 20 MB over HTTP arrives, cut to what fits into a request", () => {
        const { longest } = outcomeOf("one record of 20 MB over HTTP", persistence);
        for (const [length, most] of [
            [longest.span, 4_000_000],
            [longest.log, 1_000_000],
        ] as const) {
            expect(length).toBeGreaterThan(100_000);
            expect(length).toBeLessThan(most);
        }
    });

    test("a record of 20 MB over gRPC is refused, and the sender told; no other is lost with it", () => {
        const { missing, report } = outcomeOf("one record of 20 MB over gRPC", persistence);
        expect(missing).toEqual({ spans: [report.giantId], metrics: [], logs: [report.giantId] });
        expect(Object.keys(report.failures).join()).toMatch(/RESOURCE_EXHAUSTED/);
    });

    test("a full queue refuses before its volume is full", () => {
        const { log } = outcomeOf("queue full", persistence);
        expect(log).toContain("sending queue is full");
        expect(log).not.toContain("file too large");
    });

    test("at its memory limit the Collector refuses for a while, and stays within it", () => {
        const { log, peakMemoryMiB } = outcomeOf("memory limit reached", persistence);
        expect(log).toContain("Memory usage back within limits. Resuming normal operation.");
        expect(peakMemoryMiB).toBeGreaterThan(MEMORY_MIB / 2);
        expect(peakMemoryMiB).toBeLessThan(MEMORY_MIB);
    });
});

test("without cutLargeRecords a record of 20 MB is dropped, and the Collector's log says so; no other is lost with it", () => {
    const { missing, report, log } = outcomeOf("one record of 20 MB over HTTP, cutLargeRecords off", Persistence.None);
    expect(missing).toEqual({ spans: [report.giantId], metrics: [], logs: [report.giantId] });
    expect(log.match(/one (span|log record) size is greater than max size, dropping items: 1/g)).toHaveLength(2);
});

test("a full disk loses some of what waited on it; senders of more are told to repeat it, and all goes on afterwards", () => {
    const { missing, report, figures, log } = outcomeOf("disk full", Persistence.Volume);
    expect(log).toMatch(/Rejecting data\..*file too large/);
    expect(figures.lost === 0 || /persistent_queue\.go.*file too large/.test(log)).toBe(true);
    // The sender repeats what was not taken until it is, so the last of a signal that was rejected came after the fault. Another signal
    // may have been taken whole before the disk was full.
    const last = report.sentOfEach - 1;
    const afterwards = Object.values(missing).filter((ids) => !ids.includes(last));
    expect(afterwards.length).toBeGreaterThan(0);
    expect(figures.lost).toBeLessThan(figures.sent / 2);
});

test.each([
    "Collector killed (-9) under load",
    "Collector killed (-9), Dynatrace down",
    "Collector ended (SIGTERM), Dynatrace down",
])("%s: without a volume loses what waited in memory, so that the counting can fail", (name) => {
    const { figures } = outcomeOf(name, Persistence.None);
    expect(figures.lost).toBeGreaterThan(0);
    expect(figures.arrived).toBeGreaterThan(0);
});

/** @throws what the run threw. */
function outcomeOf(name: string, persistence: Persistence): Outcome {
    const outcome = outcomes.get(keyOf(name, persistence));
    if (outcome === undefined) throw errors.get(keyOf(name, persistence)) ?? new Error(`${name} was not run`);
    return outcome;
}

function keyOf(name: string, persistence: Persistence): string {
    return `${name}, ${persistence}`;
}

function hasOwnFlow({ fault }: Run): boolean {
    return fault.flow !== undefined;
}

function loses({ fault, persistence }: Run): boolean {
    return fault.loses?.includes(persistence) ?? false;
}

/** Records that the Collector says it gave up. */
function droppedIn(log: string): number {
    const counts = [...log.matchAll(/Dropping data\..*"dropped_items": (\d+)/g)].map(([, count]) => Number(count));
    return counts.reduce((sum, count) => sum + count, 0);
}
