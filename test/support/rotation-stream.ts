import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { text } from "node:stream/consumers";

import type { Emulator } from "../../emulator";
import { RECORD_ID, type SenderReport } from "./rotation-sender";

/** Data that flows all the time, from a process of its own. */
export class Stream {
    private readonly process: ChildProcess;
    private readonly report: Promise<string>;

    constructor(endpoint: string) {
        const args = ["--require", require.resolve("tsx/cjs"), path.join(__dirname, "rotation-sender.ts"), endpoint];
        this.process = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
        this.report = text(this.process.stdout!);
    }

    /** Ends it once all that it sent was taken. */
    async stop(): Promise<SenderReport> {
        this.process.stdin?.end();
        const report = await this.report;
        if (report === "") throw new Error("the sender ended before its time");
        return JSON.parse(report) as SenderReport;
    }

    kill(): void {
        this.process.kill("SIGKILL");
    }
}

/** What became of what was sent. */
export interface Tally {
    sent: number;
    lost: number;
    duplicates: number;
    /** Answers 401 and 403 of Dynatrace, to whatever call. */
    unauthorized: number;
    /** Requests refused for whatever reason. */
    refused: number;
}

export function tally(emulator: Emulator, sentOfEach: number): Tally {
    const { spans, metrics, logs } = emulator.arrived();
    const signals = [spans, metrics, logs].map((items) => items.map(({ attributes }) => Number(attributes[RECORD_ID])));
    const different = signals.map((ids) => new Set(ids).size);
    const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
    return {
        sent: 3 * sentOfEach,
        lost: 3 * sentOfEach - sum(different),
        duplicates: sum(signals.map((ids) => ids.length)) - sum(different),
        unauthorized: emulator.requests().filter(({ status }) => status === 401 || status === 403).length,
        refused: emulator.refused().length,
    };
}
