import * as path from "node:path";

import { runToEnd } from "../support/processes";

interface Result {
    /** Components and resources that the package exports. */
    exported: string[];
    /** What fails, by component: constructor, outputs, children and unhandled rejections. */
    problems: Record<string, string[]>;
}

describe("under the mocks of Pulumi's tutorial on unit tests", () => {
    let result: Result;

    beforeAll(async () => {
        const program = path.join(__dirname, "programs/tutorial-mocks.ts");
        const args = ["--import", "tsx", program];
        const { code, stdout, stderr } = await runToEnd(process.execPath, args, {
            cwd: __dirname,
            timeoutSeconds: 110,
        });
        if (code !== 0) throw new Error(stderr);
        result = JSON.parse(stdout) as Result;
    }, 120_000);

    test("every component and resource that the package exports is tried", () => {
        const tried = Object.keys(result.problems).map((name) => name.replace(/,.*/, ""));
        expect(result.exported.sort()).toEqual([...new Set(tried)].sort());
        expect(result.exported.length).toBeGreaterThan(10);
    });

    test("every output resolves, and nothing is rejected", () => {
        const problems = Object.entries(result.problems).filter(([, found]) => found.length > 0);
        expect(problems).toEqual([]);
    });
});
