import * as pulumi from "@pulumi/pulumi";

import { IngestToken, TelemetryPipeline } from "../../../../index";

const endpoint = { environment: new pulumi.Config().require("environment") };

new TelemetryPipeline("telemetry", {
    endpoint,
    token: { secretDelivery: "referenced", secret: { name: "mine" } },
});
new IngestToken("second", { endpoint, secretDelivery: "none" });
