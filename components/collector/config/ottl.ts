import type { Signal } from "../../shared/signals";

/** Statements of one context. A list with statements of two contexts would run in the narrower context, or fail. */
export interface StatementGroup {
    context: string;
    statements: string[];
}

/** Key of the transform processor for the statements of a signal. */
const KEYS: Record<Signal, string> = {
    traces: "trace_statements",
    metrics: "metric_statements",
    logs: "log_statements",
};

/** Repeats statements for several signals. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/transformprocessor */
export function statementsFor(signals: Signal[], groups: StatementGroup[]): Record<string, StatementGroup[]> {
    return Object.fromEntries(signals.map((signal) => [KEYS[signal], groups]));
}

/** A string literal of OTTL, with `$` escaped. */
export function quote(text: string): string {
    return escapeDollar(JSON.stringify(text));
}

/** The Collector expands `$` in every value of its configuration. */
export function escapeDollar(text: string): string {
    return text.replaceAll("$", "$$$$");
}

/** Escapes every `$` in the strings of a value, so that the Collector does not expand it. */
export function escapeDollars<T>(value: T): T;
export function escapeDollars(value: unknown): unknown {
    if (typeof value === "string") return escapeDollar(value);
    if (Array.isArray(value)) return value.map((item: unknown) => escapeDollars(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
        Object.entries(value).map(([key, item]: [string, unknown]) => [key, escapeDollars(item)]),
    );
}
