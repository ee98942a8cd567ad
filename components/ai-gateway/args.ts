import type * as pulumi from "@pulumi/pulumi";

import { AI_CONTENT_FIELDS, type AiContentArgs } from "../ai-content/args";
import { ENDPOINT_FIELDS, type EndpointArgs } from "../endpoint";
import { CA_CERTIFICATE_FIELDS, type CaCertificateArgs } from "../shared/ca";
import { Field, type Fields } from "../shared/fields";
import type { Signal } from "../shared/signals";
import { TOKEN_REFERENCE_FIELDS, type TokenReferenceArgs } from "../shared/token-reference";

/** An AI gateway, or an SDK in an application that calls models. */
export const AiGateway = {
    /** TrueFoundry, configured in its dashboard. */
    TrueFoundry: "truefoundry",
    /** TrueFoundry's gateway in your own cluster, configured by environment variables. */
    TrueFoundrySelfHosted: "truefoundry-self-hosted",
    /** LiteLLM's proxy with the callback `otel`. */
    LiteLlm: "litellm",
    /** LiteLLM's proxy with `LITELLM_OTEL_V2`. */
    LiteLlmV2: "litellm-v2",
    EnvoyAiGateway: "envoy-ai-gateway",
    /** agentgateway with a configuration file. */
    Agentgateway: "agentgateway",
    /** agentgateway with the Gateway API, configured by an AgentgatewayPolicy. */
    AgentgatewayKubernetes: "agentgateway-kubernetes",
    Kong: "kong",
    Portkey: "portkey",
    Bifrost: "bifrost",
    TraceloopHub: "traceloop-hub",
    Cloudflare: "cloudflare",
    MlFlow: "mlflow",
    /** An application with the AI SDK. */
    VercelAiSdk: "vercel-ai-sdk",
    /** An application with OpenLLMetry. */
    OpenLlmetry: "openllmetry",
    /** An application with OpenLIT. */
    OpenLit: "openlit",
    /** Any other gateway that reads OpenTelemetry's environment variables. */
    Generic: "generic",
} as const;
export type AiGateway = (typeof AiGateway)[keyof typeof AiGateway];

/** The route of a gateway's telemetry. */
export const AiGatewayVia = {
    /** To a Collector, which holds the token and protects content. */
    Collector: "collector",
    /** Directly to Dynatrace or an ActiveGate, for gateways that support it. */
    Direct: "direct",
} as const;
export type AiGatewayVia = (typeof AiGatewayVia)[keyof typeof AiGatewayVia];

export interface AiGatewayExporterArgs {
    /** The gateway. Must be known when the program runs. */
    gateway: AiGateway;
    /** Route of the telemetry. @default `collector` */
    via?: pulumi.Input<AiGatewayVia | undefined>;
    /**
     * Base URL of the Collector over HTTP, without `/v1/...`, e.g. `TelemetryPipeline.otlpEndpoint`. For `agentgateway-kubernetes` the URL
     * of a Service in the cluster, `http://{service}.{namespace}.svc:4318`.
     *
     * @default - needed for `collector`, rejected for `direct`
     */
    collectorUrl?: pulumi.Input<string | undefined>;
    /** Secret with the token that the Collector requires from senders. The default scheme is `Bearer`. @default - no token */
    collectorToken?: TokenReferenceArgs;
    /** Dynatrace or an ActiveGate. @default - needed for `direct`, rejected for `collector` */
    endpoint?: EndpointArgs;
    /** Secret with the token for Dynatrace, e.g. an `IngestToken`. @default - needed for `direct`, rejected for `collector` */
    token?: TokenReferenceArgs;
    /**
     * CA certificates that the gateway trusts for an `https` URL: a key of a Secret or ConfigMap in the gateway's namespace. `pem` is not
     * possible, because the gateway reads the certificates from a file.
     *
     * @default - the system's certificates
     */
    ca?: pulumi.Input<CaCertificateArgs | undefined>;
    /** Signals that are sent. @default - all signals that the gateway can send on this route */
    signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
    /**
     * How prompts, answers and identities are protected. A Collector applies its own `aiContent` in addition; `aiContentConfig` configures a
     * Collector of another tool in the same way. For `direct`, only `protection` `off` and `drop` are possible.
     *
     * @default - prompts, answers and identities are dropped
     */
    content?: AiContentArgs;
    /** `service.name` of the gateway. @default - the gateway's own */
    serviceName?: pulumi.Input<string | undefined>;
    /** Resource attributes of the telemetry, e.g. `deployment.environment.name`. @default {} */
    resourceAttributes?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /**
     * Namespace of the gateway. With it, the component creates the object that the gateway reads: a ConfigMap with its file, or its custom
     * resource. Whether it is set must be known when the program runs.
     *
     * @default - no object is created
     */
    namespace?: pulumi.Input<string | undefined>;
    /** Name of the Gateway. @default - needed for `agentgateway-kubernetes`, rejected for other gateways */
    gatewayName?: pulumi.Input<string | undefined>;
    /**
     * The rest of the gateway's own file, e.g. LiteLLM's `model_list`. Maps are merged, and these values win. Do not put a secret in it;
     * name the variable that holds the secret.
     *
     * @default {}
     */
    extraConfig?: pulumi.Inputs;
}

export const AI_GATEWAY_EXPORTER_FIELDS: Fields<AiGatewayExporterArgs> = {
    gateway: Field.NoFallback,
    via: Field.NoFallback,
    collectorUrl: Field.NoFallback,
    collectorToken: TOKEN_REFERENCE_FIELDS,
    endpoint: ENDPOINT_FIELDS,
    token: TOKEN_REFERENCE_FIELDS,
    ca: CA_CERTIFICATE_FIELDS,
    signals: Field.NoFallback,
    content: AI_CONTENT_FIELDS,
    serviceName: Field.Any,
    resourceAttributes: Field.Any,
    namespace: Field.NoFallback,
    gatewayName: Field.NoFallback,
    extraConfig: Field.Any,
};
