// A shop whose workloads send to a Collector in the cluster, configured by a transform, and one workload that sends to Dynatrace directly.
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
    type EndpointArgs,
    exporterEnv,
    ExporterVia,
    IngestToken,
    injectExporterEnv,
    Signal,
    TelemetryPipeline,
} from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();
const environment = config.require("environment");
// Set this if the environment is the URL of an ActiveGate with its own certificate.
const caCertificatePem = config.get("caCertificatePem");
const endpoint: EndpointArgs = { environment, ca: { pem: caCertificatePem } };

const telemetry = new TelemetryPipeline("telemetry", {
    endpoint,
    token: { expiresAfterDays: 30, rotateAfterDays: 20 },
    collector: { processing: { kubernetesAttributes: config.getBoolean("kubernetesAttributes") } },
});
const resourceAttributes = { "deployment.environment.name": pulumi.getStack() };

// 1. All workloads of a component, including its charts. Their containers need no changes.
const toCollector = exporterEnv({
    via: ExporterVia.Collector,
    collectorUrl: telemetry.otlpEndpoint,
    resourceAttributes,
});
// For a whole stack: pulumi.runtime.registerResourceTransform(injectExporterEnv({ exporter: toCollector, namespaces: ["shop"] }));
const component = new pulumi.ComponentResource(
    "examples:index:Shop",
    "shop",
    {},
    { transforms: [injectExporterEnv({ exporter: toCollector })] },
);
const inShop = { parent: component };
const shop = namespace("shop");

const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const podSecurity = { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } };
const image = config.get("image") ?? "registry.example.com/shop:1";

new k8s.apps.v1.Deployment(
    "checkout",
    {
        metadata: { name: "checkout", namespace: shop.metadata.name },
        spec: {
            replicas: 2,
            selector: { matchLabels: { "app.kubernetes.io/name": "checkout" } },
            template: {
                metadata: { labels: { "app.kubernetes.io/name": "checkout" } },
                spec: {
                    securityContext: podSecurity,
                    containers: [{ name: "checkout", image, securityContext: restricted }],
                },
            },
        },
    },
    inShop,
);

new k8s.batch.v1.CronJob(
    "report",
    {
        metadata: { name: "report", namespace: shop.metadata.name },
        spec: {
            schedule: "0 3 * * *",
            jobTemplate: {
                spec: {
                    template: {
                        spec: {
                            restartPolicy: "Never",
                            securityContext: podSecurity,
                            containers: [{ name: "report", image, securityContext: restricted }],
                        },
                    },
                },
            },
        },
    },
    inShop,
);

// 2. One workload that sends to Dynatrace directly. Its namespace has its own token, and its container lists the variables.
const payments = namespace("payments");
const token = new IngestToken("payments", {
    signals: [Signal.Traces, Signal.Metrics],
    namespace: payments.metadata.name,
    expiresAfterDays: 30,
    rotateAfterDays: 20,
});
const ca =
    caCertificatePem === undefined
        ? undefined
        : new k8s.core.v1.ConfigMap("activegate-ca", {
              metadata: { namespace: payments.metadata.name },
              data: { "ca.crt": caCertificatePem },
          });
const direct = exporterEnv({
    via: ca === undefined ? ExporterVia.Direct : ExporterVia.ActiveGate,
    endpoint,
    token,
    ca: ca && { configMap: { name: ca.metadata.name } },
    signals: [Signal.Traces, Signal.Metrics],
    serviceName: "payments",
    resourceAttributes,
});

new k8s.apps.v1.StatefulSet("payments", {
    metadata: { name: "payments", namespace: payments.metadata.name },
    spec: {
        serviceName: "payments",
        selector: { matchLabels: { app: "payments" } },
        template: {
            metadata: { labels: { app: "payments" }, annotations: direct.podAnnotations },
            spec: {
                securityContext: podSecurity,
                volumes: direct.volumes,
                containers: [
                    {
                        name: "payments",
                        image,
                        securityContext: restricted,
                        env: [{ name: "PORT", value: "8080" }, ...direct.env],
                        volumeMounts: direct.volumeMounts,
                    },
                ],
            },
        },
    },
});

function namespace(name: string): k8s.core.v1.Namespace {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    return new k8s.core.v1.Namespace(name, { metadata: { name, labels } });
}
