import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { ROOT } from "./pulumi";

/** Writes what a test measured to `test-results/{name}.json` in the clone. */
export function writeResults(name: string, figures: unknown): void {
    const folder = path.join(ROOT, "test-results");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(figures, undefined, 4)}\n`);
}
