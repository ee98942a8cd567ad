import { Signal } from "../../signals";
import type { GatewayProfile, Plain } from "../settings";
import { identityVariables, variables } from "../variables";

/** @see https://www.traceloop.com/docs/hub/configuration */
export const traceloopHub: GatewayProfile = {
    title: "Traceloop Hub",
    see: [
        "https://www.traceloop.com/docs/hub/configuration",
        "https://github.com/traceloop/hub/blob/main/src/config/lib.rs",
    ],
    signals: [Signal.Traces],
    directSignals: [],
    notDirect: "it always writes Bearer before the token, and Dynatrace wants Api-Token before an access token",
    // Its file has no way to refer to a Secret.
    noCollectorToken: true,
    contentSwitch: "TRACE_CONTENT_ENABLED=false, which its text completions do not heed",
    serviceName: "traceloop-hub",
    fileName: "config.yaml",
    settings: (plan) => ({
        env: [...variables({ TRACE_CONTENT_ENABLED: String(plan.capture) }), ...identityVariables(plan)],
        fields: [
            { name: "pipelines[].plugins[].tracing.endpoint", value: plan.tracesUrl },
            { name: "pipelines[].plugins[].tracing.api_key", value: "unused" },
        ],
        file: withTracing(plan.ownConfig, plan.tracesUrl),
    }),
};

/** Its key is required and read by nobody here. Plugins run in their order, so tracing comes first. */
function withTracing(ownConfig: Plain, endpoint: string): Plain {
    const tracing = { tracing: { endpoint, api_key: "unused" } };
    const pipelines = Array.isArray(ownConfig["pipelines"]) ? (ownConfig["pipelines"] as Plain[]) : [];
    return {
        ...ownConfig,
        pipelines: pipelines.map((pipeline) => {
            const plugins = Array.isArray(pipeline["plugins"]) ? (pipeline["plugins"] as Plain[]) : [];
            return { ...pipeline, plugins: [tracing, ...plugins.filter((plugin) => !("tracing" in plugin))] };
        }),
    };
}
