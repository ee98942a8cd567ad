import { Signal } from "../../shared/signals";
import type { GatewayProfile } from "../settings";
import { headerField, headerValue, identityVariables, tokenVariable, variables } from "../variables";

const SIGNALS = [Signal.Traces];

/** AI Gateway > Controls > Settings > OTEL Config. @see https://www.truefoundry.com/docs/ai-gateway/dynatrace */
export const trueFoundry: GatewayProfile = {
    title: "TrueFoundry",
    see: [
        "https://www.truefoundry.com/docs/ai-gateway/dynatrace",
        "https://www.truefoundry.com/docs/ai-gateway/export-opentelemetry-data",
    ],
    signals: SIGNALS,
    directSignals: SIGNALS,
    contentSwitch: "Exclude Request Data",
    form: true,
    serviceName: "tfy-llm-gateway",
    settings: (plan) => ({
        fields: [
            { name: "OTEL Traces Exporter Configuration", value: "on" },
            { name: "Config Type", value: "HTTP Configuration" },
            { name: "Endpoint", value: plan.tracesUrl },
            { name: "Encoding", value: "Proto" },
            ...headerField(plan, "Headers: Authorization"),
            ...Object.keys(plan.resourceAttributes)
                .sort()
                .map((key) => ({
                    name: `Additional Resource Attributes: ${key}`,
                    value: plan.resourceAttributes[key] ?? "",
                })),
            { name: "Exclude Request Data", value: plan.capture ? "off" : "on" },
        ],
        notes: ["In Dynatrace, filter Distributed Tracing Explorer by service tfy-llm-gateway."],
    }),
};

/** The self-hosted gateway's pods, tfy-llm-gateway. @see https://www.truefoundry.com/docs/ai-gateway/export-opentelemetry-data */
export const trueFoundrySelfHosted: GatewayProfile = {
    title: "TrueFoundry, self-hosted",
    see: ["https://www.truefoundry.com/docs/ai-gateway/export-opentelemetry-data"],
    signals: SIGNALS,
    directSignals: SIGNALS,
    serviceName: "tfy-llm-gateway",
    settings: (plan) => ({
        env: [
            ...tokenVariable(plan),
            ...variables({
                ENABLE_OTEL_TRACING: "true",
                OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: plan.tracesUrl,
                OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
                OTEL_EXPORTER_OTLP_TRACES_HEADERS: headerValue(plan),
                OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: plan.caPath,
            }),
            ...identityVariables(plan),
        ],
    }),
};
