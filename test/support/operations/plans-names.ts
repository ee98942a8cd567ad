import { ingestToken, token, wait } from "./programs";
import type { Expected, Plan } from "./scenario";
import type { ProgramResource } from "./stack";

const group: ProgramResource = { kind: "Group", name: "group" };
const OVERLAP_SECONDS = 12;

/** Names, parents and options of resources. */
export const NAMES: Plan[] = [
    {
        rows: [
            "ApiToken: rename with an alias",
            "ApiToken: rename without an alias",
            "ApiToken: move into a component with an alias",
            "ApiToken: rename with an alias and a rotation at once",
            "ApiToken: move into a component with an alias and a rotation at once",
            "IngestToken: rename with an alias",
            "IngestToken: rename with an alias and a rotation at once",
        ],
        run: async (it) => {
            const stack = await it.stack("names");
            const plain = [...["called", "anonymous", "outer"].map((name) => token(name)), ingestToken("ingest")];
            const rotating = (rotationKey: string): ProgramResource[] => [
                token("both", { rotationKey }),
                token("moved", { rotationKey }),
                ingestToken("whole", { rotationKey }),
            ];
            await stack.up([...plain, ...rotating("1")]);
            const first = Object.fromEntries(stack.tokens().map(({ name, tokenId }) => [name, tokenId]));
            await stack.use(...Object.keys(first));
            await stack.up([...plain, ...rotating("2")]);
            const second = Object.fromEntries(stack.tokens().map(({ name, tokenId }) => [name, tokenId]));
            await stack.use("both", "moved", "whole-token");
            const aliased = (name: string): ProgramResource["opts"] => ({ aliases: [{ name }] });
            const inGroup: ProgramResource["opts"] = { parent: "group", aliases: [{ parent: "root" }] };
            const renamed = [
                group,
                token("called2", {}, aliased("called")),
                token("anonymous2"),
                token("outer", {}, inGroup),
                token("both2", { rotationKey: "3" }, aliased("both")),
                token("moved", { rotationKey: "3" }, inGroup),
                ingestToken("ingest2", {}, aliased("ingest")),
                ingestToken("whole2", { rotationKey: "3" }, aliased("whole")),
            ];
            const same = (name: string, before: string) => async (): Promise<Expected> => {
                expect(stack.id(name)).toBe(first[before]);
                return { serving: [String(first[before])] };
            };
            const rotated = (name: string, before: string) => async (): Promise<Expected> => {
                const [one, two] = [String(first[before]), String(second[before])];
                expect([one, two]).not.toContain(stack.id(name));
                expect(stack.token(name).retiring.map(({ tokenId }) => tokenId)).toEqual([one, two]);
                await stack.use(name);
                return { serving: [one, two] };
            };
            await it.row("ApiToken: rename with an alias", ["called", "called2"], async () => {
                await stack.up(renamed);
                return same("called2", "called")();
            });
            await it.row("ApiToken: rename without an alias", ["anonymous", "anonymous2"], async () => {
                expect(stack.id("anonymous2")).not.toBe(first["anonymous"]);
                await stack.use("anonymous2");
            });
            await it.row("ApiToken: move into a component with an alias", ["outer"], same("outer", "outer"));
            await it.row(
                "ApiToken: rename with an alias and a rotation at once",
                ["both", "both2"],
                rotated("both2", "both"),
            );
            await it.row(
                "ApiToken: move into a component with an alias and a rotation at once",
                ["moved"],
                rotated("moved", "moved"),
            );
            await it.row(
                "IngestToken: rename with an alias",
                ["ingest", "ingest2"],
                same("ingest2-token", "ingest-token"),
            );
            await it.row(
                "IngestToken: rename with an alias and a rotation at once",
                ["whole", "whole2"],
                rotated("whole2-token", "whole-token"),
            );
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
    {
        rows: [
            "IngestToken: rotation below protect",
            "ApiToken: rotation below a protected component",
            "ApiToken: rotation of a protected token",
            "ApiToken: removal of a protected token",
            "ApiToken: state unprotect, then removal",
        ],
        run: async (it) => {
            const stack = await it.stack("protect");
            const program = (rotationKey: string, more: ProgramResource[], protect = true): ProgramResource[] => [
                { ...group, opts: { protect } },
                token("below", { rotationKey }, { parent: "group" }),
                ingestToken("ingest", { rotationKey }, { protect }),
                ...more,
            ];
            const kept = (rotationKey: string): ProgramResource => token("kept", { rotationKey }, { protect: true });
            await stack.up(program("1", [kept("1")]));
            await stack.use("below", "ingest-token", "kept");
            const old = Object.fromEntries(stack.tokens().map(({ name, tokenId }) => [name, tokenId]));
            await it.row("IngestToken: rotation below protect", ["ingest"], async () => {
                expect(await stack.fails("up", [], program("2", [kept("1")]))).toContain("protect");
                return { serving: [String(old["ingest-token"])] };
            });
            await it.row("ApiToken: rotation below a protected component", ["below"], async () => {
                expect(stack.id("below")).toBe(old["below"]);
                return { serving: [String(old["below"])] };
            });
            const same = async (): Promise<Expected> => {
                expect(stack.id("kept")).toBe(old["kept"]);
                return { serving: [String(old["kept"])] };
            };
            await it.row("ApiToken: rotation of a protected token", ["kept"], async () => {
                expect(await stack.fails("up", [], program("1", [kept("2")]))).toContain("protect");
                return same();
            });
            await it.row("ApiToken: removal of a protected token", ["kept"], async () => {
                expect(await stack.fails("up", [], program("1", []))).toContain("protect");
                return same();
            });
            await stack.up(program("1", [kept("1")], false));
            await it.settle(stack);
            await it.row("ApiToken: state unprotect, then removal", ["kept"], async () => {
                await stack.command("state", "unprotect", "--yes", "--stack", stack.stack, stack.urn("kept"));
                await stack.up(program("1", [], false));
                expect(await it.bench.works(String(old["kept"]))).toBe(false);
            });
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
    {
        rows: [
            "ApiToken: retainOnDelete, then removal",
            "ApiToken: retainOnDelete with a rotation",
            "ApiToken: destroy with retainOnDelete",
        ],
        run: async (it) => {
            const stack = await it.stack("retain");
            const program = (rotationKey: string, retainOnDelete: boolean): ProgramResource[] => [
                token("rotated", { rotationKey, overlapDays: OVERLAP_SECONDS / 86_400 }, { retainOnDelete }),
                token("last", {}, { retainOnDelete: true }),
            ];
            await stack.up([...program("1", true), token("removed", {}, { retainOnDelete: true })]);
            await stack.use("rotated", "last", "removed");
            const old = Object.fromEntries(stack.tokens().map(({ name, tokenId }) => [name, tokenId]));
            const id = (name: string): string => String(old[name]);
            await it.row("ApiToken: retainOnDelete, then removal", ["removed"], async () => {
                await stack.up(program("2", true));
                return { kept: [id("removed")] };
            });
            await it.row("ApiToken: retainOnDelete with a rotation", ["rotated"], async () => {
                await stack.use("rotated");
                await wait(OVERLAP_SECONDS);
                const { stdout } = await stack.up();
                expect(stdout).not.toContain("deleted");
                return { serving: [id("rotated")], kept: [id("rotated")] };
            });
            await it.settle(stack);
            await stack.up(program("2", false));
            await it.row("ApiToken: destroy with retainOnDelete", [], async () => {
                const text = await it.destroy(stack);
                const left = it.bench.live("operations-retain-");
                for (const { name } of left) expect(text).toContain(name);
                expect(left.map((each) => each.id).sort()).toEqual([id("rotated"), id("last"), id("removed")].sort());
                return { kept: left.map((each) => each.id) };
            });
            await stack.up([token("rotated")]);
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
    {
        rows: ["ApiToken: deletedWith", "IngestToken: deletedWith", "TelemetryPipeline: deletedWith"],
        run: async (it) => {
            const stack = await it.stack("with");
            await stack.up([group, token("one")]);
            const endpoint = { environment: "abc12345" };
            const wrong: ProgramResource[] = [
                token("two"),
                ingestToken("two"),
                { kind: "TelemetryPipeline", name: "two", args: { endpoint } },
            ];
            for (const { kind, ...resource } of wrong) {
                await it.row(`${kind}: deletedWith`, [], async () => {
                    const tied = { kind, ...resource, opts: { deletedWith: "group" } };
                    const text = await stack.fails("preview", [], [group, token("one"), tied]);
                    expect(text).toContain(`${kind}("two"): deletedWith: `);
                });
            }
            await stack.up([group, token("one")]);
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
];
