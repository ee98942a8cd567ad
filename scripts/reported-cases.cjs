// Judges the faults that people reported: `test/cases/NAME.json` lists each with the tests that would catch it again. Writes
// `test-results/cases-NAME.json`: `now` is `right` if all of its tests passed.
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** What is wrong with a case, one sentence each. `statuses` has the status of each test by `file: full name`. */
function problemsOf({ case: id, today, tests }, statuses) {
    if (typeof id !== "string" || typeof today !== "string")
        return ["a row has no case, or does not say what happened"];
    if (!Array.isArray(tests) || tests.length === 0) return [`${id}: names no test`];
    return tests.flatMap((test) => {
        const status = statuses.get(test);
        if (status === "passed") return [];
        return [status === undefined ? `${id}: no such test: ${test}` : `${id}: has not passed (${status}): ${test}`];
    });
}

/** Judges all lists of cases. Each list counts as passed or failed. */
function checkCases(statuses, root) {
    const folder = path.join(root, "test", "cases");
    const results = path.join(root, "test-results");
    mkdirSync(results, { recursive: true });
    const count = { passed: 0, failed: 0 };
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
        const rows = readJson(path.join(folder, file));
        const judged = rows.map((row) => ({ row, problems: problemsOf(row, statuses) }));
        const figures = judged.map(({ row, problems }) => ({
            case: row.case,
            today: row.today,
            now: problems.length === 0 ? "right" : "wrong",
            test: [row.tests].flat().join("; "),
        }));
        writeFileSync(path.join(results, `cases-${file}`), `${JSON.stringify(figures, undefined, 4)}\n`);
        const problems = judged.flatMap((each) => each.problems);
        problems.forEach((problem) => process.stdout.write(`test/cases/${file}: ${problem}\n`));
        count[problems.length === 0 && rows.length > 0 ? "passed" : "failed"]++;
    }
    return count;
}

module.exports = { checkCases };
