import * as fc from "fast-check";

import { resolveEndpoint } from "../../components/endpoint";
import { EndpointRoute } from "../../components/endpoint/route";
import { Check, InputError } from "../../components/shared/check";

const resolve = (args: Parameters<typeof resolveEndpoint>[1]): ReturnType<typeof resolveEndpoint> =>
    resolveEndpoint(new Check('Probe("p")', "endpoint"), args);
const failure = (args: Parameters<typeof resolveEndpoint>[1]): string => {
    try {
        resolve(args);
    } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return (error as InputError).message;
    }
    throw new Error("nothing was thrown");
};

const CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

describe("the base URLs of the OTLP API document", () => {
    test("SaaS", () => {
        const endpoint = resolve({ environment: "abc12345" });
        expect(endpoint).toMatchObject({
            route: EndpointRoute.Saas,
            environmentId: "abc12345",
            host: "abc12345.live.dynatrace.com",
            port: 443,
            podPort: 443,
            apiUrl: "https://abc12345.live.dynatrace.com/api",
            otlpUrl: "https://abc12345.live.dynatrace.com/api/v2/otlp",
            tracesUrl: "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces",
            metricsUrl: "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/metrics",
            logsUrl: "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/logs",
            metricsIngestUrl: "https://abc12345.live.dynatrace.com/api/v2/metrics/ingest",
            requiresToken: true,
            privateCaExpected: false,
            warnings: [],
        });
    });

    test("Managed and Dynatrace for Government", () => {
        const endpoint = resolve({ environment: "https://dynatrace.example.com/e/19a3-77" });
        expect(endpoint.route).toBe(EndpointRoute.Managed);
        expect(endpoint.otlpUrl).toBe("https://dynatrace.example.com/e/19a3-77/api/v2/otlp");
        expect(endpoint.metricsIngestUrl).toBe("https://dynatrace.example.com/e/19a3-77/api/v2/metrics/ingest");
        expect(endpoint.port).toBe(443);
    });

    test("Environment ActiveGate, port 9999 by default", () => {
        const endpoint = resolve({
            environment: "abc12345",
            route: EndpointRoute.ActiveGate,
            host: "ag.example.com",
            ca: { pem: CA },
        });
        expect(endpoint.otlpUrl).toBe("https://ag.example.com:9999/e/abc12345/api/v2/otlp");
        expect(endpoint).toMatchObject({ port: 9999, podPort: 9999, privateCaExpected: true, warnings: [] });
    });

    test("Environment ActiveGate on a port of its own", () => {
        const endpoint = resolve({ environment: "https://ag.example.com:8443/e/abc12345/api/v2/otlp" });
        expect(endpoint).toMatchObject({ route: EndpointRoute.ActiveGate, port: 8443, podPort: 8443 });
        expect(endpoint.tracesUrl).toBe("https://ag.example.com:8443/e/abc12345/api/v2/otlp/v1/traces");
    });

    test("containerized ActiveGate: 443 at the Service, 9999 at the pod", () => {
        const endpoint = resolve({ environment: "https://dynakube-activegate.dynatrace.svc/e/abc12345" });
        expect(endpoint).toMatchObject({ route: EndpointRoute.ContainerActiveGate, port: 443, podPort: 9999 });
        expect(endpoint.otlpUrl).toBe("https://dynakube-activegate.dynatrace.svc/e/abc12345/api/v2/otlp");
    });

    test("OneAgent on the same host: traces only, no token", () => {
        const endpoint = resolve({ route: EndpointRoute.OneAgent });
        expect(endpoint.tracesUrl).toBe("http://localhost:14499/otlp/v1/traces");
        expect(endpoint.metricsIngestUrl).toBe("http://localhost:14499/metrics/ingest");
        expect(endpoint.signals).toEqual(["traces"]);
        expect(endpoint.requiresToken).toBe(false);
        expect(endpoint.metricsUrl).toBeUndefined();
        expect(endpoint.apiUrl).toBeUndefined();
    });
});

describe("what a person pastes is understood", () => {
    test.each([
        "abc12345",
        " abc12345\n",
        "abc12345.live.dynatrace.com",
        "https://abc12345.live.dynatrace.com",
        "https://ABC12345.live.dynatrace.com/",
        "https://abc12345.live.dynatrace.com:443/api",
        "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces",
        "https://abc12345.apps.dynatrace.com/ui/apps/dynatrace.launcher/launcher#tf=now-2h",
        "https://abc12345.live.apps.dynatrace.com/api/v2/otlp",
        "https://abc12345.live.dynatrace.com/e/abc12345/api",
    ])("%s is the SaaS environment abc12345", (environment) => {
        expect(resolve({ environment }).otlpUrl.toLowerCase()).toBe("https://abc12345.live.dynatrace.com/api/v2/otlp");
    });

    test.each([
        ["https://abc12345.apps.dynatrace.com", "abc12345.live.dynatrace.com"],
        ["https://abc12345.live.apps.dynatrace.com", "abc12345.live.dynatrace.com"],
        ["https://abc12345.sprint.apps.dynatracelabs.com", "abc12345.sprint.dynatracelabs.com"],
        ["https://abc12345.dev.apps.dynatracelabs.com", "abc12345.dev.dynatracelabs.com"],
    ])("%s loses .apps. as the Operator does it, with a warning", (environment, host) => {
        const endpoint = resolve({ environment });
        expect(endpoint.host).toBe(host);
        expect(endpoint.warnings).toHaveLength(1);
        expect(endpoint.warnings[0]).toContain(host);
    });

    test("a cluster's own apps domain is left alone: it is where OpenShift puts its routes", () => {
        const endpoint = resolve({
            environment: "abc12345",
            route: EndpointRoute.ContainerActiveGate,
            host: "ag.apps.cluster.example.com",
        });
        expect(endpoint.host).toBe("ag.apps.cluster.example.com");
    });

    test("an ActiveGate without a CA warns of the TLS error to come", () => {
        const [warning] = resolve({ environment: "https://ag.example.com:9999/e/abc12345" }).warnings;
        expect(warning).toContain("ca is not given");
    });

    test("the id of a SaaS URL serves an ActiveGate route too", () => {
        const endpoint = resolve({
            environment: "https://abc12345.live.dynatrace.com",
            route: EndpointRoute.ActiveGate,
            host: "ag.example.com",
        });
        expect(endpoint.otlpUrl).toBe("https://ag.example.com:9999/e/abc12345/api/v2/otlp");
    });
});

describe("what cannot be repaired is an error that names the field and the right form", () => {
    test.each<[string, Parameters<typeof resolveEndpoint>[1], string[]]>([
        ["nothing", {}, ["endpoint.environment", "abc12345"]],
        ["plain http", { environment: "http://abc12345.live.dynatrace.com" }, ["https only"]],
        ["a domain without environment", { environment: "https://dynatrace.example.com" }, ["/e/{environment}"]],
        ["Dynatrace's site", { environment: "https://www.dynatrace.com" }, ["names no environment"]],
        [
            "a Managed id without host",
            { environment: "19a3-77", route: EndpointRoute.Managed },
            ["endpoint.host", "/e/19a3-77"],
        ],
        ["a UUID, which only Managed has", { environment: "0f3c1d2e-1111-2222-3333-444455556666" }, ["endpoint.host"]],
        [
            "an ActiveGate without host",
            { environment: "abc12345", route: EndpointRoute.ActiveGate },
            [":9999/e/abc12345"],
        ],
        ["9999 on SaaS", { environment: "abc12345", port: 9999 }, ["endpoint.port", "443 only", "activegate"]],
        ["9999 in a SaaS URL", { environment: "https://abc12345.live.dynatrace.com:9999" }, ["endpoint.port"]],
        [
            "a port out of range",
            { environment: "abc12345", route: EndpointRoute.ActiveGate, host: "a", port: 70000 },
            ["65535"],
        ],
        [
            "a host with a scheme",
            { environment: "abc12345", route: EndpointRoute.ActiveGate, host: "https://a" },
            ["scheme"],
        ],
        [
            "a route of another name",
            { environment: "abc12345", route: "activeGate" as never },
            ["container-activegate"],
        ],
        ["two hosts", { environment: "https://a.example.com:9999/e/x", host: "b.example.com" }, ["contradicts"]],
        ["two ports", { environment: "https://a.example.com:9999/e/x", port: 9998 }, ["contradicts"]],
        ["a OneAgent elsewhere", { route: EndpointRoute.OneAgent, host: "node1" }, ["its own host only"]],
        [
            "a private key",
            { environment: "abc12345", ca: { pem: `${CA}-----BEGIN PRIVATE KEY-----` } },
            ["private key"],
        ],
        ["a CA that is a path", { environment: "abc12345", ca: { pem: "/etc/ssl/ca.crt" } }, ["PEM"]],
    ])("%s", (_case, args, parts) => {
        const text = failure(args);
        expect(text).toMatch(/^Probe\("p"\): endpoint\.[\w.]+: /);
        for (const part of parts) expect(text).toContain(part);
    });

    test("a token in the URL is not repeated in the error", () => {
        const secret = "B".repeat(64);
        const text = failure({
            environment: `https://abc12345.live.dynatrace.com/api?api-token=dt0c01.AAAA.${secret}`,
        });
        expect(text).not.toContain(secret);
        expect(text).toContain("revoke");
    });

    test("a password in the URL is not repeated in the error", () => {
        expect(failure({ environment: "https://me:hunter2@abc12345.live.dynatrace.com" })).not.toContain("hunter2");
    });
});

describe("for every environment, host and port", () => {
    const id = fc.stringMatching(/^[a-z]{3}[0-9]{5}$/);
    const host = fc.domain().map((domain) => domain.toLowerCase());
    const route = fc.constantFrom(...Object.values(EndpointRoute));
    const port = fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined });

    test("every URL parses, holds no .apps. of Dynatrace, and agrees with the route in port and path", () => {
        fc.assert(
            fc.property(id, host, route, port, (environment, own, wanted, wantedPort) => {
                const hosted = wanted !== EndpointRoute.Saas && wanted !== EndpointRoute.OneAgent;
                const endpoint = resolve({
                    environment,
                    route: wanted,
                    host: hosted ? own : undefined,
                    port: wanted === EndpointRoute.Saas ? undefined : wantedPort,
                });
                const urls = [endpoint.otlpUrl, endpoint.tracesUrl, endpoint.metricsUrl, endpoint.logsUrl].concat(
                    endpoint.apiUrl,
                    endpoint.metricsIngestUrl,
                );
                for (const text of urls.filter((url) => url !== undefined)) {
                    const url = new URL(text);
                    const standard = url.protocol === "https:" ? 443 : 80;
                    expect(Number(url.port === "" ? standard : url.port)).toBe(endpoint.port);
                    expect(url.hostname).toBe(endpoint.host);
                    expect(url.hostname).not.toContain(".apps.dynatrace");
                    expect(url.pathname.startsWith(`/e/${environment}/api`)).toBe(hosted);
                }
                expect(endpoint.podPort).toBe(wanted === EndpointRoute.ContainerActiveGate ? 9999 : endpoint.port);
            }),
        );
    });

    test("a URL this module made is read back as the same endpoint", () => {
        fc.assert(
            fc.property(
                id,
                host,
                fc.constantFrom(EndpointRoute.Saas, EndpointRoute.Managed, EndpointRoute.ActiveGate),
                (environment, own, wanted) => {
                    const endpoint = resolve({
                        environment,
                        route: wanted,
                        host: wanted === EndpointRoute.Saas ? undefined : own,
                    });
                    expect(resolve({ environment: endpoint.tracesUrl })).toEqual(endpoint);
                },
            ),
        );
    });
});
