import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import fc from "fast-check";

import {
    countLine,
    gaugeLine,
    metadataLine,
    MetricType,
    oneAgentDimensions,
    summaryLine,
} from "../../providers/metrics";
import { stopAll } from "./emulator-helpers";
import { bench } from "./metrics-support";

afterAll(stopAll);

test("what is formatted arrives as it was meant", async () => {
    const { emulator, client, clock } = await bench();
    const timestampMs = clock.now() - 60_000;
    const outcome = await client.send([
        gaugeLine("cpu.temperature", 55, { dimensions: { "dt.entity.host": "HOST-06F288EE2A930951", cpu: "1" } }),
        summaryLine("shop.time", { min: 1, max: 10, sum: 20.5, count: 4 }),
        countLine("shop.orders", 5, { dimensions: { city: 'New "York" \\' }, timestampMs }),
        metadataLine("shop.orders", MetricType.Count, { displayName: "Orders", unit: "count", description: "Placed" }),
    ]);
    expect(outcome).toMatchObject({ accepted: 4, invalid: [] });
    const host = { "dt.entity.host": "HOST-06F288EE2A930951", cpu: "1" };
    expect(emulator.arrived().lines).toMatchObject([
        { key: "cpu.temperature", type: "gauge", value: 55, dimensions: host },
        { key: "shop.time", type: "gauge", min: 1, max: 10, sum: 20.5, count: 4 },
        { key: "shop.orders", type: "count", delta: 5, dimensions: { city: 'New "York" \\' }, timestampMs },
    ]);
    expect(emulator.arrived().metricMetadata["shop.orders"]).toEqual({
        type: "count",
        "dt.meta.displayName": "Orders",
        "dt.meta.description": "Placed",
        "dt.meta.unit": "count",
    });
});

test("any text as a value makes a valid line, and arrives but for what a line cannot hold", async () => {
    const { emulator, client } = await bench();
    await fc.assert(
        fc.asyncProperty(
            fc.string({ unit: "binary", maxLength: 400 }),
            fc.double({ noNaN: true, noDefaultInfinity: true }),
            async (text, value) => {
                emulator.reset();
                const outcome = await client.send([gaugeLine("shop.a", value, { dimensions: { text } })]);
                expect(outcome.invalid).toEqual([]);
                const [line] = emulator.arrived().lines;
                const plain = text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ").trim();
                const longest = [...plain].slice(0, 255).join("").slice(0, 255);
                expect(line?.dimensions["text"] ?? "").toBe(longest);
                expect(line?.value === value).toBe(true);
            },
        ),
        { numRuns: 200 },
    );
});

describe("what OneAgent and the Operator know", () => {
    let directory: string;
    beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "enrichment-"))));
    afterEach(() => rmSync(directory, { recursive: true }));

    test("becomes dimensions: of the process, by the file that OneAgent's virtual one names, then pod, then host", () => {
        const write = (name: string, value: unknown): string => {
            const file = path.join(directory, name);
            writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
            return file;
        };
        const real = write("real.json", {
            "dt.entity.process_group_instance": "PROCESS-1",
            "dt.entity.host": "from process",
        });
        const virtualFile = write("virtual.json", `${real}\n`);
        write("dt_metadata.json", { "k8s.namespace.name": "shop", "dt.entity.host": "from pod" });
        write("dt_host_metadata.json", {
            "dt.entity.host": "HOST-06F288EE2A930951",
            Team: "a",
            nested: { not: "taken" },
        });
        const dimensions = oneAgentDimensions({ directory, virtualFile });
        expect(dimensions).toEqual({
            "dt.entity.process_group_instance": "PROCESS-1",
            "k8s.namespace.name": "shop",
            "dt.entity.host": "HOST-06F288EE2A930951",
            team: "a",
        });
        expect(gaugeLine("shop.load", 1, { dimensions })).toContain('dt.entity.host="HOST-06F288EE2A930951"');
    });

    test("is nothing where there is neither, or where a file is broken", () => {
        expect(oneAgentDimensions({ directory })).toEqual({});
        writeFileSync(path.join(directory, "dt_metadata.json"), "{");
        expect(oneAgentDimensions({ directory })).toEqual({});
    });
});
