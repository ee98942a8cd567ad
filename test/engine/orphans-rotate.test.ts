import { Moment } from "../support/faults";
import { type Fault, FaultyStack, Recovery, type Settings, Victim } from "../support/faults-stack";
import { FaultTable, pointOf, type Row } from "../support/faults-table";

jest.setTimeout(120_000);

/*
 * The steps of a rotation: POST makes the new token, PUT tells main-reader, whose name holds the id, and then DELETE removes the
 * old token, or with an overlap PUT writes its end into the name.
 */

const table = new FaultTable("rotate");
const { Before, After } = Moment;
const { Up, Refresh, Destroy } = Recovery;

let stack: FaultyStack;
beforeAll(async () => void (stack = await FaultyStack.create()));
afterAll(async () => {
    table.write();
    await stack?.remove();
});

const POST = { method: "POST" } as const;
const LIST = { method: "GET" } as const;
const READER = { method: "PUT", token: "main-reader" } as const;
const DELETE_OLD = { method: "DELETE", token: "main" } as const;
const RENAME_OLD = { method: "PUT", token: "main" } as const;

type Call = Omit<Fault["at"], "moment">;
const row = (victim: Victim, moment: Moment, call: Call, overlapDays: number, ...then: Recovery[]): Row => {
    return { victim, at: { ...call, moment }, during: { overlapDays }, then };
};
const late = (fault: Row): Row => ({ ...fault, late: true });

const ROWS: Row[] = [
    row(Victim.Engine, Before, POST, 0, Up),
    row(Victim.Engine, After, POST, 1, Up),
    row(Victim.Provider, After, POST, 0, Up),
    row(Victim.Network, After, POST, 1, Up),
    row(Victim.Both, After, POST, 1, Destroy),
    late(row(Victim.Engine, Before, POST, 1, Up)),
    late(row(Victim.Engine, After, LIST, 0, Up)),
    row(Victim.Engine, Before, READER, 0, Up),
    row(Victim.Engine, After, READER, 1, Up),
    row(Victim.Provider, Before, READER, 1, Refresh, Up),
    row(Victim.Network, After, READER, 0, Destroy),
    row(Victim.Engine, Before, DELETE_OLD, 0, Up),
    row(Victim.Engine, After, DELETE_OLD, 0, Up),
    row(Victim.Engine, After, DELETE_OLD, 0, Refresh, Up),
    row(Victim.Provider, After, DELETE_OLD, 0, Up),
    row(Victim.Network, Before, DELETE_OLD, 0, Up),
    row(Victim.Engine, Before, RENAME_OLD, 1, Up),
    row(Victim.Engine, After, RENAME_OLD, 1, Refresh, Up),
    row(Victim.Provider, Before, RENAME_OLD, 1, Destroy),
    row(Victim.Network, After, RENAME_OLD, 1, Up),
];

test.each(ROWS.map((each, index) => ({ ...each, index, point: pointOf(each) })))(
    "$point",
    async ({ index, ...each }) => {
        const { overlapDays } = each.during as Settings;
        // What a destroy took away is there again for the next row.
        if (stack.inDynatrace().length === 0) await stack.up({ tokens: ["main"], overlapDays });
        const before = stack.inDynatrace();
        const { inState, inDynatrace } = await table.strike(stack, {
            ...each,
            during: { overlapDays, rotationKey: `row ${index}` },
        });
        expect(inDynatrace).toEqual(inState);
        expect(stack.touched()).toEqual([]);
        if (each.then.includes(Destroy)) return expect(inState).toEqual([]);
        // main is another, main-reader the same; the old one serves on exactly where there is an overlap.
        expect(inState.filter((id) => !before.includes(id))).toHaveLength(1);
        const gone = before.filter((id) => !inState.includes(id));
        if (overlapDays > 0) expect(gone).toEqual([]);
        else expect(gone.length).toBeGreaterThanOrEqual(1);
    },
);

test("after all that an up changes nothing, and destroy leaves only the tokens of others", async () => {
    await stack.up({}, "--expect-no-changes");
    await stack.project.destroy();
    expect(stack.inDynatrace()).toEqual([]);
    expect(stack.touched()).toEqual([]);
});
