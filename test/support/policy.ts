import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import * as path from "node:path";

import { type PulumiTools, ROOT } from "./pulumi";

/** A policy pack in a folder of its own, with its dependencies, as after a copy and `npm install`. */
export interface InstalledPack {
    directory: string;
    /** What `--policy-pack` takes. */
    argument: string;
}

/** Copies a pack out of the clone and gives it what its package.json names, and nothing else, from the clone. */
export function installPack(source: string, directory: string, tools: PulumiTools): InstalledPack {
    cpSync(source, directory, { recursive: true, filter: (file) => path.basename(file) !== "node_modules" });
    const { dependencies, devDependencies } = JSON.parse(readFileSync(path.join(source, "package.json"), "utf8")) as {
        dependencies: Record<string, string>;
        devDependencies: Record<string, string>;
    };
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
        const link = path.join(directory, "node_modules", name);
        mkdirSync(path.dirname(link), { recursive: true });
        symlinkSync(name === "pulumi-dynatrace-otlp" ? ROOT : path.join(ROOT, "node_modules", name), link, "dir");
    }
    if (tools.source !== "Go modules") return { directory, argument: directory };
    const analyzer = path.join(directory, "policy-analyzer");
    copyFileSync(path.join(__dirname, "policy-analyzer"), analyzer);
    chmodSync(analyzer, 0o755);
    return { directory, argument: analyzer };
}
