import { readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

const ROOT = join(__dirname, "../..");
const INDEX = join(ROOT, "index.ts");

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

/** The package's sources, and texts beside them as if each were a program of a user's. */
export function compile(texts: string[] = []): { program: ts.Program; files: string[] } {
    const { options } = ts.parseJsonConfigFileContent(
        ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path)).config,
        ts.sys,
        ROOT,
    );
    const files = texts.map((_, number) => join(ROOT, `docs-block-${number + 1}.ts`));
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile } = host;
    const text = (path: string): string | undefined => texts[files.indexOf(path)];
    host.fileExists = (path) => text(path) !== undefined || fileExists.call(host, path);
    host.readFile = (path) => text(path) ?? readFile.call(host, path);
    const program = ts.createProgram(
        [INDEX, ...files],
        { ...options, baseUrl: ROOT, paths: { "pulumi-dynatrace-otlp": ["index.ts"] }, noUnusedLocals: false },
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
