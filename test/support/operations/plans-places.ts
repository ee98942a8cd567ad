import { ingestToken, token } from "./programs";
import type { Expected, Plan, Scenario } from "./scenario";
import { textOf, type OperationsStack, type ProgramResource } from "./stack";

/** Addresses and bootstrap tokens. */
export const PLACES: Plan[] = [
    {
        rows: [
            "ApiToken: a wrong address first: no such environment",
            "ApiToken: a wrong address first: another environment",
            "ApiToken: a wrong address first: no such host",
            "ApiToken: a wrong address first, then destroy",
            "ApiToken: a wrong address later",
        ],
        run: async (it) => {
            const stack = await it.stack("wrong");
            const { token: bootstrap } = bootstrapOf(it);
            const set = (apiUrl: string): void => {
                stack.env = { DYNATRACE_API_URL: apiUrl, DYNATRACE_API_TOKEN: bootstrap };
            };
            const missing = `${it.bench.emulator.url}/e/zzz99999/api`;
            const first = async (apiUrl: string): Promise<void> => {
                set(apiUrl);
                const text = await stack.fails("up", [], [token("one"), ingestToken("ingest")]);
                expect(text).toContain(new URL(apiUrl).host);
                expect(stack.resources().filter(({ type }) => type.includes("dynatrace:Token"))).toEqual([]);
            };
            await it.row("ApiToken: a wrong address first: no such environment", [], () => first(missing));
            await it.row("ApiToken: a wrong address first: another environment", [], () =>
                first(it.bench.other.apiUrl),
            );
            await it.row("ApiToken: a wrong address first, then destroy", [], async () => void (await stack.destroy()));
            await it.row("ApiToken: a wrong address first: no such host", [], () =>
                first("https://zzz99999.invalid/api"),
            );
            set(it.bench.emulator.apiUrl);
            await stack.up();
            await stack.use("one", "ingest-token");
            await it.settle(stack);
            await it.row("ApiToken: a wrong address later", [], async () => {
                const serving = [stack.id("one"), stack.id("ingest-token")];
                const changed = [token("one", { rotationKey: "2" }), ingestToken("ingest")];
                for (const apiUrl of [missing, it.bench.other.apiUrl]) {
                    set(apiUrl);
                    await stack.fails("up", [], changed);
                }
                set(it.bench.emulator.apiUrl);
                await stack.up();
                await stack.use("one");
                return { serving };
            });
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
    {
        rows: [
            "ApiToken: another bootstrap token",
            "ApiToken: no bootstrap token: preview",
            "ApiToken: no bootstrap token: up",
        ],
        run: async (it) => {
            const stack = await it.stack("bootstrap");
            stack.env = { DYNATRACE_API_TOKEN: undefined };
            const program = [token("one"), ingestToken("ingest")];
            await it.row("ApiToken: no bootstrap token: preview", [], async () => {
                const [, diagnostics] = textOf(await stack.succeed("preview", [], program)).split("Diagnostics:");
                expect(diagnostics?.match(/were not checked/g)).toHaveLength(1);
            });
            await it.row("ApiToken: no bootstrap token: up", [], async () => {
                expect(await stack.fails("up")).toContain("DYNATRACE_API_TOKEN");
                expect(it.bench.live("operations-bootstrap-")).toEqual([]);
            });
            const first = bootstrapOf(it);
            stack.env = { DYNATRACE_API_TOKEN: first.token };
            await stack.up();
            await stack.use("one", "ingest-token");
            await it.row("ApiToken: another bootstrap token", [], async () => {
                it.bench.emulator.deleteToken(first.id);
                stack.env = { DYNATRACE_API_TOKEN: bootstrapOf(it).token };
                await stack.unchanged();
                await stack.refresh("--expect-no-changes");
            });
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
    twoEnvironments("two", false),
    twoEnvironments("explicit", true),
    {
        rows: ["ApiToken: a second environment without a provider of its own"],
        run: async (it) => {
            const stack = await it.stack("single");
            const bootstrap = bootstrapOf(it);
            stack.env = { DYNATRACE_API_TOKEN: bootstrap.token };
            await it.row("ApiToken: a second environment without a provider of its own", [], async () => {
                const both = [token("one"), token("two", { apiUrl: it.bench.other.apiUrl })];
                const text = await stack.fails("up", [], both);
                expect(text).toContain("DynatraceProvider");
                const sent = it.bench.other.requests().filter(({ tokenId }) => tokenId === bootstrap.id);
                expect(sent).toEqual([]);
            });
            await stack.up([token("one")]);
            await it.settle(stack);
            await it.destroy(stack);
        },
    },
];

/** A bootstrap token of the first environment that nobody else uses. */
function bootstrapOf(it: Scenario): { id: string; token: string } {
    return it.bench.emulator.createToken({ name: "bootstrap", scopes: ["apiTokens.read", "apiTokens.write"] });
}

function twoEnvironments(name: string, explicitOnly: boolean): Plan {
    const how = explicitOnly ? ", without default providers" : "";
    const rows = {
        up: `DynatraceProvider: two environments: up${how}`,
        again: `DynatraceProvider: two environments: up without a change${how}`,
        refresh: `DynatraceProvider: two environments: refresh${how}`,
        rotate: `DynatraceProvider: two environments: rotation${how}`,
        move: `DynatraceProvider: two environments: a token moves to the other${how}`,
        destroy: `DynatraceProvider: two environments: destroy${how}`,
    };
    return {
        rows: Object.values(rows),
        run: async (it) => {
            const stack = await it.stack(name);
            if (explicitOnly) await withoutDefaultProviders(stack);
            stack.env = { DYNATRACE_API_URL: undefined, DYNATRACE_API_TOKEN: undefined };
            const { emulator, other } = it.bench;
            const program = (rotationKey: string, moving: string): ProgramResource[] => [
                ...(["first", "second"] as const).map((each) => {
                    const { apiUrl, bootstrapToken: apiToken } = each === "first" ? emulator : other;
                    return { kind: "DynatraceProvider", name: each, args: { apiUrl, apiToken } };
                }),
                token("one", { rotationKey }, { provider: "first" }),
                token("two", { rotationKey }, { provider: "second" }),
                ingestToken("ingest", { rotationKey }, { providers: ["second"] }),
                token("moving", {}, { provider: moving }),
            ];
            const names = ["one", "two", "ingest-token", "moving"];
            const own = emulator.bootstrapToken.split(".").slice(0, 2).join(".");
            await it.row(rows.up, [], async () => {
                await stack.up(program("1", "first"));
                await stack.use(...names);
                expect(other.requests().filter(({ tokenId }) => tokenId === own)).toEqual([]);
                const inOther = other.tokens().map(({ id }) => id);
                expect(names.map((each) => inOther.includes(stack.id(each)))).toEqual([false, true, true, false]);
            });
            await it.row(rows.again, [], async () => void (await stack.unchanged()));
            await it.row(rows.refresh, [], async () => void (await stack.refresh("--expect-no-changes")));
            await it.row(rows.rotate, [], async (): Promise<Expected> => {
                const serving = names.map((each) => stack.id(each));
                await stack.up(program("2", "first"));
                await stack.use("one", "two", "ingest-token");
                expect(serving).not.toContain(stack.id("ingest-token"));
                return { serving };
            });
            await it.settle(stack);
            await it.row(rows.move, ["moving"], async () => {
                const old = stack.id("moving");
                await stack.up(program("2", "second"));
                await stack.use("moving");
                expect(other.tokens().map(({ id }) => id)).toContain(stack.id("moving"));
                // Without an overlap: each provider runs in a process of its own, and the first is only told to delete.
                expect(emulator.tokens().map(({ id }) => id)).not.toContain(old);
                expect(stack.token("moving").retiring).toEqual([]);
            });
            await it.settle(stack);
            await it.row(rows.destroy, [], async () => void (await stack.destroy()));
            await stack.up();
            await it.settle(stack);
            await it.destroy(stack);
        },
    };
}

async function withoutDefaultProviders(stack: OperationsStack): Promise<void> {
    const setting = ["--path", "pulumi:disable-default-providers[0]", "*"];
    await stack.command("config", "set", "--stack", stack.stack, ...setting);
}
