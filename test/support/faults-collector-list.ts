import { setTimeout as wait } from "node:timers/promises";

import type { FaultRule } from "../../emulator";
import { Persistence, type Rig } from "./faults-collector";
import type { Fault } from "./faults-collector-runs";
import { until } from "./processes";

/** Strikes so many requests with something, and waits until they were struck. */
function strike(rule: FaultRule, times: number, thenSeconds = 0): Fault["befall"] {
    return async ({ emulator }) => {
        emulator.fault({ ...rule, times });
        const struck = (): number => emulator.requests().filter(({ fault }) => fault !== undefined).length;
        await until(`${times} requests struck`, 100, () => (struck() >= times ? true : undefined));
        await wait(thenSeconds * 1000);
    };
}

/** Dynatrace cannot be reached for so long; meanwhile something else may befall. */
function down(seconds: number, meanwhile: (rig: Rig) => Promise<unknown> = () => Promise.resolve()): Fault["befall"] {
    return async (rig) => {
        rig.emulator.fault({ kind: "down", seconds });
        const over = wait((seconds + 1) * 1000);
        // By then the Collector has taken what it cannot send.
        await wait(4000);
        await meanwhile(rig);
        await over;
    };
}

/** Dynatrace cannot be reached for so long, and then until the Collector has said something, which it may do late on a busy machine. */
function downUntilLogged(seconds: number, what: RegExp): Fault["befall"] {
    return async (rig) => {
        rig.emulator.fault({ kind: "down", seconds });
        rig.emulator.fault({ kind: "no-connection", times: Infinity });
        await Promise.all([wait((seconds + 1) * 1000), rig.logged(what)]);
        rig.emulator.clearFaults();
    };
}

/** The Collector goes, and another comes, three times while data flows. */
function underLoad(how: "stop" | "kill"): Fault["befall"] {
    return async (rig) => {
        for (let time = 0; time < 3; time++) {
            // Not right after a batch was sent, when there is nothing to lose.
            await rig.arrival();
            await wait(600);
            await rig.restart(how);
        }
        await rig.arrival();
    };
}

/** Nothing befalls it but what is sent. */
const untilSent = (): Promise<void> => Promise.resolve();

const EITHER = [Persistence.None, Persistence.Volume];
/** The least that the component takes. */
export const MEMORY_MIB = 128;
const GIANT = { requests: 20, giantBytes: 20_000_000 } as const;

/** The longest first, because several are run beside each other. */
export const FAULTS: Fault[] = [
    { name: "Dynatrace down for 60 s", befall: down(60) },
    {
        name: "answers slower than the Collector waits (32 s)",
        befall: strike({ kind: "slow", delayMs: 32_000 }, 3, 33),
    },
    {
        // A volume that is full long before it holds what it was said to hold.
        name: "disk full",
        persistence: [Persistence.Volume],
        rig: { roomMiB: 8 },
        flow: { requests: 80, recordsPerRequest: 50, paddingBytes: 2000, pauseMs: 0 },
        // A queue that cannot note what it has sent may stay as it is: whoever runs it makes room, and starts it again.
        befall: async (rig) => {
            await downUntilLogged(25, /file too large/)(rig);
            rig.makeRoom();
            await rig.restart("kill");
        },
        loses: [Persistence.Volume],
        quietSeconds: 50,
    },
    {
        name: "memory limit reached",
        rig: { memoryMiB: MEMORY_MIB },
        flow: { requests: 120, recordsPerRequest: 250, paddingBytes: 0, attributes: 30, pauseMs: 20 },
        befall: downUntilLogged(25, /Refusing data/),
    },
    {
        // A volume of 96 MiB that is as large as it was said to be: a third for each signal.
        name: "queue full",
        rig: { memoryMiB: 256, queueGiB: 96 / 1024, roomMiB: 32 },
        flow: { requests: 240, recordsPerRequest: 50, paddingBytes: 5000, pauseMs: 0 },
        befall: downUntilLogged(25, /sending queue is full/),
    },
    {
        name: "429 storm, Retry-After 2 s",
        befall: strike({ kind: "429", unit: "retry-after-seconds", delaySeconds: 2 }, 30),
    },
    { name: "503 without Retry-After", befall: strike({ kind: "503" }, 12) },
    { name: "connection cut before the work", befall: strike({ kind: "no-connection" }, 12) },
    { name: "slow answers (5 s)", befall: strike({ kind: "slow", delayMs: 5000 }, 12, 5) },
    { name: "slow bodies (5 s)", befall: strike({ kind: "slow-body", delayMs: 5000 }, 12, 5) },
    { name: "answer lost after the work", befall: strike({ kind: "lost-reply" }, 6) },
    {
        name: "refused for good (401)",
        befall: strike({ kind: "status", status: 401 }, 6),
        loses: EITHER,
    },
    {
        name: "Collector killed (-9) under load",
        befall: underLoad("kill"),
        loses: [Persistence.None],
    },
    {
        name: "Collector killed (-9), Dynatrace down",
        befall: down(10, (rig) => rig.restart("kill")),
        loses: [Persistence.None],
    },
    { name: "Collector ended (SIGTERM) under load", befall: underLoad("stop") },
    {
        name: "Collector ended (SIGTERM), Dynatrace down",
        befall: down(10, (rig) => rig.restart("stop")),
        loses: [Persistence.None],
    },
    { name: "one record of 20 MB over HTTP", flow: GIANT, befall: untilSent },
    {
        name: "one record of 20 MB over HTTP, cutLargeRecords off",
        persistence: [Persistence.None],
        rig: { cutLargeRecords: false },
        flow: GIANT,
        befall: untilSent,
        loses: EITHER,
    },
    {
        name: "one record of 20 MB over gRPC",
        flow: { ...GIANT, overGrpc: true },
        befall: untilSent,
        loses: EITHER,
    },
];
