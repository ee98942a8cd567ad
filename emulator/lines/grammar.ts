import { limits } from "../limits";
import type { ArrivalInfo, ArrivedLine } from "../types";

/** A data line as read, without what is known of the call. */
export type DataLine = Omit<ArrivedLine, keyof ArrivalInfo>;
export interface MetadataLine {
    key: string;
    type: "gauge" | "count";
    properties: Record<string, string>;
}

/** Why a line is not taken. */
export class LineError extends Error {}

const metricKey = /^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_][A-Za-z0-9_-]*)*/;
const dimensionKey = /^[a-z_][a-z0-9_:.-]*/;
const bareValue = /^[^\s,="\\]+/;
const quotedValue = /^"((?:[^"\\]|\\.)*)"/;
const number = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * `key[,dim=value…] [gauge,|count,]payload [timestamp]`
 * @throws LineError
 * @see https://docs.dynatrace.com/docs/extend-dynatrace/extend-metrics/reference/metric-ingestion-protocol
 */
export function parseDataLine(line: string, now: number): DataLine {
    const start = keyAt(line);
    const { dimensions, rest } = dimensionsAt(line.slice(start.length));
    const parts = rest.trim().split(/\s+/);
    if (parts.length > 2 || !parts[0]) throw new LineError("expected a payload and at most a timestamp");
    return {
        key: start,
        dimensions,
        ...payload(parts[0]),
        timestampMs: parts[1] === undefined ? now : timestamp(parts[1], now),
        line,
    };
}

/** `#key gauge|count dt.meta.displayName="…",dt.meta.description="…",dt.meta.unit="…"` @throws LineError */
export function parseMetadataLine(line: string): MetadataLine {
    const text = line.slice(1);
    const key = keyAt(text);
    const [, type, rest = ""] = /^\s+(gauge|count)\s+(.+)$/.exec(text.slice(key.length)) ?? [];
    if (type !== "gauge" && type !== "count") throw new LineError("expected gauge or count, then dt.meta properties");
    const properties: Record<string, string> = {};
    let left = rest.trim();
    do {
        const [whole, name] = /^(dt\.meta\.(?:displayName|description|unit))=/.exec(left) ?? [];
        if (!whole || !name) throw new LineError("expected dt.meta.displayName, dt.meta.description or dt.meta.unit");
        if (name in properties) throw new LineError(`${name} is there twice`);
        const value = valueAt(left.slice(whole.length));
        properties[name] = metaValue(name, value.text);
        left = value.rest;
        if (left !== "" && !left.startsWith(",")) throw new LineError("expected a comma between properties");
        left = left.slice(1);
    } while (left !== "");
    return { key, type, properties };
}

function keyAt(text: string): string {
    const key = metricKey.exec(text)?.[0] ?? "";
    const { keyMinLength, keyMaxLength, reservedPrefix } = limits.lines;
    if (!/^([\s,]|$)/.test(text.slice(key.length)) || key === "") throw new LineError("invalid metric key");
    if (key.length < keyMinLength || key.length > keyMaxLength) {
        throw new LineError(`metric key must have ${keyMinLength} to ${keyMaxLength} characters`);
    }
    if (key.startsWith(reservedPrefix))
        throw new LineError(`metric keys starting with '${reservedPrefix}' are reserved`);
    return key;
}

function dimensionsAt(text: string): { dimensions: Record<string, string>; rest: string } {
    const dimensions = new Map<string, string>();
    let rest = text;
    while (rest.startsWith(",")) {
        rest = rest.slice(1).trimStart();
        const key = dimensionKey.exec(rest)?.[0] ?? "";
        if (key === "" || rest[key.length] !== "=") throw new LineError("invalid dimension key");
        if (key.length > limits.lines.dimensionKeyLength) throw new LineError(`dimension key ${key} is too long`);
        if (dimensions.has(key)) throw new LineError(`dimension ${key} is there twice`);
        const value = valueAt(rest.slice(key.length + 1));
        if (value.text === "") throw new LineError(`dimension ${key} has no value`);
        dimensions.set(key, value.text.slice(0, limits.lines.dimensionValueLength));
        rest = value.rest;
        const { dimensions: most } = limits.lines;
        if (dimensions.size > most) throw new LineError(`more than ${most} dimensions`);
    }
    if (!/^\s/.test(rest)) throw new LineError("expected a blank and a payload after the dimensions");
    return { dimensions: Object.fromEntries(dimensions), rest };
}

function valueAt(text: string): { text: string; rest: string } {
    const quoted = quotedValue.exec(text);
    if (quoted) return { text: (quoted[1] ?? "").replace(/\\(.)/g, "$1"), rest: text.slice(quoted[0].length) };
    const bare = bareValue.exec(text)?.[0];
    if (bare === undefined) throw new LineError("invalid value");
    return { text: bare, rest: text.slice(bare.length) };
}

function payload(text: string): Pick<DataLine, "type" | "value" | "delta" | "min" | "max" | "sum" | "count"> {
    const [first = "", ...fields] = text.split(",");
    if (first !== "gauge" && first !== "count") {
        if (fields.length > 0) throw new LineError("expected one number, or gauge or count before the payload");
        return { type: "gauge", value: numberOf(first) };
    }
    if (first === "count") {
        return { type: "count", delta: fieldsOf(fields, ["delta"])("delta") };
    }
    const [only = ""] = fields;
    if (fields.length === 1 && !only.includes("=")) return { type: "gauge", value: numberOf(only) };
    const value = fieldsOf(fields, ["min", "max", "sum", "count"]);
    const summary = { min: value("min"), max: value("max"), sum: value("sum"), count: value("count") };
    if (summary.min > summary.max) throw new LineError("min is greater than max");
    if (!(summary.count > 0)) throw new LineError("count must be positive");
    return { type: "gauge", ...summary };
}

/** Gives the number of each name in `a=1,b=2`. @throws LineError unless there are exactly these names. */
function fieldsOf(fields: string[], names: string[]): (name: string) => number {
    const values = new Map<string, number>();
    for (const field of fields) {
        const [name = "", value = "", ...more] = field.split("=");
        if (!names.includes(name) || more.length > 0 || values.has(name))
            throw new LineError(`expected ${names.join(", ")}`);
        values.set(name, numberOf(value));
    }
    if (values.size !== names.length) throw new LineError(`expected ${names.join(", ")}`);
    return (name) => values.get(name) ?? NaN;
}

function numberOf(text: string): number {
    const value = number.test(text) ? Number(text) : NaN;
    if (!Number.isFinite(value)) throw new LineError(`'${text.slice(0, 50)}' is not a number`);
    return value;
}

function timestamp(text: string, now: number): number {
    const at = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (Number.isNaN(at)) throw new LineError("the timestamp is not in milliseconds since the epoch");
    if (at < now - limits.lines.maxAgeMs) throw new LineError("the timestamp is more than 1 hour in the past");
    if (at > now + limits.lines.maxFutureMs) throw new LineError("the timestamp is more than 10 minutes in the future");
    return at;
}

function metaValue(name: string, text: string): string {
    if (name === "dt.meta.unit" && text.length > limits.lines.metaUnitLength)
        throw new LineError("the unit is too long");
    return name === "dt.meta.description" ? text.slice(0, limits.lines.metaDescriptionLength) : text;
}
