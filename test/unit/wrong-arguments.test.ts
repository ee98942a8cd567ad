import * as path from "node:path";

import { runToEnd } from "../support/processes";
import { writeResults } from "../support/results";
import { WRONG } from "../support/wrong-arguments";

interface Row {
    input: string;
    as: "plain" | "output";
    texts: string[];
    names: string[];
    seconds: number;
}

describe("a wrong argument is one line that names the component, the path and the way out", () => {
    let rows: Row[];

    beforeAll(async () => {
        const program = path.join(__dirname, "programs/wrong-arguments.ts");
        const { code, stdout, stderr } = await runToEnd(process.execPath, ["--import", "tsx", program], {
            cwd: __dirname,
            timeoutSeconds: 170,
        });
        if (code !== 0) throw new Error(stderr);
        rows = JSON.parse(stdout) as Row[];
        writeResults(
            "errors",
            rows.map(({ input, as, texts, seconds }) => ({
                input,
                as,
                text: texts.join("\n"),
                seconds: Number(seconds.toFixed(3)),
                errors: texts.length,
            })),
        );
    }, 180_000);

    test("for at least 60 arguments, 20 of them in a pipeline, each as a value and as an Output", () => {
        expect(WRONG.length).toBeGreaterThanOrEqual(60);
        expect(WRONG.filter(({ component }) => component === "TelemetryPipeline").length).toBeGreaterThanOrEqual(20);
        expect(rows.filter(({ as }) => as === "output").length).toBeGreaterThanOrEqual(60);
    });

    test.each(WRONG)("$component: $path: $value", (wrong) => {
        const input = `${wrong.component}: ${wrong.path}: ${JSON.stringify(wrong.value) ?? "undefined"}`;
        const found = rows.filter((row) => row.input === input);
        expect(found.length).toBe(wrong.plain === false || wrong.output === false ? 1 : 2);
        for (const { texts, names, seconds } of found) {
            expect(texts).toHaveLength(1);
            expect(names).toEqual(["InputError"]);
            expect(texts[0]).toContain(`${wrong.component}("x"): ${wrong.says ?? wrong.path}`);
            expect(texts[0]).not.toMatch(/serializing property|MADEUPSECRET|\n/);
            expect(seconds).toBeLessThan(5);
        }
        // As an Output the text is the same.
        expect(new Set(found.map(({ texts }) => texts[0])).size).toBe(1);
    });
});
