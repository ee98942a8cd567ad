import { expiryProblems, expiryRequest, isExpired } from "../../providers/expiry";

const NOW = Date.parse("2026-11-21T12:00:00Z");

describe("expiryRequest", () => {
    it.each([
        [{ expiresAfterDays: 30 }, "now+30d"],
        [{ expiresAfterDays: 0.5 }, "now+720m"],
        [{ expiresAfterDays: 1 / 24 }, "now+60m"],
        [{ expirationDate: "now+2w" }, "now+2w"],
        [{ expirationDate: "2027-01-31T12:00:00+01:00" }, "2027-01-31T11:00:00.000Z"],
        [{ expirationDate: "2027-01-31 12:00" }, "2027-01-31T12:00:00.000Z"],
        [{ expirationDate: "1801393200000" }, "2027-01-31T11:00:00.000Z"],
        [{}, undefined],
    ])("sends %j as %s", (inputs, text) => {
        expect(expiryRequest(inputs)).toBe(text);
    });
});

describe("expiryProblems", () => {
    it.each([
        [{ expiresAfterDays: 0 }, "0 is not positive; leave it out for a token without expiry"],
        [{ expiresAfterDays: -1 }, "-1 is not positive; leave it out for a token without expiry"],
        [{ expiresAfterDays: NaN }, "NaN is not a number of days"],
        [{ expiresAfterDays: 0.0001 }, "0.0001 is less than a minute; the shortest is 1/1440"],
        [{ expirationDate: "2026-01-01T00:00:00Z" }, "in the past; write a later date"],
        [{ expirationDate: "now-1d" }, "in the past"],
        [
            { expirationDate: "now+6m" },
            '6 minutes: m is minutes, M is months; write "now+6M" for months, or expiresAfterDays: 6 / 1440',
        ],
        [{ expirationDate: "2027-02-30T00:00:00Z" }, "is not a date"],
        [{ expirationDate: "2027-02-01" }, 'is not a date; write "2027-01-31T12:00:00Z"'],
        [{ expirationDate: "tomorrow" }, "is not a date"],
        [{ expiresAfterDays: 30, expirationDate: "now+30d" }, "stands beside expiresAfterDays; keep one of the two"],
    ])("refuses %j", (inputs, problem) => {
        expect(
            expiryProblems(inputs, NOW)
                .map((found) => found.problem)
                .join(),
        ).toContain(problem);
    });

    it.each([
        { expiresAfterDays: 6 / 1440 },
        { expirationDate: "now+90m" },
        { expirationDate: "now+6M" },
        { expirationDate: "now+1d/d" },
        { expirationDate: "2026-11-21T12:00:01Z" },
        {},
    ])("accepts %j", (inputs) => {
        expect(expiryProblems(inputs, NOW)).toEqual([]);
    });
});

test("isExpired takes no date for never", () => {
    expect(isExpired("2026-11-21T12:00:00.000Z", NOW)).toBe(true);
    expect(isExpired("2026-11-21T12:00:00.001Z", NOW)).toBe(false);
    expect(isExpired(undefined, NOW)).toBe(false);
});
