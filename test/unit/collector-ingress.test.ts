import { planExposure } from "../../components/collector/exposure";
import { Check } from "../../components/shared/check";
import type { Signal } from "../../components/shared/signals";
import { exposureObjects } from "../support/collector-objects";

const WHO = 'OtlpCollector("gateway")';
const AROUND = {
    name: "gateway",
    namespace: "telemetry",
    labels: { team: "sre" },
    signals: ["traces", "metrics", "logs"] as Signal[],
    receiverTls: false,
    receiverAuth: true,
    largestMiB: { http: 20, grpc: 16 },
};
const plan = (args: Parameters<typeof planExposure>[1] = {}, around: Partial<typeof AROUND> = {}) =>
    planExposure(new Check(WHO, "network.exposure"), args, { ...AROUND, ...around });
const objects = (args: Parameters<typeof planExposure>[1] = {}, around: Partial<typeof AROUND> = {}) =>
    exposureObjects({ ...AROUND, ...around }, plan(args, around));
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
const object = (role: string, ...args: Parameters<typeof plan>): any => objects(...args)[role];
const HTTPS = { hosts: ["otlp.example.com"], tls: { secretName: "otlp-tls" } };

describe("an Ingress", () => {
    test("is not made unless asked for", () => {
        expect(objects()).toEqual({});
        expect(plan()).toMatchObject({ urls: [], fromNamespaces: [], warnings: [] });
    });

    test("leads the paths of OTLP over HTTP, and no other, to the Service's port", () => {
        const made = object("http-ingress", { httpIngress: { ...HTTPS, className: "nginx" } });
        expect(made).toEqual({
            apiVersion: "networking.k8s.io/v1",
            kind: "Ingress",
            metadata: {
                name: "gateway-http",
                namespace: "telemetry",
                labels: { team: "sre" },
                annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "20m" },
            },
            spec: {
                ingressClassName: "nginx",
                tls: [{ hosts: ["otlp.example.com"], secretName: "otlp-tls" }],
                rules: [
                    {
                        host: "otlp.example.com",
                        http: {
                            paths: ["/v1/traces", "/v1/metrics", "/v1/logs"].map((path) => ({
                                path,
                                pathType: "Prefix",
                                backend: { service: { name: "gateway", port: { number: 4318 } } },
                            })),
                        },
                    },
                ],
            },
        });
    });

    test("opens no path of a signal that the Collector does not take", () => {
        const { rules } = object("http-ingress", { httpIngress: HTTPS }, { signals: ["logs"] }).spec;
        expect(rules[0].http.paths.map(({ path }: { path: string }) => path)).toEqual(["/v1/logs"]);
    });

    test("of its own leads gRPC to its port, with what the controller wants to be told", () => {
        const annotations = { "nginx.ingress.kubernetes.io/backend-protocol": "GRPC" };
        const made = object("grpc-ingress", { grpcIngress: { ...HTTPS, annotations } }, { signals: ["traces"] });
        expect(made.metadata).toMatchObject({ name: "gateway-grpc", annotations });
        expect(made.spec.rules[0].http.paths).toEqual([
            {
                path: "/opentelemetry.proto.collector.trace.v1.TraceService",
                pathType: "Prefix",
                backend: { service: { name: "gateway", port: { number: 4317 } } },
            },
        ]);
    });

    test.each<[string, "http" | "grpc", boolean, Record<string, string>]>([
        ["HTTP", "http", false, { "proxy-body-size": "20m" }],
        ["HTTP with TLS", "http", true, { "backend-protocol": "HTTPS", "proxy-body-size": "20m" }],
        ["gRPC", "grpc", false, { "backend-protocol": "GRPC", "proxy-body-size": "16m" }],
        ["gRPC with TLS", "grpc", true, { "backend-protocol": "GRPCS", "proxy-body-size": "16m" }],
    ])("of nginx knows the protocol and the largest request of %s", (_, protocol, receiverTls, expected) => {
        const annotations = (args: object): object =>
            object(`${protocol}-ingress`, { [`${protocol}Ingress`]: { ...HTTPS, ...args } }, { receiverTls }).metadata
                .annotations;
        const prefixed = Object.entries(expected).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value]);
        expect(annotations({ className: "nginx" })).toEqual(Object.fromEntries(prefixed));
        const own = { "nginx.ingress.kubernetes.io/proxy-body-size": "8m", team: "sre" };
        expect(annotations({ className: "nginx", annotations: own })).toMatchObject(own);
        expect(annotations({ className: "traefik" })).toBeUndefined();
        const { warnings } = plan({ [`${protocol}Ingress`]: { ...HTTPS, className: "nginx" } }, { receiverTls });
        expect(warnings).toEqual([]);
    });

    test("tells senders the URL, where there is one", () => {
        expect(
            plan({ httpIngress: HTTPS, grpcIngress: { hosts: ["grpc.example.com", "*.example.org"] } }).urls,
        ).toEqual(["https://otlp.example.com", "http://grpc.example.com"]);
    });

    test("needs its controller's namespace to be let in", () => {
        expect(plan({ httpIngress: HTTPS, controllerNamespace: "ingress-nginx" }).fromNamespaces).toEqual([
            "ingress-nginx",
        ]);
    });
});

describe("a Gateway", () => {
    const gateway = {
        name: "edge",
        namespace: "gateways",
        sectionName: "https",
        httpHosts: ["otlp.example.com"],
        grpcHosts: ["otlp-grpc.example.com"],
    };
    const parentRefs = [{ name: "edge", namespace: "gateways", sectionName: "https" }];

    test("gets a route for HTTP with the paths of OTLP", () => {
        expect(object("http-route", { gateway }, { signals: ["traces", "logs"] })).toMatchObject({
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "HTTPRoute",
            metadata: { name: "gateway-http", namespace: "telemetry" },
            spec: {
                parentRefs,
                hostnames: ["otlp.example.com"],
                rules: [
                    {
                        matches: [
                            { path: { type: "PathPrefix", value: "/v1/traces" } },
                            { path: { type: "PathPrefix", value: "/v1/logs" } },
                        ],
                        backendRefs: [{ name: "gateway", port: 4318 }],
                    },
                ],
            },
        });
    });

    test("gets a route for gRPC with the methods of OTLP", () => {
        expect(object("grpc-route", { gateway }, { signals: ["metrics"] })).toMatchObject({
            kind: "GRPCRoute",
            spec: {
                parentRefs,
                hostnames: ["otlp-grpc.example.com"],
                rules: [
                    {
                        matches: [
                            {
                                method: {
                                    type: "Exact",
                                    service: "opentelemetry.proto.collector.metrics.v1.MetricsService",
                                    method: "Export",
                                },
                            },
                        ],
                        backendRefs: [{ name: "gateway", port: 4317 }],
                    },
                ],
            },
        });
    });

    test("of the Collector's own namespace needs no more than its name and hosts", () => {
        const made = objects({ gateway: { name: "edge", httpHosts: ["*.example.com"] } });
        expect(Object.keys(made)).toEqual(["http-route"]);
        expect(made["http-route"]?.spec).toMatchObject({
            parentRefs: [{ name: "edge" }],
            hostnames: ["*.example.com"],
        });
    });
});

describe("what opens the Collector too far is warned about:", () => {
    test.each([
        ["no encryption", { httpIngress: { hosts: ["a.b"] } }, {}, "httpIngress.tls: is missing, so telemetry"],
        [
            "no credential",
            { grpcIngress: HTTPS },
            { receiverAuth: false },
            "grpcIngress: anyone who can reach the host can",
        ],
        [
            "no credential behind a Gateway",
            { gateway: { name: "edge", httpHosts: ["a.b"] } },
            { receiverAuth: false },
            "gateway: anyone who can reach the host can send at your cost; require a token with receiver.bearer",
        ],
        ["TLS behind it", { httpIngress: HTTPS }, { receiverTls: true }, "httpIngress: the Collector accepts only TLS"],
    ])("%s", (_, args, around, text) => {
        expect(plan(args, around).warnings).toEqual([expect.stringContaining(`${WHO}: network.exposure.${text}`)]);
    });

    test("nothing, where it is encrypted and asks for a token", () => {
        expect(plan({ httpIngress: HTTPS, grpcIngress: HTTPS }).warnings).toEqual([]);
    });
});

describe("an argument that cannot work is refused:", () => {
    const gateway = (more: object) => ({ gateway: { name: "edge", ...more } });
    test.each<[string, object, string]>([
        ["no host", { httpIngress: { hosts: [] } }, "network.exposure.httpIngress.hosts: is empty"],
        [
            "a URL",
            { httpIngress: { hosts: ["https://a.b"] } },
            'network.exposure.httpIngress.hosts: "https://a.b" is not a host',
        ],
        [
            "an address",
            { grpcIngress: { hosts: ["10.1.2.3"] } },
            'network.exposure.grpcIngress.hosts: "10.1.2.3" is not a host',
        ],
        [
            "no Secret",
            { httpIngress: { hosts: ["a.b"], tls: { secretName: "" } } },
            "network.exposure.httpIngress.tls.secretName",
        ],
        [
            "a Gateway without hosts",
            gateway({}),
            "network.exposure.gateway: has no effect without httpHosts or grpcHosts",
        ],
        [
            "a host for two kinds of route",
            gateway({ httpHosts: ["a.b"], grpcHosts: ["a.b"] }),
            'network.exposure.gateway.grpcHosts: "a.b" is also in httpHosts',
        ],
        [
            "no namespace",
            { controllerNamespace: "Ingress" },
            'network.exposure.controllerNamespace: "Ingress" is not the name of a namespace',
        ],
    ])("%s", (_, args, text) => {
        expect(() => plan(args as never)).toThrow(`${WHO}: ${text}`);
    });
});
