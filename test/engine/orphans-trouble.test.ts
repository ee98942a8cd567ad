import { Moment } from "../support/faults";
import { FaultyStack, Victim } from "../support/faults-stack";
import { FaultTable } from "../support/faults-table";

jest.setTimeout(120_000);

/* Nothing dies here but once: it is Dynatrace, a proxy or a person that does what nobody expects. */

const table = new FaultTable("trouble");
const POST = { method: "POST", path: "^/api/v2/apiTokens$" } as const;
const ENVELOPE = JSON.stringify({ error: { code: 500, message: "Internal server error." } });
const PAGE = "<html><head><title>Sign in</title></head></html>";

let stack: FaultyStack;
beforeAll(async () => void (stack = await FaultyStack.create()));
afterAll(async () => {
    table.write();
    await stack?.remove();
});

/** Expects the same tokens on both sides, `count` of them, and those of others as they were. */
async function expectNoOrphan(point: string, count: number): Promise<string[]> {
    const { inState, inDynatrace } = await table.look(stack, point);
    expect(inDynatrace).toEqual(inState);
    expect(inState).toHaveLength(count);
    expect(stack.touched()).toEqual([]);
    return inState;
}

/** The main token's id, by what the state says. */
const main = (): Promise<string> => stack.idOf("main");

test("429 to every try of a create for three seconds, then it gets through", async () => {
    stack.emulator.fault({ kind: "429", unit: "us", delaySeconds: 1, match: POST, times: 3 });
    await stack.up({ tokens: ["main"] });
    await expectNoOrphan("429 for three seconds, then the create gets through", 2);
});

test.each([
    ["500 although the token was made", { status: 500, body: ENVELOPE }],
    ["a proxy's page with 502 although the token was made", { status: 502, body: PAGE }],
    ["a proxy's page with 200 although the token was made", { status: 200, body: PAGE }],
])("a rotation is answered with %s", async (what, answer) => {
    const before = await main();
    stack.wire.hold({ method: "POST", path: /\/v2\/apiTokens$/, moment: Moment.After }).release(answer);
    await stack.up({ rotationKey: what });
    expect(await expectNoOrphan(`a rotation is answered with ${what}`, 2)).not.toContain(before);
});

test("a proxy answers with its page for as long as an up lasts, and is gone in the next", async () => {
    stack.emulator.fault({ kind: "html", status: 200, match: POST, times: Infinity });
    await expect(stack.up({ rotationKey: "behind a proxy" })).rejects.toThrow("could not create a token: 3 times");
    stack.emulator.clearFaults();
    await stack.up();
    await expectNoOrphan("a proxy's page for a whole up, then up", 2);
});

test("the token was deleted by hand: refresh notices, and the next up makes another", async () => {
    const before = await main();
    stack.emulator.deleteToken(before);
    await stack.recover("refresh");
    await stack.up();
    expect(await expectNoOrphan("deleted by hand, then refresh, up", 2)).not.toContain(before);
});

test("the token was deleted by hand before a rotation that has an overlap", async () => {
    const before = await main();
    stack.emulator.deleteToken(before);
    await stack.up({ rotationKey: "one deleted by hand", overlapDays: 1 });
    await stack.recover("refresh");
    await stack.up();
    const point = "deleted by hand, then rotated with an overlap, refresh, up";
    expect(await expectNoOrphan(point, 2)).not.toContain(before);
});

test("an orphaned token is found on the third page of a list that 2,500 tokens of others fill", async () => {
    stack.crowd(2_500);
    await stack.cutOff({
        victim: Victim.Engine,
        at: { method: "POST", moment: Moment.After },
        during: { tokens: ["other"], overlapDays: 0 },
    });
    // The list begins with the newest.
    stack.crowd(2_500);
    stack.emulator.reset();
    await stack.up();
    await expectNoOrphan("an orphaned token behind 2,500 tokens of others", 2);
    const lists = stack.emulator
        .requests()
        .filter(({ method, path }) => method === "GET" && path === "/api/v2/apiTokens");
    expect(lists.length).toBeGreaterThanOrEqual(3);
});

test("a token deleted by hand does not stop destroy", async () => {
    stack.emulator.deleteToken(await stack.idOf("other"));
    await stack.recover("destroy");
    await expectNoOrphan("deleted by hand, then destroy", 0);
});
