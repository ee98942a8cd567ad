import type { Emulator } from "../../emulator";
import { type Flow, type Persistence, Rig, type RigOptions } from "./faults-collector";
import type { SenderReport } from "./faults-collector-sender";
import { RECORD_ID } from "./rotation-sender";
import { tally } from "./rotation-stream";

/** What befalls a Collector or its Dynatrace while data flows. */
export interface Fault {
    name: string;
    /** With what it is run. @default - with and without a persistent queue */
    persistence?: Persistence[];
    rig?: Partial<RigOptions>;
    /** What flows. @default - a few hundred records a second */
    flow?: Flow;
    /** Returns once Dynatrace and the Collector are as they were. */
    befall: (rig: Rig) => Promise<void>;
    /** Persistence with which records are lost. */
    loses?: Persistence[];
    /** What is lost shows when nothing more has arrived for so long. @default 8 */
    quietSeconds?: number;
}

/** One line of `faults.json`. */
export interface Figures {
    fault: string;
    persistence: Persistence;
    sent: number;
    arrived: number;
    lost: number;
    duplicated: number;
}

export interface Outcome {
    figures: Figures;
    report: SenderReport;
    log: string;
    /** Most memory of the Collector that a kernel could not have taken back. */
    peakMemoryMiB: number;
    /** Ids that did not arrive, signal by signal. */
    missing: Record<"spans" | "metrics" | "logs", number[]>;
    /** Length of the longest text in a span and in a log record that arrived. */
    longest: Record<"span" | "log", number>;
    /** Requests that the fault struck. */
    struck: number;
}

export async function suffer(fault: Fault, persistence: Persistence): Promise<Outcome> {
    const rig = await Rig.start({ ...fault.rig, persistence });
    try {
        await rig.send(fault.flow);
        await fault.befall(rig);
        const report = await rig.sent();
        const quietSeconds = fault.loses?.includes(persistence) ? (fault.quietSeconds ?? 8) : undefined;
        await rig.settled(report.sentOfEach, quietSeconds);
        const log = await rig.end();
        return outcome(fault.name, persistence, rig, report, log);
    } catch (error) {
        throw new Error(`${(error as Error).message}; the Collector's last words:\n${rig.log().slice(-2000)}`);
    } finally {
        await rig.stop();
    }
}

function outcome(
    fault: string,
    persistence: Persistence,
    { emulator, peakMemoryMiB }: Rig,
    report: SenderReport,
    log: string,
): Outcome {
    const { sent, lost, duplicates } = tally(emulator, report.sentOfEach);
    return {
        figures: { fault, persistence, sent, arrived: sent - lost, lost, duplicated: duplicates },
        report,
        log,
        peakMemoryMiB,
        missing: missingIn(emulator, report.sentOfEach),
        longest: {
            span: longest(emulator.arrived().spans.map(({ attributes }) => attributes["text"])),
            log: longest(emulator.arrived().logs.map(({ body }) => body)),
        },
        struck: emulator.requests().filter((request) => request.fault !== undefined).length,
    };
}

function missingIn(emulator: Emulator, sentOfEach: number): Outcome["missing"] {
    const { spans, metrics, logs } = emulator.arrived();
    const missing = (items: { attributes: Record<string, unknown> }[]): number[] => {
        const ids = new Set(items.map(({ attributes }) => attributes[RECORD_ID]));
        return Array.from({ length: sentOfEach }, (_, id) => id).filter((id) => !ids.has(id));
    };
    return { spans: missing(spans), metrics: missing(metrics), logs: missing(logs) };
}

function longest(texts: unknown[]): number {
    return texts.reduce<number>((most, text) => Math.max(most, String(text).length), 0);
}
