// This clone's sources stand in for the published package, which the examples import.
import * as pulumi from "@pulumi/pulumi";

import { capture, type Captured } from "../support/capture";

jest.mock(
    "pulumi-dynatrace-otlp",
    () => ({
        ...jest.requireActual("../../index"),
        ...jest.requireActual("../../components/ai-gateway"),
        ...jest.requireActual("../../components/ai-gateway/args"),
        ...jest.requireActual("../../components/ai-gateway/collector-config"),
    }),
    { virtual: true },
);

beforeAll(() =>
    pulumi.runtime.setAllConfig({ "project:environment": "abc12345", "project:kubernetesAttributes": "false" }),
);
afterAll(() => pulumi.runtime.setAllConfig({}));

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const inputsOf = (resources: Captured[], name: string): any =>
    resources.find((it) => it.name === name && it.type.startsWith("kubernetes:"))?.inputs;

test("LiteLLM reads its file from the ConfigMap made for it, holds no token, and its Collector drops content", async () => {
    const resources = await capture(() => jest.requireActual("../../examples/ai-gateway-litellm"));
    const { metadata, data } = inputsOf(resources, "litellm-config");
    const { spec } = inputsOf(resources, "litellm").spec.template;
    expect(spec.volumes[0].configMap.name).toBe(metadata.name);
    expect(data["config.yaml"]).toContain("message_logging: false");
    const env = spec.containers[0].env as { name: string; value?: string }[];
    expect(env.find(({ name }) => name === "OTEL_EXPORTER_OTLP_ENDPOINT")?.value).toBe(
        "http://ai-telemetry-collector.ai-telemetry.svc:4318",
    );
    expect(env.map(({ name }) => name)).not.toContain("DT_API_TOKEN");
    const collector = inputsOf(resources, "ai-telemetry-collector-config").data["config.yaml"];
    expect(collector).toMatch(/traces:[\s\S]*- transform\/ai-content/);
});

test("TrueFoundry's form gets the full URL, and the token may ingest traces alone", async () => {
    let fields: { name: string; value: string }[] = [];
    const resources = await capture(() => {
        const example = jest.requireActual<{ fields: pulumi.Output<typeof fields> }>(
            "../../examples/ai-gateway-truefoundry",
        );
        example.fields.apply((plain) => (fields = plain));
    });
    const token = resources.find(({ type }) => type.includes("ApiToken"));
    expect(token?.inputs["scopes"]).toEqual(["openTelemetryTrace.ingest"]);
    expect(fields).toContainEqual({
        name: "Endpoint",
        value: "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces",
    });
    expect(fields.find(({ name }) => name === "Headers: Authorization")?.value).toBe("Api-Token {token}");
});
