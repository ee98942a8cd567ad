import { Signal } from "../../shared/signals";
import type { GatewayPlan, GatewayProfile, Plain } from "../settings";
import { headerValue, identityVariables, tokenVariable, variables } from "../variables";

const SIGNALS = [Signal.Traces];
const WRITTEN = "write http://{service}.{namespace}.svc:4318, e.g. TelemetryPipeline.otlpEndpoint";
const ENCRYPTED =
    "collectorUrl uses https, and the policy has no field for TLS. Create a BackendTLSPolicy for the Collector's Service, with its " +
    "host name and CA. Otherwise every export fails.";
const SWITCH = "prompts and answers are not sent unless added as fields of tracing";

/** Does not decode header values, and uses the path unchanged. @see https://agentgateway.dev/docs/standalone/latest/reference/observability/traces/ */
export const agentgateway: GatewayProfile = {
    title: "agentgateway",
    see: [
        "https://agentgateway.dev/docs/standalone/latest/reference/observability/traces/",
        "https://github.com/agentgateway/agentgateway/blob/main/crates/agentgateway/src/config.rs",
    ],
    signals: SIGNALS,
    directSignals: SIGNALS,
    contentSwitch: SWITCH,
    serviceName: "agentgateway",
    fileName: "config.yaml",
    settings: (plan) => ({
        env: [
            ...tokenVariable(plan),
            ...variables({
                OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: plan.tracesUrl,
                OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
                OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
                OTEL_EXPORTER_OTLP_HEADERS: headerValue(plan),
                OTEL_EXPORTER_OTLP_CERTIFICATE: plan.caPath,
            }),
            ...identityVariables(plan),
        ],
        file: config(plan),
    }),
};

/** @see https://agentgateway.dev/docs/kubernetes/latest/observability/tracing/ */
export const agentgatewayKubernetes: GatewayProfile = {
    title: "agentgateway on Kubernetes",
    see: [
        "https://agentgateway.dev/docs/kubernetes/latest/observability/tracing/",
        "https://github.com/agentgateway/agentgateway/blob/main/controller/api/v1alpha1/agentgateway/agentgateway_policy_types.go",
    ],
    signals: SIGNALS,
    directSignals: [],
    notDirect: "its policy has no field for the Authorization header, which Dynatrace requires",
    noCollectorToken: true,
    resource: { apiVersion: "agentgateway.dev/v1alpha1", kind: "AgentgatewayPolicy", fields: ["spec"] },
    contentSwitch: SWITCH,
    serviceName: "agentgateway",
    settings: (plan) => {
        const { name, namespace, port, encrypted } = serviceOf(plan);
        return {
            resource: {
                spec: {
                    targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: plan.gatewayName }],
                    frontend: {
                        tracing: {
                            backendRef: { kind: "Service", name, namespace, port },
                            protocol: "HTTP",
                            path: new URL(plan.tracesUrl).pathname,
                            randomSampling: "true",
                        },
                    },
                },
            },
            notes: [
                "If the Collector is in another namespace, a ReferenceGrant there must let AgentgatewayPolicy refer to its Service.",
                ...(encrypted ? [ENCRYPTED] : []),
            ],
        };
    },
};

function config({ tracesUrl, extraConfig }: GatewayPlan): Plain {
    const own = (extraConfig["config"] ?? {}) as Plain;
    const tracing = (own["tracing"] ?? {}) as Plain;
    const { origin, pathname } = new URL(tracesUrl);
    return {
        ...extraConfig,
        config: {
            ...own,
            tracing: { randomSampling: "true", ...tracing, otlpEndpoint: origin, path: pathname, otlpProtocol: "http" },
        },
    };
}

/**
 * `http://gateway.telemetry.svc:4318` is Service gateway in namespace telemetry. `http://gateway:4318` is in the gateway's own namespace.
 *
 * @throws InputError for any other host: a policy refers to a Service by name and has no field for a host.
 */
function serviceOf(plan: GatewayPlan): { name: string; namespace: string; port: number; encrypted: boolean } {
    const { hostname, port, protocol } = new URL(plan.baseUrl);
    const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    const [, name, , within, inside] =
        new RegExp(`^(${label})(\\.(${label})\\.svc(\\.[-.a-z0-9]+)?)?$`).exec(hostname) ?? [];
    const namespace = within === undefined ? plan.namespace : inside;
    if (name === undefined || hostname === "localhost") {
        const problem = "is not a Service of the cluster, and the policy can only refer to a Service";
        throw plan.check.at("collectorUrl").error(`${problem}; ${WRITTEN}`);
    }
    if (namespace === undefined) {
        const problem = `names Service ${name} without a namespace, and namespace is not set`;
        throw plan.check.at("collectorUrl").error(`${problem}; ${WRITTEN}`);
    }
    const encrypted = protocol === "https:";
    return { name, namespace, port: port === "" ? (encrypted ? 443 : 80) : Number(port), encrypted };
}
