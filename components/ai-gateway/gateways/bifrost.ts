import { Signal } from "../../shared/signals";
import type { GatewayPlan, GatewayProfile, Plain } from "../settings";
import { AUTHORIZATION, authorizationVariables, defined, identityVariables, urlOf } from "../variables";

/** The plugin otel. Uses URLs unchanged. @see https://docs.getbifrost.ai/features/observability/otel */
export const bifrost: GatewayProfile = {
    title: "Bifrost",
    see: [
        "https://docs.getbifrost.ai/features/observability/otel",
        "https://github.com/maximhq/bifrost/blob/main/plugins/otel/main.go",
    ],
    signals: [Signal.Traces, Signal.Metrics],
    // Its metrics are cumulative.
    directSignals: [Signal.Traces],
    contentSwitch: "disable_content_logging: true",
    serviceName: "bifrost",
    fileName: "config.json",
    settings: (plan) => {
        const config = pluginConfig(plan);
        const plugins = Array.isArray(plan.extraConfig["plugins"]) ? (plan.extraConfig["plugins"] as Plain[]) : [];
        const others = plugins.filter(({ name }) => name !== "otel");
        const content = { ...plan.extraConfig, plugins: [...others, { enabled: true, name: "otel", config }] };
        return {
            env: [
                ...authorizationVariables(plan),
                ...identityVariables(plan).filter(({ name }) => name !== "OTEL_SERVICE_NAME"),
            ],
            file: content,
            helmValues: { bifrost: { plugins: { otel: { enabled: true, config } } } },
        };
    },
};

function pluginConfig(plan: GatewayPlan): Plain {
    const metrics = urlOf(plan, Signal.Metrics);
    return defined({
        service_name: plan.serviceName,
        collector_url: plan.tracesUrl,
        trace_type: "genai_extension",
        protocol: "http",
        headers: plan.header && { Authorization: `env.${AUTHORIZATION}` },
        tls_ca_cert: plan.caPath,
        // Otherwise it would not verify certificates.
        insecure: !plan.tracesUrl.startsWith("https:"),
        metrics_enabled: metrics !== undefined,
        metrics_endpoint: metrics,
        disable_content_logging: !plan.capture,
    });
}
