// The package as it would be published, and projects that install it.
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { runToEnd } from "../support/processes";
import { ROOT } from "../support/pulumi";

export const NPM = "npm";
export const INSTALL: [string, string[]] = [
    NPM,
    ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"],
];

/** Pinned here and not in package.json: they are used in this rung alone. */
export const pnpm = (...args: string[]): [string, string[]] => [
    "npx",
    ["--yes", "pnpm@10.20.0", "--config.ignore-scripts=true", ...args],
];
export const YARN: [string, string[]] = ["npx", ["--yes", "@yarnpkg/cli-dist@4.18.1", "install"]];

export async function run(
    command: string,
    args: readonly string[],
    cwd: string,
    env: Record<string, string> = {},
): Promise<string> {
    const options = { cwd, env: { ...process.env, ...env }, timeoutSeconds: 400 };
    const { code, stdout, stderr } = await runToEnd(command, [...args], options);
    if (code !== 0) throw new Error(`${command} ${args.join(" ")}:\n${stdout}\n${stderr}`);
    return stdout;
}

export function writeJson(file: string, value: object): void {
    writeFileSync(file, JSON.stringify(value, undefined, 4));
}

export interface Packed {
    tarball: string;
    /** Paths inside the package. */
    files: string[];
}

/** Packs the compiled package into a folder. */
export async function pack(folder: string): Promise<Packed> {
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
    const [own] = JSON.parse(await run(NPM, args, ROOT)) as { filename: string; files: { path: string }[] }[];
    if (own === undefined) throw new Error("npm pack made no tarball");
    return { tarball: path.join(folder, own.filename), files: own.files.map((file) => file.path) };
}

interface PackageJson {
    exports: Record<string, string | { types: string; default: string }>;
    devDependencies: Record<string, string>;
}

export function packageJson(): PackageJson {
    return JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as PackageJson;
}

/** Versions that this package is developed with. */
export function pinned(...names: string[]): Record<string, string> {
    const { devDependencies } = packageJson();
    return Object.fromEntries(names.map((name) => [name, devDependencies[name] ?? ""]));
}
