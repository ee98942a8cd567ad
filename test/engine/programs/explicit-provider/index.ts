import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { IngestToken, type IngestTokenSettingsArgs, TelemetryPipeline } from "../../../../index";

const config = new pulumi.Config();
const endpoint = { environment: "abc12345" };
const apiUrl = config.require("apiUrl");

const provider = new k8s.Provider("r", { renderYamlToDirectory: config.require("directory") });

/** A component around others. */
class Platform extends pulumi.ComponentResource {
    constructor(name: string, opts: pulumi.ComponentResourceOptions) {
        super("test:index:Platform", name, {}, opts);
    }
}

/** Ways to give the provider. */
const WAYS: Record<string, () => pulumi.ComponentResourceOptions> = {
    provider: () => ({ provider }),
    list: () => ({ providers: [provider] }),
    map: () => ({ providers: { kubernetes: provider } }),
    parent: () => ({ parent: new Platform("platform", { provider }) }),
};

/** How the token is delivered. */
const DELIVERIES: Record<string, IngestTokenSettingsArgs> = {
    managed: {},
    allowed: { allowRenderedSecret: true },
    referenced: { secretDelivery: "referenced", secret: { name: "mine" } },
};

const token: IngestTokenSettingsArgs = { apiUrl, ...DELIVERIES[config.require("delivery")] };
const opts = WAYS[config.require("way")]?.();
if (config.require("component") === "TelemetryPipeline") {
    const pipeline = new TelemetryPipeline("telemetry", { endpoint, token }, opts);
    pulumi.output(pipeline.tokenId).apply(() => undefined);
} else {
    new IngestToken("telemetry", { ...token, namespace: "shop" }, opts);
}
