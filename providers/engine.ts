import { connect } from "node:net";

import { DynatraceError } from "./dynatrace/errors";

/** Milliseconds after which an engine that neither takes nor refuses a connection counts as running. */
const PATIENCE = 2_000;

/**
 * Whether the engine that this provider works for still runs. One that is killed leaves its providers behind, which go on with
 * what they were doing; what they make then nobody records, and the next `up` may be under way.
 *
 * @param args of this process; the engine's address is among them.
 * @returns true unless the address refuses a connection; also if no address is known, as in tests.
 */
export function engineLives(args: readonly string[] = process.argv): Promise<boolean> {
    const [, host, port] =
        args
            .map((arg) => /^(127\.0\.0\.1|localhost):(\d+)$/.exec(arg))
            .filter((match) => match !== null)
            .at(-1) ?? [];
    if (host === undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
        const socket = connect({ host, port: Number(port), timeout: PATIENCE });
        const settle = (lives: boolean): void => {
            socket.destroy();
            resolve(lives);
        };
        socket.once("connect", () => settle(true));
        socket.once("timeout", () => settle(true));
        socket.once("error", ({ code }: NodeJS.ErrnoException) => settle(code !== "ECONNREFUSED"));
    });
}

/** What a provider that was left behind stops with; nobody reads it but a log. */
export class EngineGoneError extends DynatraceError {
    constructor() {
        super("the Pulumi engine is gone: what is made now could not be recorded; run `pulumi up` again");
    }
}
