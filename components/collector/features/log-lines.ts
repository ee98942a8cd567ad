import type { CollectorCollectArgs } from "../args/collect";
import type { CollectorJsonLogsArgs } from "../args/logs";

/** Temporary attributes of a record between its receiver and the processors that read them. */
export const LINE_MARKS = { json: "dynatrace-otlp.json", longest: "dynatrace-otlp.longest" } as const;

/** Longest body of a log record, in bytes. Longer bodies are cut, because they would not fit into a request with their attributes. */
export const LOG_BODY_BYTES = 500_000;

/** Container runtimes write a long line in parts of at most this size. */
export const PART_BYTES = 16_384;

/** Smallest value of `maxLineBytes`. */
export const LEAST_LINE_BYTES = 2 * PART_BYTES;

/**
 * Whole numbers that may not fit into 64 bits. The parser would round them, so a line that contains one is not parsed. Unix times in
 * nanoseconds are smaller.
 */
const HUGE_NUMBER = String.raw`[:,\[]\s*-?([0-9]{20,}|9(22[3-9]|2[3-9][0-9]|[3-9][0-9][0-9])[0-9]{15})\s*[,}\]]`;

/**
 * Operators that parse a body that is a JSON object, for `json-logs.ts`. Any other body passes unchanged, without an error in the log.
 *
 * With `parse_ints`, whole numbers stay exact, but the parser ignores text after the object. So a parser that rejects such text runs first.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/stanza/docs/operators/json_parser.md
 */
export function jsonOperators(json: CollectorJsonLogsArgs | undefined): object[] {
    if (json === undefined) return [];
    const parsed = `attributes["${LINE_MARKS.json}"]`;
    const isObject = `type(body) == "string" and body matches ${JSON.stringify(String.raw`^\s*\{`)}`;
    const isExact = `not (body matches ${JSON.stringify(HUGE_NUMBER)})`;
    const parser = { type: "json_parser", parse_from: "body", parse_to: parsed, on_error: "send_quiet" };
    return [
        { id: "json", ...parser, if: `${isObject} and ${isExact}` },
        { id: "json-numbers", ...parser, if: `${parsed} != nil`, parse_ints: true },
    ];
}

/**
 * Operator that marks records that may be parts of a longer line, for `split-logs.ts`. `len` counts characters, and a character has at
 * most 4 bytes.
 *
 * @param bytes size from which a record is a part.
 */
export function longLineOperator(bytes: number): object {
    return {
        id: "long-line",
        type: "add",
        field: `attributes["${LINE_MARKS.longest}"]`,
        value: bytes,
        if: `type(body) == "string" and len(body) >= ${Math.floor(bytes / 4)}`,
    };
}

/** Whether the Collector reads files of the node. */
export function readsFiles({ containerLogs, nodeLogs = [] }: CollectorCollectArgs): boolean {
    return containerLogs !== undefined || nodeLogs.length > 0;
}

/** The settings of every source whose JSON lines are parsed. */
export function jsonSettings({
    containerLogs,
    journald,
    nodeLogs = [],
}: CollectorCollectArgs): CollectorJsonLogsArgs[] {
    return [containerLogs?.json, journald?.json, ...nodeLogs.map(({ json }) => json)].filter(
        (json): json is CollectorJsonLogsArgs => json !== undefined,
    );
}
