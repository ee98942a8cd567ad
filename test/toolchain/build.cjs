// @ts-check
"use strict";

/* Builds one tool from its pinned Go module into the cache. */

const { spawn, spawnSync } = require("node:child_process");
const { createHash, randomUUID } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { lock } = require("./lock.cjs");
const { EXE, WINDOWS, isExecutable, older, onLeaving, progress, remove } = require("./small.cjs");

/**
 * @typedef {object} Tool
 * @property {string} module folder beside this file that holds go.mod and go.sum
 * @property {string} package main package
 * @property {string[]} [tags] build tags
 * @property {string[]} [stamp] what the linker sets, as `import/path.variable=value`
 * @property {number} coldSeconds build time on two cores with nothing cached; only shown, never a limit
 */

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

const GO_NEEDED = "1.26";

/** @type {Map<string, Promise<string>>} builds of this process that are under way, by target */
const underWay = new Map();

/**
 * @param {string} name
 * @param {Tool} tool
 * @param {string} home folder of all built tools
 * @param {((line: string) => void) | undefined} log
 * @returns {Promise<string>} absolute path of the executable
 */
async function build(name, tool, home, log) {
    const go = goEnvironment(name);
    const args = buildArgs(tool);
    const target = path.join(home, `${name}-${fingerprint(tool, go.version, args)}`, name + EXE);
    if (isExecutable(target)) return target;

    const running =
        underWay.get(target) ??
        buildAlone(name, tool, args, go.env, target, log).finally(() => underWay.delete(target));
    underWay.set(target, running);
    return running;
}

module.exports = { build };

/**
 * The environment's own Go settings (proxy, flags) stay as they are; only what would change the result is set.
 *
 * @param {string} name of the tool that needs Go
 * @returns {{ version: string, env: NodeJS.ProcessEnv }}
 */
function goEnvironment(name) {
    const env = { ...process.env, CGO_ENABLED: "0", GOTOOLCHAIN: "local", GOWORK: "off", GO111MODULE: "on" };
    const asked = ["GOVERSION", "GOHOSTOS", "GOHOSTARCH"];
    const answer = spawnSync("go", ["env", ...asked], { encoding: "utf8", env, cwd: os.tmpdir() });
    const [version = "", hostOs = "", hostArch = ""] = answer.status === 0 ? answer.stdout.split(/\r?\n/) : [];
    const numbers = /^go(\d+\.\d+)/.exec(version)?.[1];
    if (!numbers || older(numbers, GO_NEEDED)) {
        const found = numbers ? `found ${version}` : "no go on PATH";
        throw new Error(
            `Go ${GO_NEEDED} or later is needed to build ${name} (${found}); install it` +
                (name.startsWith("pulumi") ? ` or put ${name} on PATH` : ""),
        );
    }
    return { version: `${version} ${hostOs}/${hostArch}`, env: { ...env, GOOS: hostOs, GOARCH: hostArch } };
}

/** @param {Tool} tool */
function buildArgs(tool) {
    const stamps = (tool.stamp ?? []).map((value) => ` -X ${value}`).join("");
    const tags = tool.tags ? [`-tags=${tool.tags.join(",")}`] : [];
    const flags = ["-mod=readonly", "-buildvcs=false", "-trimpath", ...tags, "-ldflags", `-s -w${stamps}`];
    return ["build", ...flags, tool.package];
}

/** @param {Tool} tool */
function moduleDir(tool) {
    return path.join(__dirname, tool.module);
}

/**
 * Changes with whatever may change the binary: a bump is a new folder, and clones at different commits do not fight.
 *
 * @param {Tool} tool
 * @param {string} goVersion
 * @param {string[]} args
 */
function fingerprint(tool, goVersion, args) {
    const hash = createHash("sha256").update(JSON.stringify([goVersion, args]));
    for (const file of fs.readdirSync(moduleDir(tool)).sort()) {
        if (!/(^go\.(mod|sum)|\.go)$/.test(file)) continue;
        const text = fs.readFileSync(path.join(moduleDir(tool), file), "utf8").replace(/\r\n/g, "\n");
        hash.update(JSON.stringify([file, text]));
    }
    return hash.digest("hex").slice(0, 12);
}

/**
 * @param {string} name
 * @param {Tool} tool
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} target
 * @param {((line: string) => void) | undefined} log
 */
async function buildAlone(name, tool, args, env, target, log) {
    const report = progress(log);
    const home = path.dirname(path.dirname(target));
    const workPrefix = `.building-${tool.module}-`;
    const work = path.join(home, workPrefix + randomUUID());
    fs.mkdirSync(home, { recursive: true });
    const release = await lock(path.join(home, `${tool.module}.lock`), (owner) =>
        report.every((seconds) => `${name} waits for ${owner}, which builds ${tool.module} … ${seconds} s`),
    );
    /** @type {ChildProcess | undefined} */
    let go;
    const disarm = onLeaving(() => {
        if (go) killGroup(go);
        remove(work);
        release();
    });
    try {
        if (isExecutable(target)) return target; // built by whoever held the lock before
        for (const entry of fs.readdirSync(home)) {
            if (entry.startsWith(workPrefix)) remove(path.join(home, entry)); // left by a process that was killed
        }
        fs.mkdirSync(work);

        const output = path.join(work, name + EXE);
        go = spawn("go", [...args.slice(0, 1), "-o", output, ...args.slice(1)], {
            cwd: moduleDir(tool),
            env: { ...env, GOTMPDIR: work }, // what go leaves when it is killed goes away with the folder
            stdio: ["ignore", "pipe", "pipe"],
            detached: !WINDOWS, // a group of its own: its compilers end with it
        });
        const text = collect(go);
        const stop = report.every((seconds) => `building ${name} … ${seconds} s (about ${tool.coldSeconds} s cold)`);
        const code = await exitOf(go).finally(stop);
        if (code !== 0) throw new Error(failure(name, tool, args, code, text()));

        fs.mkdirSync(path.dirname(target), { recursive: true });
        fs.renameSync(output, target);
        report.done(`built ${name}`);
        return target;
    } finally {
        disarm();
        remove(work);
        release();
    }
}

/**
 * @param {string} name
 * @param {Tool} tool
 * @param {string[]} args
 * @param {number | string} code
 * @param {string} output
 */
function failure(name, tool, args, code, output) {
    const quoted = args
        .slice(1)
        .map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg}'`))
        .join(" ");
    return [
        `building ${name} failed (${code}); the last lines of go:`,
        ...output.trimEnd().split("\n").slice(-30),
        "to run it again:",
        `  cd ${moduleDir(tool)} && CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off go build -o /dev/null ${quoted}`,
    ].join("\n");
}

/** @param {ChildProcess} child */
function collect(child) {
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding("utf8").on("data", (part) => (text = (text + part).slice(-64_000)));
    }
    return () => text;
}

/**
 * @param {ChildProcess} child
 * @returns {Promise<number | string>}
 */
function exitOf(child) {
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code, signal) => resolve(code ?? signal ?? "no exit code"));
    });
}

/** @param {ChildProcess} child */
function killGroup(child) {
    if (!child.pid || child.exitCode !== null || child.signalCode !== null) return;
    try {
        if (WINDOWS) child.kill();
        else process.kill(-child.pid, "SIGKILL");
    } catch {
        // it has just ended
    }
}
