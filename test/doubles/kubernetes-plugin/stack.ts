// For the tests of the test double of the official Pulumi Kubernetes plugin (see README.md): a stack of the real engine that surely uses the double.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { PulumiProject, ROOT } from "../../support/pulumi";
import { ensure } from "../../toolchain/toolchain.cjs";

export interface DoubleStack {
    project: PulumiProject;
    /** The program's folder. */
    directory: string;
    /** Destroys what is left, unless that fails, and removes all folders. */
    remove(): Promise<void>;
}

/** What `pulumi stack export` prints, as far as the tests read it. */
export interface ExportedState {
    deployment: {
        resources: { type: string; inputs?: Record<string, unknown>; outputs?: Record<string, unknown> }[];
    };
}

/** @param program CommonJS; it may require what the clone has installed. @param env for the CLI and all it starts; KUBECONFIG is set only here */
export async function startStack(program: string, env: Record<string, string> = {}): Promise<DoubleStack> {
    const cli = await ensure(["pulumi", "pulumi-language-nodejs"]);
    const folders = [__dirname, ...Object.values(cli).map((tool) => dirname(tool)), process.env["PATH"] ?? ""];
    const directory = mkdtempSync(join(tmpdir(), "kubernetes-plugin-double-"));
    symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
    writeFileSync(join(directory, "Pulumi.yaml"), "name: double\nruntime: nodejs\nmain: program.js\n");
    writeFileSync(join(directory, "package.json"), "{}");
    writeFileSync(join(directory, "program.js"), program);

    const project = await PulumiProject.create({
        tools: {
            command: cli.pulumi,
            path: folders.join(delimiter),
            source: "Go modules",
            kubernetesPlugin: "test double",
        },
        directory,
        env: { HOME: directory, KUBECONFIG: "", ...env },
    });
    return {
        project,
        directory,
        async remove() {
            await project.destroy().catch(() => undefined);
            project.remove();
            rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
        },
    };
}
