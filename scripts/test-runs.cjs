// What the rungs of the test ladder need, in which runs of Jest they go, and what Jest's results say of each rung. Pure functions.
const os = require("node:os");
const path = require("node:path");
const { stripVTControlCharacters } = require("node:util");

/** What each rung runs besides Node. A tool that cannot be had fails the rung; nothing is skipped. */
const PULUMI = ["pulumi", "pulumi-language-nodejs"];
const KUBERNETES = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"];
const COLLECTORS = ["otelcol-149", "otelcol-158"];
const RUNGS = {
    unit: [],
    contract: [],
    engine: [...PULUMI],
    cluster: [...PULUMI, ...KUBERNETES],
    datapath: [...PULUMI, ...KUBERNETES, ...COLLECTORS],
    package: [...PULUMI],
};

/** What they find depends on what else the machine does, so nothing runs beside them. */
const ALONE = ["test/datapath/faults.test.ts"];
/** Files at a time: one more than there are processors, since much of a test's time is waiting. */
const WORKERS = Math.min(os.availableParallelism() + 1, 6);

const toolsOf = (rungs) => [...new Set(rungs.flatMap((rung) => RUNGS[rung]))];

/** The rung that a test file belongs to, by the folder below `test`. */
const rungOf = (file) => file.split(path.sep).join("/").split("/test/").at(-1).split("/")[0];

/**
 * The runs of Jest, one after the other: those without tools, then the others, then what is to be alone. With options it is one run, a
 * file at a time.
 */
function runsOf(rungs, options) {
    if (options.length > 0) return [{ rungs, args: ["--runInBand", ...options] }];
    const [light, heavy] = [false, true].map((tools) => rungs.filter((rung) => RUNGS[rung].length > 0 === tools));
    const atOnce = `--maxWorkers=${WORKERS}`;
    const alone = ALONE.filter((file) => rungs.includes(rungOf(`/${file}`)));
    const ignored = alone.flatMap((file) => ["--testPathIgnorePatterns", `/${file.replaceAll(".", "\\.")}$`]);
    return [
        { rungs: light, args: [atOnce] },
        { rungs: heavy, args: [atOnce, ...ignored] },
        // By force, because what a failed test left open would hold up the only process there is.
        {
            rungs: [...new Set(alone.map((file) => rungOf(`/${file}`)))],
            args: ["--runInBand", "--forceExit", "--runTestsByPath", ...alone],
        },
    ].filter((run) => run.rungs.length > 0);
}

/** The report of one rung, in Jest's words. A file that fails outside of its tests, or cannot even start, is a runtime error. */
function reportOf(rung, results) {
    const testResults = results.filter(({ name }) => rungOf(name) === rung);
    const statuses = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
    const count = (...wanted) => statuses.filter((status) => wanted.includes(status)).length;
    const broken = ({ status, assertionResults }) =>
        status === "failed" && !assertionResults.some((test) => test.status === "failed");
    return {
        numTotalTests: statuses.length,
        numPassedTests: count("passed"),
        numFailedTests: count("failed"),
        numPendingTests: count("pending", "skipped", "disabled"),
        numTodoTests: count("todo"),
        numRuntimeErrorTestSuites: testResults.filter(broken).length,
        testResults,
    };
}

/** Counts of a report. */
const countsOf = (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
    seconds: report.testResults.reduce((sum, { startTime, endTime }) => sum + endTime - startTime, 0) / 1000,
});

/** Lines of a failure's message that are told; the rest is where Jest told of the file. */
const TOLD_LINES = 12;

/** What failed, in words: a reader of a long log finds it at its end. */
function failuresOf({ testResults }) {
    const begin = (message) => stripVTControlCharacters(message).trim().split("\n").slice(0, TOLD_LINES);
    const tell = (what, message) => [`FAILED ${what}`, ...begin(message).map((line) => `    ${line}`)].join("\n");
    return testResults.flatMap(({ name, status, message, assertionResults }) => {
        const file = `test/${name.split(path.sep).join("/").split("/test/").at(-1)}`;
        const failed = assertionResults.filter((test) => test.status === "failed");
        if (status === "failed" && failed.length === 0) return [tell(file, message ?? "")];
        return failed.map((test) => tell(`${file}: ${test.fullName}`, (test.failureMessages ?? []).join("\n")));
    });
}

module.exports = { RUNGS, toolsOf, runsOf, reportOf, countsOf, failuresOf };
