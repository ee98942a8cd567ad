import { type Check } from "./check";

/** What an application sends. @see https://opentelemetry.io/docs/concepts/signals/ */
export const Signal = {
    Traces: "traces",
    Metrics: "metrics",
    Logs: "logs",
} as const;
export type Signal = (typeof Signal)[keyof typeof Signal];

/** All signals, in the order in which they are always written. */
export const ALL_SIGNALS: Signal[] = [Signal.Traces, Signal.Metrics, Signal.Logs];

/** The one scope an access token needs for a signal. @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api */
const INGEST_SCOPES: Record<Signal, string> = {
    traces: "openTelemetryTrace.ingest",
    metrics: "metrics.ingest",
    logs: "logs.ingest",
};

/**
 * The signals asked for, each once, in a fixed order, so that the order in the program never makes a diff.
 *
 * @param asked signal names; all of them if left out.
 * @throws InputError for an empty list, what is no list, or a name that is not a signal.
 */
export function normalizeSignals(check: Check, asked?: string[]): Signal[] {
    if (asked === undefined) return [...ALL_SIGNALS];
    if (!Array.isArray(asked)) {
        throw check.at("signals").error('is not a list; write e.g. ["traces"], or leave it out for all three');
    }
    if (asked.length === 0) {
        throw check.at("signals").error("is empty; name at least one signal, or leave it out for all three");
    }
    const unknown = asked.find((signal) => !ALL_SIGNALS.includes(signal as Signal));
    if (unknown !== undefined) {
        throw check.at("signals").error(`"${unknown}" is not a signal; use ${ALL_SIGNALS.join(", ")}`);
    }
    return ALL_SIGNALS.filter((signal) => asked.includes(signal));
}

/** The least scopes that let a token ingest these signals. */
export function scopesFor(signals: Signal[]): string[] {
    return signals.map((signal) => INGEST_SCOPES[signal]);
}
