import { Bench } from "../support/operations/bench";
import { PLANS } from "../support/operations/plans";
import { type Outcome, type Row, runAll } from "../support/operations/scenario";
import { writeResults } from "../support/results";

/*
 * What people do to stacks, by the real engine against the embedded Dynatrace. A row is an operation: after it no used token is lost and
 * no token is orphaned, the next `up` changes nothing, and `destroy` leaves only what the operation keeps on purpose.
 */

jest.setTimeout(900_000);

const only = process.env["OPERATIONS_ONLY"];
const plans = PLANS.filter(({ rows }) => only === undefined || rows.some((row) => row.includes(only)));
const rows: Row[] = [];
let bench: Bench;
let outcomes: Promise<Map<string, Outcome>>[] = [];

beforeAll(async () => {
    bench = await Bench.start();
    outcomes = runAll(bench, plans);
});
afterAll(async () => {
    await Promise.allSettled(outcomes);
    writeResults("operations", rows);
    await bench?.stop();
});

test.each(plans.flatMap((plan, index) => plan.rows.map((row) => ({ row, index }))))("$row", async ({ row, index }) => {
    const outcome = (await outcomes[index])?.get(row);
    if (outcome) rows.push(outcome.row);
    expect(outcome?.problems).toEqual([]);
    expect(outcome?.row).toMatchObject({ usedTokensLost: 0, orphans: 0 });
});
