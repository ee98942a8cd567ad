import { ALL_SIGNALS, type Signal } from "./signals";

/** One environment variable of a container, in Kubernetes' form. */
export interface EnvironmentVariable {
    name: string;
    value: string;
}

/**
 * Environment variables that make an OpenTelemetry SDK send to a Collector, as OTLP over HTTP with delta metrics.
 *
 * @param httpEndpoint base URL of the Collector, without `/v1/...`.
 * @param signals what the Collector takes; the others are switched off in the SDK.
 * @see https://opentelemetry.io/docs/languages/sdk-configuration/otlp-exporter/
 */
export function collectorEnv(httpEndpoint: string, signals: Signal[]): EnvironmentVariable[] {
    return [
        { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: httpEndpoint },
        { name: "OTEL_EXPORTER_OTLP_PROTOCOL", value: "http/protobuf" },
        { name: "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", value: "delta" },
        ...ALL_SIGNALS.map((signal) => ({
            name: `OTEL_${signal.toUpperCase()}_EXPORTER`,
            value: signals.includes(signal) ? "otlp" : "none",
        })),
    ];
}
