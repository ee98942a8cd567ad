import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

const SCRIPT = path.join(__dirname, "..", "..", "scripts", "document-coverage.cjs");
const PAGES: Record<string, string> = {
    "dynatrace-otlp-api": "dynatrace-otlp-api.md",
    "dynatrace-metrics-v2-ingest": "metrics-ingest.md",
    "outsystems-log-streaming": "outsystems.md",
    "sentry-otlp": "sentry.md",
    "truefoundry-ai-gateway": "ai-gateways.md",
};
const GOOD = "| a sentence | a file | `test/unit/planted.test.ts: a thing works` |";

let root: string;

beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "coverage-test-"));
    for (const folder of ["docs", "test-results"]) mkdirSync(path.join(root, folder));
    for (const document of Object.keys(PAGES)) plant(document, GOOD);
    plantReport("jest-unit.json", "test/unit/planted.test.ts", [
        ["a thing works", "passed"],
        ["a thing broke", "failed"],
        ["a thing waits", "pending"],
        ["a thing | another: `x` works", "passed"],
        ["a thing on\n  two lines works", "passed"],
        ["a thing with two tests", "passed"],
        ["a thing with two tests", "failed"],
    ]);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes a document's page: its table begins in line 5, its rows in line 7. */
function plant(document: string, ...rows: string[]): void {
    const lines = ["# A page", "", `<!-- coverage: ${document} -->`, "", "| sentence | where | test |", "|-|-|-|"];
    writeFileSync(path.join(root, "docs", PAGES[document] ?? ""), [...lines, ...rows, "", "Text."].join("\n"));
}

function plantReport(name: string, file: string, tests: [string, string][]): string {
    const assertionResults = tests.map(([fullName, status]) => ({ fullName, status }));
    const report = path.join(root, "test-results", name);
    writeFileSync(report, JSON.stringify({ testResults: [{ name: path.join(root, file), assertionResults }] }));
    return report;
}

function run(...reports: string[]): { status: number | null; lines: string[]; figures: Record<string, object> } {
    const { status, stdout } = spawnSync(process.execPath, [SCRIPT, "--root", root, ...reports], { encoding: "utf8" });
    const figures = JSON.parse(readFileSync(path.join(root, "test-results", "seeds.json"), "utf8"));
    return { status, lines: stdout.trimEnd().split("\n"), figures };
}

test("five tables whose tests all passed pass, and their figures are written", () => {
    const { status, lines, figures } = run();
    expect([status, lines.at(-1)]).toEqual([0, "coverage: 5 passed, 0 failed"]);
    const documents = Object.keys(PAGES).map((document) => [document, { sentences: 1, tested: 1 }]);
    expect(figures).toEqual(Object.fromEntries(documents));
});

test.each([
    ["does not exist", "a thing wroks", "no such test: test/unit/planted.test.ts: a thing wroks"],
    ["is only the beginning of one", "a thing", "no such test: test/unit/planted.test.ts: a thing"],
    ["failed", "a thing broke", "has not passed (failed): test/unit/planted.test.ts: a thing broke"],
    ["was skipped", "a thing waits", "has not passed (pending): test/unit/planted.test.ts: a thing waits"],
    [
        "failed once of two",
        "a thing with two tests",
        "has not passed (failed): test/unit/planted.test.ts: a thing with",
    ],
])("a row fails with its line, where a test that it names %s", (_case, name, problem) => {
    const test = `\`test/unit/planted.test.ts: ${name}\``;
    plant("sentry-otlp", GOOD, `| another | a file | \`test/unit/planted.test.ts: a thing works\`<br>${test} |`);
    const { status, lines, figures } = run();
    expect([status, lines.at(-1)]).toEqual([1, "coverage: 4 passed, 1 failed"]);
    expect(lines[0]).toContain(`docs/sentry.md:8: ${problem}`);
    expect(figures["sentry-otlp"]).toEqual({ sentences: 2, tested: 1 });
});

test.each([
    ["no test and no reason", "| a sentence | a file | |", "names no test, and does not say `not ours: …`"],
    ["a dash for a test", "| a sentence | a file | - |", "no such test: -"],
    ["no sentence", "| | a file | `test/unit/planted.test.ts: a thing works` |", "has no sentence"],
    [
        "a cell too many",
        "| a | b | sentence | `test/unit/planted.test.ts: a thing works` |",
        "has 4 cells instead of 3",
    ],
])("a row with %s fails", (_case, row, problem) => {
    plant("outsystems-log-streaming", row);
    const { status, lines } = run();
    expect([status, lines[0]]).toEqual([1, expect.stringContaining(`docs/outsystems.md:7: ${problem}`)]);
});

test("a sentence that is not ours is listed, and counts as one that nobody tests", () => {
    plant("truefoundry-ai-gateway", GOOD, "| click Save | not ours: a menu of TrueFoundry | |");
    const { status, lines, figures } = run();
    expect([status, lines[0]]).toEqual([0, "docs/ai-gateways.md:8: not ours: a menu of TrueFoundry"]);
    expect(figures["truefoundry-ai-gateway"]).toEqual({ sentences: 2, tested: 1 });
});

test("a name with a bar, a backquote or a line break can be written", () => {
    const tests = [
        "``test/unit/planted.test.ts: a thing \\| another: `x` works``",
        "`test/unit/planted.test.ts: a thing on two lines works`",
    ];
    plant("dynatrace-otlp-api", `| a \\| b | a file | ${tests.join("<br>")} |`);
    expect(run().lines).toContain("dynatrace-otlp-api: 1 of 1 sentences tested");
});

test("several reports count together, and others than those named do not count", () => {
    plant("dynatrace-otlp-api", GOOD, "| another | a file | `test/datapath/other.test.ts: it arrives` |");
    const other = plantReport("other.json", "test/datapath/other.test.ts", [["it arrives", "passed"]]);
    const unit = path.join(root, "test-results", "jest-unit.json");
    expect(run(unit, other).status).toBe(0);
    expect(run(unit).lines[0]).toContain("no such test: test/datapath/other.test.ts: it arrives");
});

test("a table or a page that is missing fails", () => {
    writeFileSync(path.join(root, "docs", "sentry.md"), "| sentence | where | test |\n|-|-|-|\n");
    rmSync(path.join(root, "docs", "outsystems.md"));
    const { status, lines } = run();
    expect([status, ...lines.slice(0, 2)]).toEqual([
        1,
        "docs/outsystems.md: has no table after <!-- coverage: outsystems-log-streaming -->",
        "docs/sentry.md: has no table after <!-- coverage: sentry-otlp -->",
    ]);
});

test("without reports it says how to get some", () => {
    rmSync(path.join(root, "test-results"), { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, "--root", root], { encoding: "utf8" });
    expect([status, stderr]).toEqual([1, expect.stringContaining("run `npm test`")]);
});

describe("a list of reported cases", () => {
    const row = { case: "C1: silent histograms", today: "The histogram is silent.", tests: [] as string[] };

    function plantCases(...rows: object[]): void {
        mkdirSync(path.join(root, "test", "cases"), { recursive: true });
        writeFileSync(path.join(root, "test", "cases", "planted.json"), JSON.stringify(rows));
    }

    function written(): object[] {
        return JSON.parse(readFileSync(path.join(root, "test-results", "cases-planted.json"), "utf8")) as object[];
    }

    test("passes if all tests that it names passed", () => {
        plantCases({ ...row, tests: ["test/unit/planted.test.ts: a thing works"] });
        const { status, lines } = run();
        expect([status, lines.at(-1)]).toEqual([0, "coverage: 6 passed, 0 failed"]);
        const test = "test/unit/planted.test.ts: a thing works";
        expect(written()).toEqual([{ case: row.case, today: row.today, now: "right", test }]);
    });

    test.each([
        [
            "a test that failed",
            { ...row, tests: ["test/unit/planted.test.ts: a thing broke"] },
            "has not passed (failed)",
        ],
        ["a test that does not exist", { ...row, tests: ["test/unit/planted.test.ts: a thing"] }, "no such test"],
        ["no test", row, "names no test"],
    ])("fails with %s", (_what, wrong, problem) => {
        plantCases({ ...row, tests: ["test/unit/planted.test.ts: a thing works"] }, wrong);
        const { status, lines } = run();
        expect([status, lines.at(-1)]).toEqual([1, "coverage: 5 passed, 1 failed"]);
        expect(lines.join("\n")).toContain(`test/cases/planted.json: C1: silent histograms: ${problem}`);
        expect(written()).toMatchObject([{ now: "right" }, { now: "wrong" }]);
    });
});
