import { envDetector } from "@opentelemetry/resources";
import fc from "fast-check";

import { encodeAttributes, mergeAttributes } from "../../components/application-pods/exporter-env/attributes";
import { Check } from "../../components/shared/check";

/** What OpenTelemetry's own SDK for Node reads out of the variable. */
function readBack(text: string): Record<string, unknown> {
    const before = process.env["OTEL_RESOURCE_ATTRIBUTES"];
    process.env["OTEL_RESOURCE_ATTRIBUTES"] = text;
    try {
        return envDetector.detect().attributes ?? {};
    } finally {
        if (before === undefined) delete process.env["OTEL_RESOURCE_ATTRIBUTES"];
        else process.env["OTEL_RESOURCE_ATTRIBUTES"] = before;
    }
}

const KEY = fc.stringMatching(/^[a-z][a-z0-9._-]{0,30}$/).filter((key) => key !== "__proto__");
const VALUE = fc.string({ unit: "binary", minLength: 1, maxLength: 100 });
const ATTRIBUTES = fc.dictionary(KEY, VALUE, { noNullPrototype: true });

test("the SDK reads back every key and value as it was given", () => {
    fc.assert(
        fc.property(ATTRIBUTES, (attributes) => {
            expect(readBack(encodeAttributes(new Check("C"), attributes))).toEqual(attributes);
        }),
    );
});

test("Kubernetes finds nothing to expand in a value", () => {
    fc.assert(
        fc.property(ATTRIBUTES, (attributes) => {
            expect(encodeAttributes(new Check("C"), { ...attributes, owner: "$(DT_API_TOKEN)" })).not.toContain("$");
        }),
    );
});

test("the order in the program makes no difference", () => {
    expect(encodeAttributes(new Check("C"), { b: "2", a: "1" })).toBe(
        encodeAttributes(new Check("C"), { a: "1", b: "2" }),
    );
});

test("an attribute without a value is not sent", () => {
    expect(encodeAttributes(new Check("C"), { owner: "", team: "a" })).toBe("team=a");
});

test("merging keeps every key once, the first value of each, and is done after the first time", () => {
    fc.assert(
        fc.property(ATTRIBUTES, ATTRIBUTES, (first, second) => {
            const texts = [encodeAttributes(new Check("C"), first), encodeAttributes(new Check("C"), second)] as const;
            const merged = mergeAttributes(...texts);
            expect(readBack(merged)).toEqual({ ...second, ...first });
            expect(mergeAttributes(merged, texts[1])).toBe(merged);
        }),
    );
});

test.each([
    [
        "a value that makes Node's SDK drop all attributes",
        { owner: "x".repeat(256) },
        /\["owner"\]: has 256 characters/,
    ],
    ["a key that Python's SDK would not decode", { "a b": "x" }, /\["a b"\]: is not a key that every SDK reads/],
    ["half a character", { owner: "\ud800" }, /\["owner"\]: holds half of a surrogate pair/],
])("%s is refused", (_case, attributes, text) => {
    expect(() => encodeAttributes(new Check("C"), attributes)).toThrow(text);
});
