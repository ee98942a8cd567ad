import type * as pulumi from "@pulumi/pulumi";

import type { EndpointArgs } from "../endpoint";
import type { CaCertificateArgs } from "../application-pods/exporter-env/args";
import type { Signal } from "../shared/signals";
import type { TokenReferenceArgs } from "../shared/secrets";
import type { AiContentArgs } from "../ai-content/args";

/** A gateway to models, or a library that stands in an application's way to them. */
export const AiGateway = {
    /** TrueFoundry, by its dashboard. */
    TrueFoundry: "truefoundry",
    /** TrueFoundry's gateway in a cluster of your own, by its environment. */
    TrueFoundrySelfHosted: "truefoundry-self-hosted",
    /** LiteLLM's proxy with the callback `otel` as it has long been. */
    LiteLlm: "litellm",
    /** LiteLLM's proxy with `LITELLM_OTEL_V2`. */
    LiteLlmV2: "litellm-v2",
    EnvoyAiGateway: "envoy-ai-gateway",
    /** agentgateway with a configuration file. */
    Agentgateway: "agentgateway",
    /** agentgateway with the Gateway API, by an AgentgatewayPolicy. */
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
    /** Any other that heeds OpenTelemetry's variables. */
    Generic: "generic",
} as const;
export type AiGateway = (typeof AiGateway)[keyof typeof AiGateway];

/** The way of a gateway's telemetry. */
export const AiGatewayVia = {
    /** To a Collector, which holds the token and takes out what is not to be read. */
    Collector: "collector",
    /** Straight to Dynatrace or an ActiveGate, for those gateways that can. */
    Direct: "direct",
} as const;
export type AiGatewayVia = (typeof AiGatewayVia)[keyof typeof AiGatewayVia];

export interface AiGatewayExporterArgs {
    /** Must be known when the program runs. */
    gateway: AiGateway;
    /** @default `collector` */
    via?: pulumi.Input<AiGatewayVia>;
    /**
     * Base URL of the Collector over HTTP, without `/v1/...`, e.g. `TelemetryPipeline.otlpEndpoint`. For `agentgateway-kubernetes` that of
     * a Service of the cluster, `http://{service}.{namespace}.svc:4318`.
     *
     * @default - needed for `collector`, not taken for `direct`
     */
    collectorUrl?: pulumi.Input<string>;
    /** What a Collector asks of its senders, by reference. Its scheme is `Bearer` unless it says another. @default - nothing */
    collectorToken?: TokenReferenceArgs;
    /** Where Dynatrace or the ActiveGate is. @default - needed for `direct`, not taken for `collector` */
    endpoint?: EndpointArgs;
    /** The token for Dynatrace, by reference, e.g. an `IngestToken`. @default - needed for `direct`, not taken for `collector` */
    token?: TokenReferenceArgs;
    /** CA certificates that the gateway has to trust, in its namespace, for an `https` URL. @default - the system's certificates */
    caCertificate?: pulumi.Input<CaCertificateArgs>;
    /** What is sent. @default - all that the gateway can send this way */
    signals?: pulumi.Input<pulumi.Input<Signal>[]>;
    /**
     * What is kept of prompts, answers and people. A Collector takes out what its own `aiContent` says, whatever is kept here; `aiContentConfig`
     * makes one that is not from here do the same.
     *
     * @default - neither
     */
    content?: AiContentArgs;
    /** `service.name` of the gateway. @default - as the gateway calls itself */
    serviceName?: pulumi.Input<string>;
    /** Attributes of all that is sent, e.g. `deployment.environment.name`. @default {} */
    resourceAttributes?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /**
     * Namespace in which the gateway runs. With it the component makes what the gateway reads: a ConfigMap with its file, or its custom
     * resource. Whether it is given must be known when the program runs.
     *
     * @default - nothing is made
     */
    namespace?: pulumi.Input<string>;
    /** Name of the Gateway, for `agentgateway-kubernetes`. @default - needed there, not taken for others */
    gatewayName?: pulumi.Input<string>;
    /**
     * The rest of the gateway's own file, e.g. LiteLLM's `model_list`, for those that have one. Maps are merged, and settings from here win.
     * No secret belongs here; name the variable that holds it.
     *
     * @default {}
     */
    ownConfig?: pulumi.Inputs;
}
