import { Signal } from "../../shared/signals";
import type { GatewayProfile } from "../settings";
import { CAPTURE_CONTENT, standardVariables, variables } from "../variables";

const SIGNALS = [Signal.Traces, Signal.Metrics];

/** Content of OpenInference attributes. Older versions always write them; newer versions write them by default. */
const HIDDEN = [
    ...["INPUTS", "OUTPUTS", "INPUT_MESSAGES", "OUTPUT_MESSAGES", "INPUT_IMAGES", "INPUT_TEXT", "OUTPUT_TEXT"],
    ...["EMBEDDINGS_TEXT", "EMBEDDINGS_VECTORS", "PROMPTS", "CHOICES", "LLM_INVOCATION_PARAMETERS"],
];

/** The external processor, by a GatewayConfig. @see https://aigateway.envoyproxy.io/docs/capabilities/observability/tracing */
export const envoyAiGateway: GatewayProfile = {
    title: "Envoy AI Gateway",
    see: [
        "https://aigateway.envoyproxy.io/docs/capabilities/observability/tracing",
        "https://github.com/envoyproxy/ai-gateway/blob/main/api/v1beta1/gateway_config.go",
    ],
    signals: SIGNALS,
    directSignals: SIGNALS,
    contentSwitch: `${CAPTURE_CONTENT}=false and OPENINFERENCE_HIDE_*`,
    serviceName: "ai-gateway",
    resource: { apiVersion: "aigateway.envoyproxy.io/v1beta1", kind: "GatewayConfig", fields: ["spec"] },
    settings: (plan) => {
        const env = [
            ...standardVariables(plan),
            ...variables({
                // Attribute names that Dynatrace knows.
                AI_GATEWAY_TRACING_SEMCONV: "gen_ai",
                [CAPTURE_CONTENT]: String(plan.capture),
                ...Object.fromEntries(HIDDEN.map((name) => [`OPENINFERENCE_HIDE_${name}`, String(!plan.capture)])),
            }),
        ];
        const annotation = `aigateway.envoyproxy.io/gateway-config: ${plan.name}`;
        return {
            env,
            // The chart only accepts values, no references.
            helmValues: plan.header === undefined ? { extProc: { extraEnvVars: env } } : {},
            resource: { spec: { extProc: { kubernetes: { env } } } },
            notes: [
                `Add the annotation ${annotation} to the Gateway, in the same namespace.`,
                "The variables' Secret must be in the namespace of Envoy's pods, envoy-gateway-system by default.",
            ],
        };
    },
};
