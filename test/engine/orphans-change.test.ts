import { Moment } from "../support/faults";
import { type Fault, FaultyStack, Recovery, type Settings, Victim } from "../support/faults-stack";
import { FaultTable, pointOf, type Row } from "../support/faults-table";

jest.setTimeout(120_000);

const { Before, After } = Moment;
const { Up, Refresh, Destroy } = Recovery;

let stack: FaultyStack;
beforeAll(async () => void (stack = await FaultyStack.create()));
afterAll(() => stack?.remove());

/** Rows of one table, each with what tells its test from the others. */
const named = (rows: Row[]) => rows.map((row, index) => ({ row, index, point: pointOf(row) }));
const faultAt = (at: Fault["at"], during: Fault["during"]) => {
    return (victim: Victim, moment: Moment, ...then: Recovery[]): Row => {
        return { victim, at: { ...at, moment }, during, then };
    };
};

describe("a token that is changed in place", () => {
    const table = new FaultTable("update");
    afterAll(() => table.write());
    const change = faultAt({ method: "PUT", token: "main", moment: Before }, {});

    test.each(
        named([
            change(Victim.Engine, Before, Up),
            change(Victim.Engine, After, Refresh, Up),
            change(Victim.Provider, After, Up),
            change(Victim.Network, After, Up),
        ]),
    )("$point", async ({ row, index }) => {
        if (stack.inDynatrace().length === 0) await stack.up({ tokens: ["main"] });
        const before = stack.inDynatrace();
        const scopes = ["logs.ingest", ["metrics.ingest", "events.ingest"][index % 2] as string];
        const { inState, inDynatrace } = await table.strike(stack, { ...row, during: { scopes } });
        expect(inDynatrace).toEqual(inState);
        expect(inDynatrace).toEqual(before);
        const held = stack.emulator.tokens().filter(({ id }) => before.includes(id));
        expect(held.map((token) => [...token.scopes].sort())).toContainEqual([...scopes].sort());
        expect(stack.touched()).toEqual([]);
    });
});

describe("a token that is taken out of the program, or destroyed", () => {
    const table = new FaultTable("delete");
    afterAll(() => table.write());
    const at = { method: "DELETE", token: "main", moment: Before } as const;
    const removed = faultAt(at, { tokens: [] });
    const destroyed = faultAt(at, "destroy");

    test.each(
        named([
            removed(Victim.Engine, Before, Up),
            removed(Victim.Engine, After, Up),
            removed(Victim.Provider, After, Refresh, Up),
            removed(Victim.Network, After, Up),
            destroyed(Victim.Engine, After, Destroy),
            // Without the refresh after a delete that was done an up would take the recorded token for one that exists, as Pulumi always does.
            destroyed(Victim.Both, Before, Refresh, Up),
            destroyed(Victim.Provider, After, Refresh, Up),
            destroyed(Victim.Network, Before, Up),
        ]),
    )("$point", async ({ row }) => {
        await stack.up({ tokens: ["main"], scopes: ["logs.ingest"] } satisfies Partial<Settings>);
        const { inState, inDynatrace } = await table.strike(stack, row);
        expect(inDynatrace).toEqual(inState);
        expect(inState).toHaveLength(row.during === "destroy" && row.then.includes(Up) ? 2 : 0);
        expect(stack.touched()).toEqual([]);
    });
});
