/** Node's code of an error, e.g. `ENOENT`; undefined if it has none. */
export function codeOf(thrown: unknown): unknown {
    return typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
}

/** What to print of whatever was thrown. Not by `instanceof`: an error may come from another realm, as in a test. */
export function stackOf(thrown: unknown): string {
    const stack = typeof thrown === "object" && thrown !== null && "stack" in thrown ? thrown.stack : undefined;
    return typeof stack === "string" ? stack : String(thrown);
}
