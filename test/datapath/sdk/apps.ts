import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";

import { type Finished, runToEnd } from "../../support/processes";
import { cacheDir } from "../../toolchain/toolchain.cjs";

/** An application of one language: what to run with a pod's environment. */
export interface App {
    language: string;
    command: () => Promise<string[]>;
    /** Variables that make it give up after two seconds; the one for the timeout has another unit in each language. */
    impatient: Record<string, string>;
}

const TIMEOUT = "OTEL_EXPORTER_OTLP_TIMEOUT";

export const APPS: App[] = [
    {
        language: "Node",
        command: async () => [process.execPath, path.join(__dirname, "app.cjs")],
        impatient: { [TIMEOUT]: "2000" },
    },
    {
        language: "Python",
        command: async () => [await python(), path.join(__dirname, "app.py")],
        impatient: { [TIMEOUT]: "2" },
    },
];

/** Runs an application with these variables and no others of its own. */
export async function runApp(app: App, env: Record<string, string>): Promise<Finished> {
    const [command = "", ...args] = await app.command();
    return runToEnd(command, args, { env: { PATH: process.env["PATH"], ...env }, timeoutSeconds: 60 });
}

/** A Python with the pinned SDK, in a virtual environment that all clones share. */
async function python(): Promise<string> {
    const requirements = path.join(__dirname, "requirements.txt");
    const pinned = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
    const home = path.join(cacheDir(), "python");
    const venv = path.join(home, `opentelemetry-${pinned}`);
    const executable = path.join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
    if (existsSync(executable)) return executable;

    // Made beside its place and moved there when it is whole, so that a broken one is never used.
    const making = `${venv}.${process.pid}`;
    mkdirSync(home, { recursive: true });
    await succeed(process.platform === "win32" ? "python" : "python3", ["-m", "venv", making]);
    const made = executable.replace(venv, making);
    await succeed(made, ["-m", "pip", "install", "-q", "--only-binary", ":all:", "--no-deps", "-r", requirements]);
    if (existsSync(venv)) rmSync(making, { recursive: true, force: true });
    else renameSync(making, venv);
    return executable;
}

async function succeed(command: string, args: string[]): Promise<void> {
    const advice = "these tests need Python 3.10 or newer with venv, e.g. apt-get install python3 python3-venv";
    const finished = await runToEnd(command, args, { timeoutSeconds: 300 }).catch((error: Error) => ({
        code: 1,
        stderr: error.message,
    }));
    if (finished.code !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")}: ${finished.stderr}\n${advice}`);
}
