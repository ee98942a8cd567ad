import { ingestToken, token } from "./programs";
import type { Plan } from "./scenario";
import type { ProgramResource } from "./stack";

const DAY = 86_400_000;
const SHORT = 1 / DAY;

/** Changes of the program, and of tokens by hand. */
export const CHANGES: Plan[] = [
    {
        rows: [
            "ApiToken: create",
            "IngestToken: create",
            "ApiToken: up without a change",
            "ApiToken: refresh without a change",
            "ApiToken: change of scopes",
            "ApiToken: change of tokenName",
            "ApiToken: change of enabled",
            "ApiToken: rotation by rotationKey",
            "IngestToken: rotation by rotationKey",
            "ApiToken: rotation by rotateAfterDays",
            "ApiToken: rotation by another expiry",
            "ApiToken: rotation without an overlap",
            "ApiToken: ignoreChanges of scopes",
            "ApiToken: ignoreChanges of everything",
            "ApiToken: replaceOnChanges of scopes",
            "ApiToken: removal from the program",
        ],
        run: async (it) => {
            const stack = await it.stack("changes");
            const names = [
                "scopes",
                "name",
                "enabled",
                "key",
                "age",
                "expiry",
                "instant",
                "ignored",
                "frozen",
                "forced",
                "removed",
            ];
            const before = [
                ...names.map((name) => token(name, name === "expiry" ? { expiresAfterDays: 30 } : {})),
                ingestToken("ingest"),
            ];
            await it.row("ApiToken: create", names, async () => {
                await stack.up(before);
                await stack.use(...names);
            });
            await it.row("IngestToken: create", ["ingest"], async () => stack.use("ingest-token"));
            await it.row("ApiToken: up without a change", names, async () => void (await stack.unchanged()));
            await it.row("ApiToken: refresh without a change", names, async () => {
                await stack.refresh("--expect-no-changes");
            });
            await it.settle(stack);

            const old = Object.fromEntries(stack.tokens().map(({ name, tokenId }) => [name, tokenId]));
            const wider = ["logs.ingest", "metrics.ingest"];
            const changed = (rotateAfterDays: number): ProgramResource[] => [
                token("scopes", { scopes: wider }),
                token("name", { tokenName: "operations-changes-name-x" }),
                token("enabled", { enabled: false }),
                token("key", { rotationKey: "2" }),
                token("age", { rotateAfterDays }),
                token("expiry", { expiresAfterDays: 40 }),
                token("instant", { rotationKey: "2", overlapDays: 0 }),
                token("ignored", { scopes: wider }, { ignoreChanges: ["scopes"] }),
                token("frozen", { scopes: wider, rotationKey: "2", tokenName: "x" }, { ignoreChanges: ["*"] }),
                token("forced", { scopes: wider }, { replaceOnChanges: ["scopes"] }),
                ingestToken("ingest", { rotationKey: "2" }),
            ];
            const same = (name: string) => async (): Promise<void> => expect(stack.id(name)).toBe(old[name]);
            const rotated = (name: string) => async (): Promise<{ serving: string[] }> => {
                expect(stack.id(name)).not.toBe(old[name]);
                expect(stack.token(name).retiring.map(({ tokenId }) => tokenId)).toEqual([old[name]]);
                await stack.use(name);
                return { serving: [String(old[name])] };
            };
            const scopesOf = (name: string): string[] | undefined =>
                it.bench.emulator.tokens().find(({ id }) => id === old[name])?.scopes;
            await it.row("ApiToken: change of scopes", ["scopes"], async () => {
                await stack.up(changed(SHORT));
                expect(scopesOf("scopes")?.sort()).toEqual(wider);
                await same("scopes")();
            });
            await it.row("ApiToken: change of tokenName", ["name"], same("name"));
            await it.row("ApiToken: change of enabled", ["enabled"], async () => {
                await same("enabled")();
                expect(await it.bench.works(String(old["enabled"]))).toBe(false);
                return { resting: [String(old["enabled"])] };
            });
            await it.row("ApiToken: rotation by rotationKey", ["key"], rotated("key"));
            await it.row("IngestToken: rotation by rotationKey", ["ingest"], rotated("ingest-token"));
            await it.row("ApiToken: rotation by rotateAfterDays", ["age"], rotated("age"));
            await it.row("ApiToken: rotation by another expiry", ["expiry"], rotated("expiry"));
            await it.row("ApiToken: rotation without an overlap", ["instant"], async () => {
                expect(stack.id("instant")).not.toBe(old["instant"]);
                expect(await it.bench.works(String(old["instant"]))).toBe(false);
            });
            await it.row("ApiToken: ignoreChanges of scopes", ["ignored"], async () => {
                await same("ignored")();
                expect(scopesOf("ignored")).toEqual(["metrics.ingest"]);
            });
            await it.row("ApiToken: ignoreChanges of everything", ["frozen"], same("frozen"));
            await it.row("ApiToken: replaceOnChanges of scopes", ["forced"], rotated("forced"));
            await it.row("ApiToken: removal from the program", ["removed"], async () => {
                expect(await it.bench.works(String(old["removed"]))).toBe(false);
            });
            // The age has passed again by the next `up`.
            await stack.up(changed(1000));
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
];
