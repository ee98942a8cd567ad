import { createRuntimes } from "../../providers/runtime";

const API = "https://abc12345.live.dynatrace.com/api";

async function check(inputs: object = {}) {
    const runtime = createRuntimes({ env: { DYNATRACE_API_URL: API } }).ActiveGateToken;
    const { inputs: checked, failures } = await runtime.check({}, { tokenName: "edge", mark: "m", ...inputs });
    return { checked, problems: failures.map(({ reason }) => reason) };
}

it.each([
    ["60 and 29 days, as the Operator does", {}, { expiresAfterDays: 60, rotateAfterDays: 29 }],
    ["its own age of rotation", { rotateAfterDays: 10 }, { expiresAfterDays: 60, rotateAfterDays: 10 }],
    ["no rotation beside an expiry of its own", { expiresAfterDays: 700 }, { expiresAfterDays: 700 }],
    ["no days beside a date", { expirationDate: "now+2y" }, { expirationDate: "now+2y" }],
])("is given %s", async (_what, inputs, life) => {
    const { checked, problems } = await check(inputs);
    expect(problems).toEqual([]);
    const { expiresAfterDays, expirationDate, rotateAfterDays } = checked;
    expect({ expiresAfterDays, expirationDate, rotateAfterDays }).toEqual({ ...noLife, ...life });
    expect(checked).toMatchObject({ retire: "expire", apiUrl: API });
});
const noLife = { expiresAfterDays: undefined, expirationDate: undefined, rotateAfterDays: undefined };

it.each([
    [{ expiresAfterDays: 800 }, "expiresAfterDays: is more than 2 years off, the most that Dynatrace allows; use 73"],
    [{ expirationDate: "now+25M" }, "expirationDate: is more than 2 years off"],
    [{ expirationDate: "2099-01-01T00:00:00Z" }, "expirationDate: is more than 2 years off"],
    [{ expiresAfterDays: 0 }, "expiresAfterDays: 0 is not positive"],
    [{ rotateAfterDays: 60 }, "rotateAfterDays: 60 is not less than expiresAfterDays (60)"],
    [
        { retire: "delete", overlapDays: 40 },
        "overlapDays: 40 is more than the 31 between rotateAfterDays and expiresAfterDays",
    ],
    [{ tokenName: " " }, "tokenName: is empty; leave it out"],
])("%j is refused, naming the field and the way out", async (inputs, problem) => {
    const { problems } = await check(inputs);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`ActiveGateToken: ${problem}`);
});
