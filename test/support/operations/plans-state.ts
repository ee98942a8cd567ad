import { writeFileSync } from "node:fs";
import * as path from "node:path";

import { ingestToken, token } from "./programs";
import type { Plan } from "./scenario";
import type { OperationsStack } from "./stack";

/** Surgery on the state. */
export const STATE: Plan[] = [
    {
        rows: ["ApiToken: export and import", "ApiToken: import of an older export"],
        run: async (it) => {
            const stack = await it.stack("older");
            const [first, second] = ["1", "2"].map((rotationKey) => [token("one", { rotationKey }), token("two")]);
            await stack.up(first);
            await stack.use("one", "two");
            const old = stack.id("one");
            const file = path.join(it.bench.scratch, "older.json");
            await it.row("ApiToken: export and import", [], async () => {
                await exportTo(stack, file);
                await importFrom(stack, file);
            });
            await it.settle(stack);
            await stack.up(second);
            await stack.use("one");
            const newer = stack.id("one");
            await it.row("ApiToken: import of an older export", [], async () => {
                await importFrom(stack, file);
                await stack.up(first);
                expect(stack.id("one")).toBe(old);
                return { serving: [old, newer], kept: [newer] };
            });
            await it.settle(stack);
            const text = await it.destroy(stack);
            expect(text).toContain(nameOf(it.bench, newer));
            expect(text).toMatch(/npx pulumi-dynatrace-otlp sweep --mark [0-9a-f]{8}/);
        },
    },
    {
        rows: ["ApiToken: export and import into another backend"],
        run: async (it) => {
            const stack = await it.stack("elsewhere");
            const program = [token("one"), ingestToken("ingest")];
            await stack.up(program);
            await stack.use("one", "ingest-token");
            const old = stack.id("one");
            const file = path.join(it.bench.scratch, "elsewhere.json");
            await exportTo(stack, file);
            await stack.command("stack", "rm", "--yes", "--force", "--preserve-config", "--stack", stack.stack);
            const copy = await it.stack("elsewhere", path.join(it.bench.scratch, "backend-2"));
            await it.row("ApiToken: export and import into another backend", [], async () => {
                await importFrom(copy, file);
                await copy.up(program);
                expect(copy.id("one")).toBe(old);
            });
            await it.settle(copy);
            await it.destroy(copy);
        },
    },
    {
        rows: [
            "ApiToken: state move, then up of the source",
            "IngestToken: state move of the component, then up of the source",
            "ApiToken: state move, then up of the destination",
            "ApiToken: state move, then destroy of the source",
        ],
        run: async (it) => {
            const [source, destination] = [await it.stack("source"), await it.stack("destination")];
            const [sourceFirst, destinationFirst, sourceGone] = [token("first"), token("second"), token("third")];
            const ingest = ingestToken("ingest");
            await source.up([sourceFirst, destinationFirst, sourceGone, ingest]);
            await source.use("first", "second", "third", "ingest-token");
            await destination.up([token("own")]);
            const old = Object.fromEntries(source.tokens().map(({ name, tokenId }) => [name, tokenId]));
            const move = async (...names: string[]): Promise<void> => {
                const urns = names.map((name) => source.urn(name));
                const ends = ["--source", source.stack, "--dest", destination.stack];
                await source.command("state", "move", "--yes", ...ends, ...urns);
            };
            const moved = (name: string) => async (): Promise<{ serving: string[] }> => {
                expect(destination.id(name)).toBe(old[name]);
                expect(source.tokens().map((each) => each.name)).not.toContain(name);
                return { serving: [String(old[name])] };
            };
            await it.row("ApiToken: state move, then up of the source", ["first"], async () => {
                await move("first", "ingest");
                await source.up([destinationFirst, sourceGone]);
                await destination.up([token("own"), sourceFirst, ingest]);
                return moved("first")();
            });
            await it.row(
                "IngestToken: state move of the component, then up of the source",
                ["ingest"],
                moved("ingest-token"),
            );
            await it.row("ApiToken: state move, then up of the destination", ["second"], async () => {
                await move("second");
                await destination.up([token("own"), sourceFirst, ingest, destinationFirst]);
                await source.up([sourceGone]);
                return moved("second")();
            });
            await it.settle(source, destination);
            await it.row("ApiToken: state move, then destroy of the source", ["third"], async () => {
                await move("third");
                const { stdout, stderr } = await source.destroy();
                expect(`${stdout}${stderr}`).toContain(nameOf(it.bench, String(old["third"])));
                await destination.up([token("own"), sourceFirst, ingest, destinationFirst, sourceGone]);
                return moved("third")();
            });
            await it.settle(destination);
            await it.destroy(destination);
        },
    },
    {
        rows: ["ApiToken: state delete, then up", "ApiToken: state delete, then destroy"],
        run: async (it) => {
            const stack = await it.stack("deleted");
            const program = [token("one"), token("two"), token("unused")];
            await stack.up(program);
            await stack.use("one", "two");
            const [one, two] = [stack.id("one"), stack.id("two")];
            const forget = (name: string): Promise<unknown> =>
                stack.command("state", "delete", "--yes", "--stack", stack.stack, stack.urn(name));
            await it.row("ApiToken: state delete, then up", ["one"], async () => {
                await forget("one");
                await stack.up();
                await stack.use("one");
                return { serving: [one], kept: [one] };
            });
            await it.settle(stack);
            let text = "";
            await it.row("ApiToken: state delete, then destroy", ["two"], async () => {
                const unused = stack.id("unused");
                await forget("two");
                await forget("unused");
                text = await it.destroy(stack);
                return { kept: [two, unused, one] };
            });
            for (const { name } of it.bench.live("operations-deleted-")) expect(text).toContain(name);
            // A new stack of the same name and program leaves them alone as well.
            await stack.up();
            await it.settle(stack);
            await it.destroy(stack);
            expect(text).toMatch(/npx pulumi-dynatrace-otlp sweep --mark [0-9a-f]{8}/);
        },
    },
    {
        rows: ["ApiToken: stack rename", "ApiToken: stack change-secrets-provider"],
        run: async (it) => {
            const stack = await it.stack("titled");
            await stack.up([token("one"), ingestToken("ingest")]);
            await stack.use("one", "ingest-token");
            const old = stack.id("one");
            await it.row("ApiToken: stack rename", [], async () => {
                await stack.command("stack", "rename", "retitled", "--stack", stack.stack);
                stack.stack = "retitled";
                await stack.up();
                expect(stack.id("one")).toBe(old);
            });
            await it.settle(stack);
            await it.row("ApiToken: stack change-secrets-provider", [], async () => {
                const change = ["stack", "change-secrets-provider", "passphrase", "--stack", stack.stack];
                await stack.answer("another passphrase\nanother passphrase\n", ...change);
                stack.env = { PULUMI_CONFIG_PASSPHRASE: "another passphrase" };
                expect(stack.id("one")).toBe(old);
            });
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
];

type Bench = Parameters<Plan["run"]>[0]["bench"];

function nameOf(bench: Bench, id: string): string {
    return bench.emulator.tokens().find((each) => each.id === id)?.name ?? `${id}, which does not exist`;
}

async function exportTo(stack: OperationsStack, file: string): Promise<void> {
    writeFileSync(file, (await stack.command("stack", "export", "--stack", stack.stack)).stdout);
}

async function importFrom(stack: OperationsStack, file: string): Promise<void> {
    await stack.command("stack", "import", "--stack", stack.stack, "--file", file);
}
