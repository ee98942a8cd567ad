import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";

import { cacheDir } from "../toolchain/toolchain.cjs";
import { runToEnd } from "./processes";

/**
 * A Python with pinned packages, in a virtual environment that all clones share.
 *
 * @param name what the environment's folder starts with.
 * @param requirements file that pins every package, those that others need too.
 * @returns its executable.
 */
export async function pythonWith(name: string, requirements: string): Promise<string> {
    const pinned = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
    const home = path.join(cacheDir(), "python");
    const venv = path.join(home, `${name}-${pinned}`);
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
    const advice =
        "these tests need Python 3.10 or newer with venv, e.g. apt-get install python3 python3-venv, and 1 GB of disk";
    const finished = await runToEnd(command, args, { timeoutSeconds: 600 }).catch((error: Error) => ({
        code: 1,
        stderr: error.message,
    }));
    if (finished.code !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")}: ${finished.stderr}\n${advice}`);
}
