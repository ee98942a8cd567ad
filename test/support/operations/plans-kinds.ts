import { activeGateToken, platformToken } from "./programs";
import type { Expected, Plan, Scenario } from "./scenario";
import type { OperationsStack, ProgramResource } from "./stack";

type Make = (name: string, args?: Record<string, unknown>, opts?: ProgramResource["opts"]) => ProgramResource;

const GROUP: ProgramResource = { kind: "Group", name: "group" };

/** What differs for the kinds whose tokens cannot be renamed. */
export const KINDS: Plan[] = [kindPlan("PlatformToken", "platform"), kindPlan("ActiveGateToken", "activegate")];

function kindPlan(kind: "PlatformToken" | "ActiveGateToken", name: string): Plan {
    const rows = [
        "create",
        "up without a change",
        "refresh without a change",
        "rotation by rotationKey",
        "rotation without an overlap",
        "change of the expiry",
        "up --replace",
        "state taint",
        "rename with an alias",
        "rename with an alias and a rotation at once",
        "move into a component with an alias",
        "refresh after it was deleted by hand",
        "retainOnDelete with a rotation",
        "state delete, then up",
        "removal from the program",
        "deletedWith",
    ];
    return {
        rows: rows.map((row) => `${kind}: ${row}`),
        run: async (it) => {
            const stack = await it.stack(name);
            stack.env = credentialsOf(it);
            await operate(it, stack, kind, makerOf(it, kind));
        },
    };
}

function credentialsOf({ bench: { emulator } }: Scenario): Record<string, string> {
    const { clientId, clientSecret, accountUuid, apiUrl, ssoUrl } = emulator.account;
    return {
        DYNATRACE_CLIENT_ID: clientId,
        DYNATRACE_CLIENT_SECRET: clientSecret,
        DYNATRACE_ACCOUNT_UUID: accountUuid,
        DYNATRACE_ACCOUNT_API_URL: apiUrl,
        DYNATRACE_SSO_URL: ssoUrl,
    };
}

function makerOf({ bench }: Scenario, kind: string): Make {
    if (kind === "ActiveGateToken") return activeGateToken;
    return (name, args, opts) => {
        // By the first letter, so that a renamed resource keeps its user.
        const userUuid = bench.users[name.charCodeAt(0) % bench.users.length];
        return platformToken(name, { userUuid, expiresAfterDays: 90, ...args }, opts);
    };
}

async function operate(it: Scenario, stack: OperationsStack, kind: string, make: Make): Promise<void> {
    const row = (operation: string, names: string[], body: () => Promise<Expected | void>): Promise<void> =>
        it.row(`${kind}: ${operation}`, names, body);
    const plain = [
        "key",
        "instant",
        "life",
        "replaced",
        "tainted",
        "called",
        "both",
        "outer",
        "gone",
        "forgotten",
        "removed",
    ];
    const all = [...plain, "retained"];
    const retain = { retainOnDelete: true };
    await row("create", all, async () => {
        await stack.up([GROUP, ...plain.map((name) => make(name)), make("retained", {}, retain)]);
        await stack.use(...all);
    });
    await row("up without a change", all, async () => void (await stack.unchanged()));
    await row("refresh without a change", all, async () => void (await stack.refresh("--expect-no-changes")));
    await it.settle(stack);
    const old = Object.fromEntries(stack.tokens().map(({ name, tokenId }) => [name, tokenId]));
    const id = (name: string): string => String(old[name]);

    await stack.command("state", "taint", "--yes", "--stack", stack.stack, stack.urn("tainted"));
    await stack.command("state", "delete", "--yes", "--stack", stack.stack, stack.urn("forgotten"));
    const program = (retainOnDelete: boolean): ProgramResource[] => [
        GROUP,
        make("key", { rotationKey: "2" }),
        make("instant", { rotationKey: "2", overlapDays: 0, retire: "delete" }),
        make("life", { expiresAfterDays: 50 }),
        make("replaced"),
        make("tainted"),
        make("called2", {}, { aliases: [{ name: "called" }] }),
        make("both2", { rotationKey: "2" }, { aliases: [{ name: "both" }] }),
        make("outer", {}, { parent: "group", aliases: [{ parent: "root" }] }),
        make("gone"),
        make("forgotten"),
        make("retained", { rotationKey: "2" }, { retainOnDelete }),
    ];
    const another =
        (name: string, before = name) =>
        async (): Promise<Expected> => {
            expect(stack.id(name)).not.toBe(id(before));
            await stack.use(name);
            return { serving: [id(before)] };
        };
    await row("rotation by rotationKey", ["key"], async () => {
        await stack.up(program(true), "--replace", stack.urn("replaced"));
        return another("key")();
    });
    await row("rotation without an overlap", ["instant"], async () => {
        await stack.use("instant");
        expect(it.bench.live("operations-").map((token) => token.id)).not.toContain(id("instant"));
    });
    await row("change of the expiry", ["life"], async () => {
        if (kind === "ActiveGateToken") return another("life")();
        expect(stack.id("life")).toBe(id("life"));
        return { serving: [id("life")] };
    });
    // Nothing in Dynatrace shows that an ActiveGate token was replaced: one that is in use stays until it expires.
    const unproved = kind === "ActiveGateToken" ? [id("replaced"), id("tainted")] : [];
    const forced = (name: string) => async (): Promise<Expected> => ({ ...(await another(name)()), kept: unproved });
    await row("up --replace", ["replaced"], forced("replaced"));
    await row("state taint", ["tainted"], forced("tainted"));
    await row("rename with an alias", ["called", "called2"], async () => ({ serving: [id("called")] }));
    await row("rename with an alias and a rotation at once", ["both", "both2"], another("both2", "both"));
    await row("move into a component with an alias", ["outer"], async () => {
        expect(stack.id("outer")).toBe(id("outer"));
        return { serving: [id("outer")] };
    });
    await row("retainOnDelete with a rotation", ["retained"], async () => ({
        ...(await another("retained")()),
        kept: [id("retained")],
    }));
    await row("state delete, then up", ["forgotten"], async () => ({
        ...(await another("forgotten")()),
        kept: [id("forgotten")],
    }));
    await row("removal from the program", ["removed"], async () => {
        expect(it.bench.live("operations-").map((token) => token.id)).not.toContain(id("removed"));
    });
    await it.settle(stack);
    await row("refresh after it was deleted by hand", ["gone"], async () => {
        it.bench.emulator.deleteToken(id("gone"));
        await stack.up(undefined, "--refresh");
        expect(stack.id("gone")).not.toBe(id("gone"));
        await stack.use("gone");
    });
    await row("deletedWith", [], async () => {
        const tied = make("tied", {}, { deletedWith: "group" });
        const kept = [id("retained"), id("forgotten"), ...unproved];
        expect(await stack.fails("preview", [], [...program(true), tied])).toContain(`${kind}("tied"): deletedWith: `);
        return { kept };
    });
    await stack.up(program(false));
    await it.settle(stack);
    const text = await it.destroy(stack);
    const left = it.bench.live(`operations-${stack.stack}-`);
    for (const each of left) expect(text).toContain(each.name);
    const kept = [id("retained"), id("forgotten"), ...unproved];
    expect(left.map((each) => each.id).sort()).toEqual(kept.sort());
}
