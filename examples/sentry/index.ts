// A Collector that sends to Dynatrace and to two projects of Sentry, and a job that sends to Sentry directly.
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SentryExport, TelemetryPipeline } from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();
// DSNs in the form that Sentry shows: pulumi config set --secret checkoutDsn
const checkoutDsn = config.requireSecret("checkoutDsn");
const cartDsn = config.requireSecret("cartDsn");

// 1. In addition to Dynatrace: Dynatrace receives all data, and each project receives the data with its service.name.
const telemetryNamespace = namespace("telemetry");
const sentry = new SentryExport("sentry", {
    projects: { checkout: { dsn: checkoutDsn }, cart: { dsn: cartDsn } },
    collectorName: "telemetry-collector",
    namespace: telemetryNamespace,
});
const telemetry = new TelemetryPipeline("telemetry", {
    endpoint: { environment: config.require("environment"), ca: { pem: config.get("caCertificatePem") } },
    namespace: telemetryNamespace,
    token: { expiresAfterDays: 30, rotateAfterDays: 20 },
    collector: {
        processing: { kubernetesAttributes: config.getBoolean("kubernetesAttributes") },
        // Includes memory for the queues of Sentry.
        memoryMiB: 768,
        extraConfig: sentry.extraConfig,
        pods: { env: sentry.collectorEnv },
    },
});

// 2. Directly to Sentry: a job without a Collector. Its namespace needs its own Secret.
const jobs = namespace("jobs");
const direct = new SentryExport("jobs-sentry", { projects: { checkout: { dsn: checkoutDsn } }, namespace: jobs });
const pods = direct.exporterEnv({ serviceName: "report" });

new k8s.batch.v1.CronJob("report", {
    metadata: { name: "report", namespace: jobs },
    spec: {
        schedule: "0 3 * * *",
        jobTemplate: {
            spec: {
                template: {
                    metadata: { annotations: pods.podAnnotations },
                    spec: {
                        restartPolicy: "Never",
                        securityContext: {
                            runAsNonRoot: true,
                            runAsUser: 10001,
                            seccompProfile: { type: "RuntimeDefault" },
                        },
                        containers: [
                            {
                                name: "report",
                                image: config.get("image") ?? "registry.example.com/report:1",
                                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                                env: pods.env,
                            },
                        ],
                    },
                },
            },
        },
    },
});

/** URL for applications in the cluster. */
export const otlpEndpoint = telemetry.otlpEndpoint;
/** A configuration without keys, for a Collector elsewhere that sends only to Sentry. */
export const standaloneConfig = sentry.standaloneConfig;

function namespace(name: string): pulumi.Output<string> {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    return new k8s.core.v1.Namespace(name, { metadata: { name, labels } }).metadata.name;
}
