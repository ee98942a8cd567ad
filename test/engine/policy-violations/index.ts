import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ApiToken, OtlpCollector } from "pulumi-dynatrace-otlp";

const apiUrl = process.env["DYNATRACE_API_URL"] ?? "https://abc12345.live.dynatrace.com/api";

/** A provider that lacks the care of this package's own. */
const carelessProvider: pulumi.dynamic.ResourceProvider = { create: async () => ({ id: "made-up", outs: {} }) };

class CarelessToken extends pulumi.dynamic.Resource {
    constructor(name: string, args: object) {
        super(carelessProvider, name, { ...args, token: undefined }, {}, "dynatrace", "ApiToken");
    }
}

/** One violation of each policy, and of no other. */
const programs: Record<string, () => void> = {
    "dynatrace-otlp-no-token-in-clear": () => {
        const token = `dt0c01.MADEUP${"A".repeat(18)}.${"MADEUPSECRET".repeat(5)}ABCD`;
        new k8s.core.v1.ConfigMap("settings", { data: { "app.properties": `dynatrace.token=${token}` } });
    },
    "dynatrace-otlp-token-scopes": () => {
        new ApiToken("careless", { apiUrl, scopes: ["logs.ingest", "settings.write"], expiresAfterDays: 30 });
    },
    "dynatrace-otlp-token-expiry": () => {
        new ApiToken("careless", { apiUrl, scopes: ["logs.ingest"] });
    },
    "dynatrace-otlp-token-secret-output": () => {
        new CarelessToken("careless", { scopes: ["logs.ingest"], expiresAfterDays: 30 });
    },
    "dynatrace-otlp-endpoint": () => {
        const url = "https://abc12345.apps.dynatrace.com/api/v2/otlp";
        new k8s.core.v1.ConfigMap("settings", { data: { OTEL_EXPORTER_OTLP_ENDPOINT: url } });
    },
    "dynatrace-otlp-network-policy": () => {
        new OtlpCollector("open", {
            endpoint: { environment: "abc12345" },
            token: { secret: { name: "dynatrace" } },
            network: { networkPolicy: { enabled: false } },
        });
    },
};

programs[new pulumi.Config().require("violation")]?.();
