import { Signal } from "../../shared/signals";
import type { GatewayProfile } from "../settings";
import { headerField } from "../variables";

/** AI Gateway > Settings > OpenTelemetry. @see https://developers.cloudflare.com/ai-gateway/observability/otel-integration/ */
export const cloudflare: GatewayProfile = {
    title: "Cloudflare AI Gateway",
    see: ["https://developers.cloudflare.com/ai-gateway/observability/otel-integration/"],
    signals: [Signal.Traces],
    directSignals: [],
    notDirect: "it sends OTLP in JSON, and Dynatrace accepts only protobuf",
    hosted: true,
    form: true,
    serviceName: "cloudflare-ai-gateway",
    settings: (plan) => ({
        fields: [{ name: "URL", value: plan.tracesUrl }, ...headerField(plan, "Authorization (secret)")],
        notes: ["Metadata in the request header cf-aig-metadata becomes span attributes."],
    }),
};
