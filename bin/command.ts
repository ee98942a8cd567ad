import type { Clock } from "../providers/dynatrace/limits";

/** One command of the program. */
export interface Command {
    name: string;
    /** One line for the list of commands. */
    summary: string;
    /** The whole help text. */
    usage: string;
    /**
     * Runs until it is done, or until `stop` is aborted.
     * @returns the exit code
     * @throws UsageError when the arguments are wrong
     */
    run(args: string[], io: Io): Promise<number>;
}

/** What a command reads from and writes to. */
export interface Io {
    out(text: string): void;
    err(text: string): void;
    /** Environment variables. */
    env: Record<string, string | undefined>;
    clock: Clock;
    /** All of standard input. */
    input(): Promise<string>;
    /** Asks at the terminal and waits for a line; undefined without a terminal. */
    ask?: (question: string) => Promise<string>;
    /** Aborted by ^C and by SIGTERM. */
    stop: AbortSignal;
}

/** Wrong arguments: the program answers with the usage and exit code 2. */
export class UsageError extends Error {}

/** Stopped by ^C or SIGTERM before the end. */
export class StoppedError extends Error {
    constructor() {
        super("stopped");
    }
}
