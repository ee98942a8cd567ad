/** The message of whatever was thrown. Not by `instanceof`: an error may come from another realm, as in a test. */
export function messageOf(thrown: unknown): string {
    const message = field(thrown, "message");
    return typeof message === "string" ? message : String(thrown);
}

/** Node's code of an error, e.g. `ENOTFOUND`; undefined if it has none. */
export function codeOf(thrown: unknown): string | undefined {
    const code = field(thrown, "code");
    return typeof code === "string" ? code : undefined;
}

/** Node's name of the operating system's call that failed, e.g. `connect`; undefined if no call of the operating system failed. */
export function systemCallOf(thrown: unknown): string | undefined {
    const call = field(thrown, "syscall");
    return typeof call === "string" ? call : undefined;
}

/** The error that led to an error. */
export function causeOf(thrown: unknown): unknown {
    return field(thrown, "cause");
}

function field(thrown: unknown, name: string): unknown {
    return typeof thrown === "object" && thrown !== null ? Reflect.get(thrown, name) : undefined;
}
