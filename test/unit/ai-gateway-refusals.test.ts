import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import { AiGatewayExporter } from "../../components/ai-gateway";
import { AiGateway, type AiGatewayExporterArgs } from "../../components/ai-gateway/args";
import { InputError } from "../../components/shared/check";
import { capture, type Captured } from "../support/capture";

const SECRET = "A".repeat(64);
const TOKEN = `dt0c01.MADEUPMADEUPMADEUPMADEUP.${SECRET}`;
const COLLECTOR = "http://gateway.telemetry.svc:4318";
const SECURED = "https://gateway.telemetry.svc:4318";
const ON_KUBERNETES = { gateway: AiGateway.AgentgatewayKubernetes, gatewayName: "ai", namespace: "ai" };

/** What the component registers and gives out, or the error that it throws. */
async function made(args: Record<string, unknown>): Promise<{
    resources: Captured[];
    error?: unknown;
    known: Record<"env" | "notes" | "file", unknown>;
}> {
    let error: unknown;
    let known: Promise<Record<"env" | "notes" | "file", unknown>> | undefined;
    const resources = await capture(() => {
        try {
            const { env, notes, file } = new AiGatewayExporter("ai", args as unknown as AiGatewayExporterArgs);
            known = new Promise((resolve) => void pulumi.output({ env, notes, file }).apply(resolve as () => void));
        } catch (thrown) {
            error = thrown;
        }
    });
    return { resources, error, known: (await known) ?? { env: undefined, notes: undefined, file: undefined } };
}

const LITELLM = { gateway: AiGateway.LiteLlm, collectorUrl: COLLECTOR };
const DIRECT = { gateway: AiGateway.LiteLlm, via: "direct", endpoint: { environment: "abc12345" } };
const FORM = { ...DIRECT, gateway: AiGateway.TrueFoundry };
const HOLDS = "holds a token of Dynatrace";

describe("what cannot work is said before anything is created, without the token or the password in it", () => {
    test.each<[string, Record<string, unknown>, string]>([
        // A token where only a reference belongs, or where everybody reads.
        [
            "token as its Secret's name",
            { ...DIRECT, token: { secret: { name: TOKEN } } },
            `token.secret.name: ${HOLDS}`,
        ],
        ["in a form too", { ...FORM, token: { secret: { name: TOKEN } } }, `token.secret.name: ${HOLDS}`],
        ["in a form's key", { ...FORM, token: { secret: { name: "", key: TOKEN } } }, `token.secret.key: ${HOLDS}`],
        ["as its key", { ...DIRECT, token: { secret: { name: "a", key: TOKEN } } }, `token.secret.key: ${HOLDS}`],
        [
            "for a Collector",
            { ...LITELLM, collectorToken: { secret: { name: TOKEN } } },
            `collectorToken.secret.name: ${HOLDS}`,
        ],
        ["no Secret", { ...DIRECT, token: {} }, "token.secret.name: is missing"],
        [
            "a Secret without name",
            { ...LITELLM, collectorToken: { secret: { name: "" } } },
            "collectorToken.secret.name: is empty",
        ],
        [
            "a bad name",
            { ...LITELLM, collectorToken: { secret: { name: "My Token" } } },
            'collectorToken.secret.name: "My Token"',
        ],
        ["serviceName", { ...LITELLM, serviceName: TOKEN }, `serviceName: ${HOLDS}`],
        ["resourceAttributes", { ...LITELLM, resourceAttributes: { team: TOKEN } }, `resourceAttributes: ${HOLDS}`],
        [
            "Kong's",
            { ...LITELLM, gateway: "kong", resourceAttributes: { team: TOKEN } },
            `resourceAttributes: ${HOLDS}`,
        ],
        ["extraConfig", { ...LITELLM, extraConfig: { a: [TOKEN] } }, `extraConfig: ${HOLDS}`],
        ["the path of a URL", { ...LITELLM, collectorUrl: `${COLLECTOR}/${TOKEN}` }, "collectorUrl: holds a token"],
        // URLs that are more than an address.
        ["user", { ...LITELLM, collectorUrl: "http://me:hunter2@gateway.telemetry.svc" }, "collectorUrl: holds a user"],
        ["no scheme", { ...LITELLM, collectorUrl: "me:hunter2@gateway:4318" }, "collectorUrl: is not a URL"],
        ["query", { ...LITELLM, collectorUrl: `${COLLECTOR}/?key=hunter2` }, "collectorUrl: holds a query"],
        ["nothing", { ...LITELLM, collectorUrl: "" }, "collectorUrl: is missing"],
        // A CA for what is not encrypted, and names of nothing.
        [
            "a CA without TLS",
            { ...LITELLM, ca: { configMap: { name: "ca" } } },
            "ca: has no effect, because collectorUrl begins with http and is not encrypted",
        ],
        [
            "a bad ConfigMap",
            { ...LITELLM, collectorUrl: SECURED, ca: { configMap: { name: "My CA" } } },
            'ca.configMap.name: "My CA" is not the name',
        ],
        [
            "a key that no SDK reads",
            { ...LITELLM, resourceAttributes: { "a b": "c" } },
            'resourceAttributes["a b"]: is not a key that every SDK reads',
        ],
        // A policy that could refer to nothing.
        ...[
            "https://otlp.example.com",
            "http://10.1.2.3:4318",
            "http://[::1]:4318",
            "http://gateway.telemetry:4318",
        ].map((collectorUrl): [string, Record<string, unknown>, string] => [
            collectorUrl,
            { ...ON_KUBERNETES, collectorUrl },
            "collectorUrl: is not a Service of the cluster, and the policy can only refer to a Service; write http://{service}.{namespace}.svc:4318",
        ]),
        [
            "a Service of no namespace",
            { ...ON_KUBERNETES, namespace: undefined, collectorUrl: "http://gateway:4318" },
            "collectorUrl: names Service gateway without a namespace, and namespace is not set",
        ],
        // A file that would do nothing.
        [
            "a Hub without pipelines",
            { gateway: AiGateway.TraceloopHub, collectorUrl: COLLECTOR, namespace: "ai" },
            "extraConfig.pipelines: is missing, and Traceloop Hub's file would do nothing without it",
        ],
    ])("%s", async (_case, args, text) => {
        const { error, resources } = await made(args);
        expect(error).toBeInstanceOf(InputError);
        const { message } = error as InputError;
        expect(message).toContain(`AiGatewayExporter("ai"): ${text}`);
        expect(message).not.toMatch(new RegExp(`${SECRET}|hunter2`));
        expect(resources.map(({ type }) => type)).toEqual(["dynatrace-otlp:index:AiGatewayExporter"]);
    });

    test("a CA is mounted where the Collector has a certificate, and a form needs no Secret", async () => {
        for (const args of [
            { ...LITELLM, collectorUrl: SECURED, ca: { configMap: { name: "ca" } } },
            { ...FORM, token: { secret: { name: "" } } },
        ]) {
            expect((await made(args)).error).toBe(undefined);
        }
    });
});

describe("agentgateway on Kubernetes", () => {
    const tracing = async (collectorUrl: string): Promise<{ backendRef: unknown; notes: string }> => {
        const { resources, known } = await made({ ...ON_KUBERNETES, collectorUrl });
        const policy = resources.find(({ type }) => type.endsWith(":AgentgatewayPolicy"));
        const { frontend } = policy?.inputs["spec"] as { frontend: { tracing: { backendRef: unknown } } };
        return { backendRef: frontend.tracing.backendRef, notes: String(known.notes) };
    };

    test.each([
        [COLLECTOR, "telemetry", 4318],
        ["http://gateway.telemetry.svc.cluster.local", "telemetry", 80],
        [SECURED, "telemetry", 4318],
        ["http://gateway:4318", "ai", 4318],
    ])("%s is the Service gateway in its own namespace, or beside the policy", async (url, namespace, port) => {
        expect((await tracing(url)).backendRef).toEqual({ kind: "Service", name: "gateway", namespace, port });
    });

    test("says what encrypts, where the Collector wants it", async () => {
        expect((await tracing(SECURED)).notes).toContain("BackendTLSPolicy for the Collector's Service");
        expect((await tracing(COLLECTOR)).notes).not.toContain("BackendTLSPolicy");
    });
});

describe("Traceloop Hub", () => {
    const HUB = { gateway: AiGateway.TraceloopHub, collectorUrl: COLLECTOR };

    test("says that nothing is traced without pipelines, and is silent with one", async () => {
        const pipelines = [{ name: "default", type: "chat", plugins: [] }];
        expect(String((await made(HUB)).known.notes)).toContain("extraConfig has no pipelines");
        const { known, resources } = await made({ ...HUB, namespace: "ai", extraConfig: { pipelines } });
        expect(known.notes).toEqual([]);
        expect(parse(String(known.file)).pipelines[0].plugins[0].tracing.endpoint).toBe(`${COLLECTOR}/v1/traces`);
        expect(resources.map(({ type }) => type)).toContain("kubernetes:core/v1:ConfigMap");
    });
});

describe("OpenLIT", () => {
    const switches = async (signals?: string[]): Promise<Record<string, string>> => {
        const { known } = await made({ gateway: AiGateway.OpenLit, collectorUrl: COLLECTOR, signals });
        const env = known.env as { name: string; value: string }[];
        return Object.fromEntries(
            env.filter(({ name }) => /_EXPORTER$|DISABLE/.test(name)).map(({ name, value }) => [name, value]),
        );
    };

    test("sends what is asked for, and nothing else", async () => {
        expect(await switches(["traces"])).toEqual({
            OTEL_TRACES_EXPORTER: "otlp",
            OTEL_METRICS_EXPORTER: "none",
            OTEL_LOGS_EXPORTER: "none",
            OPENLIT_DISABLE_METRICS: "true",
            OPENLIT_DISABLE_EVENTS: "true",
        });
        expect(new Set(Object.values(await switches()))).toEqual(new Set(["otlp", "false"]));
    });
});
