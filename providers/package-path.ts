/*
 * The way from the program's folder to this package, as the text in the state records it. Names of packages say more than a path:
 * they are the same with every package manager, on every machine and after an upgrade of any of the packages.
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

/** Name of this package. */
export const PACKAGE = "pulumi-dynatrace-otlp";

/** How many manifests are read at most; 500 take about a fifth of a second. */
const MANIFESTS = 500;

/** Where Pulumi starts the provider too; a program may change its folder later. */
const PROGRAM = process.cwd();

let found: readonly string[] | undefined;

/** {@link stepsToPackage} from the folder of this program. */
export function stepsToThisPackage(): readonly string[] {
    found ??= stepsToPackage(startingPoints(), ownFolder());
    return found;
}

/** The folder of the program and, as an inline program of the Automation API may run in any folder, that of its main file. */
function startingPoints(): string[] {
    const main = require.main?.filename;
    return main ? [PROGRAM, path.dirname(main)] : [PROGRAM];
}

/** Undefined in a bundle, which has no manifest of this package. */
function ownFolder(): string | undefined {
    const folders = [path.dirname(__dirname), path.dirname(path.dirname(__dirname))];
    const folder = folders.find((it) => manifestOf(it).name === PACKAGE);
    return folder && realpathSync(folder);
}

/**
 * Steps from a folder to the package in the folder `own`: the names of packages, each a dependency of the one before, up to this
 * package; only if no chain of dependencies leads there, one relative path.
 */
export function stepsToPackage(starts: readonly string[], own: string | undefined): string[] {
    const [first] = starts;
    if (own === undefined || first === undefined) return [PACKAGE];
    for (const start of starts) {
        const names = foldersUpFrom(start).flatMap((folder) => dependencies(manifestOf(folder), true));
        const steps = throughDependencies(start, [...new Set(names)], own);
        if (steps) return steps;
    }
    if (findPackage(first, PACKAGE) === own) return [PACKAGE];
    const relative = path.relative(first, own).replaceAll(path.sep, "/");
    return path.isAbsolute(relative) ? [PACKAGE] : [relative.startsWith(".") ? relative : `./${relative}`];
}

function throughDependencies(start: string, direct: string[], own: string): string[] | undefined {
    if (direct.includes(PACKAGE) && findPackage(start, PACKAGE) === own) return [PACKAGE];
    // A clone of this package: none of its dependencies leads back.
    if (isInside(start, own)) return undefined;
    const seen = new Set<string>();
    // Libraries of Pulumi's first: a program may have a thousand other packages.
    const likely: Place[] = [{ folder: start, steps: [], names: direct }];
    const others: Place[] = [];
    for (let place = likely.shift(); place; place = likely.shift() ?? others.shift()) {
        for (const name of place.names) {
            const folder = findPackage(place.folder, name);
            const steps = [...place.steps, name];
            if (folder === own) return steps;
            if (folder === undefined || seen.has(folder)) continue;
            if (seen.add(folder).size > MANIFESTS) return undefined;
            const names = dependencies(manifestOf(folder));
            const isLikely = names.some((it) => it === PACKAGE || it.startsWith("@pulumi/"));
            (isLikely ? likely : others).push({ folder, steps, names });
        }
    }
    return undefined;
}

/** A package on the way, and the names of its dependencies. */
interface Place {
    folder: string;
    steps: string[];
    names: string[];
}

function foldersUpFrom(start: string): string[] {
    const parent = path.dirname(start);
    return parent === start ? [start] : [start, ...foldersUpFrom(parent)];
}

function isInside(folder: string, outer: string): boolean {
    return foldersUpFrom(folder).includes(outer);
}

/** Real folder of a package as Node.js finds it from a folder; the package need not export its manifest, or anything. */
function findPackage(from: string, name: string): string | undefined {
    const modules = createRequire(path.join(from, "noop.js")).resolve.paths(name) ?? [];
    const folder = modules.map((it) => path.join(it, name)).find((it) => existsSync(path.join(it, "package.json")));
    return folder && realpathSync(folder);
}

interface Manifest {
    name?: string;
    dependencies?: object;
    optionalDependencies?: object;
    peerDependencies?: object;
    devDependencies?: object;
}

/** The manifest of a folder. Empty if the folder has no manifest, or if it cannot be read. */
function manifestOf(folder: string): Manifest {
    try {
        return (JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest | null) ?? {};
    } catch {
        return {};
    }
}

function dependencies(manifest: Manifest, development = false): string[] {
    const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
    return Object.keys({
        ...dependencies,
        ...optionalDependencies,
        ...peerDependencies,
        ...(development ? devDependencies : undefined),
    });
}
