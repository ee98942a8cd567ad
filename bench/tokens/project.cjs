// A Pulumi project with a stack and a file backend of its own, in a folder that `remove` removes.
const { spawn } = require("node:child_process");
const { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const path = require("node:path");

const { ensure } = require("../../test/toolchain/toolchain.cjs");

const SECONDS = 600;

/** Finds the Pulumi CLI, or builds it. Returns its path, and the PATH under which it finds its plugins. */
async function findPulumi() {
    const tools = await ensure(["pulumi", "pulumi-language-nodejs"]);
    const nodejs = path.dirname(require.resolve("@pulumi/pulumi/package.json"));
    // npm does not keep the executable bit of this script in every case.
    chmodSync(path.join(nodejs, "pulumi-resource-pulumi-nodejs"), 0o755);
    const folders = [path.dirname(tools["pulumi-language-nodejs"]), nodejs, process.env.PATH ?? ""];
    return { command: tools.pulumi, path: folders.join(path.delimiter) };
}

class Project {
    constructor(tools, directory, env) {
        this.tools = tools;
        this.directory = directory;
        this.scratch = mkdtempSync(path.join(tmpdir(), "pulumi-dynatrace-otlp-bench-"));
        this.env = {
            ...process.env,
            PULUMI_HOME: path.join(this.scratch, "home"),
            PULUMI_BACKEND_URL: `file://${path.join(this.scratch, "backend")}`,
            PULUMI_CONFIG_PASSPHRASE: "made-up passphrase",
            PULUMI_SKIP_UPDATE_CHECK: "1",
            PATH: tools.path,
            ...env,
        };
        mkdirSync(path.join(this.scratch, "backend"));
        mkdirSync(path.join(this.scratch, "project"));
        cpSync(path.join(directory, "Pulumi.yaml"), path.join(this.scratch, "project", "Pulumi.yaml"));
    }

    /** Creates the stack, whose program creates `count` resources. */
    async init(count) {
        // In a folder of its own, because the CLI writes the stack's configuration beside Pulumi.yaml.
        await this.run(["stack", "init", "dev", "-C", path.join(this.scratch, "project")]);
        await this.run(["config", "set", ...this.target(), "count", String(count)]);
    }

    /** Seconds that a command on the stack takes. */
    async time(...args) {
        const started = performance.now();
        await this.run([...args, ...this.target()]);
        return (performance.now() - started) / 1000;
    }

    /** The state as `pulumi stack export` prints it. */
    exportState() {
        return this.run(["stack", "export", "--stack", "dev"]);
    }

    remove() {
        rmSync(this.scratch, { recursive: true, force: true });
    }

    target() {
        return ["--stack", "dev", "--config-file", path.join(this.scratch, "project", "Pulumi.dev.yaml")];
    }

    /** Standard output of a command; fails with all that it printed. */
    run(args) {
        return new Promise((resolve, reject) => {
            const child = spawn(this.tools.command, ["--non-interactive", "--color", "never", ...args], {
                cwd: this.directory,
                env: this.env,
                stdio: ["ignore", "pipe", "pipe"],
            });
            const output = { stdout: "", stderr: "" };
            for (const name of ["stdout", "stderr"]) {
                child[name].setEncoding("utf8").on("data", (chunk) => (output[name] += chunk));
            }
            const timer = setTimeout(() => child.kill("SIGKILL"), SECONDS * 1000);
            child.on("error", reject);
            child.on("close", (code) => {
                clearTimeout(timer);
                if (code === 0) return resolve(output.stdout);
                reject(new Error(`pulumi ${args[0]} ended with ${code}:\n${output.stdout}\n${output.stderr}`));
            });
        });
    }
}

module.exports = { Project, findPulumi };
