import { ExporterHeaderEncoding } from "../../application-pods/exporter-env/args";
import { ALL_SIGNALS, Signal } from "../../shared/signals";
import type { GatewayProfile } from "../settings";
import {
    CAPTURE_CONTENT,
    headerValue,
    identityVariables,
    standardVariables,
    tokenVariable,
    variables,
} from "../variables";

/** The application's own SDK sends: `@opentelemetry/sdk-node`, or exporters that end in `-proto`. @see https://ai-sdk.dev/docs/ai-sdk-core/telemetry */
export const vercelAiSdk: GatewayProfile = {
    title: "Vercel AI SDK",
    see: ["https://ai-sdk.dev/docs/ai-sdk-core/telemetry"],
    signals: ALL_SIGNALS,
    directSignals: ALL_SIGNALS,
    contentSwitch: "recordInputs and recordOutputs of experimental_telemetry, in code",
    serviceName: "ai-sdk",
    settings: (plan) => ({
        env: standardVariables(plan),
        fields: [
            { name: "experimental_telemetry.isEnabled", value: "true" },
            { name: "experimental_telemetry.recordInputs", value: String(plan.capture) },
            { name: "experimental_telemetry.recordOutputs", value: String(plan.capture) },
        ],
        notes: [
            "Node exporters whose names do not end in -proto send JSON. A Collector accepts JSON, Dynatrace does not.",
        ],
    }),
};

/** Its strict parser requires `%20` for a blank in a header. @see https://www.traceloop.com/docs/openllmetry/configuration */
export const openLlmetry: GatewayProfile = {
    title: "OpenLLMetry",
    see: ["https://www.traceloop.com/docs/openllmetry/configuration"],
    signals: ALL_SIGNALS,
    directSignals: ALL_SIGNALS,
    contentSwitch: "TRACELOOP_TRACE_CONTENT=false",
    serviceName: "openllmetry",
    settings: (plan) => ({
        env: [
            ...tokenVariable(plan),
            ...variables({
                TRACELOOP_BASE_URL: plan.baseUrl,
                TRACELOOP_HEADERS: headerValue(plan, ExporterHeaderEncoding.Percent),
                TRACELOOP_TRACE_CONTENT: String(plan.capture),
                TRACELOOP_METRICS_ENABLED: String(plan.signals.includes(Signal.Metrics)),
                TRACELOOP_LOGGING_ENABLED: String(plan.signals.includes(Signal.Logs)),
                TRACELOOP_TELEMETRY: "false",
                OTEL_EXPORTER_OTLP_CERTIFICATE: plan.caPath,
                OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: "delta",
            }),
            ...identityVariables(plan),
        ],
    }),
};

/** @see https://docs.openlit.io/latest/sdk/configuration */
export const openLit: GatewayProfile = {
    title: "OpenLIT",
    see: ["https://docs.openlit.io/latest/sdk/configuration"],
    signals: ALL_SIGNALS,
    directSignals: ALL_SIGNALS,
    contentSwitch: "OPENLIT_CAPTURE_MESSAGE_CONTENT=false, or capture_message_content=False of openlit.init",
    serviceName: "openlit",
    settings: (plan) => ({
        env: [
            ...tokenVariable(plan),
            ...variables({
                OTEL_EXPORTER_OTLP_ENDPOINT: plan.baseUrl,
                OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
                OTEL_EXPORTER_OTLP_HEADERS: headerValue(plan),
                OTEL_EXPORTER_OTLP_CERTIFICATE: plan.caPath,
                OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: "delta",
                OPENLIT_CAPTURE_MESSAGE_CONTENT: String(plan.capture),
                // Sends all three signals by default. Older versions only use their own switches.
                ...Object.fromEntries(ALL_SIGNALS.map((signal) => switchOf(signal, plan.signals))),
                OPENLIT_DISABLE_METRICS: String(!plan.signals.includes(Signal.Metrics)),
                OPENLIT_DISABLE_EVENTS: String(!plan.signals.includes(Signal.Logs)),
            }),
            ...identityVariables(plan),
        ],
        fields: [{ name: "openlit.init: capture_message_content", value: plan.capture ? "True" : "False" }],
    }),
};

function switchOf(signal: Signal, sent: Signal[]): [string, string] {
    return [`OTEL_${signal.toUpperCase()}_EXPORTER`, sent.includes(signal) ? "otlp" : "none"];
}

/**
 * Any gateway that reads OpenTelemetry's variables. It may ignore the variable for content.
 *
 * @see https://opentelemetry.io/docs/languages/sdk-configuration/otlp-exporter/
 */
export const generic: GatewayProfile = {
    title: "any other",
    see: ["https://opentelemetry.io/docs/languages/sdk-configuration/otlp-exporter/"],
    signals: ALL_SIGNALS,
    directSignals: ALL_SIGNALS,
    serviceName: "ai-gateway",
    settings: (plan) => ({
        env: [
            ...standardVariables(plan),
            ...variables({ [CAPTURE_CONTENT]: plan.capture ? "SPAN_AND_EVENT" : "NO_CONTENT" }),
        ],
    }),
};
