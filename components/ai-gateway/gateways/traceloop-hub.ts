import { Signal } from "../../shared/signals";
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
    notDirect: "it always sends the scheme Bearer, and Dynatrace requires Api-Token for access tokens",
    // Its file cannot refer to a Secret.
    noCollectorToken: true,
    contentSwitch: "TRACE_CONTENT_ENABLED=false, which its text completions ignore",
    serviceName: "traceloop-hub",
    fileName: "config.yaml",
    extraConfigNeeds: { key: "pipelines", what: "the Hub's pipelines, with providers and models, in extraConfig" },
    settings: (plan) => ({
        env: [...variables({ TRACE_CONTENT_ENABLED: String(plan.capture) }), ...identityVariables(plan)],
        fields: [
            { name: "pipelines[].plugins[].tracing.endpoint", value: plan.tracesUrl },
            { name: "pipelines[].plugins[].tracing.api_key", value: "unused" },
        ],
        file: withTracing(plan.extraConfig, plan.tracesUrl),
        notes: pipelinesOf(plan.extraConfig).length > 0 ? [] : [UNTRACED],
    }),
};

const UNTRACED =
    "extraConfig has no pipelines, so the file traces nothing. Set pipelines, or put the fields into the first plugin of each pipeline.";

function pipelinesOf(extraConfig: Plain): Plain[] {
    return Array.isArray(extraConfig["pipelines"]) ? (extraConfig["pipelines"] as Plain[]) : [];
}

/** The key is required, but the Collector ignores it. Plugins run in order, so tracing comes first. */
function withTracing(extraConfig: Plain, endpoint: string): Plain {
    const tracing = { tracing: { endpoint, api_key: "unused" } };
    return {
        ...extraConfig,
        pipelines: pipelinesOf(extraConfig).map((pipeline) => {
            const plugins = Array.isArray(pipeline["plugins"]) ? (pipeline["plugins"] as Plain[]) : [];
            return { ...pipeline, plugins: [tracing, ...plugins.filter((plugin) => !("tracing" in plugin))] };
        }),
    };
}
