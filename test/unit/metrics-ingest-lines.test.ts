import fc from "fast-check";

import { batchesOf, bodyOf } from "../../providers/metrics/batches";
import { countLine, gaugeLine, metadataLine, MetricType, summaryLine } from "../../providers/metrics";

describe("a line that no Dynatrace takes is refused where it is written", () => {
    const dimensions = (count: number): Record<string, string> =>
        Object.fromEntries(Array.from({ length: count }, (_, i) => [`d${i}`, "1"]));

    test.each<[string, () => string, RegExp]>([
        ["the reserved prefix dt.", () => gaugeLine("dt.cpu", 1), /^metric "dt\.cpu": key: .*dt\. is reserved/],
        [
            "the reserved prefix dt. for metadata",
            () => metadataLine("dt.cpu", "gauge", { unit: "x" }),
            /dt\. is reserved/,
        ],
        ["a key of two characters", () => gaugeLine("ab", 1), /key: has 2 characters; use 3 to 255/],
        ["a key of 256 characters", () => gaugeLine("a".repeat(256), 1), /key: has 256 characters/],
        ["a key with a letter that is not Latin", () => gaugeLine("shöp.a", 1), /key: is not a metric key/],
        ["a key that starts with a digit", () => gaugeLine("1shop", 1), /key: is not a metric key/],
        ["a section that starts with a hyphen", () => gaugeLine("shop.-a", 1), /key: is not a metric key/],
        [
            "a dimension in upper case",
            () => gaugeLine("shop.a", 1, { dimensions: { City: "x" } }),
            /dimensions\.City: .*lower case/,
        ],
        ["51 dimensions", () => gaugeLine("shop.a", 1, { dimensions: dimensions(51) }), /dimensions: are more than 50/],
        ["a value that is no number", () => gaugeLine("shop.a", NaN), /value: NaN is not a number/],
        ["an infinite difference", () => countLine("shop.a", Infinity), /delta: Infinity is not a number/],
        ["a minimum above the maximum", () => summaryLine("shop.a", { min: 3, max: 2, sum: 3, count: 1 }), /min: /],
        ["a summary of nothing", () => summaryLine("shop.a", { min: 1, max: 2, sum: 3, count: 0 }), /count: /],
        [
            "a time in seconds",
            () => gaugeLine("shop.a", 1, { timestampMs: 1_790_000_000 }),
            /timestampMs: .*milliseconds/,
        ],
        ["metadata that say nothing", () => metadataLine("shop.a", "count", {}), /metadata: is empty/],
        ["a unit of 64 characters", () => metadataLine("shop.a", "count", { unit: "x".repeat(64) }), /unit: .*63/],
    ])("%s", (_case, line, text) => expect(line).toThrow(text));
});

describe("values of dimensions", () => {
    test("are quoted, with quotes and backslashes escaped", () => {
        const text = gaugeLine("work.hours", 1000, {
            dimensions: { team: "devops\\bugfixing", project: '"product"_x' },
        });
        expect(text).toBe(String.raw`work.hours,team="devops\\bugfixing",project="\"product\"_x" gauge,1000`);
    });

    test("are cut at 255 characters, never within one", () => {
        const line = gaugeLine("shop.a", 1, { dimensions: { x: "😀".repeat(300) } });
        expect(line).toBe(`shop.a,x="${"😀".repeat(255)}" gauge,1`);
    });

    test("without a character are left out, control characters become blanks", () => {
        const line = gaugeLine("shop.a", 1, { dimensions: { a: "", b: "\n", c: "x\r\ny" } });
        expect(line).toBe('shop.a,c="x y" gauge,1');
    });
});

test("metadata lines are written as Dynatrace's protocol has them", () => {
    expect(
        metadataLine("shop.a", MetricType.Gauge, { displayName: 'The "A"', description: "d", unit: "Percent" }),
    ).toBe(String.raw`#shop.a gauge dt.meta.displayName="The \"A\"",dt.meta.description="d",dt.meta.unit="Percent"`);
});

test("batches hold every line once, in order, within both limits, and none could take the next line as well", () => {
    fc.assert(
        fc.property(
            fc.array(fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }), { maxLength: 100 }),
            fc.integer({ min: 200, max: 1_000 }),
            fc.integer({ min: 1, max: 30 }),
            (texts, maxBytes, maxLines) => {
                const lines = texts.map((line, index) => ({ index, line }));
                const batches = batchesOf(lines, { maxBytes, maxLines });
                expect(batches.flat()).toEqual(lines);
                batches.forEach((batch, i) => {
                    expect(batch.length).toBeLessThanOrEqual(maxLines);
                    if (batch.length > 1) expect(bodyOf(batch).length).toBeLessThanOrEqual(maxBytes);
                    const next = batches[i + 1]?.[0];
                    if (next === undefined) return;
                    const fuller = bodyOf([...batch, next]).length > maxBytes || batch.length === maxLines;
                    expect(fuller).toBe(true);
                });
            },
        ),
    );
});
