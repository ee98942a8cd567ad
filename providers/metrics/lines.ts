import { DynatraceError } from "../dynatrace/errors";

/** What a metric line may hold. @see https://docs.dynatrace.com/docs/shortlink/metric-ingestion-protocol */
export const LINE_LIMITS = {
    keyMinLength: 3,
    keyMaxLength: 255,
    dimensions: 50,
    dimensionKeyLength: 100,
    dimensionValueLength: 255,
} as const;

/** How the values of a metric add up. */
export const MetricType = {
    /** A state, e.g. a temperature. */
    Gauge: "gauge",
    /** A difference since the last line, e.g. orders placed. */
    Count: "count",
} as const;
export type MetricType = (typeof MetricType)[keyof typeof MetricType];

/** A line that no Dynatrace takes, found before it is sent. The text is `metric "key": field: problem; way out`. */
export class MetricLineError extends DynatraceError {
    constructor(
        readonly key: string,
        readonly field: string,
        problem: string,
    ) {
        super(`metric "${key}": ${field}: ${problem}`);
    }
}

/** What all data lines have in common. */
export interface LineDetails {
    /**
     * By key, e.g. `{ cpu: "1" }`. Values are cut at 255 characters, control characters in them become blanks, and one without a
     * character is left out.
     *
     * @default {}
     */
    dimensions?: Record<string, string>;
    /** Milliseconds since 1970, from an hour ago to ten minutes ahead. @default - the time of arrival */
    timestampMs?: number;
}

/** Several measurements of one gauge. */
export interface GaugeSummary {
    min: number;
    max: number;
    sum: number;
    /** How many measurements. */
    count: number;
}

/** What Dynatrace shows of a metric. It is kept the first time; a later line that says something else is a warning. */
export interface MetricMetadata {
    /** @default - the key is shown */
    displayName?: string;
    /** At most 1023 characters. @default - none */
    description?: string;
    /** At most 63 characters, e.g. `Celsius`. @default - none */
    unit?: string;
}

/** One measurement: `cpu.temperature,cpu="1" gauge,55`. @throws MetricLineError */
export function gaugeLine(key: string, value: number, details: LineDetails = {}): string {
    return dataLine(key, `gauge,${numberOf(key, "value", value)}`, details);
}

/** Several measurements in one: `shop.time gauge,min=1,max=10,sum=20.5,count=4`. @throws MetricLineError */
export function summaryLine(key: string, summary: GaugeSummary, details: LineDetails = {}): string {
    if (summary.min > summary.max) throw new MetricLineError(key, "min", "is greater than max; swap the two");
    if (!(summary.count > 0)) throw new MetricLineError(key, "count", "is not positive; send no line without a value");
    const fields = (["min", "max", "sum", "count"] as const).map(
        (field) => `${field}=${numberOf(key, field, summary[field])}`,
    );
    return dataLine(key, `gauge,${fields.join(",")}`, details);
}

/** What was added since the last line: `shop.orders count,delta=5`. @throws MetricLineError */
export function countLine(key: string, delta: number, details: LineDetails = {}): string {
    return dataLine(key, `count,delta=${numberOf(key, "delta", delta)}`, details);
}

/** `#shop.orders count dt.meta.displayName="Orders"`. @throws MetricLineError */
export function metadataLine(key: string, type: MetricType, metadata: MetricMetadata): string {
    checkKey(key);
    const { displayName, description, unit } = metadata;
    if (unit !== undefined && unit.length > 63) {
        throw new MetricLineError(key, "unit", "has more than 63 characters; shorten it");
    }
    const properties = Object.entries({ displayName, description: description?.slice(0, 1023), unit })
        .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "")
        .map(([name, text]) => `dt.meta.${name}=${quoted(text)}`);
    if (properties.length === 0) {
        throw new MetricLineError(key, "metadata", "is empty; give displayName, description or unit");
    }
    return `#${key} ${type} ${properties.join(",")}`;
}

/**
 * The dimension by which a OneAgent adds the process group instance (`dt.entity.process_group_instance`). It has effect at the
 * OneAgent's own endpoint alone.
 *
 * @param pid the process that is measured.
 */
export function processDimension(pid: number = process.pid): Record<string, string> {
    return { "dt.process.id": String(pid) };
}

const RESERVED = "the prefix dt. is reserved for Dynatrace's own metrics; begin with a name of your own";

/** Why a line cannot be sent; undefined if it can. */
export function refusedBeforeSending(line: string, maxBytes: number): string | undefined {
    if (/[\r\n]/.test(line)) return "holds a line break; give one line an entry";
    if (/^\s*#?dt\./.test(line)) return RESERVED;
    if (Buffer.byteLength(line) > maxBytes) return `is larger than a request, which is at most ${maxBytes} bytes`;
    return undefined;
}

/** Whether a text can be the key of a dimension. */
export function isDimensionKey(key: string): boolean {
    return key.length <= LINE_LIMITS.dimensionKeyLength && /^[a-z_][a-z0-9_:.-]*$/.test(key);
}

function dataLine(key: string, payload: string, { dimensions = {}, timestampMs }: LineDetails): string {
    checkKey(key);
    const written = Object.entries(dimensions).map(([name, value]) => dimension(key, name, value));
    const kept = written.filter((text) => text !== "");
    if (kept.length > LINE_LIMITS.dimensions) {
        throw new MetricLineError(key, "dimensions", `are more than ${LINE_LIMITS.dimensions}; leave some out`);
    }
    const time = timestampMs === undefined ? "" : ` ${timestampOf(key, timestampMs)}`;
    return `${[key, ...kept].join(",")} ${payload}${time}`;
}

function checkKey(key: string): void {
    const { keyMinLength, keyMaxLength } = LINE_LIMITS;
    if (key.startsWith("dt.")) throw new MetricLineError(key, "key", RESERVED);
    if (key.length < keyMinLength || key.length > keyMaxLength) {
        throw new MetricLineError(
            key.slice(0, 50),
            "key",
            `has ${key.length} characters; use ${keyMinLength} to ${keyMaxLength}`,
        );
    }
    if (!/^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_][A-Za-z0-9_-]*)*$/.test(key)) {
        throw new MetricLineError(
            key,
            "key",
            'is not a metric key; use letters, digits, "-", "_" in sections with dots between, e.g. shop.orders, and start no ' +
                'section with "-" nor the key with a digit',
        );
    }
}

function dimension(metric: string, key: string, value: string): string {
    if (!isDimensionKey(key)) {
        throw new MetricLineError(
            metric,
            `dimensions.${key}`,
            `is not the key of a dimension; use at most ${LINE_LIMITS.dimensionKeyLength} lower case letters, digits, "-", ".", ":", "_"`,
        );
    }
    const text = quoted(value, LINE_LIMITS.dimensionValueLength);
    return text === '""' ? "" : `${key}=${text}`;
}

/** Cut between characters, not within one. */
function quoted(text: string, maxLength: number = Infinity): string {
    const plain = text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ").trim();
    const cut = plain.length > maxLength ? [...plain].slice(0, maxLength).join("") : plain;
    return `"${cut.replace(/["\\]/g, "\\$&")}"`;
}

function numberOf(key: string, field: string, value: number): string {
    if (!Number.isFinite(value)) throw new MetricLineError(key, field, `${value} is not a number; send no line for it`);
    return String(value);
}

function timestampOf(key: string, timestampMs: number): string {
    if (!Number.isInteger(timestampMs) || timestampMs < 1e11) {
        throw new MetricLineError(
            key,
            "timestampMs",
            `${timestampMs} is not in milliseconds since 1970; give Date.now(), or leave it out`,
        );
    }
    return String(timestampMs);
}
