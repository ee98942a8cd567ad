import { expiryTime, reasonOfAge } from "../../providers/lifetime";

const at = (text: string): number => Date.parse(text);
const NOW = at("2026-01-31T10:00:00Z");

it.each([
    ["now+90d", "2026-05-01T10:00:00Z"],
    ["now+30m", "2026-01-31T10:30:00Z"],
    ["now+2h", "2026-01-31T12:00:00Z"],
    ["now+2w", "2026-02-14T10:00:00Z"],
    ["now+1M", "2026-02-28T10:00:00Z"],
    ["now+13M", "2027-02-28T10:00:00Z"],
    ["now+2y", "2028-01-31T10:00:00Z"],
    ["2027-01-31T12:00:00.000Z", "2027-01-31T12:00:00Z"],
])("%s is %s", (request, expected) => {
    expect(expiryTime(request, NOW)).toBe(at(expected));
});

describe("a token is replaced for", () => {
    const token = { createdAt: "2026-01-01T00:00:00Z", expiresAt: "2026-03-01T00:00:00Z", applied: {} };

    it.each([
        ["nothing while it is young", token, { rotateAfterDays: 31 }, undefined],
        ["its age", token, { rotateAfterDays: 30 }, "rotateAfterDays"],
        ["its end", { ...token, expiresAt: "2026-01-31T10:00:00Z" }, {}, "expiresAfterDays"],
        [
            "its end, by date",
            { ...token, expiresAt: "2026-01-31T10:00:00Z" },
            { expirationDate: "x" },
            "expirationDate",
        ],
        ["its absence", { ...token, applied: { gone: true } }, {}, "expiresAfterDays"],
    ])("%s", (_what, outputs, wanted, field) => {
        expect(reasonOfAge(outputs, wanted, NOW).field).toBe(field);
    });
});
