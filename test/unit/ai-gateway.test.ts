import { parse } from "yaml";

import { AiGatewayExporter } from "../../components/ai-gateway";
import { AI_GATEWAY_EXPORTER_FIELDS, AiGateway, type AiGatewayExporterArgs } from "../../components/ai-gateway/args";
import { describeGateway, type GatewayDescription } from "../../components/ai-gateway/description";
import { type GatewayInputs, planGateway } from "../../components/ai-gateway/plan";
import { PROFILES } from "../../components/ai-gateway/profiles";
import { checkArguments } from "../../components/shared/arguments";
import { capture, type Captured } from "../support/capture";
import { Check } from "../../components/shared/check";

const TOKEN = { secret: { name: "ingest-token" } };
const COLLECTOR = "http://gateway.telemetry.svc:4318";
const SAAS = "https://abc12345.live.dynatrace.com/api/v2/otlp";
const ALL = Object.values(AiGateway);
const HOSTED: string[] = [AiGateway.Cloudflare];
const NAMED: string[] = [AiGateway.AgentgatewayKubernetes];

/** The least that works. */
const toCollector = (gateway: AiGateway): GatewayInputs => ({
    gateway,
    collectorUrl: HOSTED.includes(gateway) ? "https://otlp.example.com" : COLLECTOR,
    ...(NAMED.includes(gateway) ? { gatewayName: "ai" } : {}),
});
const direct = (gateway: AiGateway): GatewayInputs => ({
    gateway,
    via: "direct",
    endpoint: { environment: "abc12345" },
    token: TOKEN,
});
const described = (args: GatewayInputs): GatewayDescription =>
    describeGateway(planGateway(new Check('AiGatewayExporter("ai")'), "ai", args), args);
const valueOf = ({ env }: GatewayDescription, name: string): unknown => env.find((it) => it.name === name)?.value;
const fieldsOf = ({ fields }: GatewayDescription): Record<string, string> =>
    Object.fromEntries(fields.map(({ name, value }) => [name, value]));
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a file is as deep as the gateway wants it
const fileOf = ({ fileText }: GatewayDescription): any => parse(fileText ?? "");

describe("TrueFoundry, as its guide for Dynatrace says", () => {
    test("gets the fields of its form, in their order, with the full URL, protobuf and Api-Token", () => {
        const { fields } = described({
            ...direct("truefoundry"),
            resourceAttributes: { team: "ai", "deployment.environment.name": "prod" },
        });
        const secret = { name: "ingest-token", key: "token" };
        expect(fields).toEqual([
            { name: "OTEL Traces Exporter Configuration", value: "on" },
            { name: "Config Type", value: "HTTP Configuration" },
            { name: "Endpoint", value: `${SAAS}/v1/traces` },
            { name: "Encoding", value: "Proto" },
            { name: "Headers: Authorization", value: "Api-Token {token}", secret },
            { name: "Additional Resource Attributes: deployment.environment.name", value: "prod" },
            { name: "Additional Resource Attributes: team", value: "ai" },
            { name: "Exclude Request Data", value: "on" },
        ]);
    });

    test("has .apps. taken out of an environment copied from the browser, with a warning", () => {
        const args = {
            ...direct("truefoundry"),
            endpoint: { environment: "https://xpk75638.live.apps.dynatrace.com" },
        };
        const plan = planGateway(new Check("C"), "ai", args);
        expect(plan.tracesUrl).toBe("https://xpk75638.live.dynatrace.com/api/v2/otlp/v1/traces");
        expect(plan.warnings.join()).toContain(".apps.");
    });

    test.each([
        ["activegate", "https://ag.example.com:9999/e/abc12345/api/v2/otlp/v1/traces"],
        ["container-activegate", "https://ag.example.com/e/abc12345/api/v2/otlp/v1/traces"],
    ] as const)("reaches Dynatrace by route %s", (route, url) => {
        const endpoint = { environment: "abc12345", route, host: "ag.example.com" };
        expect(fieldsOf(described({ ...direct("truefoundry"), endpoint }))["Endpoint"]).toBe(url);
    });

    test("includes request data only if asked to", () => {
        const fields = fieldsOf(described({ ...direct("truefoundry"), content: { protection: "off" } }));
        expect(fields["Exclude Request Data"]).toBe("off");
    });

    test("self-hosted, gets the same by its environment", () => {
        const args: GatewayInputs = { ...direct("truefoundry-self-hosted"), content: { protection: "off" } };
        expect(described(args).env).toEqual([
            { name: "DT_API_TOKEN", valueFrom: { secretKeyRef: { name: "ingest-token", key: "token" } } },
            { name: "ENABLE_OTEL_TRACING", value: "true" },
            { name: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", value: `${SAAS}/v1/traces` },
            { name: "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", value: "http/protobuf" },
            { name: "OTEL_EXPORTER_OTLP_TRACES_HEADERS", value: "Authorization=Api-Token $(DT_API_TOKEN)" },
            { name: "OTEL_SERVICE_NAME", value: "tfy-llm-gateway" },
        ]);
    });
});

describe("each gateway's own form", () => {
    test("LiteLLM: base URL, a header that nothing decodes, deltas, its callback beside others", () => {
        const extraConfig = {
            model_list: [{ model_name: "gpt" }],
            litellm_settings: { callbacks: ["langfuse"], drop_params: true },
        };
        const settings = described({ ...direct("litellm"), extraConfig });
        expect(valueOf(settings, "OTEL_EXPORTER_OTLP_ENDPOINT")).toBe(SAAS);
        expect(valueOf(settings, "OTEL_EXPORTER_OTLP_HEADERS")).toBe("Authorization=Api-Token $(DT_API_TOKEN)");
        expect(valueOf(settings, "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE")).toBe("delta");
        expect(valueOf(settings, "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT")).toBe("NO_CONTENT");
        expect(fileOf(settings)).toEqual({
            model_list: [{ model_name: "gpt" }],
            litellm_settings: { callbacks: ["langfuse", "otel"], drop_params: true },
            callback_settings: { otel: { message_logging: false } },
        });
        expect(valueOf(described(direct("litellm-v2")), "LITELLM_OTEL_V2")).toBe("true");
    });

    test("Envoy AI Gateway: gen_ai names, content hidden in both vocabularies, values for its chart without references alone", () => {
        const settings = described(toCollector("envoy-ai-gateway"));
        expect(valueOf(settings, "AI_GATEWAY_TRACING_SEMCONV")).toBe("gen_ai");
        for (const name of [
            "INPUTS",
            "OUTPUTS",
            "INPUT_MESSAGES",
            "OUTPUT_MESSAGES",
            "PROMPTS",
            "CHOICES",
            "EMBEDDINGS_TEXT",
        ]) {
            expect(valueOf(settings, `OPENINFERENCE_HIDE_${name}`)).toBe("true");
        }
        expect(settings.helmValues).toEqual({ extProc: { extraEnvVars: settings.env } });
        expect(settings.resource).toEqual({ spec: { extProc: { kubernetes: { env: settings.env } } } });
        expect(described(direct("envoy-ai-gateway")).helmValues).toEqual({});
    });

    test("agentgateway: the path by itself; on Kubernetes a policy that points to the Collector's Service", () => {
        expect(fileOf(described(direct("agentgateway"))).config.tracing).toEqual({
            randomSampling: "true",
            otlpEndpoint: "https://abc12345.live.dynatrace.com",
            path: "/api/v2/otlp/v1/traces",
            otlpProtocol: "http",
        });
        expect(described(toCollector("agentgateway-kubernetes")).resource).toEqual({
            spec: {
                targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "ai" }],
                frontend: {
                    tracing: {
                        backendRef: { kind: "Service", name: "gateway", namespace: "telemetry", port: 4318 },
                        protocol: "HTTP",
                        path: "/v1/traces",
                        randomSampling: "true",
                    },
                },
            },
        });
    });

    test("Kong: full URLs, the header by a reference to its environment", () => {
        const settings = described(direct("kong"));
        expect(valueOf(settings, "DT_AUTHORIZATION")).toBe("Api-Token $(DT_API_TOKEN)");
        expect(settings.resource).toEqual({
            plugin: "opentelemetry",
            config: {
                traces_endpoint: `${SAAS}/v1/traces`,
                logs_endpoint: `${SAAS}/v1/logs`,
                headers: { Authorization: "{vault://env/dt-authorization}" },
                resource_attributes: { "service.name": "kong" },
            },
        });
        expect(fileOf(described(toCollector("kong"))).plugins[0].config.metrics.endpoint).toBe(
            `${COLLECTOR}/v1/metrics`,
        );
    });

    test("Bifrost: full URLs, certificates checked, the header from its environment, no content", () => {
        const settings = described(direct("bifrost"));
        const config = {
            service_name: "bifrost",
            collector_url: `${SAAS}/v1/traces`,
            trace_type: "genai_extension",
            protocol: "http",
            headers: { Authorization: "env.DT_AUTHORIZATION" },
            insecure: false,
            metrics_enabled: false,
            disable_content_logging: true,
        };
        expect(fileOf(settings)).toEqual({ plugins: [{ enabled: true, name: "otel", config }] });
        expect(settings.helmValues).toEqual({ bifrost: { plugins: { otel: { enabled: true, config } } } });
    });

    test("Traceloop Hub: tracing in each of its pipelines, in place of what was there", () => {
        const own = {
            pipelines: [{ name: "default", plugins: [{ tracing: { endpoint: "x" } }, { "model-router": {} }] }],
        };
        const settings = described({ ...toCollector("traceloop-hub"), extraConfig: own });
        const tracing = { endpoint: `${COLLECTOR}/v1/traces`, api_key: "unused" };
        expect(fileOf(settings).pipelines[0].plugins).toEqual([{ tracing }, { "model-router": {} }]);
        expect(valueOf(settings, "TRACE_CONTENT_ENABLED")).toBe("false");
    });

    test("Portkey: base URL without a signal's path, and analytics alone while content is kept back", () => {
        const settings = described(toCollector("portkey"));
        expect(valueOf(settings, "EXPERIMENTAL_GEN_AI_OTEL_EXPORTER_OTLP_ENDPOINT")).toBe(COLLECTOR);
        expect(valueOf(settings, "EXPERIMENTAL_GEN_AI_OTEL_TRACES_ENABLED")).toBe("false");
        expect(valueOf(settings, "OTEL_PUSH_ENABLED")).toBe("true");
    });

    test("OpenLLMetry: the blank in its header percent-encoded, which its parser insists on", () => {
        expect(valueOf(described(direct("openllmetry")), "TRACELOOP_HEADERS")).toBe(
            "Authorization=Api-Token%20$(DT_API_TOKEN)",
        );
    });

    test("Cloudflare: the URL of an Ingress and a secret that holds the whole header", () => {
        const settings = described({
            ...toCollector("cloudflare"),
            collectorToken: { secret: { name: "for-cloudflare" } },
        });
        expect(fieldsOf(settings)).toEqual({
            URL: "https://otlp.example.com/v1/traces",
            "Authorization (secret)": "Bearer {token}",
        });
    });
});

describe.each(ALL)("%s", (gateway) => {
    const profile = PROFILES[gateway];

    test("names what was read of it", () => {
        for (const url of profile.see) expect(URL.canParse(url)).toBe(true);
        expect(profile.see.length).toBeGreaterThan(0);
    });

    test("to a Collector: holds the Collector's URL, no token unless one is asked for, and content closed and open", () => {
        const text = (args: Partial<GatewayInputs> = {}): string =>
            JSON.stringify(described({ ...toCollector(gateway), ...args }));
        expect(text()).toMatch(
            /gateway\.telemetry\.svc:4318|"name":"gateway","namespace":"telemetry"|otlp\.example\.com/,
        );
        expect(text()).not.toMatch(/Api-Token|Bearer|secretKeyRef/);
        const open = text({ content: { protection: "mask" } });
        if (profile.contentSwitch !== undefined && !profile.contentSwitch.includes("unless added"))
            expect(open).not.toBe(text());
    });

    if (profile.notDirect === undefined) {
        test("straight: the token is a reference before what uses it, and no text holds more", () => {
            const settings = described({ ...direct(gateway), content: { protection: "off", identity: "off" } });
            const names = settings.env.map(({ name }) => name);
            const using = settings.env.findIndex(({ value }) =>
                JSON.stringify(value ?? "").includes("$(DT_API_TOKEN)"),
            );
            if (using >= 0) expect(names.indexOf("DT_API_TOKEN")).toBe(0);
            expect(JSON.stringify(settings)).toMatch(/Api-Token( |%20)(\$\(DT_API_TOKEN\)|\{token\})/);
            expect(JSON.stringify(settings)).toContain("abc12345.live.dynatrace.com");
            expect(JSON.stringify(settings)).not.toMatch(/http\/json|grpc/);
        });
    } else {
        test("straight is refused, with the reason and the way out", () => {
            expect(() => described(direct(gateway))).toThrow(
                `via: ${profile.title} cannot send to Dynatrace itself: ${profile.notDirect}; use via "collector"`,
            );
        });
    }

    if (profile.notDirect === undefined && profile.contentSwitch === undefined) {
        test("straight is refused while nothing would keep prompts back", () => {
            expect(() => described(direct(gateway))).toThrow(
                /content\.protection: .* has no switch .* use via "collector"/,
            );
        });
    }
});

describe("arguments that cannot work", () => {
    const refused =
        (args: GatewayInputs): (() => unknown) =>
        () =>
            described(args);

    test.each<[string, GatewayInputs, RegExp]>([
        [
            "a gateway nobody knows",
            { gateway: "gpt-proxy" as never },
            /gateway: "gpt-proxy" is not known; use truefoundry, /,
        ],
        ["another way", { ...toCollector("litellm"), via: "grpc" as never }, /via: "grpc" is not known/],
        [
            "a token in no Secret, for a pod",
            { ...direct("litellm"), token: { secret: { name: "" } } },
            /token\.secret\.name: is empty, as with secretDelivery none/,
        ],
        ["a Collector without a URL", { gateway: "litellm" }, /collectorUrl: is needed for via "collector"/],
        ["a token for a Collector that holds one", { ...toCollector("litellm"), token: TOKEN }, /token: has no effect/],
        ["straight without a token", { ...direct("litellm"), token: undefined }, /token: is needed for via "direct"/],
        ["a signal's URL", { gateway: "litellm", collectorUrl: `${COLLECTOR}/v1/traces` }, /leave out \/v1/],
        [
            "the port for gRPC",
            { gateway: "litellm", collectorUrl: "http://gateway.telemetry.svc:4317" },
            /use port 4318/,
        ],
        ["no URL", { gateway: "litellm", collectorUrl: "gateway:4318" }, /collectorUrl: is not a URL with http:\/\//],
        [
            "a Service for what runs elsewhere",
            { gateway: "cloudflare", collectorUrl: COLLECTOR },
            /does not run in the cluster/,
        ],
        [
            "plain HTTP through the Internet",
            { gateway: "cloudflare", collectorUrl: "http://otlp.example.com" },
            /https URL of an Ingress/,
        ],
        [
            "a signal it does not send",
            { ...toCollector("mlflow"), signals: ["metrics"] },
            /MLflow does not send metrics; it sends traces/,
        ],
        [
            "metrics that Dynatrace would refuse",
            { ...direct("bifrost"), signals: ["metrics"] },
            /does not send metrics in a form that Dynatrace accepts/,
        ],
        [
            "masking without a Collector",
            { ...direct("litellm"), content: { protection: "mask" } },
            /mask needs a Collector/,
        ],
        [
            "names taken out without a Collector",
            { ...direct("litellm"), content: { identity: "drop" } },
            /content\.identity: needs a Collector/,
        ],
        [
            "a file for a gateway without one",
            { ...toCollector("portkey"), extraConfig: {} },
            /extraConfig: Portkey has no configuration file/,
        ],
        [
            "a policy for no Gateway",
            { gateway: "agentgateway-kubernetes", collectorUrl: COLLECTOR },
            /gatewayName: is needed/,
        ],
        ["a Gateway for no policy", { ...toCollector("kong"), gatewayName: "ai" }, /gatewayName: has no effect/],
        [
            "a token that the Hub cannot read",
            { ...toCollector("traceloop-hub"), collectorToken: TOKEN },
            /cannot read it from a Secret/,
        ],
        ["a OneAgent", { ...direct("litellm"), endpoint: { route: "oneagent" } }, /endpoint\.route: oneagent listens/],
        [
            "a certificate where no pod reads it",
            {
                ...direct("litellm"),
                endpoint: {
                    environment: "abc12345",
                    ca: { pem: "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----" },
                },
            },
            /name it in ca\.configMap/,
        ],
    ])("%s", (_case, args, text) => expect(refused(args)).toThrow(text));

    test("a token in a file, and the error does not repeat it", () => {
        const args = { ...toCollector("litellm"), extraConfig: { a: "dt0c01.MADEUP.NOTASECRET" } };
        const make = (): unknown => checkArguments(new Check("C", "", AI_GATEWAY_EXPORTER_FIELDS), args);
        expect(make).toThrow(/extraConfig: holds a token of Dynatrace/);
        expect(make).toThrow(expect.not.objectContaining({ message: expect.stringContaining("NOTASECRET") }));
    });

    test("straight says that nothing takes out names, unless that was said", () => {
        const warnings = (content: GatewayInputs["content"]): string[] =>
            planGateway(new Check("C"), "ai", { ...direct("litellm"), content }).warnings;
        expect(warnings(undefined).join()).toContain("content.identity: without a Collector nothing removes");
        expect(warnings({ identity: "off" })).toEqual([]);
    });
});

describe("the component", () => {
    const made = (args: AiGatewayExporterArgs): Promise<Captured[]> => capture(() => new AiGatewayExporter("ai", args));
    const kinds = (resources: Captured[]): string[] =>
        resources.filter(({ type }) => type.startsWith("kubernetes:")).map(({ type }) => type);

    test("makes nothing without a namespace", async () => {
        expect(kinds(await made(toCollector("litellm")))).toEqual([]);
    });

    test("makes a ConfigMap whose name changes with its content, for the chart as well", async () => {
        const configMap = async (model: string): Promise<Captured["inputs"]> => {
            const resources = await made({ ...toCollector("litellm"), namespace: "ai", extraConfig: { model } });
            const found = resources.find(({ type }) => type === "kubernetes:core/v1:ConfigMap");
            expect(found?.name).toBe("ai-config");
            return found?.inputs ?? {};
        };
        const [one, other] = [await configMap("a"), await configMap("b")];
        expect(one).toMatchObject({ metadata: { namespace: "ai", name: expect.stringMatching(/^ai-[0-9a-f]{8}$/) } });
        expect(one["metadata"]).not.toEqual(other["metadata"]);
        const args = { ...toCollector("litellm"), namespace: "ai", extraConfig: { model: "a" } };
        const { helmValues } = described(args);
        expect(helmValues["proxyConfigMap"]).toMatchObject({ create: false, key: "config.yaml" });
        expect(one["metadata"]).toMatchObject({ name: (helmValues["proxyConfigMap"] as { name: string }).name });
    });

    test.each([
        ["envoy-ai-gateway", "GatewayConfig", "ai"],
        ["agentgateway-kubernetes", "AgentgatewayPolicy", "ai"],
        ["kong", "KongClusterPlugin", undefined],
    ] as const)("makes the custom resource that %s reads", async (gateway, kind, namespace) => {
        const resources = await made({ ...toCollector(gateway), namespace: "ai" } as AiGatewayExporterArgs);
        const [resource, ...others] = resources.filter(({ type }) => type.startsWith("kubernetes:"));
        expect(others).toEqual([]);
        expect(resource?.type).toContain(kind);
        expect((resource?.inputs as { metadata: { namespace?: string } }).metadata.namespace).toBe(namespace);
    });

    test("restarts pods with another token, and has no secret among what it registers", async () => {
        const annotations = async (revision: string): Promise<unknown> => {
            let exporter: AiGatewayExporter | undefined;
            const args = { ...direct("litellm"), token: { ...TOKEN, revision } } as AiGatewayExporterArgs;
            await capture(() => (exporter = new AiGatewayExporter("ai", args)));
            return new Promise((resolve) => exporter?.podAnnotations.apply(resolve));
        };
        expect(await annotations("1")).not.toEqual(await annotations("2"));
        expect(Object.keys((await annotations("1")) as object)).toEqual(["dynatrace-otlp/exporter-token-revision"]);
    });

    test("throws in the constructor, before anything is registered", async () => {
        const resources = await capture(() =>
            expect(() => new AiGatewayExporter("ai", direct("portkey") as AiGatewayExporterArgs)).toThrow(
                /OTLP in JSON/,
            ),
        );
        expect(kinds(resources)).toEqual([]);
    });
});
