import { Signal } from "../../shared/signals";
import type { GatewayProfile } from "../settings";
import { headerValue, identityVariables, tokenVariable, variables } from "../variables";

/** The enterprise gateway. @see https://portkey.ai/docs/product/enterprise-offering/components */
export const portkey: GatewayProfile = {
    title: "Portkey",
    see: ["https://portkey.ai/docs/product/enterprise-offering/components", "https://github.com/Portkey-AI/gateway"],
    signals: [Signal.Traces],
    directSignals: [],
    notDirect: "it sends its complete logs as OTLP in JSON, and Dynatrace accepts only protobuf",
    contentSwitch: "EXPERIMENTAL_GEN_AI_OTEL_TRACES_ENABLED=false: only analytics without prompts and answers",
    serviceName: "portkey",
    settings: (plan) => ({
        env: [
            ...tokenVariable(plan),
            ...variables({
                OTEL_PUSH_ENABLED: "true",
                OTEL_ENDPOINT: plan.baseUrl,
                OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
                OTEL_EXPORTER_OTLP_HEADERS: headerValue(plan),
                EXPERIMENTAL_GEN_AI_OTEL_TRACES_ENABLED: String(plan.capture),
                EXPERIMENTAL_GEN_AI_OTEL_EXPORTER_OTLP_ENDPOINT: plan.baseUrl,
                EXPERIMENTAL_GEN_AI_OTEL_EXPORTER_OTLP_HEADERS: headerValue(plan),
            }),
            ...identityVariables(plan),
        ],
    }),
};
