import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";

import { redact } from "../../providers/dynatrace/redact";
import type { FieldTable } from "./fields";

/**
 * An invalid argument, found before anything is created.
 *
 * The text is `Component("name"): field: problem; way out`. It is a `RunError`, so the CLI shows only the text, without a stack. The text
 * shows only the public id of a token, and no user and password of a URL.
 */
export class InputError extends pulumi.RunError {
    /** The component in the user's program, e.g. `OtlpCollector("gateway")`. */
    public readonly component: string;
    /** Path of the argument, e.g. `endpoint.port`. */
    public readonly field: string;

    constructor(component: string, field: string, problem: string) {
        const text = showable(`${component}: ${field}: ${problem}`);
        super(text);
        this.component = showable(component);
        this.field = showable(field);
        // Pulumi's SDK adds a prefix to the message for each property that depends on the argument. One line is enough.
        Object.defineProperty(this, "message", { get: () => text, set: () => undefined });
        // Keeps only the lines of the user's program: the SDK asks Node to color the stack, which takes most of a minute for packages.
        this.stack = (this.stack ?? text)
            .split("\n")
            .filter((line) => !line.includes("node_modules"))
            .join("\n");
    }
}

/**
 * `user:password@`, with or without a scheme, up to the last `@` of the word, because passwords may contain `@`. Only after a known scheme is
 * `://` no password that begins with `//`. Does not match the tag and digest of an image, `name:tag@sha256:…`.
 */
const CREDENTIALS = /[^\s"'/@]*(?<!\b(?:https?|socks5h?)(?=:\/\/)):\S*@(?!sha256:)/g;

function showable(text: string): string {
    return redact(text).replace(CREDENTIALS, "***@");
}

/** State shared by all checks of a component and its inner components. */
interface Report {
    first?: InputError;
}

/**
 * The location of an argument: the user's component and the path in its arguments. It creates every error about an argument.
 *
 * A component reports only its first error, so a mistake that several resources depend on is one line.
 */
export class Check {
    /**
     * @param component the component in the program, e.g. `OtlpCollector("gateway")`.
     * @param path path of the argument, e.g. `scaling.autoscaling`; empty for all arguments.
     * @param fields known fields below this path; undefined if any field is accepted.
     */
    constructor(
        public readonly component: string,
        public readonly path: string = "",
        public readonly fields?: FieldTable,
        private readonly report: Report = {},
        private readonly outer?: Outer,
    ) {}

    /**
     * The check of a component. If another component of this package creates it, errors name the outer component and the path there.
     *
     * @param kind class name, e.g. `OtlpCollector`.
     * @param fields known fields of its arguments.
     */
    static of(kind: string, name: string, opts: pulumi.ResourceOptions | undefined, fields?: FieldTable): Check {
        const outer = opts?.parent === undefined ? undefined : OUTER.get(opts.parent)?.get(kind);
        if (outer === undefined) return new Check(`${kind}("${name}")`, "", fields);
        const { check } = outer;
        return new Check(check.component, "", fields, check.report, outer);
    }

    /**
     * Reports the errors of an inner component as errors of this component.
     *
     * @param parent the resource of this check.
     * @param kind class name of the inner component.
     * @param path path of the arguments for the inner component, e.g. `collector`.
     * @param shared arguments that the inner component gets under the same name, e.g. `endpoint`.
     * @param renamed arguments that the inner component gets under another name: the name there, and the name in this component.
     */
    contains(
        parent: pulumi.Resource,
        kind: string,
        path: string,
        shared: readonly string[] = [],
        renamed: Readonly<Record<string, string>> = {},
    ): void {
        const inner = OUTER.get(parent) ?? new Map<string, Outer>();
        inner.set(kind, { check: this, path, shared, renamed });
        OUTER.set(parent, inner);
    }

    /** The check of a nested field, `at("replicas")` or `at("scaling.autoscaling")`, of an item, `at(0)`, or of a key, `at('["key"]')`. */
    at(field: string | number): Check {
        const segment = typeof field === "number" ? `[${field}]` : field;
        const path = this.path === "" || segment.startsWith("[") ? `${this.path}${segment}` : `${this.path}.${segment}`;
        return new Check(this.component, path, fieldsAt(this.fields, segment), this.report, this.outer);
    }

    /** The path in the arguments of the user's component. */
    get fullPath(): string {
        const { outer, path } = this;
        if (outer === undefined) return path;
        const [top = ""] = path.split(/[.[]/);
        const here = outer.renamed[top];
        if (here !== undefined) return outer.check.at(`${here}${path.slice(top.length)}`).fullPath;
        const within = outer.shared.includes(top) ? outer.check : outer.check.at(outer.path);
        return path === "" ? within.fullPath : within.at(path).fullPath;
    }

    /** The check of all arguments, for errors about combinations. */
    get top(): Check {
        return new Check(this.component, "", undefined, this.report, this.outer);
    }

    /** @param problem the problem and the way out: `is missing; name the Secret that holds the token`. */
    error(problem: string): InputError {
        this.report.first ??= new InputError(this.component, this.fullPath || "args", problem);
        return this.report.first;
    }

    /** @throws InputError always. */
    fail(problem: string): never {
        throw this.error(problem);
    }

    /** A warning about this argument. */
    warning(text: string): string {
        return `${this.component}: ${this.fullPath}: ${text}`;
    }

    /** @throws InputError unless the value is a whole number from `least` to `most`. */
    wholeNumber(value: number, least = 1, most = 2 ** 31 - 1): number {
        if (Number.isInteger(value) && value >= least && value <= most) return value;
        const range = most === 2 ** 31 - 1 ? `from ${least} on` : `from ${least} to ${most}`;
        return this.fail(`${shown(value)} is not a whole number ${range}; use one, or remove it`);
    }

    /** @throws InputError unless the value is one of the enum's values. */
    oneOf<T extends string>(value: unknown, known: Record<string, T>): T {
        const names = Object.values(known);
        const found = names.find((it) => it === value);
        if (found !== undefined) return found;
        const choice = names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
        return this.fail(`${shown(value)} is not known; use ${choice}`);
    }

    /** @param example an example of the list, in TypeScript. @throws InputError unless the value is a list. */
    list<T>(items: T[] | undefined, example: string): T[] {
        if (Array.isArray(items)) return items;
        return this.fail(`${items === undefined ? "is missing" : "must be a list"}; give one, e.g. ${example}`);
    }

    /**
     * Checks a list that limits access or scope.
     *
     * @param leftOut what applies without the list, e.g. `every namespace may send`.
     * @throws InputError for an empty list, usually a mistake of the program, and for a value that is not a list.
     */
    nonEmpty<T>(items: T[], example: string, leftOut: string): T[] {
        if (this.list(items, example).length > 0) return items;
        return this.fail(`is empty; give at least one, e.g. ${example}, or remove it: then ${leftOut}`);
    }

    /** @throws InputError unless the value is a string, e.g. for a number without quotes. */
    text(value: unknown): string {
        if (typeof value === "string") return value;
        return this.fail(value === undefined ? "is missing" : `is a ${typeof value}, not a string; write it in quotes`);
    }

    /** @throws InputError for an unknown field. The error suggests a similar field. */
    knownFields(value: object): void {
        const { fields } = this;
        if (fields === undefined) return;
        const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
        if (unknown === undefined) return;
        const likely = closeTo(unknown, Object.keys(fields));
        this.at(unknown).fail(
            `is not a known field; ${likely === undefined ? "remove it" : `did you mean ${likely}?`}`,
        );
    }
}

/** Where errors of an inner component are reported. */
interface Outer {
    /** The check of the outer component, without a path. */
    check: Check;
    path: string;
    shared: readonly string[];
    renamed: Readonly<Record<string, string>>;
}

const OUTER = new WeakMap<pulumi.Resource, Map<string, Outer>>();

function fieldsAt(fields: FieldTable | undefined, segment: string): FieldTable | undefined {
    let found: FieldTable[string] | undefined = fields;
    for (const name of segment.split(".")) {
        if (name.startsWith("[")) continue;
        if (found === undefined || typeof found === "string" || isListTable(found)) return undefined;
        const field: string = name.replace(/\[.*$/, "");
        found = Object.hasOwn(found, field) ? found[field] : undefined;
    }
    if (found !== undefined && typeof found !== "string" && isListTable(found)) return found[0];
    return typeof found === "string" ? undefined : found;
}

function isListTable(fields: FieldTable | readonly [FieldTable]): fields is readonly [FieldTable] {
    return Array.isArray(fields);
}

/** The most similar known name, or undefined if no name is similar. */
export function closeTo(name: string, known: readonly string[]): string | undefined {
    if (known.length === 0) return undefined;
    const likely = closest(
        name.toLowerCase(),
        known.map((it) => it.toLowerCase()),
    );
    const found = known.find((it) => it.toLowerCase() === likely);
    const allowed = Math.max(1, Math.floor(name.length / 3));
    return distance(name.toLowerCase(), likely) <= allowed ? found : undefined;
}

/** A value in the format for errors. */
function shown(value: unknown): string {
    if (typeof value === "string") return `"${value}"`;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : "this value";
}
