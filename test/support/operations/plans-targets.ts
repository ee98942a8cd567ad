import { ingestToken, token } from "./programs";
import type { Plan } from "./scenario";

/** Parts of a stack. */
export const TARGETS: Plan[] = [
    {
        rows: [
            "ApiToken: up --target of a token alone on a new stack",
            "ApiToken: up --target of the TokenOwner",
            "ApiToken: up --target of a token",
            "IngestToken: up --target of the component",
            "ApiToken: up --target with a rotation",
            "ApiToken: up --exclude",
            "ApiToken: up --target-replace",
            "ApiToken: destroy --target",
            "ApiToken: destroy --exclude",
        ],
        run: async (it) => {
            const stack = await it.stack("target");
            const program = (one: string, two: string): ReturnType<typeof token>[] => [
                token("one", { rotationKey: one }),
                token("two", { rotationKey: two }),
                ingestToken("ingest"),
            ];
            const first = program("1", "1");
            await it.row("ApiToken: up --target of a token alone on a new stack", [], async () => {
                const text = await stack.fails("up", ["--target", "**ApiToken::one"], first);
                expect(text).toContain("TokenOwner");
                expect(text).toContain("--target");
                expect(it.bench.live("operations-target-")).toEqual([]);
            });
            await it.row("ApiToken: up --target of the TokenOwner", [], async () => {
                await stack.up(first, "--target", "**dynatrace-tokens**");
                expect(it.bench.live("operations-target-")).toEqual([]);
            });
            await it.row("ApiToken: up --target of a token", ["one", "two"], async () => {
                await stack.up(first, "--target", "**ApiToken::one");
                expect(stack.tokens().map(({ name }) => name)).toEqual(["one"]);
                await stack.use("one");
            });
            await it.row("IngestToken: up --target of the component", ["ingest", "two"], async () => {
                await stack.up(first, "--target", "**::ingest*");
                expect(stack.tokens().map(({ name }) => name)).toEqual(["one", "ingest-token"]);
                await stack.use("ingest-token");
            });
            await stack.up(first);
            await stack.use("two");
            await it.settle(stack);
            let old = Object.fromEntries(stack.tokens().map(({ name, tokenId }) => [name, tokenId]));
            await it.row("ApiToken: up --target with a rotation", [], async () => {
                await stack.up(program("2", "2"), "--target", stack.urn("one"));
                expect([stack.id("one") === old["one"], stack.id("two") === old["two"]]).toEqual([false, true]);
                await stack.use("one");
                return { serving: [String(old["one"])] };
            });
            await it.row("ApiToken: up --exclude", [], async () => {
                const before = stack.id("one");
                await stack.up(program("3", "2"), "--exclude", stack.urn("one"));
                expect([stack.id("one") === before, stack.id("two") === old["two"]]).toEqual([true, false]);
                await stack.use("two");
                return { serving: [String(old["two"])] };
            });
            await stack.up();
            await it.settle(stack);
            old = Object.fromEntries(stack.tokens().map(({ name, tokenId }) => [name, tokenId]));
            await it.row("ApiToken: up --target-replace", [], async () => {
                await stack.up(undefined, "--target-replace", stack.urn("two"));
                expect([stack.id("one") === old["one"], stack.id("two") === old["two"]]).toEqual([true, false]);
                await stack.use("two");
                return { serving: [String(old["two"])] };
            });
            await it.row("ApiToken: destroy --target", [], async () => {
                await stack.destroy("--target", stack.urn("one"));
                expect(stack.tokens().map(({ name }) => name)).not.toContain("one");
                expect(it.bench.live("operations-target-one-")).toEqual([]);
            });
            await stack.up();
            await it.settle(stack);
            await it.row("ApiToken: destroy --exclude", [], async () => {
                await stack.destroy("--exclude", stack.urn("two"));
                expect(stack.tokens().map(({ name }) => name)).toEqual(["two"]);
            });
            await stack.up();
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
    {
        rows: ["ApiToken: up --plan", "ApiToken: up --plan with a rotation"],
        run: async (it) => {
            const stack = await it.stack("planned");
            stack.env = { PULUMI_EXPERIMENTAL: "true" };
            const plan = `${it.bench.scratch}/planned-plan.json`;
            const planned = async (rotationKey: string): Promise<void> => {
                const program = [token("one", { rotationKey }), ingestToken("ingest", { rotationKey })];
                await stack.succeed("preview", ["--save-plan", plan], program);
                await stack.up(program, "--plan", plan);
                await stack.use("one", "ingest-token");
            };
            await it.row("ApiToken: up --plan", [], () => planned("1"));
            await it.row("ApiToken: up --plan with a rotation", [], async () => {
                const serving = [stack.id("one"), stack.id("ingest-token")];
                await planned("2");
                expect(serving).not.toContain(stack.id("one"));
                return { serving };
            });
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
];
