// No kubelet and no Ingress controller can be had: pods are objects whose status says a loopback address, and a request that comes from it stands in for them.
import { request } from "node:http";

import { type Emulator, startEmulator } from "../../emulator";
import type { OtlpCollectorArgs } from "../../index";
import { type RunningCollector, startCollector } from "../support/collector";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { accountOf, apply, kubectl, setStatus, withKubeconfig } from "./collector-access";
import { renderGateway, SCOPES, SECRETS, traces } from "./collector-support";

jest.setTimeout(240_000);

const CONTROLLER = "127.0.8.1";
const AGENT = "127.0.8.2";
const NODE = "127.0.8.3";
const CHECKOUT = "127.0.8.4";
const SIXTH = "fd00:10:244::5";
const VM = { "service.name": "checkout", "host.name": "vm-17.example.com" };

interface PodParts {
    namespace: string;
    name: string;
    ip: string;
    annotations?: Record<string, string>;
    hostNetwork?: boolean;
}

const PODS: PodParts[] = [
    {
        namespace: "ingress-nginx",
        name: "controller",
        ip: CONTROLLER,
        annotations: { "metadata.dynatrace.com/dt.security_context": "platform-team" },
    },
    { namespace: "agents", name: "forwarder-7d9f", ip: AGENT },
    { namespace: "agents", name: "of-the-node", ip: NODE, hostNetwork: true },
    {
        namespace: "shop",
        name: "checkout",
        ip: CHECKOUT,
        annotations: {
            "metadata.dynatrace.com/dt.cost.costcenter": "4711",
            "metadata.dynatrace.com": JSON.stringify({ "shop.json": "of the pod" }),
        },
    },
    { namespace: "pay", name: "sixth", ip: SIXTH },
];
const NAMESPACES: Record<string, Record<string, string>> = {
    "ingress-nginx": {},
    agents: {},
    shop: {
        "metadata.dynatrace.com/dt.security_context": "shop-team",
        "metadata.dynatrace.com/dt.cost.costcenter": "1",
        "metadata.dynatrace.com": JSON.stringify({
            "dt.cost.product": "webshop",
            "dt.cost.costcenter": "2",
            "shop.json": "of the Namespace",
        }),
        "example.com/tier": "gold",
    },
    pay: { "metadata.dynatrace.com": "{broken" },
};

let kubernetes: KubernetesServer;
let emulator: Emulator;
beforeAll(async () => {
    kubernetes = await startKubernetes({ controllerManager: true });
    emulator = await startEmulator({ route: "activegate" });
    await apply(
        kubernetes,
        Object.entries(NAMESPACES).map(([name, annotations]) => ({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name, annotations },
        })),
    );
    for (const pod of PODS) await runningPod(pod);
});
afterAll(async () => {
    await emulator?.stop();
    await kubernetes?.stop();
});

/** A pod as the API tells of it once a kubelet runs it; nothing runs. */
async function runningPod({ namespace, name, ip, annotations = {}, hostNetwork = false }: PodParts): Promise<void> {
    const account = async (): Promise<true | undefined> => {
        const { code } = await kubernetes.kubectl(["get", "serviceaccount", "default", "-n", namespace]);
        return code === 0 ? true : undefined;
    };
    await until("pods may be made", 30, account);
    const containers = [{ name: "app", image: "registry.example.com/shop:1" }];
    const spec = { nodeName: "node-1", hostNetwork, containers };
    await apply(kubernetes, [{ apiVersion: "v1", kind: "Pod", metadata: { namespace, name, annotations }, spec }]);
    await setStatus(kubernetes, ["pod", name, "-n", namespace], {
        phase: "Running",
        podIP: ip,
        podIPs: [{ ip }],
    });
}

const uidOf = ({ namespace, name }: PodParts): Promise<string> =>
    kubectl(kubernetes, ["get", "pod", name, "-n", namespace, "-o", "jsonpath={.metadata.uid}"]);
const podNamed = (name: string): PodParts => PODS.find((it) => it.name === name) as PodParts;

async function start(namespace: string, args: Partial<OtlpCollectorArgs>): Promise<RunningCollector> {
    const processing = { kubernetesAttributes: true, ...args.processing };
    const manifests = await renderGateway(emulator, { ...args, namespace, processing });
    const { token } = emulator.createToken({ scopes: SCOPES });
    const kubeconfig = await accountOf(kubernetes, manifests);
    return startCollector({
        binary: (await ensure(["otelcol-158"]))["otelcol-158"],
        manifests: withKubeconfig(manifests, kubeconfig),
        secrets: SECRETS(token),
        env: { KUBECONFIG: kubeconfig },
    });
}

/** What arrives of a span's resource that is sent from an address. */
async function arrived(
    { httpEndpoint }: RunningCollector,
    localAddress: string,
    resource: Record<string, string>,
): Promise<Record<string, unknown>> {
    emulator.reset();
    const status = await new Promise<number | undefined>((resolve, reject) => {
        const headers = { "content-type": "application/json" };
        const sent = request(`${httpEndpoint}/v1/traces`, { method: "POST", localAddress, headers }, (response) => {
            response.resume();
            resolve(response.statusCode);
        });
        sent.on("error", reject);
        sent.end(JSON.stringify(traces(resource, {})));
    });
    expect(status).toBe(200);
    return (await until("arrival", 20, () => emulator.arrived().spans[0])).resource;
}

/** Until the Collector knows the pods. */
async function knowsPods(collector: RunningCollector): Promise<void> {
    await until("the pods are known", 30, async () => {
        const found = await arrived(collector, "127.0.0.1", { "k8s.pod.ip": CHECKOUT });
        return found["k8s.pod.name"] === "checkout" && "dt.cost.costcenter" in found ? true : undefined;
    });
}

describe("a Collector behind an Ingress", () => {
    let collector: RunningCollector;
    beforeAll(async () => {
        collector = await start("outside", {
            network: { exposure: { httpIngress: { hosts: ["otlp.example.com"], tls: { secretName: "otlp-tls" } } } },
        });
        await knowsPods(collector);
    });
    afterAll(() => collector?.stop());

    test("adds nothing of the pod that forwards", async () => {
        expect(await arrived(collector, CONTROLLER, VM)).toEqual(VM);
    });

    test.each(["name", "address", "uid"])("enriches a sender that names its pod by its %s", async (way) => {
        const pod = podNamed("checkout");
        const named: Record<string, Record<string, string>> = {
            name: { "k8s.pod.name": pod.name, "k8s.namespace.name": pod.namespace },
            address: { "k8s.pod.ip": pod.ip },
            uid: { "k8s.pod.uid": await uidOf(pod) },
        };
        expect(await arrived(collector, CONTROLLER, named[way] ?? {})).toMatchObject({
            "k8s.pod.name": "checkout",
            "k8s.namespace.name": "shop",
            "k8s.pod.ip": CHECKOUT,
            "k8s.node.name": "node-1",
            "dt.cost.costcenter": "4711",
            "dt.security_context": "shop-team",
        });
    });

    test("finds a pod by its address of IPv6", async () => {
        const found = await arrived(collector, CONTROLLER, { "k8s.pod.ip": SIXTH });
        expect(found).toMatchObject({ "k8s.pod.name": "sixth", "k8s.namespace.name": "pay" });
    });
});

describe("a Collector that pods send to themselves", () => {
    let collector: RunningCollector;
    beforeAll(async () => {
        collector = await start("inside", {
            extraConfig: { processors: { k8s_attributes: { exclude: { pods: [{ name: "^forwarder-" }] } } } },
            processing: {
                enrichment: {
                    namespaceAnnotations: { "example.com/tier": "shop.tier" },
                    costProduct: "of the stack",
                    securityContext: "stack-team",
                },
            },
        });
        await knowsPods(collector);
    });
    afterAll(() => collector?.stop());

    const stack = { "dt.cost.product": "of the stack", "dt.security_context": "stack-team" };

    test("finds the pod by the address of its connection", async () => {
        const found = await arrived(collector, CHECKOUT, { "service.name": "shop" });
        expect(found).toMatchObject({ "k8s.pod.name": "checkout", "k8s.pod.ip": CHECKOUT });
        expect(Object.keys(found).filter((key) => /dynatrace/.test(key))).toEqual([]);
    });

    test.each([
        ["loopback, as behind the sidecar of a mesh", "127.0.0.1"],
        ["the node", NODE],
        ["a pod that forwards, and is excluded by its name", AGENT],
    ])("adds neither a pod nor an address for a connection of %s", async (_case, address) => {
        expect(await arrived(collector, address, { "service.name": "shop" })).toEqual({
            "service.name": "shop",
            ...stack,
        });
    });

    test("keeps an address that the sender sets, though it belongs to no pod", async () => {
        const sent = { "service.name": "shop", "k8s.pod.ip": "10.9.9.9" };
        expect(await arrived(collector, "127.0.0.1", sent)).toEqual({ ...sent, ...stack });
    });

    test("takes annotations of the sender's pod, then of its Namespace, then of the stack", async () => {
        const pod = { "k8s.pod.uid": await uidOf(podNamed("checkout")) };
        expect(await arrived(collector, CHECKOUT, pod)).toMatchObject({
            "dt.cost.costcenter": "4711",
            "shop.json": "of the pod",
            "dt.security_context": "shop-team",
            "dt.cost.product": "webshop",
            "shop.tier": "gold",
        });
        const own = { ...pod, "dt.security_context": "of the sender", "dt.cost.product": "of the sender" };
        expect(await arrived(collector, CHECKOUT, own)).toMatchObject(own);
        const other = await arrived(collector, CONTROLLER, { "service.name": "shop" });
        expect(other).toMatchObject({ "dt.security_context": "platform-team", "dt.cost.product": "of the stack" });
    });

    test("is not disturbed by an annotation of a Namespace that is no JSON", async () => {
        const found = await arrived(collector, "127.0.0.1", { "k8s.pod.ip": SIXTH });
        expect(found).toMatchObject({ "k8s.pod.name": "sixth", ...stack });
        expect(Object.values(found)).not.toContain("{broken");
    });
});

describe("a Collector that may read two namespaces", () => {
    let collector: RunningCollector;
    beforeAll(async () => {
        collector = await start("narrow", {
            rbac: { namespaces: ["shop", "pay"] },
            processing: { enrichment: { legacyWorkloadAttributes: true, clusterUid: "made-up" } },
        });
        await knowsPods(collector);
    });
    afterAll(() => collector?.stop());

    test("enriches what the pods there send, by Roles alone", async () => {
        const granted = await kubernetes.kubectl(["get", "clusterrole", "narrow-gateway"]);
        expect(granted.code).not.toBe(0);
        expect(await arrived(collector, CHECKOUT, { "service.name": "shop" })).toMatchObject({
            "k8s.pod.name": "checkout",
            "k8s.cluster.uid": "made-up",
            "dt.cost.costcenter": "4711",
        });
        const sixth = await arrived(collector, "127.0.0.1", { "k8s.pod.ip": SIXTH });
        expect(sixth).toMatchObject({ "k8s.pod.name": "sixth", "k8s.namespace.name": "pay" });
    });

    test("adds nothing to the data of other namespaces", async () => {
        const sent = { "service.name": "shop", "k8s.cluster.uid": "made-up" };
        expect(await arrived(collector, CONTROLLER, sent)).toEqual(sent);
    });

    test("asks for nothing that it may not read", () => {
        expect(collector.log()).not.toMatch(/forbidden|failed to list/i);
    });
});
