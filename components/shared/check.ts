import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";

import { redact } from "../../providers/dynatrace/redact";
import type { FieldTable } from "./fields";

/**
 * An argument that cannot work, found before anything is created.
 *
 * The text is `Component("name"): field: problem; way out`. It is a `RunError`, so the CLI shows the text alone, without a stack.
 * Tokens in the text are cut to their public id, and a user with a password is left out.
 */
export class InputError extends pulumi.RunError {
    /** The component as a reader of the program knows it, e.g. `OtlpCollector("gateway")`. */
    public readonly component: string;
    /** Path of the argument, e.g. `endpoint.port`. */
    public readonly field: string;

    constructor(component: string, field: string, problem: string) {
        const text = showable(`${component}: ${field}: ${problem}`);
        super(text);
        this.component = showable(component);
        this.field = showable(field);
        // Pulumi's SDK prefixes the message once for each property whose value depends on the argument. One line is enough.
        Object.defineProperty(this, "message", { get: () => text, set: () => undefined });
        // The lines of the user's program alone: Node takes most of a minute to colour those of packages, which the SDK asks of it.
        this.stack = (this.stack ?? text)
            .split("\n")
            .filter((line) => !line.includes("node_modules"))
            .join("\n");
    }
}

/**
 * `user:password@`, with or without a scheme before it, up to the last `@` of the word: passwords may hold one. Not the tag and digest
 * of an image, `name:tag@sha256:…`.
 */
const CREDENTIALS = /[^\s"'/@]*:(?!\/\/)\S*@(?!sha256:)/g;

function showable(text: string): string {
    return redact(text).replace(CREDENTIALS, "***@");
}

/** What all checks of one component, and of the components in it, share. */
interface Report {
    first?: InputError;
}

/**
 * The place of an argument: the component that the user wrote and the path in its arguments. Every error about an argument is made here.
 *
 * One component reports one error: the first. A mistake that several resources depend on is therefore one line.
 */
export class Check {
    /**
     * @param component as in the program, e.g. `OtlpCollector("gateway")`.
     * @param path of the argument, e.g. `scaling.autoscaling`; empty for all arguments.
     * @param fields known below this path; undefined where any field is accepted.
     */
    constructor(
        public readonly component: string,
        public readonly path: string = "",
        public readonly fields?: FieldTable,
        private readonly report: Report = {},
        private readonly outer?: Outer,
    ) {}

    /**
     * The check of a component. Where another component of this package created it, errors name that one, and the path in its arguments.
     *
     * @param kind name of the class, e.g. `OtlpCollector`.
     * @param fields of its arguments.
     */
    static of(kind: string, name: string, opts: pulumi.ResourceOptions | undefined, fields?: FieldTable): Check {
        const outer = opts?.parent === undefined ? undefined : OUTER.get(opts.parent)?.get(kind);
        if (outer === undefined) return new Check(`${kind}("${name}")`, "", fields);
        const { check } = outer;
        return new Check(check.component, "", fields, check.report, outer);
    }

    /**
     * Makes the errors of a component that this one creates name this one.
     *
     * @param parent the resource that this check is of.
     * @param kind class of the inner component.
     * @param path of the arguments that become those of the inner component, e.g. `collector`.
     * @param shared arguments of this component that the inner one gets under the same name, e.g. `endpoint`.
     */
    contains(parent: pulumi.Resource, kind: string, path: string, shared: readonly string[] = []): void {
        const inner = OUTER.get(parent) ?? new Map<string, Outer>();
        inner.set(kind, { check: this, path, shared });
        OUTER.set(parent, inner);
    }

    /** The check of a field below, e.g. `at("replicas")`, `at("scaling.autoscaling")`, of an item, `at(0)`, or of a key, `at('["key"]')`. */
    at(field: string | number): Check {
        const segment = typeof field === "number" ? `[${field}]` : field;
        const path = this.path === "" || segment.startsWith("[") ? `${this.path}${segment}` : `${this.path}.${segment}`;
        return new Check(this.component, path, fieldsAt(this.fields, segment), this.report, this.outer);
    }

    /** The path in the arguments of the component that the user wrote. */
    get fullPath(): string {
        const { outer, path } = this;
        if (outer === undefined) return path;
        const [top = ""] = path.split(/[.[]/);
        const within = outer.shared.includes(top) ? outer.check : outer.check.at(outer.path);
        return path === "" ? within.fullPath : within.at(path).fullPath;
    }

    /** The check of all arguments, for what two of them say together. */
    get top(): Check {
        return new Check(this.component, "", undefined, this.report, this.outer);
    }

    /** @param problem what is wrong and the way out: `is missing; name the Secret that holds the token`. */
    error(problem: string): InputError {
        this.report.first ??= new InputError(this.component, this.fullPath || "args", problem);
        return this.report.first;
    }

    /** @throws InputError always. */
    fail(problem: string): never {
        throw this.error(problem);
    }

    /** A sentence about this argument for a warning. */
    warning(text: string): string {
        return `${this.component}: ${this.fullPath}: ${text}`;
    }

    /** @throws InputError unless the value is a whole number from `least` to `most`. */
    wholeNumber(value: number, least = 1, most = 2 ** 31 - 1): number {
        if (Number.isInteger(value) && value >= least && value <= most) return value;
        const range = most === 2 ** 31 - 1 ? `from ${least} on` : `from ${least} to ${most}`;
        return this.fail(`${shown(value)} is not a whole number ${range}; give one, or leave it out`);
    }

    /** @throws InputError unless the value is one of the enum's values. */
    oneOf<T extends string>(value: unknown, known: Record<string, T>): T {
        const names = Object.values(known);
        const found = names.find((it) => it === value);
        if (found !== undefined) return found;
        const choice = names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
        return this.fail(`${shown(value)} is not known; use ${choice}`);
    }

    /** @param example the list as a program writes it. @throws InputError unless the value is a list. */
    list<T>(items: T[] | undefined, example: string): T[] {
        if (Array.isArray(items)) return items;
        return this.fail(`${items === undefined ? "is missing" : "must be a list"}; give one, e.g. ${example}`);
    }

    /**
     * A list that limits who or what is allowed.
     *
     * @param leftOut what applies without the list, e.g. `every namespace may send`.
     * @throws InputError for an empty list, which a program computes by mistake, and for what is not a list.
     */
    nonEmpty<T>(items: T[], example: string, leftOut: string): T[] {
        if (this.list(items, example).length > 0) return items;
        return this.fail(`is empty; give at least one, e.g. ${example}, or leave it out, then ${leftOut}`);
    }

    /** @throws InputError unless the value is a string, as for a number without quotes. */
    text(value: unknown): string {
        if (typeof value === "string") return value;
        return this.fail(value === undefined ? "is missing" : `is a ${typeof value}, not a string; write it in quotes`);
    }

    /** @throws InputError for a field that does not exist, with the one that was probably meant. */
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

/** The name that was probably meant; undefined where none is close. */
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

/** A value as an error quotes it. */
function shown(value: unknown): string {
    if (typeof value === "string") return `"${value}"`;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : "this value";
}
