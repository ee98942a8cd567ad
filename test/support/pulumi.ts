import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { PulumiCommand } from "@pulumi/pulumi/automation";

import { cacheDir, ensure, which } from "../toolchain/toolchain.cjs";
import { type Finished, reachable, runToEnd } from "./processes";

/** The clone. */
export const ROOT = path.resolve(__dirname, "..", "..");

/** Where Pulumi offers its CLI and plugins. */
const DOWNLOADS = "get.pulumi.com";
const KUBERNETES_DOUBLE = path.join(ROOT, "test", "doubles", "kubernetes-plugin");

/** A Pulumi CLI with all it starts: language host, dynamic provider, Kubernetes plugin. */
export interface PulumiTools {
    command: string;
    /** Value of PATH under which the CLI finds the rest. */
    path: string;
    /** Where the CLI came from. */
    source: "PATH" | "installer" | "Go modules";
    kubernetesPlugin: "official" | "test double";
}

/** Finds a Pulumi CLI: the one on PATH, else Pulumi's own installer, else a build from Go modules. */
export async function findPulumi(log: (line: string) => void = () => undefined): Promise<PulumiTools> {
    const { command, source, folders } = await findCli(log);
    const official = onPath("pulumi-resource-kubernetes") || source === "installer";
    const nodejs = path.dirname(require.resolve("@pulumi/pulumi/package.json"));
    // npm does not keep the executable bit of this script in every case.
    chmodSync(path.join(nodejs, "pulumi-resource-pulumi-nodejs"), 0o755);
    const parts = [...folders, nodejs, ...(official ? [] : [KUBERNETES_DOUBLE]), process.env["PATH"] ?? ""];
    return {
        command,
        path: parts.join(path.delimiter),
        source,
        kubernetesPlugin: official ? "official" : "test double",
    };
}

function onPath(program: string): boolean {
    return (process.env["PATH"] ?? "").split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));
}

async function findCli(
    log: (line: string) => void,
): Promise<{ command: string; source: PulumiTools["source"]; folders: string[] }> {
    const present = which("pulumi", log);
    if (present !== undefined && which("pulumi-language-nodejs", log) !== undefined) {
        return { command: present, source: "PATH", folders: [] };
    }
    if (process.env["PULUMI_DYNATRACE_OTLP_TOOLCHAIN"] !== "build" && (await reachable(DOWNLOADS))) {
        log("installing the Pulumi CLI with its own installer");
        const installed = await PulumiCommand.install({ root: path.join(cacheDir(), "pulumi") });
        return { command: installed.command, source: "installer", folders: [path.dirname(installed.command)] };
    }
    const tools = await ensure(["pulumi", "pulumi-language-nodejs"], { log });
    const folders = Object.values(tools).map((tool) => path.dirname(tool));
    return { command: tools["pulumi"], source: "Go modules", folders };
}

export interface ProjectOptions {
    tools: PulumiTools;
    /** Folder that holds Pulumi.yaml. It is not written to. */
    directory: string;
    stack?: string;
    /** Variables for the CLI and all it starts, besides those of this process. */
    env?: Record<string, string>;
    config?: Record<string, string>;
    onLine?: (line: string) => void;
}

/** A project with one stack in a file backend of its own, all of it in a folder that `remove` removes. */
export class PulumiProject {
    readonly stack: string;
    /** Holds the backend, the stack's configuration, Pulumi's home. */
    readonly scratch = mkdtempSync(path.join(tmpdir(), "pulumi-dynatrace-otlp-"));
    /** Everything the CLI printed so far. */
    log = "";

    private constructor(private readonly options: ProjectOptions) {
        this.stack = options.stack ?? "dev";
    }

    static async create(options: ProjectOptions): Promise<PulumiProject> {
        const project = new PulumiProject(options);
        mkdirSync(path.join(project.scratch, "backend"));
        mkdirSync(path.join(project.scratch, "project"));
        copyFileSync(path.join(options.directory, "Pulumi.yaml"), path.join(project.scratch, "project", "Pulumi.yaml"));
        // In a folder of its own, because it writes the stack's configuration beside Pulumi.yaml.
        await project.succeed(["stack", "init", project.stack, "-C", path.join(project.scratch, "project")]);
        for (const [key, value] of Object.entries(options.config ?? {})) await project.set(key, value);
        return project;
    }

    get configFile(): string {
        return path.join(this.scratch, "project", `Pulumi.${this.stack}.yaml`);
    }

    async set(key: string, value: string, secret = false): Promise<void> {
        await this.succeed(["config", "set", ...this.target(), secret ? "--secret" : "--plaintext", "--", key, value]);
    }

    /** Sets a secret by way of standard input, so that it is on no command line. */
    async setSecret(key: string, value: string): Promise<void> {
        await this.succeed(["config", "set", ...this.target(), "--secret", "--", key], value);
    }

    /** @throws Error with all output if the command fails. */
    async up(...more: string[]): Promise<Finished> {
        return this.succeed(["up", "--yes", "--skip-preview", ...this.target(), ...more]);
    }

    /** Fails unless nothing changes. */
    async upWithoutChanges(): Promise<Finished> {
        return this.up("--expect-no-changes");
    }

    async preview(...more: string[]): Promise<Finished> {
        return this.run(["preview", ...this.target(), ...more]);
    }

    async refresh(...more: string[]): Promise<Finished> {
        return this.succeed(["refresh", "--yes", "--skip-preview", ...this.target(), ...more]);
    }

    async destroy(...more: string[]): Promise<Finished> {
        return this.succeed(["destroy", "--yes", "--skip-preview", ...this.target(), ...more]);
    }

    /** The stack's state as `pulumi stack export` prints it: secrets are encrypted. */
    async exportState(): Promise<string> {
        return (await this.succeed(["stack", "export", "--stack", this.stack])).stdout;
    }

    async outputs(showSecrets = false): Promise<Record<string, unknown>> {
        const flags = showSecrets ? ["--show-secrets"] : [];
        const { stdout } = await this.execute(
            ["stack", "output", "--json", "--stack", this.stack, ...flags],
            !showSecrets,
        );
        return JSON.parse(stdout) as Record<string, unknown>;
    }

    async run(args: string[], input?: string): Promise<Finished> {
        return this.execute(args, true, input);
    }

    async succeed(args: string[], input?: string): Promise<Finished> {
        const finished = await this.run(args, input);
        if (finished.code !== 0) {
            const text = `${finished.stdout}\n${finished.stderr}`;
            throw new Error(`pulumi ${args[0]} ended with exit code ${finished.code}:\n${text}`);
        }
        return finished;
    }

    remove(): void {
        rmSync(this.scratch, { recursive: true, force: true });
    }

    private target(): string[] {
        return ["--stack", this.stack, "--config-file", this.configFile];
    }

    private async execute(args: string[], logged: boolean, input?: string): Promise<Finished> {
        const { tools, directory, env, onLine } = this.options;
        const finished = await runToEnd(tools.command, ["--non-interactive", "--color", "never", ...args], {
            cwd: directory,
            env: { ...process.env, ...this.environment(), ...env, PATH: tools.path },
            onLine: logged ? onLine : undefined,
            timeoutSeconds: 300,
            input,
        });
        if (logged) this.log += `${finished.stdout}\n${finished.stderr}\n`;
        return finished;
    }

    private environment(): Record<string, string> {
        return {
            PULUMI_HOME: process.env["PULUMI_HOME"] ?? path.join(this.scratch, "home"),
            PULUMI_BACKEND_URL: `file://${path.join(this.scratch, "backend")}`,
            PULUMI_CONFIG_PASSPHRASE: "made-up passphrase",
            PULUMI_SKIP_UPDATE_CHECK: "1",
            // Types are checked by the build; doing it again at every run costs seconds.
            TS_NODE_TRANSPILE_ONLY: "1",
        };
    }
}
