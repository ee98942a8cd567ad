import * as pulumi from "@pulumi/pulumi";

import { exporterEnv } from "../../components/application-pods/exporter-env";
import type { ExporterEnvArgs, ExporterVariable } from "../../components/application-pods/exporter-env/args";
import { capture } from "../support/capture";

const TOKEN = { secret: { name: "ingest-token" } };
const DIRECT: ExporterEnvArgs = { via: "direct", endpoint: { environment: "abc12345" }, token: TOKEN };
const ACTIVEGATE: ExporterEnvArgs = {
    via: "activegate",
    endpoint: { environment: "https://activegate.example.com:9999/e/abc12345" },
    token: TOKEN,
    ca: { configMap: { name: "activegate-ca" } },
};
const COLLECTOR: ExporterEnvArgs = { via: "collector", collectorUrl: "http://gateway.telemetry.svc:4318" };

const valueOf = (env: ExporterVariable[], name: string): unknown =>
    env.find((variable) => variable.name === name)?.value;
const resolved = (value: unknown): Promise<unknown> =>
    new Promise((resolve) => void pulumi.all([value]).apply(([plain]) => resolve(plain)));

describe("an application that sends straight to Dynatrace", () => {
    test("gets each signal's own settings, the token first, the attributes last", () => {
        const { env, volumes, volumeMounts } = exporterEnv({
            ...DIRECT,
            serviceName: "checkout",
            resourceAttributes: { "deployment.environment.name": "pre prod", "k8s.cluster.name": "eu,1" },
        });
        const url = "https://abc12345.live.dynatrace.com/api/v2/otlp/v1";
        const field = (fieldPath: string): object => ({ fieldRef: { fieldPath } });
        const header = "Authorization=Api-Token $(DT_API_TOKEN)";
        expect(env).toEqual([
            { name: "DT_API_TOKEN", valueFrom: { secretKeyRef: { name: "ingest-token", key: "token" } } },
            { name: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", value: `${url}/traces` },
            { name: "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", value: "http/protobuf" },
            { name: "OTEL_EXPORTER_OTLP_TRACES_HEADERS", value: header },
            { name: "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", value: "gzip" },
            { name: "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", value: `${url}/metrics` },
            { name: "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", value: "http/protobuf" },
            { name: "OTEL_EXPORTER_OTLP_METRICS_HEADERS", value: header },
            { name: "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", value: "gzip" },
            { name: "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", value: `${url}/logs` },
            { name: "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", value: "http/protobuf" },
            { name: "OTEL_EXPORTER_OTLP_LOGS_HEADERS", value: header },
            { name: "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", value: "gzip" },
            { name: "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", value: "delta" },
            { name: "OTEL_TRACES_EXPORTER", value: "otlp" },
            { name: "OTEL_METRICS_EXPORTER", value: "otlp" },
            { name: "OTEL_LOGS_EXPORTER", value: "otlp" },
            { name: "OTEL_SERVICE_NAME", value: "checkout" },
            { name: "OTEL_K8S_NAMESPACE", valueFrom: field("metadata.namespace") },
            { name: "OTEL_K8S_NODE_NAME", valueFrom: field("spec.nodeName") },
            { name: "OTEL_K8S_POD_NAME", valueFrom: field("metadata.name") },
            { name: "OTEL_K8S_POD_UID", valueFrom: field("metadata.uid") },
            {
                name: "OTEL_RESOURCE_ATTRIBUTES",
                value:
                    "deployment.environment.name=pre%20prod,k8s.cluster.name=eu%2C1," +
                    "k8s.namespace.name=$(OTEL_K8S_NAMESPACE),k8s.node.name=$(OTEL_K8S_NODE_NAME)," +
                    "k8s.pod.name=$(OTEL_K8S_POD_NAME),k8s.pod.uid=$(OTEL_K8S_POD_UID)",
            },
        ]);
        expect([volumes, volumeMounts]).toEqual([[], []]);
    });

    test("every $(NAME) stands behind the variable it names, or Kubernetes would pass it on as it is", () => {
        for (const args of [DIRECT, ACTIVEGATE, COLLECTOR]) {
            const seen = new Set<string>();
            for (const { name, value } of exporterEnv(args).env) {
                for (const [, used] of String(value).matchAll(/\$\(([A-Z0-9_]+)\)/g)) expect(seen).toContain(used);
                seen.add(name);
            }
        }
    });

    test("sends the blank in its header percent-encoded if asked, and a platform token as Bearer", () => {
        const token = { ...TOKEN, scheme: "Bearer" as const };
        const { env } = exporterEnv({ ...DIRECT, token, headerEncoding: "percent" });
        expect(valueOf(env, "OTEL_EXPORTER_OTLP_LOGS_HEADERS")).toBe("Authorization=Bearer%20$(DT_API_TOKEN)");
    });

    test("has the signals that it does not send switched off, and no setting for them", () => {
        const { env } = exporterEnv({ ...DIRECT, signals: ["traces"] });
        expect(valueOf(env, "OTEL_METRICS_EXPORTER")).toBe("none");
        expect(valueOf(env, "OTEL_LOGS_EXPORTER")).toBe("none");
        const names = env.map(({ name }) => name).filter((name) => name.startsWith("OTEL_EXPORTER_OTLP_"));
        expect(names.filter((name) => !name.includes("_TRACES_"))).toEqual([]);
    });

    test("restarts with a new token: by the Secret's name, and by an annotation that tells nothing of it", () => {
        const annotations = (token: object): unknown =>
            exporterEnv({ ...DIRECT, token } as ExporterEnvArgs).podAnnotations;
        const first = annotations({ secret: { name: "a" }, revision: "dt0c01.FIRST" });
        expect(first).not.toEqual(annotations({ secret: { name: "a" }, revision: "dt0c01.SECOND" }));
        expect(first).not.toEqual(annotations({ secret: { name: "b" }, revision: "dt0c01.FIRST" }));
        expect(JSON.stringify(first)).not.toContain("dt0c01");
        expect(exporterEnv(COLLECTOR).podAnnotations).toEqual({});
    });
});

describe("an application that sends to an ActiveGate", () => {
    test("trusts its CA from a ConfigMap or a Secret, and reaches it past the proxy", () => {
        const { env, volumes, volumeMounts } = exporterEnv(ACTIVEGATE);
        for (const signal of ["TRACES", "METRICS", "LOGS"]) {
            expect(valueOf(env, `OTEL_EXPORTER_OTLP_${signal}_CERTIFICATE`)).toBe("/etc/dynatrace-otlp/ca.crt");
        }
        expect(valueOf(env, "NO_PROXY")).toBe("activegate.example.com");
        expect(valueOf(env, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")).toBe(
            "https://activegate.example.com:9999/e/abc12345/api/v2/otlp/v1/traces",
        );
        const items = [{ key: "ca.crt", path: "ca.crt" }];
        expect(volumes).toEqual([{ name: "dynatrace-otlp-ca", configMap: { name: "activegate-ca", items } }]);
        expect(volumeMounts).toEqual([{ name: "dynatrace-otlp-ca", mountPath: "/etc/dynatrace-otlp", readOnly: true }]);
        const fromSecret = exporterEnv({ ...ACTIVEGATE, ca: { secret: { name: "tls", key: "server.crt" } } });
        expect(fromSecret.volumes).toEqual([
            {
                name: "dynatrace-otlp-ca",
                secret: { secretName: "tls", items: [{ key: "server.crt", path: "ca.crt" }] },
            },
        ]);
    });
});

describe("an application that sends to a Collector", () => {
    test.each([
        ["http/protobuf", "http://gateway.telemetry.svc:4318"],
        ["grpc", "http://gateway.telemetry.svc:4317"],
    ] as const)("speaks %s with delta metrics and holds no token", (protocol, collectorUrl) => {
        const { env } = exporterEnv({ ...COLLECTOR, collectorUrl, protocol, kubernetesAttributes: false });
        expect(env).toEqual([
            { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: collectorUrl },
            { name: "OTEL_EXPORTER_OTLP_PROTOCOL", value: protocol },
            { name: "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", value: "delta" },
            { name: "OTEL_TRACES_EXPORTER", value: "otlp" },
            { name: "OTEL_METRICS_EXPORTER", value: "otlp" },
            { name: "OTEL_LOGS_EXPORTER", value: "otlp" },
        ]);
    });
});

describe("what is not known yet", () => {
    test("is an Output in its place, and the list can still be spread", async () => {
        await capture(() => undefined);
        const { env } = exporterEnv({
            via: "direct",
            endpoint: { environment: pulumi.output("abc12345") },
            token: { secret: { name: pulumi.output("ingest-token-1a2b3c4d") } },
            resourceAttributes: { owner: pulumi.output("team a") },
        });
        expect(env.map(({ name }) => name)).toEqual(exporterEnv(DIRECT).env.map(({ name }) => name));
        const plain = exporterEnv({
            ...DIRECT,
            token: { secret: { name: "ingest-token-1a2b3c4d" } },
            resourceAttributes: { owner: "team a" },
        });
        expect(await resolved(env)).toEqual(plain.env);
    });
});

test.each<[string, ExporterEnvArgs, RegExp]>([
    [
        "no endpoint",
        { via: "direct", token: TOKEN },
        /^exporterEnv: endpoint: is missing, and required for via "direct"/,
    ],
    ["no token", { via: "direct", endpoint: { environment: "abc12345" } }, /token: is missing, and required/],
    ["no Collector", { via: "collector" }, /collectorUrl: is missing, and required/],
    ["a token for a Collector", { ...COLLECTOR, token: TOKEN }, /token: cannot be combined with via/],
    ["gRPC to Dynatrace", { ...DIRECT, protocol: "grpc" }, /protocol: Dynatrace does not accept gRPC; remove protocol/],
    [
        "the gRPC port for HTTP",
        { ...COLLECTOR, collectorUrl: "http://g.t.svc:4317" },
        /does not accept http\/protobuf; use 4318/,
    ],
    ["the HTTP port for gRPC", { ...COLLECTOR, protocol: "grpc" }, /port 4318 does not accept grpc; use 4317/],
    ["a Collector's signal path", { ...COLLECTOR, collectorUrl: "http://g.t.svc:4318/v1/traces" }, /remove \/v1/],
    ["a Collector without scheme", { ...COLLECTOR, collectorUrl: "gateway:4318" }, /collectorUrl: is not a URL/],
    [
        "an ActiveGate as direct",
        { ...ACTIVEGATE, via: "direct" },
        /via: "direct" contradicts endpoint, which is route activegate/,
    ],
    [
        "SaaS as ActiveGate",
        { ...DIRECT, via: "activegate" },
        /via "activegate" is for activegate and container-activegate/,
    ],
    [
        "OneAgent",
        { ...DIRECT, endpoint: { route: "oneagent" } },
        /endpoint.route: oneagent listens on its own host only/,
    ],
    [
        "two sources of a CA",
        { ...ACTIVEGATE, ca: { configMap: { name: "a" }, secret: { name: "b" } } },
        /ca\.configMap: cannot be combined with secret/,
    ],
    ["no source of a CA", { ...ACTIVEGATE, ca: {} }, /ca: is empty; set configMap or secret/],
    ["another way", { via: "pigeon" as never }, /via: "pigeon" is not known; use collector, direct or activegate/],
    ["another scheme", { ...DIRECT, token: { ...TOKEN, scheme: "Basic" as never } }, /token.scheme: "Basic"/],
    ["no signal", { ...DIRECT, signals: [] }, /signals: is empty/],
])("%s is refused before anything is created", (_case, args, text) => {
    expect(() => exporterEnv(args)).toThrow(text);
});

test("a certificate that no pod could read is refused, with the way to it", () => {
    const pem = "-----BEGIN CERTIFICATE-----\nmade up\n-----END CERTIFICATE-----";
    const endpoint = { ...ACTIVEGATE.endpoint, ca: { pem } };
    expect(() => exporterEnv({ ...ACTIVEGATE, endpoint, ca: undefined })).toThrow(
        /endpoint.ca: .* store the certificates in a ConfigMap/,
    );
});
