// Brings a fresh clone to the point where its own code runs: dependencies installed, sources compiled.
// Plain Node without dependencies, because it runs before there are any.
const { spawn } = require("node:child_process");
const { existsSync, readFileSync, rmSync, writeFileSync, statSync } = require("node:fs");
const { createHash } = require("node:crypto");
const path = require("node:path");

const { linkPackage } = require("./link-package.cjs");

const root = path.dirname(__dirname);
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** Says on standard error what takes long, and how long it took. */
async function step(what, work) {
    const started = Date.now();
    const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
    process.stderr.write(`${what} …\n`);
    const timer = setInterval(() => process.stderr.write(`${what} … ${seconds()}\n`), 10_000);
    try {
        return await work();
    } finally {
        clearInterval(timer);
        process.stderr.write(`${what}: ${seconds()}\n`);
    }
}

/** Runs a command, shows what it printed only if it fails. */
function run(command, args, options = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
        const interrupt = (signal) => child.kill(signal);
        process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
        child.on("error", reject);
        child.on("exit", (code, signal) => {
            process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
            if (code === 0) return resolve(output);
            const ended = signal ?? `exit code ${code}`;
            reject(
                new Error(
                    `${command} ${args.join(" ")} ended with ${ended}:\n${output.split("\n").slice(0, 60).join("\n")}`,
                ),
            );
        });
    });
}

/** What the installed dependencies must match. */
function lockHash() {
    return createHash("sha256")
        .update(readFileSync(path.join(root, "package-lock.json")))
        .digest("hex");
}

async function installDependencies() {
    const stamp = path.join(root, "node_modules", ".lock-hash");
    const current = lockHash();
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === current) return;
    await step("installing dependencies", () => run(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]));
    writeFileSync(stamp, current);
}

/** Compiles when a source is newer than what was compiled last. */
async function compile() {
    const info = path.join(root, "dist", "index.js");
    if (existsSync(info) && statSync(info).mtimeMs > newestSource(root)) return;
    // A file of a module that has moved would be found before the new one.
    rmSync(path.join(root, "dist"), { recursive: true, force: true });
    await step("compiling", () =>
        run(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json"]),
    );
}

function newestSource(directory) {
    const { readdirSync } = require("node:fs");
    const sources = [
        "index.ts",
        "package.json",
        "tsconfig.json",
        "tsconfig.build.json",
        "bin",
        "components",
        "providers",
        "emulator",
        "policy",
    ];
    const newest = (file) => {
        const stat = statSync(file);
        if (!stat.isDirectory()) return stat.mtimeMs;
        return Math.max(stat.mtimeMs, ...readdirSync(file).map((entry) => newest(path.join(file, entry))));
    };
    return Math.max(...sources.map((source) => newest(path.join(directory, source))));
}

async function bootstrap() {
    const [major] = process.versions.node.split(".").map(Number);
    if (major < 20) throw new Error(`Node ${process.versions.node} is too old; install Node 20 or later`);
    await installDependencies();
    linkPackage();
    await compile();
}

/** Ends with the error's text alone: a stack tells a user nothing. */
function fail(error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
}

module.exports = { bootstrap, fail, root, run, step };

if (require.main === module) bootstrap().catch(fail);
