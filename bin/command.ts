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

/** The world outside of a command. */
export interface Io {
    out(text: string): void;
    err(text: string): void;
    /** Aborted by ^C and by SIGTERM. */
    stop: AbortSignal;
}

/** Wrong arguments: the program answers with the usage and exit code 2. */
export class UsageError extends Error {}
