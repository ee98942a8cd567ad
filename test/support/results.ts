import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { ROOT } from "./pulumi";

/** Writes what a test measured to `test-results/{name}.json` in the clone. */
export function writeResults(name: string, figures: unknown): void {
    const file = path.join(ROOT, "test-results", `${name}.json`);
    mkdirSync(path.dirname(file), { recursive: true });
    // Written beside its place, so that nobody reads half of it.
    const writing = `${file}.${process.pid}`;
    writeFileSync(writing, `${JSON.stringify(figures, undefined, 4)}\n`);
    renameSync(writing, file);
}
