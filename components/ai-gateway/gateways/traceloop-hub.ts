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
    notDirect: "it always writes Bearer before the token, and Dynatrace wants Api-Token before an access token",
    // Its file has no way to refer to a Secret.
    noCollectorToken: true,
    contentSwitch: "TRACE_CONTENT_ENABLED=false, which its text completions do not heed",
    serviceName: "traceloop-hub",
    fileName: "config.yaml",
    ownConfigNeeds: { key: "pipelines", what: "the Hub's pipelines, with providers and models, in ownConfig" },
    settings: (plan) => ({
        env: [...variables({ TRACE_CONTENT_ENABLED: String(plan.capture) }), ...identityVariables(plan)],
        fields: [
            { name: "pipelines[].plugins[].tracing.endpoint", value: plan.tracesUrl },
            { name: "pipelines[].plugins[].tracing.api_key", value: "unused" },
        ],
        file: withTracing(plan.ownConfig, plan.tracesUrl),
        notes: pipelinesOf(plan.ownConfig).length > 0 ? [] : [UNTRACED],
    }),
};

const UNTRACED =
    "ownConfig has no pipelines, and so the file traces nothing: give the Hub's own, or put the fields into the first plugin of each pipeline.";

function pipelinesOf(ownConfig: Plain): Plain[] {
    return Array.isArray(ownConfig["pipelines"]) ? (ownConfig["pipelines"] as Plain[]) : [];
}

/** Its key is required and read by nobody here. Plugins run in their order, so tracing comes first. */
function withTracing(ownConfig: Plain, endpoint: string): Plain {
    const tracing = { tracing: { endpoint, api_key: "unused" } };
    return {
        ...ownConfig,
        pipelines: pipelinesOf(ownConfig).map((pipeline) => {
            const plugins = Array.isArray(pipeline["plugins"]) ? (pipeline["plugins"] as Plain[]) : [];
            return { ...pipeline, plugins: [tracing, ...plugins.filter((plugin) => !("tracing" in plugin))] };
        }),
    };
}
