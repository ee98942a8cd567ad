import { ALL_SIGNALS, Signal } from "../../shared/signals";
import type { GatewayProfile, Plain } from "../settings";
import { AUTHORIZATION, authorizationVariables, defined, urlOf, variables } from "../variables";

const PLUGIN = "opentelemetry";

/** Kong's reference to an environment variable. @see https://developer.konghq.com/gateway/entities/vault/ */
const REFERENCE = `{vault://env/${AUTHORIZATION.toLowerCase().replaceAll("_", "-")}}`;

/** The plugin opentelemetry. @see https://developer.konghq.com/plugins/opentelemetry/reference/ */
export const kong: GatewayProfile = {
    title: "Kong AI Gateway",
    see: [
        "https://developer.konghq.com/plugins/opentelemetry/reference/",
        "https://developer.konghq.com/how-to/collect-metrics-logs-and-traces-with-opentelemetry",
    ],
    signals: ALL_SIGNALS,
    // It is not documented whether its metrics are deltas.
    directSignals: [Signal.Traces, Signal.Logs],
    contentSwitch: "logging.log_payloads of the AI plugins, off by default",
    serviceName: "kong",
    fileName: "kong.yaml",
    resource: {
        apiVersion: "configuration.konghq.com/v1",
        kind: "KongClusterPlugin",
        fields: ["plugin", "config"],
        clusterWide: true,
        labels: { global: "true" },
        annotations: { "kubernetes.io/ingress.class": "kong" },
    },
    settings: (plan) => {
        const metrics = urlOf(plan, Signal.Metrics);
        const config = defined({
            traces_endpoint: urlOf(plan, Signal.Traces),
            logs_endpoint: urlOf(plan, Signal.Logs),
            metrics: metrics && { endpoint: metrics, push_interval: 30 },
            headers: plan.header && { Authorization: REFERENCE },
            resource_attributes: { "service.name": plan.serviceName, ...plan.resourceAttributes },
        });
        return {
            env: [
                ...authorizationVariables(plan),
                ...variables({ KONG_TRACING_INSTRUMENTATIONS: "all", KONG_TRACING_SAMPLING_RATE: "1.0" }),
                ...variables({ KONG_LUA_SSL_TRUSTED_CERTIFICATE: plan.caPath && `system,${plan.caPath}` }),
            ],
            file: withPlugin(plan.extraConfig, config),
            resource: { plugin: PLUGIN, config },
            fields: [
                { name: "ai-proxy: logging.log_payloads", value: String(plan.capture) },
                { name: "ai-proxy: logging.log_statistics", value: "true" },
            ],
            notes: ["Spans of model calls need Kong 3.13 or later. Metrics also need an enterprise license."],
        };
    },
};

/** Configuration for decK, or for Kong without a database. */
function withPlugin(extraConfig: Plain, config: Plain): Plain {
    const plugins = Array.isArray(extraConfig["plugins"]) ? (extraConfig["plugins"] as Plain[]) : [];
    const others = plugins.filter(({ name }) => name !== PLUGIN);
    return { _format_version: "3.0", ...extraConfig, plugins: [...others, { name: PLUGIN, config }] };
}
