import { type Check } from "./check";

/** A kind of telemetry. @see https://opentelemetry.io/docs/concepts/signals/ */
export const Signal = {
    Traces: "traces",
    Metrics: "metrics",
    Logs: "logs",
} as const;
export type Signal = (typeof Signal)[keyof typeof Signal];

/** All signals, in rendering order. */
export const ALL_SIGNALS: Signal[] = [Signal.Traces, Signal.Metrics, Signal.Logs];

/** The scope that an access token needs for each signal. @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api */
const INGEST_SCOPES: Record<Signal, string> = {
    traces: "openTelemetryTrace.ingest",
    metrics: "metrics.ingest",
    logs: "logs.ingest",
};

/**
 * The signals, unique and in a fixed order, so that a different order in the program changes nothing.
 *
 * @param asked names of signals; undefined for all.
 * @throws InputError unless it is a list of at least one valid signal.
 */
export function normalizeSignals(check: Check, asked?: string[]): Signal[] {
    if (asked === undefined) return [...ALL_SIGNALS];
    const at = check.at("signals");
    if (!Array.isArray(asked)) return at.fail('must be a list, e.g. ["traces"]; remove signals for all three');
    if (asked.length === 0) return at.fail("is empty; name at least one signal, or remove signals for all three");
    for (const signal of asked) at.oneOf(signal, Signal);
    return ALL_SIGNALS.filter((signal) => asked.includes(signal));
}

/** The scopes that a token needs to ingest these signals. */
export function scopesFor(signals: Signal[]): string[] {
    return signals.map((signal) => INGEST_SCOPES[signal]);
}
