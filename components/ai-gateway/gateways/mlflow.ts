import { Signal } from "../../shared/signals";
import type { GatewayProfile } from "../settings";
import { headerValue, identityVariables, tokenVariable, variables } from "../variables";

/** @see https://mlflow.org/docs/latest/genai/tracing/opentelemetry/export/ */
export const mlFlow: GatewayProfile = {
    title: "MLflow",
    see: ["https://mlflow.org/docs/latest/genai/tracing/opentelemetry/export/"],
    signals: [Signal.Traces],
    directSignals: [Signal.Traces],
    serviceName: "mlflow",
    settings: (plan) => ({
        env: [
            ...tokenVariable(plan),
            ...variables({
                OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: plan.tracesUrl,
                OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
                OTEL_EXPORTER_OTLP_TRACES_HEADERS: headerValue(plan),
                OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: plan.caPath,
            }),
            ...identityVariables(plan),
        ],
        notes: ["With these variables, MLflow sends its traces and does not store them, unless dual export is on."],
    }),
};
