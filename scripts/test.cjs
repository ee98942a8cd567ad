// Runs the rungs of the test ladder, each with the tools it needs: `node scripts/test.cjs [rung …] [-- jest options]`.
const { spawn } = require("node:child_process");
const { mkdirSync, readFileSync, rmSync } = require("node:fs");
const path = require("node:path");

const { bootstrap, fail, root } = require("./bootstrap.cjs");
const { checkReports } = require("./document-coverage.cjs");

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

function parse(argv) {
    const end = argv.indexOf("--");
    const rungs = end < 0 ? argv : argv.slice(0, end);
    const unknown = rungs.find((rung) => !(rung in RUNGS));
    if (unknown !== undefined) throw new Error(`${unknown} is not a rung; use ${Object.keys(RUNGS).join(", ")}`);
    return { rungs: rungs.length > 0 ? rungs : Object.keys(RUNGS), options: end < 0 ? [] : argv.slice(end + 1) };
}

function jest(rung, options, report) {
    const binary = path.join(root, "node_modules", "jest", "bin", "jest.js");
    const heavy = rung === "unit" || rung === "contract" ? [] : ["--runInBand"];
    const args = [binary, "--selectProjects", rung, "--json", `--outputFile=${report}`, ...heavy, ...options];
    return new Promise((resolve, reject) => {
        // The summary comes on standard error; standard output is the report, which the file holds as well.
        const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
        child.on("error", reject);
        child.on("exit", (code) => resolve(code ?? 1));
    });
}

/** Counts of one rung. A suite that could not even start counts as a failure. */
function read(report) {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } = JSON.parse(
        readFileSync(report, "utf8"),
    );
    return {
        passed: numPassedTests,
        failed: numFailedTests + numRuntimeErrorTestSuites,
        skipped: numPendingTests + numTodoTests,
    };
}

async function main() {
    const { rungs, options } = parse(process.argv.slice(2));
    await bootstrap();
    const tools = [...new Set(rungs.flatMap((rung) => RUNGS[rung]))];
    if (tools.length > 0) {
        const { ensure } = require("../test/toolchain/toolchain.cjs");
        await ensure(tools, { log: (line) => process.stderr.write(`${line}\n`) });
    }
    const results = path.join(root, "test-results");
    mkdirSync(results, { recursive: true });
    const total = { passed: 0, failed: 0, skipped: 0 };
    const lines = [];
    const reportOf = (rung) => path.join(results, `jest-${rung}.json`);
    let broken = false;
    for (const rung of rungs) {
        const started = Date.now();
        const report = reportOf(rung);
        rmSync(report, { force: true });
        const code = await jest(rung, options, report);
        const counts = read(report);
        for (const key of Object.keys(total)) total[key] += counts[key];
        if (code !== 0 && counts.failed === 0) broken = true;
        const seconds = ((Date.now() - started) / 1000).toFixed(0);
        lines.push(
            `${rung}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`,
        );
    }
    // A table's tests are in several rungs, so it can only be judged when all of them ran, whole.
    if (rungs.length === Object.keys(RUNGS).length && options.length === 0) {
        const { passed, failed } = checkReports(rungs.map(reportOf));
        total.passed += passed;
        total.failed += failed;
        lines.push(`coverage: ${passed} passed, ${failed} failed`);
    }
    process.stdout.write(`${lines.join("\n")}\n`);
    if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped: a skipped test counts as a failure here\n`);
    process.stdout.write(`${total.passed} passed, ${total.failed + total.skipped} failed\n`);
    process.exit(broken || total.passed === 0 || total.failed + total.skipped > 0 ? 1 : 0);
}

main().catch(fail);
