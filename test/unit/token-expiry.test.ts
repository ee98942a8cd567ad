import { daysLeft, expiryWarning } from "../../components/ingest-token/expiry";
import { Check } from "../../components/shared/check";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const IN = (days: number): string => new Date(NOW + days * 24 * 3600_000).toISOString();
const warn = (at: string | undefined, settings = {}) => expiryWarning(new Check('IngestToken("x")'), at, settings, NOW);

test.each([
    [undefined, undefined],
    [IN(30.5), 30],
    [IN(0.5), 0],
    [IN(-0.5), -1],
])("a token that expires at %s has %s days left", (at, days) => expect(daysLeft(at, NOW)).toBe(days));

test("a warning names the days, the date and the way out", () => {
    expect(warn(IN(13.5))).toBe(
        `IngestToken("x"): the token expires in 13 days, at ${IN(13.5)}; ` +
            "change rotationKey to rotate the token, or set rotateAfterDays so that `pulumi up` rotates the token in time",
    );
    expect(warn(IN(1), { rotateAfterDays: 30 })).toContain("run `pulumi up` again when rotateAfterDays have passed");
});

test("a life of hours is told in hours, and compared in full", () => {
    expect(warn(IN(6 / 24), { expiresAfterDays: 6 / 24 })).toBeUndefined();
    expect(warn(IN(2.1 / 24), { expiresAfterDays: 6 / 24 })).toBeUndefined();
    expect(warn(IN(1.9 / 24), { expiresAfterDays: 6 / 24 })).toContain("the token expires in 1 hour, at");
    expect(warn(IN(1.5))).toContain("the token expires in 36 hours, at");
    expect(warn(IN(-1))).toContain("the token expired, at");
});

test("there is no warning before its time, for never, or in the first days of a short life", () => {
    expect(warn(IN(14))).toBeUndefined();
    expect(warn(undefined)).toBeUndefined();
    expect(warn(IN(3), { warnBeforeDays: 2 })).toBeUndefined();
    expect(warn(IN(6), { expiresAfterDays: 7 })).toBeUndefined();
    expect(warn(IN(2), { expiresAfterDays: 7 })).toContain("in 2 days");
});
