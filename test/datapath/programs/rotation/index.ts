import * as pulumi from "@pulumi/pulumi";
import { TelemetryPipeline, type TelemetryPipelineArgs } from "pulumi-dynatrace-otlp";

type Collector = NonNullable<TelemetryPipelineArgs["collector"]>;

const config = new pulumi.Config();

new TelemetryPipeline("telemetry", {
    endpoint: {
        environment: config.require("environment"),
        ca: { pem: config.get("caCertificatePem") },
    },
    token: {
        expiresAfterDays: 30,
        rotationKey: config.require("rotationKey"),
        overlapDays: config.requireNumber("overlapSeconds") / 86_400,
        // The rendered files are what the Collector's stand-in for a kubelet reads.
        allowRenderedSecret: true,
    },
    collector: {
        tokenFrom: config.require("tokenFrom") as Collector["tokenFrom"],
        processing: { kubernetesAttributes: false },
    },
});
