import { AiContentProtection } from "../../ai-content/args";
import { keysPattern } from "../../ai-content/vocabulary";
import type { Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import type { CollectorJsonLogsArgs } from "../args/logs";
import { quote } from "../config/ottl";
import type { ConfigPlan } from "../plan-types";
import type { Feature } from "./feature";
import { jsonSettings, LINE_MARKS } from "./log-lines";

/** The parsed object. */
const JSON_OBJECT = 'log.cache["json"]';

/** Names of fields, in order of precedence. A list is a path. */
const FIELDS = {
    message: ["message", "msg", "@m", "@message", "short_message", "event", "@mt"],
    level: ["level", "severity", "log.level", "loglevel", "levelname", "lvl", "@l", "severity_text", ["log", "level"]],
    time: ["time", "timestamp", "@timestamp", "ts", "@t"],
    trace: [
        ...["trace_id", "traceId", "traceid", "trace.id", "otelTraceID", "dd.trace_id"],
        ...[
            ["dd", "trace_id"],
            ["trace", "id"],
        ],
    ],
    span: ["span_id", "spanId", "spanid", "span.id", "otelSpanID", ["span", "id"]],
};

/** Severities, spellings, and the first digit of the level numbers of pino and Bunyan. */
const SEVERITIES = [
    { severity: "FATAL", spelled: "fatal|critical|crit|emergency|emerg|alert|panic|dpanic|f", digit: "[6-9]" },
    { severity: "ERROR", spelled: "error|err|severe|e", digit: "5" },
    { severity: "WARN", spelled: "warning|warn|w", digit: "4" },
    { severity: "INFO2", spelled: "notice" },
    { severity: "INFO", spelled: "information|informational|info|config|log|i", digit: "3" },
    { severity: "DEBUG", spelled: "debug|dbg|fine|d", digit: "2" },
    { severity: "TRACE", spelled: "trace|verbose|silly|finer|finest|t|v", digit: "1" },
].map(({ severity, spelled, digit }) => ({
    severity,
    pattern: `(?i)^(${spelled}${digit === undefined ? "" : `|${digit}[0-9]`})$`,
}));

/** Attributes that Dynatrace would read as the time or the content of the record. */
const READ_BY_DYNATRACE = ["timestamp", "content"];

const UNITS = [
    { from: "1000000000", to: "100000000000", nanos: "1000000000" },
    { from: "1000000000000", to: "100000000000000", nanos: "1000000" },
    { from: "1000000000000000", to: "100000000000000000", nanos: "1000" },
    { from: "1000000000000000000", to: "9000000000000000000", nanos: "1" },
];

/**
 * Makes records of log lines that are JSON objects: body, severity, time and trace context from the usual fields, all other fields as
 * attributes. It runs before the protection of AI content and before redaction.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/transformprocessor
 */
export const jsonLogs: Feature = {
    name: "json-logs",
    argument: "collect.containerLogs.json",
    settings: ["collect.journald.json"],
    components: [["processors", "transform"]],
    on: ({ collect }) => jsonSettings(collect).length > 0,
    check(check, { collect: { containerLogs, journald, nodeLogs = [] } }) {
        const at = check.at("collect");
        checkJson(at.at("containerLogs.json"), containerLogs?.json);
        checkJson(at.at("journald.json"), journald?.json);
        nodeLogs.forEach(({ json }, index) => checkJson(at.at("nodeLogs").at(index).at("json"), json));
    },
    render: (plan) => ({
        processors: [
            {
                id: "transform/json-logs",
                signals: [Signal.Logs],
                config: {
                    // A statement that does not apply, e.g. to an invalid time, changes nothing.
                    error_mode: "silent",
                    log_statements: [
                        {
                            context: "log",
                            conditions: [`log.attributes["${LINE_MARKS.json}"] != nil`],
                            statements: statements(plan),
                        },
                    ],
                },
            },
        ],
    }),
};

function checkJson(check: Check, json: CollectorJsonLogsArgs = {}): void {
    for (const [field, name] of Object.entries<string | undefined>({ ...json })) {
        const at = check.at(field);
        if (name !== undefined && at.text(name) === "") at.fail("is empty; write the name of a field, or remove it");
    }
}

function statements(plan: ConfigPlan): string[] {
    const settings = jsonSettings(plan.collect);
    const own = (field: "messageField" | "levelField" | "timeField"): string[] =>
        settings.flatMap(({ [field]: name }) => (name === undefined ? [] : [name]));
    const names = {
        message: [...own("messageField"), ...FIELDS.message],
        level: [...own("levelField"), ...FIELDS.level],
        time: [...own("timeField"), ...FIELDS.time],
    };
    return [
        `set(${JSON_OBJECT}, log.attributes["${LINE_MARKS.json}"])`,
        `delete_key(log.attributes, "${LINE_MARKS.json}")`,
        ...take("message", names.message, (value) => `IsString(${value}) and Len(${value}) > 0`),
        `set(log.body, log.cache["message"]) where log.cache["message"] != nil`,
        ...severity(names.level),
        ...time(names.time),
        ...traceContext(),
        ...protectedContent(plan),
        ...READ_BY_DYNATRACE.flatMap((key) => [
            `set(${JSON_OBJECT}["json.${key}"], ${JSON_OBJECT}["${key}"]) where ${JSON_OBJECT}["${key}"] != nil`,
            `delete_key(${JSON_OBJECT}, "${key}")`,
        ]),
        `delete_key(${JSON_OBJECT}, "")`,
        `merge_maps(log.attributes, ${JSON_OBJECT}, "insert")`,
    ];
}

/** Moves the first field with an accepted value to the cache. */
function take(what: string, names: (string | string[])[], accepts: (value: string) => string): string[] {
    const taken = `log.cache["${what}"]`;
    return [...new Set(names)].flatMap((name) => {
        const path = typeof name === "string" ? [name] : name;
        const at = (keys: string[]): string => `${JSON_OBJECT}${keys.map((key) => `[${quote(key)}]`).join("")}`;
        const value = at(path);
        return [
            `set(${taken}, ${value}) where ${taken} == nil and ${accepts(value)}`,
            `delete_key(${at(path.slice(0, -1))}, ${quote(path.at(-1) ?? "")}) where ${taken} != nil and ${value} == ${taken}`,
        ];
    });
}

function severity(names: (string | string[])[]): string[] {
    const known = `(?i)^(${SEVERITIES.map(({ pattern }) => pattern.slice("(?i)^(".length, -")$".length)).join("|")})$`;
    return [
        ...take("level", names, (value) => `IsMatch(${value}, ${quote(known)})`),
        ...SEVERITIES.map(
            (it) =>
                `set(log.severity_number, SEVERITY_NUMBER_${it.severity}) where IsMatch(log.cache["level"], ${quote(it.pattern)})`,
        ),
        ...SEVERITIES.map(
            (it) =>
                `set(log.severity_text, "${it.severity}") where log.cache["level"] != nil and log.severity_number == SEVERITY_NUMBER_${it.severity}`,
        ),
    ];
}

/** Dynatrace drops records that are older than a day, so such a time, e.g. of an order, stays an attribute. */
function time(names: string[]): string[] {
    const iso = String.raw`^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})$`;
    const [taken, text, before] = ["time", "iso", "before"].map((key) => `log.cache["${key}"]`);
    const isTime = (value: string): string =>
        `((IsString(${value}) and IsMatch(${value}, ${quote(iso)})) or IsInt(${value}) or IsDouble(${value}))`;
    const found = [...new Set(names)];
    const untimely = `(log.time < Now() - Duration("24h") or log.time > Now() + Duration("10m"))`;
    return [
        `set(${before}, log.time_unix_nano)`,
        ...found.map((name) => {
            const value = `${JSON_OBJECT}[${quote(name)}]`;
            return `set(${taken}, ${value}) where ${taken} == nil and ${isTime(value)}`;
        }),
        `set(${text}, ${taken}) where IsString(${taken})`,
        `replace_pattern(${text}, ${quote("([+-][0-9]{2}):([0-9]{2})$")}, ${quote("$1$2")})`,
        `replace_pattern(${text}, " ", "T")`,
        `set(log.time, Time(${text}, "%Y-%m-%dT%H:%M:%S%z")) where ${text} != nil`,
        ...UNITS.map(
            ({ from, to, nanos }) =>
                `set(log.time_unix_nano, Int(${taken} * ${nanos})) where ${text} == nil and ${taken} >= ${from} and ${taken} < ${to}`,
        ),
        `set(log.time_unix_nano, ${before}) where ${taken} != nil and ${untimely}`,
        ...found.map((name) => {
            const value = `${JSON_OBJECT}[${quote(name)}]`;
            return `delete_key(${JSON_OBJECT}, ${quote(name)}) where ${value} == ${taken} and log.time_unix_nano != ${before}`;
        }),
    ];
}

function traceContext(): string[] {
    const isId = (digits: number) => (value: string) =>
        `IsString(${value}) and IsMatch(${value}, "^[0-9a-fA-F]{${digits}}$") and IsMatch(${value}, "[1-9a-fA-F]")`.replaceAll(
            "$",
            "$$$$",
        );
    return [
        ...take("trace", FIELDS.trace, isId(32)),
        `set(log.trace_id.string, ConvertCase(log.cache["trace"], "lower")) where log.cache["trace"] != nil`,
        ...take("span", FIELDS.span, isId(16)),
        `set(log.span_id.string, ConvertCase(log.cache["span"], "lower")) where log.cache["span"] != nil`,
    ];
}

/**
 * Dynatrace makes `gen_ai.prompt` of `{ "gen_ai": { "prompt": … } }`, so a record with protected content gets such names here, by which the
 * next processors find the content. Without a message, the body would still contain the content.
 */
function protectedContent({ content }: ConfigPlan): string[] {
    const keys = [
        ...(content.protection === AiContentProtection.Off ? [] : content.content.keys),
        ...(content.identity === AiContentProtection.Off ? [] : content.who.keys),
    ];
    if (keys.length === 0) return [];
    const flat = 'log.cache["flat"]';
    return [
        `set(${flat}, ${JSON_OBJECT})`,
        `flatten(${flat})`,
        `keep_matching_keys(${flat}, ${quote(keysPattern(keys))})`,
        `flatten(${JSON_OBJECT}) where Len(${flat}) > 0`,
        `set(log.body, "") where Len(${flat}) > 0 and log.cache["message"] == nil`,
    ];
}
