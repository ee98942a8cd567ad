import { Moment } from "../support/faults";
import { ANY, FaultyStack, Recovery, Victim } from "../support/faults-stack";
import { until } from "../support/processes";
import { FaultTable, pointOf, type Row } from "../support/faults-table";

jest.setTimeout(120_000);

/*
 * Every row makes a token of another name, so what an up has to get over is the token that was being made, and the one of the row
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

const row = (victim: Victim, moment: Moment, ...then: Recovery[]): Row => {
    return { victim, at: { method: "POST", moment }, during: { enabled: true }, then };
};
const late = (fault: Row): Row => ({ ...fault, late: true });
/** A token that is to be disabled takes a second call, when its reply has arrived and it is not recorded yet. */
const disabled = (victim: Victim, ...then: Recovery[]): Row => {
    return { victim, at: { method: "PUT", token: ANY, moment: Before }, during: { enabled: false }, then };
};

const ROWS: Row[] = [
    row(Victim.Engine, Before, Up),
    row(Victim.Engine, Before, Destroy),
    row(Victim.Engine, After, Up),
    row(Victim.Engine, After, Destroy),
    row(Victim.Engine, After, Refresh, Up),
    row(Victim.Provider, Before, Up),
    row(Victim.Provider, After, Up),
    row(Victim.Both, After, Refresh, Destroy),
    row(Victim.Network, Before, Up),
    row(Victim.Network, After, Destroy),
    late(row(Victim.Engine, Before, Up)),
    late(row(Victim.Engine, Before, Destroy)),
    late(row(Victim.Engine, After, Up)),
    disabled(Victim.Engine, Up),
    disabled(Victim.Provider, Up),
];

test.each(ROWS.map((each, index) => ({ ...each, index, point: pointOf(each) })))(
    "$point",
    async ({ index, ...each }) => {
        const during = { ...(each.during as object), tokens: [`row${index}`] };
        const { inState, inDynatrace } = await table.strike(stack, { ...each, during });
        expect(inDynatrace).toEqual(inState);
        expect(inState).toHaveLength(each.then.includes(Destroy) ? 0 : 2);
        expect(stack.touched()).toEqual([]);
    },
);

test("a call that reaches Dynatrace after the next up, its sender long dead, leaves nothing that destroy does not take", async () => {
    const at = { method: "POST", moment: Before } as const;
    const held = await stack.cutOff({ victim: Victim.Both, at, during: { tokens: ["late"] }, late: true });
    await stack.up();
    held.release("pass");
    await until("the token is made", 10, () => (stack.inDynatrace().length === 3 ? true : undefined));
    await stack.project.destroy();
    const point = "engine and provider lost when POST has been sent; then up, the call arrives, destroy";
    const { inState, inDynatrace } = await table.look(stack, point);
    expect(inState).toEqual([]);
    expect(inDynatrace).toEqual([]);
    await stack.up();
});

test("after all that an up changes nothing, and destroy leaves only the tokens of others", async () => {
    await stack.up({}, "--expect-no-changes");
    await stack.project.destroy();
    expect(stack.inDynatrace()).toEqual([]);
    expect(stack.touched()).toEqual([]);
});
