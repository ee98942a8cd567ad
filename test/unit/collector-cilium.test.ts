import { ciliumPolicy } from "../../components/collector/manifests/cilium-network-policy";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { Check } from "../../components/shared/check";

const WHO = 'OtlpCollector("gateway")';
const NAMESPACE = "k8s:io.kubernetes.pod.namespace";
const BASE: CollectorPlanInputs = {
    endpoint: { environment: "abc12345" },
    processing: { kubernetesAttributes: false },
};
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
const spec = (args: Partial<CollectorPlanInputs> = {}, cilium = {}): any => {
    const networkPolicy = { cilium, ...args.network?.networkPolicy };
    const check = new Check(WHO);
    return ciliumPolicy(
        check,
        planCollector(check, "gateway", {
            ...BASE,
            ...args,
            network: { ...args.network, networkPolicy },
        }),
    ).spec;
};

describe("a policy of Cilium", () => {
    test("lets the pods reach Dynatrace's host by name, and no other host at that port", () => {
        expect(spec().egress[2]).toEqual({
            toFQDNs: [{ matchName: "abc12345.live.dynatrace.com" }],
            toPorts: [{ ports: [{ port: "443", protocol: "TCP" }] }],
        });
        expect(spec().egress).toHaveLength(3);
    });

    test("lets lookups pass through Cilium, which learns the host's addresses from them", () => {
        expect(spec().egress[0]).toEqual({
            toEndpoints: [{ matchLabels: { [NAMESPACE]: "kube-system", "k8s:k8s-app": "kube-dns" } }],
            toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } }],
        });
        expect(spec().egress[1]).toMatchObject({
            toEndpoints: [
                {
                    matchLabels: {
                        [NAMESPACE]: "openshift-dns",
                        "k8s:dns.operator.openshift.io/daemonset-dns": "default",
                    },
                },
            ],
            toPorts: [{ ports: [{ port: "5353", protocol: "ANY" }] }],
        });
        const openshift = { dnsNamespace: "openshift-dns", dnsLabels: { dns: "default" }, dnsPort: 5353 };
        expect(spec({}, openshift).egress[0]).toMatchObject({
            toEndpoints: [{ matchLabels: { [NAMESPACE]: "openshift-dns", "k8s:dns": "default" } }],
            toPorts: [{ ports: [{ port: "5353" }] }],
        });
        expect(spec({}, openshift).egress).toHaveLength(2);
    });

    test("opens the API server only where the Collector reads from it", () => {
        expect(spec().egress).not.toContainEqual({ toEntities: ["kube-apiserver"] });
        expect(spec({ processing: { kubernetesAttributes: true } }).egress).toContainEqual({
            toEntities: ["kube-apiserver"],
        });
    });

    test("lets pods of every namespace send, or of those that are named", () => {
        const [all] = spec().ingress;
        expect(all.fromEndpoints).toEqual([{ matchExpressions: [{ key: NAMESPACE, operator: "Exists" }] }]);
        expect(all.toPorts).toEqual([
            {
                ports: [
                    { port: "4317", protocol: "TCP" },
                    { port: "4318", protocol: "TCP" },
                ],
            },
        ]);
        const [some] = spec({ network: { networkPolicy: { fromNamespaces: ["shop", "pay"] } } }).ingress;
        expect(some.fromEndpoints).toEqual([
            { matchLabels: { [NAMESPACE]: "pay" } },
            { matchLabels: { [NAMESPACE]: "shop" } },
        ]);
    });

    test("names an ActiveGate in the cluster by its namespace and pod's port, since its pods have no host name", () => {
        const route = "container-activegate" as const;
        const endpoint = { environment: "abc12345", route, host: "dk-activegate.dynatrace.svc" };
        expect(spec({ endpoint }).egress[2]).toEqual({
            toEndpoints: [{ matchLabels: { [NAMESPACE]: "dynatrace" } }],
            toPorts: [{ ports: [{ port: "9999", protocol: "TCP" }] }],
        });
    });

    test("lets the pods reach a proxy instead, if there is one", () => {
        expect(spec({ network: { proxy: { url: "http://proxy.example.com:3128" } } }).egress[2]).toEqual({
            toFQDNs: [{ matchName: "proxy.example.com" }],
            toPorts: [{ ports: [{ port: "3128", protocol: "TCP" }] }],
        });
    });

    test.each([
        ["10.1.2.3", "10.1.2.3/32"],
        ["[2001:db8::1]", "2001:db8::1/128"],
    ])("names the address %s as a network of one", (host, cidr) => {
        expect(spec({ network: { proxy: { url: `http://${host}:3128` } } }).egress[2].toCIDR).toEqual([cidr]);
    });
});

describe("an argument that cannot work is refused:", () => {
    test("a proxy whose host only a Secret knows", () => {
        expect(() => spec({ network: { proxy: { secret: { name: "egress" } } } })).toThrow(
            `${WHO}: network.proxy.secretHost: is required with a CiliumNetworkPolicy`,
        );
    });

    test.each([
        ["no labels", { dnsLabels: {} }, "network.networkPolicy.cilium.dnsLabels: is empty"],
        ["no port", { dnsPort: 0 }, "network.networkPolicy.cilium.dnsPort: 0 is not a whole number from 1 to 65535"],
        [
            "no namespace",
            { dnsNamespace: "DNS" },
            'network.networkPolicy.cilium.dnsNamespace: "DNS" is not a namespace',
        ],
    ])("%s", (_, args, text) => {
        expect(() => spec({}, args)).toThrow(`${WHO}: ${text}`);
    });
});
