import { appendFileSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { type Finished, runToEnd } from "../processes";
import { ROOT } from "../pulumi";
import type { Plan } from "./scenario";
import { PROGRAM, textOf, type OperationsStack } from "./stack";

/** Two stacks in one process. */
export const AUTOMATION: Plan[] = [
    {
        rows: ["ApiToken: two stacks in one process at once", "ApiToken: two stacks in one process at once: destroy"],
        run: async (it) => {
            const stacks = [await it.stack("left"), await it.stack("right")];
            const [first] = stacks;
            if (!first) return;
            await it.row("ApiToken: two stacks in one process at once", [], async () => {
                const { stdout } = await automate("up", stacks);
                for (const each of JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as [string, string][][]) {
                    const { token, tokenId, ingestToken, ingestId } = Object.fromEntries(each);
                    for (const one of [
                        { id: tokenId, token },
                        { id: ingestId, token: ingestToken },
                    ]) {
                        appendFileSync(it.bench.tokensFile, `${JSON.stringify(one)}\n`);
                    }
                }
                for (const stack of stacks) await stack.use("one", "ingest-token");
                const marks = stacks.map((stack) => stack.resources().flatMap(({ outputs }) => outputs?.mark ?? []));
                expect(new Set(marks.flat()).size).toBe(2);
            });
            await it.settleBy(() => automate("up-again", stacks));
            await it.row("ApiToken: two stacks in one process at once: destroy", [], async () => {
                await automate("destroy", stacks);
            });
            await it.settleBy(() => automate("up", stacks));
            await it.destroyBy(() => automate("destroy", stacks));
        },
    },
];

/** Runs test/engine/programs/operations/automation.cjs for some stacks. */
async function automate(verb: string, stacks: OperationsStack[]): Promise<Finished> {
    const [first] = stacks;
    if (!first) throw new Error("no stacks");
    const { scratch, tools } = first.bench;
    const folder = path.join(scratch, "automation");
    const modules = path.join(folder, "node_modules");
    mkdirSync(modules, { recursive: true });
    // A project without `main`, because the program is inline. The configuration of a stack contains the salt of its passphrase.
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: operations\nruntime: nodejs\n");
    for (const { configFile } of stacks) copyFileSync(configFile, path.join(folder, path.basename(configFile)));
    for (const [name, target] of [
        ["pulumi-dynatrace-otlp", ROOT],
        ["@pulumi", path.join(ROOT, "node_modules", "@pulumi")],
    ]) {
        try {
            symlinkSync(String(target), path.join(modules, String(name)));
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        }
    }
    const env = first.environment();
    const finished = await runToEnd(
        process.execPath,
        [path.join(PROGRAM, "automation.cjs"), verb, ...stacks.map(({ stack }) => stack)],
        {
            cwd: folder,
            env: {
                ...env,
                OPERATIONS_PROJECT: folder,
                PATH: `${path.dirname(tools.command)}${path.delimiter}${env["PATH"]}`,
            },
        },
    );
    if (finished.code !== 0) throw new Error(`${verb} failed:\n${textOf(finished)}`);
    return finished;
}
