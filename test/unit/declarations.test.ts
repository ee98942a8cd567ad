// The declarations as they are published. `node scripts/bootstrap.cjs` compiles them; the script of the tests does so as well.
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

import ts from "typescript";

const ROOT = path.join(__dirname, "../..");

/** The declaration file behind each entry of `exports`. */
function entries(): [string, string][] {
    const { exports } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
        exports: Record<string, string | { types: string }>;
    };
    return Object.entries(exports).flatMap(([entry, target]): [string, string][] =>
        typeof target === "string" ? [] : [[entry, path.join(ROOT, target.types)]],
    );
}

/** Every module that a declaration names: in imports and exports, in `import("…")` types, and in references. */
function modulesIn(file: string, text: string): string[] {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    const found = source.typeReferenceDirectives.map(({ fileName }) => fileName);
    const visit = (node: ts.Node): void => {
        const named =
            ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
                ? node.moduleSpecifier
                : ts.isExternalModuleReference(node)
                  ? node.expression
                  : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
                    ? node.argument.literal
                    : ts.isModuleDeclaration(node)
                      ? node.name
                      : undefined;
        if (named !== undefined && ts.isStringLiteral(named)) found.push(named.text);
        ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
}

/** The files that are reached from one declaration, and what they import from outside the package. */
function reached(entry: string): { files: string[]; outside: string[] } {
    const files = [entry];
    const outside: string[] = [];
    for (const file of files) {
        if (!existsSync(file)) throw new Error(`${file} is missing; run \`node scripts/bootstrap.cjs\``);
        for (const module of modulesIn(file, readFileSync(file, "utf8"))) {
            if (!module.startsWith(".")) {
                outside.push(`${path.relative(ROOT, file)}: ${module}`);
                continue;
            }
            const target = path.resolve(path.dirname(file), module);
            const next = [`${target}.d.ts`, path.join(target, "index.d.ts")].find((it) => existsSync(it)) ?? target;
            if (!files.includes(next)) files.push(next);
        }
    }
    return { files, outside };
}

const isAllowed = (line: string): boolean => /: (@pulumi\/.+|node:.+|node)$/.test(line);

test.each(entries())("the types of %s come from this package, Pulumi and Node alone", (_, file) => {
    const { files, outside } = reached(file);
    expect(outside.filter((line) => !isAllowed(line))).toEqual([]);
    expect(files.length).toBeGreaterThan(0);
});

test("the walk goes through many files, and finds Pulumi's packages in them", () => {
    const index = entries().find(([entry]) => entry === ".");
    const { files, outside } = reached(index?.[1] ?? "");
    expect(files.length).toBeGreaterThan(50);
    expect(outside.filter((line) => line.endsWith(": @pulumi/pulumi")).length).toBeGreaterThan(10);
});

test.each([
    ['import type { z } from "zod";'],
    ['export * from "zod";'],
    ['export declare const schema: import("zod").ZodType<string>;'],
    ['export declare const of: (x: Array<import("zod/v4").ZodType>) => void;'],
    ['import zod = require("zod");'],
    ['/// <reference types="zod" />'],
    ['declare module "zod" { interface A {} }'],
])("a type of a dependency is found in %s", (text) => {
    expect(modulesIn("made-up.d.ts", text).join()).toMatch(/^zod/);
});
