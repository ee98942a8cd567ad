// The values for AI Gateway > Controls > Settings > OTEL Config of TrueFoundry, and a token that can only ingest traces.
import * as pulumi from "@pulumi/pulumi";
import {
    AiGateway,
    AiGatewayExporter,
    AiGatewayVia,
    IngestToken,
    TokenSecretDelivery,
    Signal,
} from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();

const ingest = new IngestToken("truefoundry", {
    signals: [Signal.Traces],
    // The form is in a dashboard and cannot read a Secret.
    secretDelivery: TokenSecretDelivery.None,
    expiresAfterDays: 90,
});

const exporter = new AiGatewayExporter("truefoundry", {
    gateway: AiGateway.TrueFoundry,
    via: AiGatewayVia.Direct,
    endpoint: { environment: config.require("environment") },
    token: ingest,
    // Explicit, because TrueFoundry sends to Dynatrace who asked.
    content: { identity: "off" },
    resourceAttributes: { "deployment.environment.name": pulumi.getStack() },
});

/** The fields in the order of the form. Replace `{token}` with the output `token`. */
export const fields = exporter.fields;
/** A secret: `pulumi stack output token --show-secrets`. */
export const token = ingest.token;
