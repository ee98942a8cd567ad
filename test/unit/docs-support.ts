import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

const ROOT = join(__dirname, "../..");
const INDEX = join(ROOT, "index.ts");
const PACKAGE = "pulumi-dynatrace-otlp";

/** The sources behind the package's public paths. */
const ENTRIES: Record<string, string> = publicPaths();

function publicPaths(): Record<string, string> {
    const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { exports: object };
    const entries = Object.entries(exports).flatMap(([path, { types }]: [string, { types?: string }]) =>
        types === undefined ? [] : [[join(PACKAGE, path), types.replace(/^.\/dist\/(.*)\.d\.ts$/, "$1.ts")]],
    );
    return Object.fromEntries(entries) as Record<string, string>;
}

/** All pages of the documentation, e.g. `docs/tokens.md`. */
export function pagesOf(): string[] {
    const names = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" });
    return ["README.md", ...names.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];
}

/** The pages about the Collector, as one text. */
export function collectorPages(): string {
    return pagesOf()
        .filter((name) => name.startsWith("docs/collector/"))
        .map((name) => readFileSync(join(ROOT, name), "utf8"))
        .join("\n");
}

/** A page of the documentation, as text. */
export function page(name: string): string {
    return readFileSync(join(ROOT, "docs", name), "utf8");
}

/** The rows of each table, cell by cell, without the header. */
export function tables(markdown: string): { header: string[]; rows: string[][] }[] {
    const groups = markdown.match(/(^\|.*\|\n)+/gm) ?? [];
    return groups.map((group) => {
        const [header = [], , ...rows] = group.trimEnd().split("\n").map(cells);
        return { header, rows };
    });
}

/**
 * The table between `<!-- generated: name -->` and `<!-- end -->` in a page, as it is and as it has to be. `UPDATE_DOCS=1` writes it.
 *
 * @param rows cells in Markdown, the header first.
 */
export function generatedTable(name: string, marker: string, rows: string[][]): { found: string; expected: string } {
    const [header = [], ...rest] = rows;
    const line = (cells: string[]): string => `| ${cells.join(" | ")} |`;
    const expected = [line(header), line(header.map(() => "---")), ...rest.map(line)].join("\n");
    const around = new RegExp(`(<!-- generated: ${marker} -->\\n\\n)([\\s\\S]*?)(\\n\\n<!-- end -->)`);
    const text = page(name);
    const [, start, found = ""] = around.exec(text) ?? [];
    if (start === undefined) throw new Error(`docs/${name} has no <!-- generated: ${marker} --> with an <!-- end -->`);
    if (process.env["UPDATE_DOCS"] !== "1") return { found, expected };
    writeFileSync(
        join(ROOT, "docs", name),
        text.replace(around, (_, before: string, __, after: string) => `${before}${expected}${after}`),
    );
    return { found: expected, expected };
}

/** What stands in backticks, but for blocks of code. */
export function quoted(text: string): string[] {
    return [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`]+)`/g)].map(([, inside = ""]) => inside);
}

/** The blocks of a language. */
export function blocks(markdown: string, language: string): string[] {
    return [...markdown.matchAll(new RegExp("^```" + language + "\\n([\\s\\S]*?)^```", "gm"))].map(
        ([, code = ""]) => code,
    );
}

/** A block of code and where it stands. */
export interface Block {
    where: string;
    code: string;
}

/** Every block of TypeScript that a user reads: in the pages, and in the docstrings of what the package gives out. */
export function everyBlock(): Block[] {
    const pages = pagesOf();
    return [
        ...pages.flatMap((path) => numbered(path, blocks(read(path), "ts"))),
        ...sources().flatMap((path) => numbered(path, examples(read(path)))),
    ];
}

/** How many there have to be, by the marks that begin one. */
export function blockCount(): number {
    const pages = pagesOf();
    const count = (paths: string[], mark: RegExp): number =>
        paths.reduce((sum, path) => sum + (read(path).match(mark) ?? []).length, 0);
    return count(pages, /```(ts|tsx|typescript|js|javascript)\b/g) + count(sources(), /\* @example\b/g);
}

function read(path: string): string {
    return readFileSync(join(ROOT, path), "utf8");
}

function numbered(path: string, codes: string[]): Block[] {
    return codes.map((code, at) => ({ where: `${path} #${at + 1}`, code }));
}

/** Where what the package gives out is written. */
function sources(): string[] {
    const inside = (folder: string): string[] =>
        readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
            .filter((name) => name.endsWith(".ts"))
            .sort()
            .map((name) => `${folder}/${name}`);
    return ["components", "providers", "policy"].flatMap(inside);
}

/** The blocks below `@example` in docstrings. */
function examples(source: string): string[] {
    const bodies = [...source.matchAll(/^( *)\* @example\n((?:\1\*(?! @|\/).*\n)+)/gm)];
    return bodies.flatMap(([, , body = ""]) => blocks(body.replace(/^ *\* ?/gm, ""), "ts"));
}

/** The package's sources, and texts beside them as if each were a program of a user's, which finds in scope what the prelude declares. */
export function compile(texts: string[] = [], prelude = ""): { program: ts.Program; files: string[] } {
    const { options } = ts.parseJsonConfigFileContent(
        ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path)).config,
        ts.sys,
        ROOT,
    );
    // Only a program that is an ES module can wait at its top.
    const files = texts.map((text, at) => join(ROOT, `docs-block-${at + 1}.${/\bawait /.test(text) ? "mts" : "ts"}`));
    const given = new Map([[join(ROOT, "docs-prelude.d.ts"), prelude], ...files.map(textOf)]);
    function textOf(path: string, at: number): [string, string] {
        return [path, texts[at] ?? ""];
    }
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile } = host;
    host.fileExists = (path) => given.has(path) || fileExists.call(host, path);
    host.readFile = (path) => given.get(path) ?? readFile.call(host, path);
    const program = ts.createProgram(
        [INDEX, ...given.keys()],
        {
            ...options,
            baseUrl: ROOT,
            paths: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, [path]])),
            moduleDetection: ts.ModuleDetectionKind.Force,
            noUnusedLocals: false,
        },
        host,
    );
    return { program, files };
}

/** What the compiler says of a file, one line each. */
export function complaints(program: ts.Program, file: string): string[] {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
        ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"),
    );
}

/** Fields of the package's arguments, as its types declare them. */
export class Fields {
    private readonly checker: ts.TypeChecker;
    private readonly exported: Map<string, ts.Symbol>;

    constructor(program: ts.Program) {
        this.checker = program.getTypeChecker();
        const index = program.getSourceFile(INDEX);
        const module = index && this.checker.getSymbolAtLocation(index);
        const symbols = module === undefined ? [] : this.checker.getExportsOfModule(module);
        this.exported = new Map(symbols.map((symbol) => [symbol.name, symbol]));
    }

    exports(name: string): boolean {
        return this.exported.has(name);
    }

    /** Whether a path leads to a field, and the field takes the value if one is named: `mode`, `collect.hostMetrics`, `mode: daemonSet`. */
    has(root: string, path: string): boolean {
        const [names = "", value] = path.split(": ", 2);
        const found = names
            .split(".")
            .reduce<ts.Type[]>((types, name) => types.flatMap((type) => this.field(type, name)), [this.typeOf(root)]);
        if (value === undefined) return found.length > 0;
        return found.some((type) => (type.isStringLiteral() ? type.value : this.checker.typeToString(type)) === value);
    }

    /** Every field at any depth: `collect`, `collect.hostMetrics`, … */
    all(root: string): string[] {
        return this.below(this.typeOf(root), "");
    }

    private below(type: ts.Type, prefix: string): string[] {
        return this.checker.getPropertiesOfType(type).flatMap((property) => {
            const path = `${prefix}${property.name}`;
            const own = this.plain(this.checker.getTypeOfSymbol(property)).filter(isArguments);
            return [path, ...own.flatMap((inner) => this.below(inner, `${path}.`))];
        });
    }

    private typeOf(name: string): ts.Type {
        const symbol = this.exported.get(name);
        if (symbol === undefined) throw new Error(`index.ts does not export ${name}`);
        const target = symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
        return this.checker.getDeclaredTypeOfSymbol(target);
    }

    private field(type: ts.Type, name: string): ts.Type[] {
        const property = this.checker.getPropertyOfType(type, name);
        return property === undefined ? [] : this.plain(this.checker.getTypeOfSymbol(property));
    }

    /** An input without what only wraps it. */
    private plain(type: ts.Type): ts.Type[] {
        const parts = type.isUnion() ? type.types : [type];
        return parts.filter(({ symbol }) => !["Promise", "OutputInstance"].includes(symbol?.name ?? ""));
    }
}

/** An interface of arguments of this package's own. */
function isArguments({ symbol }: ts.Type): boolean {
    const [declaration] = symbol?.declarations ?? [];
    return declaration !== undefined && /Args$/.test(symbol.name) && !declaration.getSourceFile().isDeclarationFile;
}

function cells(line: string): string[] {
    return line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim());
}
