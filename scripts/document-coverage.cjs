// Checks the tables that say which test holds which sentence of the documents that this package follows.
//
//   node scripts/document-coverage.cjs [REPORT …]    each test named is in the reports of Jest and passed; writes test-results/seeds.json
//   node scripts/document-coverage.cjs --exists      each test named exists: Jest lists them and runs none
//   --root FOLDER                                    where docs and test-results are, instead of this clone
//
// A table follows the comment `<!-- coverage: DOCUMENT -->` in a page of docs/: | sentence | where | test |. A test is written
// `file: full name as Jest reports it`, in backquotes, several with <br> between. A row without one says `not ours: …` in `where`.
const { spawnSync } = require("node:child_process");
const { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const path = require("node:path");
const { parseArgs } = require("node:util");

const { fail, root: clone } = require("./bootstrap.cjs");
const { checkCases } = require("./reported-cases.cjs");

/** The page that has the table of each document. */
const PAGES = {
    "dynatrace-otlp-api": "docs/dynatrace-otlp-api.md",
    "dynatrace-metrics-v2-ingest": "docs/metrics-ingest.md",
    "outsystems-log-streaming": "docs/outsystems.md",
    "sentry-otlp": "docs/sentry.md",
    "truefoundry-ai-gateway": "docs/ai-gateways.md",
};

const onOneLine = (text) => text.trim().replace(/\s+/g, " ");

/** `` `file: name` `` becomes `file: name`; anything else stays as it is, and no test is called that. */
const unquoted = (text) => onOneLine(/^(`+)(.*)\1$/s.exec(text.trim())?.[2] ?? text);

const cellsOf = (line) =>
    line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("\\|", "|"));

/** The rows of a document's table; none where there is no such table. */
function rowsOf(document, text) {
    const lines = text.split("\n");
    const marker = lines.indexOf(`<!-- coverage: ${document} -->`);
    const header = lines.findIndex((line, at) => marker >= 0 && at > marker && line.startsWith("|"));
    if (header < 0) return [];
    const end = lines.findIndex((line, at) => at > header && !line.startsWith("|"));
    return lines.slice(header + 2, end < 0 ? lines.length : end).map((line, at) => {
        const cells = cellsOf(line);
        const tests = (cells[2] ?? "") === "" ? [] : cells[2].split("<br>").map(unquoted);
        return { line: header + 3 + at, cells, where: cells[1] ?? "", tests };
    });
}

/** What is wrong with a row, one sentence each. */
function problemsOf({ cells, where, tests }, statuses) {
    if (cells.length !== 3) return [`has ${cells.length} cells instead of 3; write | within a cell as \\|`];
    if (cells[0] === "") return ["has no sentence; put the tests of one sentence into one row, with <br> between"];
    if (tests.length === 0 && !where.startsWith("not ours: ")) return ["names no test, and does not say `not ours: …`"];
    return tests.flatMap((test) => {
        const status = statuses.get(test);
        if (status === "passed") return [];
        return [status === undefined ? `no such test: ${test}` : `has not passed (${status}): ${test}`];
    });
}

/** Judges the table of one document. */
function judge(document, text, statuses) {
    const page = PAGES[document];
    const rows = rowsOf(document, text).map((row) => ({ ...row, problems: problemsOf(row, statuses) }));
    const at = (line, what) => `${page}:${line}: ${what}`;
    const missing = `${page}: has no table after <!-- coverage: ${document} -->`;
    const problems = rows.flatMap((row) => row.problems.map((problem) => at(row.line, problem)));
    return {
        sentences: rows.length,
        tested: rows.filter((row) => row.tests.length > 0 && row.problems.length === 0).length,
        untested: rows.filter((row) => row.tests.length === 0).map((row) => at(row.line, row.where)),
        problems: rows.length === 0 ? [missing] : problems,
    };
}

/** `file: full name` of each test in Jest's reports with its status; of several tests of one name the worst. */
function statusesIn(reports, root) {
    const statuses = new Map();
    for (const { name, assertionResults } of reports.flatMap(({ testResults }) => testResults)) {
        const file = path.relative(root, name).split(path.sep).join("/");
        for (const { fullName, status } of assertionResults) {
            const test = onOneLine(`${file}: ${fullName}`);
            if (!statuses.has(test) || status !== "passed") statuses.set(test, status);
        }
    }
    return statuses;
}

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** The text of each document's page. */
function textsIn(root) {
    const textOf = (page) => (existsSync(path.join(root, page)) ? readFileSync(path.join(root, page), "utf8") : "");
    return new Map(Object.entries(PAGES).map(([document, page]) => [document, textOf(page)]));
}

/** The reports that `npm test` leaves. */
function ownReports(root) {
    const results = path.join(root, "test-results");
    const names = existsSync(results) ? readdirSync(results) : [];
    const reports = names.filter((name) => /^jest-.*\.json$/.test(name)).map((name) => path.join(results, name));
    if (reports.length > 0) return reports;
    throw new Error(`${results} has no reports of Jest; run \`npm test\`, or look with --exists for the names alone`);
}

/** Asks Jest for the tests of the files named. It expands templates, and skips each test because of the pattern. */
function existing(texts) {
    const rows = [...texts].flatMap(([document, text]) => rowsOf(document, text));
    const files = rows.flatMap(({ tests }) => tests.map((test) => test.split(": ")[0]));
    const present = [...new Set(files)].filter((file) => existsSync(path.join(clone, file)));
    const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dynatrace-otlp-coverage-"));
    try {
        const report = path.join(folder, "report.json");
        const options = ["--json", `--outputFile=${report}`, "--testNamePattern=^no test is called so$"];
        const jest = [require.resolve("jest/bin/jest"), ...options, "--runTestsByPath", ...present];
        const { stderr } = spawnSync(process.execPath, jest, { cwd: clone, encoding: "utf8" });
        if (!existsSync(report)) throw new Error(`Jest could not list the tests:\n${stderr}`);
        return new Map([...statusesIn([readJson(report)], clone).keys()].map((test) => [test, "passed"]));
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Prints what is wrong, what has no test, and the figures. */
function report(judged) {
    const print = (line) => process.stdout.write(`${line}\n`);
    const all = Object.values(judged);
    for (const { problems } of all) problems.forEach(print);
    for (const { untested } of all) untested.forEach(print);
    for (const [document, { sentences, tested }] of Object.entries(judged)) {
        print(`${document}: ${tested} of ${sentences} sentences tested`);
    }
    const failed = all.filter(({ problems }) => problems.length > 0).length;
    return { passed: all.length - failed, failed };
}

function judgeAll(texts, statuses) {
    return Object.fromEntries([...texts].map(([document, text]) => [document, judge(document, text, statuses)]));
}

/** Judges all tables and lists of cases by reports, and writes the figures. Each document and each list counts as passed or failed. */
function checkReports(files, root = clone) {
    const statuses = statusesIn(files.map(readJson), root);
    const judged = judgeAll(textsIn(root), statuses);
    const figures = Object.entries(judged).map(([document, { sentences, tested }]) => [
        document,
        { sentences, tested },
    ]);
    const results = path.join(root, "test-results");
    mkdirSync(results, { recursive: true });
    const text = JSON.stringify(Object.fromEntries(figures), undefined, 4);
    writeFileSync(path.join(results, "seeds.json"), `${text}\n`);
    const [documents, cases] = [report(judged), checkCases(statuses, root)];
    return { passed: documents.passed + cases.passed, failed: documents.failed + cases.failed };
}

function checkExistence(root) {
    const texts = textsIn(root);
    return report(judgeAll(texts, existing(texts)));
}

function main() {
    const { values, positionals } = parseArgs({
        allowPositionals: true,
        options: { exists: { type: "boolean", default: false }, root: { type: "string", default: clone } },
    });
    const { exists, root } = values;
    const reports = () => (positionals.length > 0 ? positionals : ownReports(root));
    const { passed, failed } = exists ? checkExistence(root) : checkReports(reports(), root);
    process.stdout.write(`coverage: ${passed} passed, ${failed} failed\n`);
    process.exitCode = failed > 0 ? 1 : 0;
}

module.exports = { checkReports };

if (require.main === module) {
    try {
        main();
    } catch (error) {
        fail(error);
    }
}
