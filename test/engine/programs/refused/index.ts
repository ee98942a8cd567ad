import * as pulumi from "@pulumi/pulumi";

import { IngestToken, OtlpCollector, type OtlpCollectorArgs, TelemetryPipeline } from "../../../../index";

const made = pulumi.output(`dt0c01.${"MADEUP".repeat(4)}.${"MADEUPSECRET".repeat(5)}`);
const apiUrl = "https://abc12345.live.dynatrace.com/api";

const CASES: Record<string, () => Partial<OtlpCollectorArgs>> = {
    "no Secret": () => ({ token: new IngestToken("ingest", { apiUrl, secretDelivery: "none" }) }),
    "a token as annotation": () => ({ network: { service: { annotations: { a: made } } } }),
    "a token as label": () => ({ pods: { labels: { a: made } } }),
};

const endpoint = { environment: "abc12345" };
const token = { existingSecret: { name: "ingest" } };

/** Replicas of a pipeline's Collector, as an Output: 3 cannot work. */
const replicas = new pulumi.Config().getNumber("replicas");
if (replicas === undefined) {
    const args = CASES[new pulumi.Config().require("case")]?.();
    new OtlpCollector("gateway", { endpoint, token: { secret: { name: "ingest" } }, ...args });
} else {
    new TelemetryPipeline("shop", { endpoint, token, collector: { replicas: pulumi.output(replicas) } });
}
