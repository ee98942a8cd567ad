import { ingestToken, token, wait } from "./programs";
import type { Plan } from "./scenario";
import type { ProgramResource } from "./stack";

/** Long enough for an `up` on a busy machine. */
const EXPIRY_SECONDS = 25;

/** Replacements that the engine is told to make, and what a refresh finds. */
export const FORCED: Plan[] = [
    {
        rows: [
            "ApiToken: up --replace",
            "ApiToken: up --replace of an unused token",
            "ApiToken: up --replace without an overlap",
            "IngestToken: up --replace of its token",
            "ApiToken: state taint",
            "ApiToken: adoptToken",
            "ApiToken: state taint of an adopted token",
            "ApiToken: up --replace, and Dynatrace refuses the new token",
        ],
        run: async (it) => {
            const stack = await it.stack("forced");
            const adopted = it.bench.emulator.createToken({ name: "made by hand", scopes: ["metrics.ingest"] });
            const program = [
                ...["replaced", "unused", "tainted", "refused"].map((name) => token(name)),
                token("instant", { overlapDays: 0 }),
                token("adopted", { adoptToken: adopted.token }),
                ingestToken("ingest"),
            ];
            await stack.up(program);
            await it.row("ApiToken: adoptToken", ["adopted"], async () => {
                expect(stack.id("adopted")).toBe(adopted.id);
            });
            await stack.use("replaced", "instant", "tainted", "adopted", "refused", "ingest-token");
            const old = Object.fromEntries(stack.tokens().map(({ name, tokenId }) => [name, tokenId]));
            for (const name of ["tainted", "adopted"]) {
                await stack.command("state", "taint", "--yes", "--stack", stack.stack, stack.urn(name));
            }
            const replace = ["replaced", "unused", "instant", "ingest-token"].flatMap((name) => [
                "--replace",
                stack.urn(name),
            ]);
            const another = (name: string, serves: boolean) => async (): Promise<{ serving: string[] }> => {
                expect(stack.id(name)).not.toBe(old[name]);
                await stack.use(name);
                return { serving: serves ? [String(old[name])] : [] };
            };
            await it.row("ApiToken: up --replace", ["replaced"], async () => {
                await stack.up(undefined, ...replace);
                return another("replaced", true)();
            });
            await it.row("ApiToken: up --replace of an unused token", ["unused"], another("unused", true));
            await it.row("ApiToken: up --replace without an overlap", ["instant"], another("instant", false));
            await it.row("IngestToken: up --replace of its token", ["ingest"], another("ingest-token", true));
            await it.row("ApiToken: state taint", ["tainted"], another("tainted", true));
            await it.row("ApiToken: state taint of an adopted token", ["adopted"], another("adopted", true));
            await it.settle(stack);
            await it.row("ApiToken: up --replace, and Dynatrace refuses the new token", ["refused"], async () => {
                const impossible = { scopes: ["metrics.ingest", "nonsense.write"], allowUnknownScopes: true };
                const changed = program.map((each) => (each.name === "refused" ? token("refused", impossible) : each));
                const text = await stack.fails("up", ["--replace", stack.urn("refused")], changed);
                expect(text).toContain("nonsense.write");
                expect(stack.id("refused")).toBe(old["refused"]);
                await stack.up(program);
                return { serving: [String(old["refused"])] };
            });
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
    {
        rows: [
            "ApiToken: refresh after it was deleted by hand",
            "ApiToken: refresh after it was disabled by hand",
            "ApiToken: refresh after it was renamed by hand",
            "ApiToken: refresh after it expired",
            "ApiToken: up --refresh after it was deleted by hand",
            "ApiToken: change of a token that was deleted by hand",
        ],
        run: async (it) => {
            const stack = await it.stack("refresh");
            const { emulator } = it.bench;
            const names = ["gone", "disabled", "renamed", "missing"];
            const program = (expiry: object): ProgramResource[] => [
                ...names.map((name) => token(name)),
                token("expired", expiry),
            ];
            const end = Date.now() + EXPIRY_SECONDS * 1000;
            const lasting = program({ expiresAfterDays: 30 });
            await stack.up(program({ expirationDate: new Date(end).toISOString() }));
            await stack.use(...names);
            const old = Object.fromEntries(stack.tokens().map(({ name, tokenId }) => [name, tokenId]));
            const id = (name: string): string => String(old[name]);
            emulator.deleteToken(id("gone"));
            emulator.setEnabled(id("disabled"), false);
            const signed = {
                authorization: `Api-Token ${emulator.bootstrapToken}`,
                "content-type": "application/json",
            };
            const body = JSON.stringify({ name: "somebody's", scopes: ["metrics.ingest"], enabled: true });
            await fetch(`${emulator.apiUrl}/v2/apiTokens/${id("renamed")}`, { method: "PUT", headers: signed, body });
            await wait((end - Date.now()) / 1000 + 1);
            await it.row("ApiToken: refresh after it was deleted by hand", ["gone"], async () => {
                await stack.refresh();
                expect(stack.tokens().map(({ name }) => name)).not.toContain("gone");
                expect(stack.tokens().map(({ name }) => name)).not.toContain("expired");
                await stack.up(lasting);
                await stack.use("gone");
            });
            const same = (name: string) => async (): Promise<void> => {
                expect(stack.id(name)).toBe(id(name));
                await stack.use(name);
            };
            await it.row("ApiToken: refresh after it was disabled by hand", ["disabled"], same("disabled"));
            await it.row("ApiToken: refresh after it was renamed by hand", ["renamed"], same("renamed"));
            await it.row("ApiToken: refresh after it expired", ["expired"], async () => {
                expect(stack.id("expired")).not.toBe(id("expired"));
                await stack.use("expired");
            });
            await it.settle(stack);
            emulator.deleteToken(stack.id("gone"));
            emulator.deleteToken(stack.id("missing"));
            await it.row("ApiToken: change of a token that was deleted by hand", ["missing"], async () => {
                const changed = lasting.map((each) =>
                    each.name === "missing" ? token("missing", { scopes: ["logs.ingest", "metrics.ingest"] }) : each,
                );
                expect(await stack.fails("up", [], changed)).toContain("pulumi up --refresh");
                await stack.up(undefined, "--refresh");
                await stack.use("missing");
            });
            await it.row("ApiToken: up --refresh after it was deleted by hand", ["gone"], () => stack.use("gone"));
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
];
