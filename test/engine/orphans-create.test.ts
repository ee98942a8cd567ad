import { Moment } from "../support/faults";
import { FaultyStack, Recovery, Victim } from "../support/faults-stack";
import { FaultTable, pointOf, type Row } from "../support/faults-table";

jest.setTimeout(120_000);

/*
 * Every row makes a token of another name, so what an up has to get over is the token that it was making and the one of the row
 * before, which is to go.
 */

const table = new FaultTable("create");
const { Before, After } = Moment;
const { Up, Refresh, Destroy } = Recovery;

let stack: FaultyStack;
beforeAll(async () => void (stack = await FaultyStack.create()));
afterAll(async () => {
    table.write();
    await stack?.remove();
});

const row = (victim: Victim, moment: Moment, then: Recovery[], more: Partial<Row> = {}): Row => ({
    ...{ victim, at: { method: "POST", moment }, during: {}, then },
    ...more,
});
const DISABLED = { during: { enabled: false }, at: { method: "PUT", moment: Before } } as const;

const ROWS: Row[] = [
    row(Victim.Engine, Before, [Up]),
    row(Victim.Engine, Before, [Destroy]),
    row(Victim.Engine, After, [Up]),
    row(Victim.Engine, After, [Destroy]),
    row(Victim.Engine, After, [Refresh, Up]),
    row(Victim.Engine, After, [Refresh, Destroy]),
    row(Victim.Provider, Before, [Up]),
    row(Victim.Provider, After, [Up]),
    row(Victim.Provider, After, [Destroy]),
    row(Victim.Both, After, [Up]),
    row(Victim.Network, Before, [Up]),
    row(Victim.Network, After, [Up]),
    row(Victim.Network, After, [Destroy]),
    row(Victim.Engine, Before, [Up], { late: true }),
    row(Victim.Engine, Before, [Destroy], { late: true }),
    row(Victim.Engine, After, [Up], { late: true }),
];

test.each(ROWS.map((each, index) => ({ ...each, index, point: pointOf(each) })))("$point", async (each) => {
    const during = { ...(each.during as object), tokens: [`row${each.index}`] };
    const { inState, inDynatrace } = await table.strike(stack, { ...each, during });
    expect(inDynatrace).toEqual(inState);
    expect(inState).toHaveLength(each.then.includes(Destroy) ? 0 : 2);
    expect(stack.touched()).toEqual([]);
});
