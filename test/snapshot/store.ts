import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

import { parse, stringify } from "yaml";

import { ROOT } from "../support/pulumi";
import type { Remembered } from "./combinations";
import { type Entries, sorted } from "./entries";

const MATRIX = path.join(__dirname, "matrix.json.br");

/** The matrix as it is stored: each different thing once. */
interface Packed {
    combinations: Remembered[];
    /** Of each combination: key and hash of each of its entries. */
    entries: Record<string, Record<string, string>>;
    things: Record<string, unknown>;
}

export interface StoredMatrix {
    combinations: Remembered[];
    entries: Record<string, Entries>;
}

export function readMatrix(): StoredMatrix {
    const text = brotliDecompressSync(readFileSync(MATRIX)).toString();
    const { combinations, entries, things } = JSON.parse(text) as Packed;
    const unpacked = Object.entries(entries).map(([label, keys]) => [
        label,
        Object.fromEntries(Object.entries(keys).map(([key, hash]) => [key, things[hash]])),
    ]);
    return { combinations, entries: Object.fromEntries(unpacked) as StoredMatrix["entries"] };
}

export function writeMatrix({ combinations, entries }: StoredMatrix): void {
    const things: Packed["things"] = {};
    const packed = Object.entries(entries).map(([label, own]) => {
        const keys = Object.entries(own).map(([key, thing]) => {
            const hash = createHash("sha256").update(JSON.stringify(thing)).digest("hex").slice(0, 16);
            things[hash] = thing;
            return [key, hash];
        });
        return [label, Object.fromEntries(keys) as Record<string, string>];
    });
    const all = sorted({ combinations, entries: Object.fromEntries(packed) as Packed["entries"], things });
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
    writeFileSync(MATRIX, brotliCompressSync(JSON.stringify(all), { params }));
}

/** Entries of all programs of a folder beside this file, each in a YAML file of the program's name. */
export function readPrograms(folder: string): Record<string, Entries> {
    const directory = path.join(__dirname, folder);
    if (!existsSync(directory)) return {};
    const files = readdirSync(directory).filter((file) => file.endsWith(".yaml"));
    return Object.fromEntries(
        files.map((file) => [
            file.replace(/\.yaml$/, ""),
            parse(readFileSync(path.join(directory, file), "utf8"), { maxAliasCount: -1 }) as Entries,
        ]),
    );
}

export function writePrograms(folder: string, programs: Record<string, Entries>): void {
    const directory = path.join(__dirname, folder);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const [name, entries] of Object.entries(programs)) {
        const text = stringify(sorted(entries), { lineWidth: 0, aliasDuplicateObjects: false });
        writeFileSync(path.join(directory, `${name}.yaml`), text);
    }
    const prettier = path.join(ROOT, "node_modules", "prettier", "bin", "prettier.cjs");
    execFileSync(process.execPath, [prettier, "--log-level", "warn", "--write", directory], { cwd: ROOT });
}
