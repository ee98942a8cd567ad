import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { MetricsIngest } from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();

const shop = new k8s.core.v1.Namespace("shop", {
    metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
});

// Every five minutes, the script calls a service in the cluster and prints the result as metric lines.
const metrics = new MetricsIngest("shop-metrics", {
    endpoint: {
        // An environment id, e.g. abc12345, or the URL of the environment or of its ActiveGate.
        environment: config.require("environment"),
        ca: { pem: config.get("caCertificatePem") },
    },
    namespace: shop.metadata.name,
    token: { expiresAfterDays: 90, rotateAfterDays: 30 },
    cronJob: {
        schedule: "*/5 * * * *",
        script: [
            `echo '#shop.queue.length gauge dt.meta.displayName="Orders that wait"'`,
            'echo "shop.queue.length,shop=\\"north\\" gauge,$(curl -fsS http://queue.shop/length)"',
        ].join("\n"),
        egressPorts: [80],
    },
});

/** Variables for a container or a shell that sends lines directly. The token is a reference. */
export const env = metrics.env;
export const curl = metrics.curl;
export const tokenId = metrics.tokenId;
