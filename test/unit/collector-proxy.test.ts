import { directDestination, planProxy, PROXY_REVISION } from "../../components/collector/proxy";
import { type Endpoint, resolveEndpoint } from "../../components/endpoint";
import { Check } from "../../components/shared/check";

const WHO = 'OtlpCollector("gateway")';
const SAAS = resolveEndpoint(new Check(WHO, "endpoint"), { environment: "abc12345" });
const IN_CLUSTER = resolveEndpoint(new Check(WHO, "endpoint"), {
    environment: "abc12345",
    route: "container-activegate",
    host: "dynakube-activegate.dynatrace",
});
const plan = (args: Parameters<typeof planProxy>[1], endpoint: Endpoint = SAAS) =>
    planProxy(new Check(WHO, "network.proxy"), args, endpoint);
const value = (name: string, args: Parameters<typeof planProxy>[1], endpoint?: Endpoint) =>
    plan(args, endpoint).env.find((it) => it.name === name);
const URL = "http://proxy.example.com:3128";

describe("a proxy", () => {
    test("is set for both kinds of URL, and the pods connect to it instead of Dynatrace", () => {
        expect(value("HTTPS_PROXY", { url: URL })).toEqual({ name: "HTTPS_PROXY", value: URL });
        expect(value("HTTP_PROXY", { url: URL })).toEqual({ name: "HTTP_PROXY", value: URL });
        expect(plan({ url: URL }).destination).toEqual({ host: "proxy.example.com", port: 3128, inCluster: false });
    });

    test.each([
        ["http://proxy.example.com", 80],
        ["https://proxy.example.com/", 443],
        ["http://10.1.2.3:8080/", 8080],
    ])("%s is reached at port %d", (url, port) => {
        expect(plan({ url }).destination.port).toBe(port);
        expect(value("HTTPS_PROXY", { url })?.value).toBe(url.replace(/\/$/, ""));
    });

    test("in the cluster is known as such, for policies", () => {
        expect(plan({ url: "http://squid.egress.svc:3128" }).destination.inCluster).toBe(true);
    });

    test("with a password comes from a Secret, by reference in both variables", () => {
        const args = { secret: { name: "egress" }, secretHost: "proxy.example.com", secretPort: 8080, revision: "3" };
        const { env, destination, podAnnotations } = plan(args);
        const secretKeyRef = { name: "egress", key: "proxy" };
        expect(env.slice(0, 2)).toEqual([
            { name: "HTTP_PROXY", valueFrom: { secretKeyRef } },
            { name: "HTTPS_PROXY", valueFrom: { secretKeyRef } },
        ]);
        expect(destination).toEqual({ host: "proxy.example.com", port: 8080, inCluster: false });
        expect(podAnnotations).toEqual({ [PROXY_REVISION]: "3" });
        expect(plan({ secret: { name: "egress" } }).destination).toEqual({ port: 3128, inCluster: false });
    });
});

describe("what is in the cluster", () => {
    test("is never reached through the proxy: Services, the API server, the pod itself", () => {
        expect(value("NO_PROXY", { url: URL })?.value).toBe(
            "localhost,127.0.0.1,$(KUBERNETES_SERVICE_HOST),kubernetes.default,.svc,.svc.cluster.local",
        );
        expect(value("NO_PROXY", { url: URL, clusterDomain: "corp.internal" })?.value).toMatch(
            /,\.svc\.corp\.internal$/,
        );
    });

    test("includes an ActiveGate, whatever its host is called, so that policies let the pods reach it", () => {
        expect(value("NO_PROXY", { url: URL }, IN_CLUSTER)?.value).toMatch(/,dynakube-activegate\.dynatrace$/);
        expect(plan({ url: URL }, IN_CLUSTER).destination).toEqual(directDestination(IN_CLUSTER));
        expect(directDestination(IN_CLUSTER)).toEqual({
            host: "dynakube-activegate.dynatrace",
            port: 9999,
            inCluster: true,
        });
    });
});

describe("what one names to be reached directly", () => {
    test.each([
        ["live.dynatrace.com", true],
        [".live.dynatrace.com", true],
        ["*.live.dynatrace.com", true],
        ["abc12345.live.dynatrace.com", true],
        ["abc12345.live.dynatrace.com:443", true],
        ["abc12345.live.dynatrace.com:9999", false],
        [".abc12345.live.dynatrace.com", false],
        ["dynatrace.co", false],
        ["10.0.0.0/8", false],
        ["*", true],
    ])("%s: the pods connect to Dynatrace themselves: %s", (entry, direct) => {
        const { destination, env } = plan({ url: URL, noProxy: [entry] });
        expect(destination.host).toBe(direct ? "abc12345.live.dynatrace.com" : "proxy.example.com");
        expect(env[2]?.value).toMatch(new RegExp(`,${entry.replace(/[.*/]/g, "\\$&")}$`));
    });
});

describe("an argument that cannot work is refused:", () => {
    test.each([
        ["no proxy", {}, "network.proxy.url: is missing; set the URL of the proxy"],
        ["no URL", { url: "proxy.example.com:3128" }, "network.proxy.url: is not the URL of a proxy"],
        ["another protocol", { url: "socks5://proxy.example.com" }, "network.proxy.url: is not the URL of a proxy"],
        ["a path", { url: `${URL}/pac` }, "network.proxy.url: contains more than scheme, host and port"],
        ["both", { url: URL, secret: { name: "egress" } }, "network.proxy.secret: cannot be combined with url"],
        [
            "no port",
            { secret: { name: "egress" }, secretPort: 0 },
            "network.proxy.secretPort: 0 is not a whole number from 1 to 65535",
        ],
        [
            "two entries in one",
            { url: URL, noProxy: ["a.com,b.com"] },
            'network.proxy.noProxy: "a.com,b.com" is not a host',
        ],
        [
            "a URL to exempt",
            { url: URL, noProxy: ["https://a.com"] },
            'network.proxy.noProxy: "https://a.com" is not a host',
        ],
        ["an expansion", { url: URL, noProxy: ["$(HOME)"] }, 'network.proxy.noProxy: "$(HOME)" is not a host'],
    ])("%s", (_, args, text) => {
        expect(() => plan(args)).toThrow(`${WHO}: ${text}`);
    });

    test.each(["user:made-up-password@", "made-up-password@"])(
        "a password in the URL, which the error does not repeat: %s",
        (who) => {
            const errorOf = (): string => {
                try {
                    return JSON.stringify(plan({ url: `http://${who}proxy.example.com:3128` }));
                } catch (error) {
                    return String(error);
                }
            };
            expect(errorOf()).toContain("put the URL into a Secret and set secret");
            expect(errorOf()).not.toContain("made-up-password");
        },
    );
});
