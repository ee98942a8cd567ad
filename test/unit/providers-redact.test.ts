import fc from "fast-check";

import { publicTokenId, redact } from "../../providers/dynatrace/redact";

const base32 = (length: number) =>
    fc.string({ unit: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), minLength: length, maxLength: length });

describe("redact", () => {
    it("leaves no secret part of any token in any text, and keeps the public id", () => {
        const token = fc.tuple(
            fc.constantFrom("dt0c01", "dt0s16", "dt0g02"),
            fc.constantFrom(8, 24).chain(base32),
            base32(64),
        );
        fc.assert(
            fc.property(token, fc.string(), fc.string(), ([kind, id, secret], before, after) => {
                const text = redact(`${before} ${kind}.${id}.${secret} ${after}`);
                return !text.includes(secret) && text.includes(`${kind}.${id}.***`);
            }),
        );
    });

    it("hides a token of the old form that is named to it", () => {
        expect(redact("Api-Token abcdefghij1234567890 refused", ["abcdefghij1234567890"])).toBe(
            "Api-Token *** refused",
        );
    });

    it("leaves a public id, a host and an empty secret alone", () => {
        expect(redact("token dt0c01.ABC of abc12345.live.dynatrace.com", [""])).toBe(
            "token dt0c01.ABC of abc12345.live.dynatrace.com",
        );
    });
});

test("publicTokenId cuts the secret off, and knows no other form", () => {
    expect(publicTokenId(`dt0g02.4KWZO5EF.${"A".repeat(64)}`)).toBe("dt0g02.4KWZO5EF");
    expect(publicTokenId("abcdefghij1234567890")).toBeUndefined();
});
