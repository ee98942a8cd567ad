import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import * as ts from "typescript";

import { ROOT } from "../support/pulumi";
import { writeResults } from "../support/results";

const FOLDERS = ["components", "providers", "policy", "emulator", "bin"];
const MOST_LINES = 300;
const MOST_CASTS = 90;

/** A source file: what it imports, types included, as paths from the root, and its casts. */
interface Source {
    file: string;
    lines: number;
    imports: string[];
    /** Each `as X` except `as const`, as `file:line`. */
    casts: string[];
    /** Each `as unknown as X`. */
    throughUnknown: string[];
}

const sources = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => `${folder}/${file}`),
)
    .sort()
    .map(read);
const files = new Set(sources.map(({ file }) => file));

function read(file: string): Source {
    const text = readFileSync(path.join(ROOT, file), "utf8");
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    const source: Source = {
        file,
        lines: text.trimEnd().split("\n").length,
        imports: [],
        casts: [],
        throughUnknown: [],
    };
    const visit = (node: ts.Node): void => {
        const imported = moduleOf(node);
        if (imported?.startsWith(".")) source.imports.push(resolved(file, imported));
        if (isCast(node)) {
            const place = `${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
            source.casts.push(place);
            if (isCast(node.expression) && node.expression.type.kind === ts.SyntaxKind.UnknownKeyword) {
                source.throughUnknown.push(place);
            }
        }
        ts.forEachChild(node, visit);
    };
    visit(tree);
    return source;
}

function isCast(node: ts.Node): node is ts.AssertionExpression {
    return ts.isAssertionExpression(node) && !ts.isConstTypeReference(node.type);
}

/** What an import, a re-export or `typeof import(...)` names. */
function moduleOf(node: ts.Node): string | undefined {
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return textOf(node.argument.literal);
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
    return undefined;
}

function textOf(node: ts.Node | undefined): string | undefined {
    return node !== undefined && ts.isStringLiteral(node) ? node.text : undefined;
}

function resolved(file: string, imported: string): string {
    const target = path.join(path.dirname(file), imported);
    const found = [`${target}.ts`, `${target}/index.ts`].find((each) => existsSync(path.join(ROOT, each)));
    if (found === undefined) throw new Error(`${file}: cannot find ${imported}`);
    return found;
}

/** Groups of files that import each other, each in the order in which they were found (Tarjan's algorithm). */
function circles(): string[][] {
    const imports = new Map(sources.map((source) => [source.file, source.imports.filter((it) => files.has(it))]));
    const order = new Map<string, number>();
    const low = new Map<string, number>();
    const stack: string[] = [];
    const found: string[][] = [];
    const visit = (file: string): number => {
        const at = order.size;
        order.set(file, at);
        stack.push(file);
        let lowest = at;
        for (const next of imports.get(file) ?? []) {
            if (!order.has(next)) lowest = Math.min(lowest, visit(next));
            else if (stack.includes(next)) lowest = Math.min(lowest, low.get(next) ?? order.get(next) ?? at);
        }
        low.set(file, lowest);
        if (lowest === at) {
            const group = stack.splice(stack.indexOf(file));
            if (group.length > 1 || imports.get(file)?.includes(file)) found.push(group);
        }
        return lowest;
    };
    for (const { file } of sources) if (!order.has(file)) visit(file);
    return found;
}

/** Imports of one folder from another, as `importer -> imported`. */
function importsBetween(from: string, to: string): string[] {
    return sources
        .filter(({ file }) => file.startsWith(`${from}/`))
        .flatMap(({ file, imports }) => imports.map((it) => [file, it] as const))
        .filter(([, imported]) => imported.startsWith(`${to}/`))
        .map((pair) => pair.join(" -> "));
}

/** What each component may import of the others, beside what is for all of them: data flows in this direction only. */
const DIRECTIONS: Record<string, string[]> = {
    "ingest-token": ["endpoint"],
    collector: ["endpoint", "ingest-token"],
    "application-pods": ["endpoint", "ingest-token"],
    "ai-gateway": ["endpoint", "ingest-token"],
    "log-stream": ["endpoint", "ingest-token"],
    "metrics-ingest": ["endpoint", "ingest-token"],
};
/** For all components. */
const SHARED = ["shared", "endpoint"];
/** These are made of other components. */
const COMPOSED = ["telemetry-pipeline", "preview-environment"];
/** Folders that still import a sibling; what they share is to move to `components/shared`. No pair may be added. */
const STILL_SIDEWAYS = [
    "ai-content -> collector",
    "ai-gateway -> ai-content",
    "ai-gateway -> application-pods",
    "aws -> external-secret",
    "collector -> ai-content",
    "collector -> application-pods",
    "push-secret -> external-secret",
    "sentry -> application-pods",
    "sentry -> collector",
];

const places = (found: Source[], pick: (source: Source) => string[]): string[] => found.flatMap(pick);

test("types are not argued with: no cast through unknown, and few others", () => {
    expect(places(sources, ({ throughUnknown }) => throughUnknown)).toEqual([]);
    const casts = places(sources, (source) => source.casts);
    // The list is there to be read when there are too many.
    expect(casts.length < MOST_CASTS ? [] : casts).toEqual([]);
});

test("no file is longer than 300 lines", () => {
    expect(sources.filter(({ lines }) => lines > MOST_LINES).map(({ file }) => file)).toEqual([]);
});

test("no files import each other in a circle, types included", () => {
    expect(circles()).toEqual([]);
});

test("the emulator stands alone, providers know no component, and neither knows a command", () => {
    const forbidden = [
        ["emulator", "components"],
        ["emulator", "providers"],
        ["providers", "components"],
        ["providers", "emulator"],
        ["components", "emulator"],
        ["components", "policy"],
        ["components", "bin"],
        ["providers", "bin"],
        ["providers", "policy"],
    ] as const;
    expect(forbidden.flatMap(([from, to]) => importsBetween(from, to))).toEqual([]);
});

test("a component imports another only in the direction in which data flows", () => {
    const folderOf = (file: string): string => file.split("/")[1] ?? "";
    const sideways = importsBetween("components", "components").filter((pair) => {
        const [from = "", to = ""] = pair.split(" -> ").map(folderOf);
        const allowed = [from, ...SHARED, ...(DIRECTIONS[from] ?? [])];
        return !COMPOSED.includes(from) && !allowed.includes(to) && !STILL_SIDEWAYS.includes(`${from} -> ${to}`);
    });
    expect(sideways).toEqual([]);
});

/** Source files of the commit that added a file. Undefined in a clone without that commit. */
function sourcesOfCommit(file: string): string[] | undefined {
    const git = (...args: string[]): string => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" });
    const commit = git("log", "--diff-filter=A", "--format=%H", "--", file).trim();
    // The oldest commit of a shallow clone seems to add every file.
    if (commit === "" || git("rev-list", "--parents", "-n1", commit).trim() === commit) return undefined;
    const changed = git("show", "--name-only", "--format=", commit).trim().split("\n");
    return changed.filter((it) => /\.(ts|cjs|mjs)$/.test(it) && !/^(test|docs)\//.test(it));
}

test("a new intake costs at most three source files", () => {
    const changed = sourcesOfCommit("components/collector/features/syslog.ts") ?? [];
    expect(changed.length).toBeLessThanOrEqual(3);
});

afterAll(() => {
    const casts = places(sources, (source) => source.casts);
    writeResults("house", {
        asUnknownAs: places(sources, ({ throughUnknown }) => throughUnknown).length,
        casts: casts.length,
        filesOverThreeHundred: sources.filter(({ lines }) => lines > MOST_LINES).length,
        circles: circles().length,
        filesOfSyslogCommit: sourcesOfCommit("components/collector/features/syslog.ts")?.length ?? null,
    });
});
