// Runs the rungs of the test ladder, each with the tools it needs: `node scripts/test.cjs [rung …] [-- jest options]`.
const { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const { bootstrap, fail, root } = require("./bootstrap.cjs");
const { checkReports } = require("./document-coverage.cjs");
const { Group } = require("./test-group.cjs");
const { RUNGS, countsOf, failuresOf, reportOf, runsOf, toolsOf } = require("./test-runs.cjs");

const RESULTS = path.join(root, "test-results");

function parse(argv) {
    const end = argv.indexOf("--");
    const rungs = end < 0 ? argv : argv.slice(0, end);
    const unknown = rungs.find((rung) => !(rung in RUNGS));
    if (unknown !== undefined) throw new Error(`${unknown} is not a rung; use ${Object.keys(RUNGS).join(", ")}`);
    return { rungs: rungs.length > 0 ? rungs : Object.keys(RUNGS), options: end < 0 ? [] : argv.slice(end + 1) };
}

/** Brings tools; not in this process, so that what it builds beside tests has a low priority. */
async function bring(tools, group) {
    if (tools.length === 0) return;
    let said = "";
    const tell = (text) => {
        said = (said + text).slice(-8_000);
        process.stderr.write(text);
    };
    const how = { stdio: ["ignore", "ignore", "pipe"], priority: os.constants.priority.PRIORITY_LOW, tell };
    const program = path.join(root, "test", "toolchain", "toolchain.cjs");
    const code = await group.run(process.execPath, [program, ...tools], how);
    if (code !== 0) throw new Error(`the tools ${tools.join(", ")} cannot be had:\n${said}`);
}

/** Runs Jest: what it found, and whether it ended as that says. */
async function jest({ rungs, args }, group) {
    const binary = path.join(root, "node_modules", "jest", "bin", "jest.js");
    const report = path.join(RESULTS, "jest.json");
    rmSync(report, { force: true });
    const command = [binary, ...args, "--json", `--outputFile=${report}`, "--selectProjects", ...rungs];
    // The summary comes on standard error; standard output is the report, which the file holds as well.
    const code = await group.run(process.execPath, command, { stdio: ["ignore", "ignore", "inherit"] });
    if (!existsSync(report)) throw new Error(`Jest ended with exit code ${code} and without a report`);
    const { testResults } = JSON.parse(readFileSync(report, "utf8"));
    rmSync(report);
    return { testResults, ended: code === 0 || testResults.some(({ status }) => status === "failed") };
}

/** All that Jest finds in the rungs. */
async function runAll(rungs, options) {
    const group = new Group();
    const tools = bring(toolsOf(rungs), group);
    tools.catch(() => undefined); // until a run needs them
    await bootstrap();
    mkdirSync(RESULTS, { recursive: true });
    const results = [];
    let ended = true;
    for (const run of runsOf(rungs, options)) {
        if (toolsOf(run.rungs).length > 0) await tools;
        const done = await jest(run, group);
        results.push(...done.testResults);
        ended &&= done.ended;
    }
    return { results, ended };
}

async function main() {
    const started = Date.now();
    const { rungs, options } = parse(process.argv.slice(2));
    const files = rungs.map((rung) => path.join(RESULTS, `jest-${rung}.json`));
    for (const file of files) rmSync(file, { force: true });
    const { results, ended } = await runAll(rungs, options);

    const total = { passed: 0, failed: 0, skipped: 0 };
    const failures = [];
    const lines = rungs.map((rung, index) => {
        const report = reportOf(rung, results);
        failures.push(...failuresOf(report));
        writeFileSync(files[index], JSON.stringify(report));
        const { seconds, ...counts } = countsOf(report);
        for (const key of Object.keys(total)) total[key] += counts[key];
        const { passed, failed, skipped } = counts;
        return `${rung}: ${passed} passed, ${failed} failed, ${skipped} skipped; its files took ${seconds.toFixed(0)} s`;
    });
    // A table's tests are in several rungs, so it can only be judged when all of them ran, whole.
    if (rungs.length === Object.keys(RUNGS).length && options.length === 0) {
        const { passed, failed } = checkReports(files);
        total.passed += passed;
        total.failed += failed;
        lines.push(`coverage: ${passed} passed, ${failed} failed`);
    }
    lines.push(`all in ${((Date.now() - started) / 1000).toFixed(0)} s`);
    process.stdout.write(`${[...failures, ...lines].join("\n")}\n`);
    if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped: a skipped test counts as a failure here\n`);
    process.stdout.write(`${total.passed} passed, ${total.failed + total.skipped} failed\n`);
    process.exit(!ended || total.passed === 0 || total.failed + total.skipped > 0 ? 1 : 0);
}

main().catch(fail);
