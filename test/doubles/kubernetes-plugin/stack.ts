// For the tests of the test double of the official Pulumi Kubernetes plugin (see README.md): a stack of the real engine in a folder of its own.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { ensure } from "../../toolchain/toolchain.cjs";

const COMMAND_TIMEOUT_MS = 120_000;
const CLONE = resolve(__dirname, "../../..");

export interface Run {
    code: number;
    /** Standard output and standard error. */
    output: string;
}

export interface StackDeployment {
    resources: {
        urn: string;
        type: string;
        id?: string;
        inputs?: Record<string, unknown>;
        outputs?: Record<string, unknown>;
    }[];
}

/** One stack; `program` is CommonJS that may require what the clone has installed. */
export class Stack {
    readonly directory = mkdtempSync(join(tmpdir(), "kubernetes-plugin-double-"));
    private readonly env: NodeJS.ProcessEnv;

    private constructor(tools: Record<"pulumi" | "pulumi-language-nodejs", string>, env: Record<string, string>) {
        const folders = [
            ...Object.values(tools).map((tool) => dirname(tool)),
            __dirname, // the double is what these tests are about, whatever else is on PATH
            process.env["PATH"] ?? "",
        ];
        const { KUBECONFIG: _, ...ambient } = process.env;
        this.env = {
            ...ambient,
            PATH: folders.join(delimiter),
            PULUMI_HOME: join(this.directory, "home"),
            PULUMI_BACKEND_URL: `file://${join(this.directory, "backend")}`,
            PULUMI_CONFIG_PASSPHRASE: "only for tests",
            PULUMI_SKIP_UPDATE_CHECK: "1",
            PULUMI_AUTOMATION_API: "true",
            HOME: this.directory,
            ...env,
        };
        mkdirSync(join(this.directory, "backend"));
        symlinkSync(join(CLONE, "node_modules"), join(this.directory, "node_modules"));
        writeFileSync(join(this.directory, "Pulumi.yaml"), "name: double\nruntime: nodejs\nmain: program.js\n");
        writeFileSync(join(this.directory, "package.json"), "{}");
    }

    static async create(program: string, env: Record<string, string> = {}): Promise<Stack> {
        const stack = new Stack(await ensure(["pulumi", "pulumi-language-nodejs"]), env);
        writeFileSync(join(stack.directory, "program.js"), program);
        await stack.succeed("stack", "init", "test");
        return stack;
    }

    run(...args: string[]): Promise<Run> {
        return new Promise((done, fail) => {
            const child = spawn("pulumi", ["--non-interactive", ...args], {
                cwd: this.directory,
                env: this.env,
                stdio: ["ignore", "pipe", "pipe"],
            });
            const timer = setTimeout(() => child.kill("SIGKILL"), COMMAND_TIMEOUT_MS);
            let output = "";
            for (const stream of [child.stdout, child.stderr])
                stream.setEncoding("utf8").on("data", (text: string) => (output += text));
            child.on("error", fail);
            child.on("close", (code) => {
                clearTimeout(timer);
                done({ code: code ?? 1, output });
            });
        });
    }

    async succeed(...args: string[]): Promise<string> {
        const { code, output } = await this.run(...args);
        if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
        return output;
    }

    set(key: string, value: string, ...flags: string[]): Promise<string> {
        return this.succeed("config", "set", ...flags, key, value);
    }

    up(...flags: string[]): Promise<string> {
        return this.succeed("up", "--yes", "--skip-preview", "--diff", ...flags);
    }

    /** As it lies in the backend, secrets encrypted. */
    async state(): Promise<StackDeployment> {
        return (JSON.parse(await this.succeed("stack", "export")) as { deployment: StackDeployment }).deployment;
    }

    /** Destroys what is left, unless that fails, and removes the folder. */
    async remove(): Promise<void> {
        await this.run("destroy", "--yes", "--skip-preview");
        rmSync(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
}
