import { ALL_SIGNALS, Signal } from "../../shared/signals";
import type { GatewayPlan, GatewayProfile, GatewaySettings, Plain } from "../settings";
import { CAPTURE_CONTENT, headerValue, identityVariables, tokenVariable, variables } from "../variables";

const CALLBACK = "otel";
const FILE = "config.yaml";

/** @see https://docs.litellm.ai/docs/observability/opentelemetry_integration */
export const liteLlm: GatewayProfile = {
    title: "LiteLLM",
    see: [
        "https://docs.litellm.ai/docs/observability/opentelemetry_integration",
        "https://github.com/BerriAI/litellm/blob/main/litellm/integrations/opentelemetry.py",
    ],
    signals: ALL_SIGNALS,
    directSignals: ALL_SIGNALS,
    contentSwitch: `${CAPTURE_CONTENT}=NO_CONTENT and callback_settings.otel.message_logging: false`,
    serviceName: "litellm",
    fileName: FILE,
    settings: (plan) => proxySettings(plan, {}),
};

/** @see https://github.com/BerriAI/litellm/blob/main/litellm/integrations/otel/README.md */
export const liteLlmV2: GatewayProfile = {
    ...liteLlm,
    title: "LiteLLM v2",
    see: ["https://github.com/BerriAI/litellm/blob/main/litellm/integrations/otel/README.md"],
    settings: (plan) => proxySettings(plan, { LITELLM_OTEL_V2: "true" }),
};

function proxySettings(plan: GatewayPlan, more: Record<string, string>): Partial<GatewaySettings> {
    const env = [...proxyEnv(plan), ...variables(more)];
    const chart = plan.configMapName && { create: false, name: plan.configMapName, key: FILE };
    return {
        env,
        file: proxyConfig(plan),
        helmValues: { extraEnvVars: env, ...(chart ? { proxyConfigMap: chart } : {}) },
    };
}

/** LiteLLM appends `/v1/...` itself and does not decode header values. */
function proxyEnv(plan: GatewayPlan): GatewaySettings["env"] {
    const sends = (signal: Signal): string => String(plan.signals.includes(signal));
    const captured = plan.signals.includes(Signal.Logs) ? "SPAN_AND_EVENT" : "SPAN_ONLY";
    return [
        ...tokenVariable(plan),
        ...variables({
            OTEL_EXPORTER_OTLP_ENDPOINT: plan.baseUrl,
            OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
            OTEL_EXPORTER_OTLP_HEADERS: headerValue(plan),
            OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
            OTEL_EXPORTER_OTLP_CERTIFICATE: plan.caPath,
            OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: "delta",
            LITELLM_OTEL_INTEGRATION_ENABLE_METRICS: sends(Signal.Metrics),
            LITELLM_OTEL_INTEGRATION_ENABLE_EVENTS: sends(Signal.Logs),
            [CAPTURE_CONTENT]: plan.capture ? captured : "NO_CONTENT",
        }),
        ...identityVariables(plan),
    ];
}

function proxyConfig({ capture, extraConfig }: GatewayPlan): Plain {
    const settings = map(extraConfig["litellm_settings"]);
    const callbacks = Array.isArray(settings["callbacks"]) ? (settings["callbacks"] as unknown[]) : [];
    return {
        ...extraConfig,
        litellm_settings: { ...settings, callbacks: [...callbacks.filter((it) => it !== CALLBACK), CALLBACK] },
        callback_settings: {
            ...map(extraConfig["callback_settings"]),
            [CALLBACK]: { ...map(map(extraConfig["callback_settings"])[CALLBACK]), message_logging: capture },
        },
    };
}

function map(value: unknown): Plain {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}
