import { Signal } from "../shared/signals";

/** Statements of one context. Statements of two contexts in one list would all run in the narrower, or not at all. */
export interface StatementGroup {
    context: string;
    statements: string[];
}

/** Under which key of the transform processor the statements of a signal stand. */
const KEYS: Record<Signal, string> = {
    traces: "trace_statements",
    metrics: "metric_statements",
    logs: "log_statements",
};

/** The same statements for several signals. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/transformprocessor */
export function statementsFor(signals: Signal[], groups: StatementGroup[]): Record<string, StatementGroup[]> {
    return Object.fromEntries(signals.map((signal) => [KEYS[signal], groups]));
}

/** A text in OTTL, where the Collector expands nothing in it. */
export function quote(text: string): string {
    return escapeDollar(JSON.stringify(text));
}

/** The Collector expands `$` in every value of its configuration. */
export function escapeDollar(text: string): string {
    return text.replaceAll("$", "$$$$");
}
