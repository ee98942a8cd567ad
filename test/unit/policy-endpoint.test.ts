import { stringify } from "yaml";

import { resolveEndpoint } from "../../components/endpoint";
import { EndpointRoute } from "../../components/endpoint/route";
import { otlpEndpoint } from "../../policy";
import { type Given, MADE_UP_TOKEN, UNKNOWN_TEXT, violations } from "./policy-support";
import { Check } from "../../components/shared/check";

const SAAS = "https://abc12345.live.dynatrace.com/api/v2/otlp";
const ACTIVEGATE = "https://activegate.example.com:9999/e/abc12345/api/v2/otlp";

function inEnv(name: string, value: string): Given {
    const containers = [{ name: "app", env: [{ name, value }] }];
    return { type: "kubernetes:apps/v1:Deployment", props: { spec: { template: { spec: { containers } } } } };
}

function inCollector(exporters: object): Given {
    return { type: "kubernetes:core/v1:ConfigMap", props: { data: { "config.yaml": stringify({ exporters }) } } };
}

describe("endpoints that work are let be", () => {
    test.each<[string, Given]>([
        ["SaaS", inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", SAAS)],
        [
            "SaaS with its port and a slash",
            inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `${SAAS.replace("/api", ":443/api")}/`),
        ],
        ["a signal's own", inEnv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", `${SAAS}/v1/traces`)],
        ["an ActiveGate", inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", ACTIVEGATE)],
        ["Managed", inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://managed.example.com/e/abc12345/api/v2/otlp")],
        ["LiteLLM, base URL", inEnv("OTEL_ENDPOINT", SAAS)],
        ["LiteLLM, full URL", inEnv("OTEL_ENDPOINT", `${SAAS}/v1/traces`)],
        ["a Collector in the cluster", inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://gateway.telemetry.svc:4317")],
        ["the OneAgent beside the pod", inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:14499/otlp")],
        ["another vendor", inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://api.example.com:4318")],
        ["what only the pod knows", inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://$(DT_HOST).dynatrace.com")],
        ["what a preview does not know", inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", UNKNOWN_TEXT)],
        ["a variable of another name", inEnv("DT_URL", "http://abc12345.apps.dynatrace.com")],
        [
            "exporters",
            inCollector({ "otlp_http/a": { endpoint: SAAS }, otlphttp: { traces_endpoint: `${SAAS}/v1/traces` } }),
        ],
        ["an exporter that is told by a variable", inCollector({ otlp_http: { endpoint: "${env:DT_ENDPOINT}" } })],
        ["gRPC to another Collector", inCollector({ otlp: { endpoint: "gateway:4317" } })],
        ["an exporter of another kind", inCollector({ zipkin: { endpoint: "http://abc12345.live.dynatrace.com" } })],
        ["text that is no YAML", { type: "kubernetes:core/v1:ConfigMap", props: { data: { x: "exporters: [" } } }],
    ])("%s", async (_, given) => {
        expect(await violations(otlpEndpoint, given)).toEqual([]);
    });

    test.each(Object.values(EndpointRoute))("every URL that resolveEndpoint gives, by route %s", async (route) => {
        const host = route === EndpointRoute.Saas || route === EndpointRoute.OneAgent ? undefined : "gate.example.com";
        const endpoint = resolveEndpoint(new Check("test", "endpoint"), { environment: "abc12345", route, host });
        const given = { ...inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.otlpUrl) };
        expect(await violations(otlpEndpoint, given)).toEqual([]);
        expect(await violations(otlpEndpoint, inEnv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpoint.tracesUrl))).toEqual(
            [],
        );
    });
});

describe("endpoints that cannot work are refused, with the right one", () => {
    test.each<[string, string, string]>([
        ["http://abc12345.live.dynatrace.com/api/v2/otlp", "would send data and token unencrypted", SAAS],
        ["https://abc12345.apps.dynatrace.com/api/v2/otlp", "is the web interface, which answers 404", SAAS],
        ["https://abc12345.live.apps.dynatrace.com", "is the web interface, which answers 404", SAAS],
        ["https://abc12345.live.dynatrace.com:4318/api/v2/otlp", "port 4318 of abc12345.live.dynatrace.com", SAAS],
        ["https://abc12345.live.dynatrace.com:9999/api/v2/otlp", "is not one of 443", SAAS],
        ["https://abc12345.live.dynatrace.com", "is not an OTLP URL", SAAS],
        ["https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces", "is not an OTLP URL", SAAS],
        ["http://activegate.example.com:9999/e/abc12345/api/v2/otlp", "unencrypted", ACTIVEGATE],
        [
            "https://activegate.example.com:4317/e/abc12345/api/v2/otlp",
            "port 4317 of activegate.example.com is not one of 443, 9999",
            "https://activegate.example.com/e/abc12345/api/v2/otlp",
        ],
    ])("%s", async (url, problem, right) => {
        const [message, ...others] = await violations(otlpEndpoint, inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", url));
        expect(others).toEqual([]);
        expect(message).toContain(
            'Deployment("one"): spec.template.spec.containers[0].env[0].value (OTEL_EXPORTER_OTLP',
        );
        expect(message).toContain(problem);
        expect(message?.endsWith(`; write ${right}`)).toBe(true);
    });

    test("a signal's own URL has to end in the signal", async () => {
        const [message] = await violations(otlpEndpoint, inEnv("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", SAAS));
        expect(message).toContain(`write ${SAAS}/v1/logs`);
    });

    test("an exporter for gRPC", async () => {
        const [message] = await violations(
            otlpEndpoint,
            inCollector({ "otlp/dynatrace": { endpoint: "abc12345.live.dynatrace.com:443" } }),
        );
        expect(message).toContain('ConfigMap("one"): data["config.yaml"].exporters["otlp/dynatrace"].endpoint: ');
        expect(message).toContain(`takes OTLP over HTTP only, not gRPC; use the exporter otlp_http, write ${SAAS}`);
    });

    const wrong = "http://abc12345.live.dynatrace.com/api/v2/otlp";
    test.each<[string, Given, string]>([
        [
            "an exporter's field for one signal",
            inCollector({ otlphttp: { logs_endpoint: `${wrong}/v1/logs` } }),
            "logs_endpoint",
        ],
        [
            "a ConfigMap that is read as environment",
            { type: "kubernetes:core/v1:ConfigMap", props: { data: { OTEL_EXPORTER_OTLP_ENDPOINT: wrong } } },
            "data.OTEL_EXPORTER_OTLP_ENDPOINT",
        ],
        [
            "a Collector of the OpenTelemetry Operator",
            {
                type: "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector",
                props: { spec: { config: { exporters: { otlp_http: { endpoint: wrong } } } } },
            },
            "spec.config.exporters.otlp_http.endpoint",
        ],
        [
            "values of a Helm release",
            {
                type: "kubernetes:helm.sh/v3:Release",
                props: { values: { config: { exporters: { otlphttp: { endpoint: wrong } } } } },
            },
            "values.config.exporters.otlphttp.endpoint",
        ],
        [
            "a task definition in JSON",
            {
                type: "aws:ecs/taskDefinition:TaskDefinition",
                props: {
                    containerDefinitions: JSON.stringify([
                        { environment: [{ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: wrong }] },
                    ]),
                },
            },
            "containerDefinitions[0].environment[0].value (OTEL_EXPORTER_OTLP_ENDPOINT)",
        ],
        [
            "a function of a cloud",
            {
                type: "aws:lambda/function:Function",
                props: { environment: { variables: { OTEL_EXPORTER_OTLP_ENDPOINT: wrong } } },
            },
            "environment.variables.OTEL_EXPORTER_OTLP_ENDPOINT",
        ],
        [
            "a script",
            {
                type: "aws:ec2/instance:Instance",
                props: { userData: `#!/bin/sh\nset -e\nexport OTEL_EXPORTER_OTLP_ENDPOINT="${wrong}"\nstart: [` },
            },
            "userData (OTEL_EXPORTER_OTLP_ENDPOINT)",
        ],
    ])("also in %s", async (_, given, field) => {
        const found = await violations(otlpEndpoint, given);
        expect(found).toHaveLength(1);
        expect(found[0]).toContain(`${field}: `);
    });
});

test("other ports of ActiveGates can be allowed; SaaS keeps its own", async () => {
    const config = { ports: [8443] };
    const gate = inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://gate.example.com:8443/e/abc12345/api/v2/otlp");
    expect(await violations(otlpEndpoint, gate, config)).toEqual([]);
    expect(await violations(otlpEndpoint, inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", SAAS), config)).toEqual([]);
    expect(await violations(otlpEndpoint, inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", ACTIVEGATE), config)).toHaveLength(1);
});

test("a token in a URL is in no message", async () => {
    const url = `http://user:${MADE_UP_TOKEN}@abc12345.live.dynatrace.com/${MADE_UP_TOKEN}?api-token=${MADE_UP_TOKEN}`;
    const found = await violations(otlpEndpoint, inEnv("OTEL_EXPORTER_OTLP_ENDPOINT", url));
    expect(found).toHaveLength(1);
    expect(found.join()).not.toContain("MADEUPSECRET");
});
