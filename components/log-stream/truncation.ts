/** Longest value that OutSystems streams, in characters. */
const LONGEST = 4_000;
/** Attribute that lists the truncated texts. */
export const OUTSYSTEMS_TRUNCATED_ATTRIBUTE = "outsystems.truncated";

/** Texts that OutSystems truncates: the name in Dynatrace, and the path in a Collector. */
const CUT = [
    { name: "content", path: "log.body" },
    { name: "content", path: 'log.attributes["content"]' },
    { name: "exception.stacktrace", path: 'log.attributes["exception.stacktrace"]' },
];

/** Statements of one context of the transform processor. */
export interface OutSystemsTruncationStatements {
    context: string;
    statements: string[];
}

/** Settings of a transform processor. */
export interface OutSystemsTruncationProcessor {
    error_mode: string;
    log_statements: OutSystemsTruncationStatements[];
}

/**
 * Settings of a Collector's transform processor that marks log records with text that OutSystems has truncated: records with 4,000
 * characters get the attribute `outsystems.truncated`, a list of `content` and `exception.stacktrace`. The text itself does not change.
 *
 * A text that had exactly 4,000 characters is also marked, because it cannot be distinguished from a longer text.
 *
 * @example
 * ```ts
 * import { outSystemsTruncation } from "pulumi-dynatrace-otlp";
 *
 * const extraConfig = { processors: { "transform/outsystems": outSystemsTruncation() } };
 * ```
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/transformprocessor
 */
export function outSystemsTruncation(): OutSystemsTruncationProcessor {
    return {
        error_mode: "ignore",
        log_statements: [{ context: "log", statements: CUT.flatMap(({ name, path }) => marked(name, path)) }],
    };
}

/**
 * The Collector counts bytes, OutSystems counts UTF-16 units. The statements create a copy in which each unit is one byte, only for a text
 * with enough bytes.
 */
function marked(name: string, path: string): string[] {
    const copy = 'log.cache["text"]';
    const list = `log.attributes["${OUTSYSTEMS_TRUNCATED_ATTRIBUTE}"]`;
    const unlisted = `(${list} == nil or not ContainsValue(${list}, "${name}"))`;
    return [
        `set(${copy}, "")`,
        `set(${copy}, ${path}) where IsString(${path}) and Len(${path}) >= ${LONGEST}`,
        String.raw`replace_pattern(${copy}, "[\\x{10000}-\\x{10FFFF}]", "xx")`,
        String.raw`replace_pattern(${copy}, "[^\\x00-\\x7F]", "x")`,
        `append(${list}, "${name}") where Len(${copy}) >= ${LONGEST} and ${unlisted}`,
    ];
}
