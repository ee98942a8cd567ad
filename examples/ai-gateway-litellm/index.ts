// LiteLLM's proxy. Its calls, tokens and costs arrive in Dynatrace. Prompts, answers and who asked stay in the cluster.
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { AiGateway, AiGatewayExporter, TelemetryPipeline } from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();

// The Collector removes content from all data that it receives, including content that the gateway did not remove.
const telemetry = new TelemetryPipeline("ai-telemetry", {
    endpoint: { environment: config.require("environment"), ca: { pem: config.get("caCertificatePem") } },
    token: { expiresAfterDays: 30, rotateAfterDays: 20 },
    collector: { processing: { aiContent: {}, kubernetesAttributes: config.getBoolean("kubernetesAttributes") } },
});

const labels = { "app.kubernetes.io/name": "litellm" };
const restricted = { "pod-security.kubernetes.io/enforce": "restricted" };
const namespace = new k8s.core.v1.Namespace("ai", { metadata: { name: "ai", labels: restricted } });

const exporter = new AiGatewayExporter("litellm", {
    gateway: AiGateway.LiteLlm,
    collectorUrl: telemetry.otlpEndpoint,
    namespace: namespace.metadata.name,
    resourceAttributes: { "deployment.environment.name": pulumi.getStack() },
    // The rest of LiteLLM's configuration file. LiteLLM reads the keys from variables.
    extraConfig: {
        model_list: [
            {
                model_name: "small",
                litellm_params: { model: "openai/gpt-4o-mini", api_key: "os.environ/OPENAI_API_KEY" },
            },
        ],
        general_settings: { master_key: "os.environ/LITELLM_MASTER_KEY" },
    },
});

// Your own Secret with both keys.
const keys = config.get("keysSecret") ?? "litellm-keys";
const fromKeys = (name: string): k8s.types.input.core.v1.EnvVar => ({
    name,
    valueFrom: { secretKeyRef: { name: keys, key: name } },
});

new k8s.apps.v1.Deployment("litellm", {
    metadata: { name: "litellm", namespace: namespace.metadata.name },
    spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
            metadata: { labels, annotations: exporter.podAnnotations },
            spec: {
                securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
                volumes: [{ name: "config", configMap: { name: exporter.configMapName as pulumi.Output<string> } }],
                containers: [
                    {
                        name: "litellm",
                        image: config.get("image") ?? "ghcr.io/berriai/litellm:v1.101.6",
                        args: ["--config", "/etc/litellm/config.yaml", "--port", "4000"],
                        env: exporter.env.apply((env) => [
                            ...["OPENAI_API_KEY", "LITELLM_MASTER_KEY"].map(fromKeys),
                            ...env,
                        ]),
                        ports: [{ name: "http", containerPort: 4000 }],
                        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                        volumeMounts: [{ name: "config", mountPath: "/etc/litellm", readOnly: true }],
                    },
                ],
            },
        },
    },
});
