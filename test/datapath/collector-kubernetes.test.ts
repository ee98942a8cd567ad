import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { CollectorMode } from "../../components/collector/args";
import { type Emulator, startEmulator } from "../../emulator";
import { type RunningCollector, startCollector } from "../support/collector";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { accountOf, apply, kubectl, setStatus, withKubeconfig } from "./collector-access";
import { logs, only, post, renderGateway, replaced, SCOPES, SECRETS, traces } from "./collector-support";

jest.setTimeout(240_000);

const ANNOTATIONS = {
    "metadata.dynatrace.com": JSON.stringify({ "dt.security_context": "shop", "dt.cost.product": "checkout" }),
    "metadata.dynatrace.com/dt.cost.costcenter": "4711",
};
const workload = (kind: string, name: string, annotations: object): object => {
    const labels = { app: name };
    const spec = {
        serviceName: name,
        selector: { matchLabels: labels },
        template: {
            metadata: { labels, annotations },
            spec: { containers: [{ name: "app", image: "registry.example.com/shop:1" }] },
        },
    };
    if (kind !== "StatefulSet") delete (spec as { serviceName?: string }).serviceName;
    return { apiVersion: "apps/v1", kind, metadata: { name, namespace: "default" }, spec };
};

let kubernetes: KubernetesServer;
beforeAll(async () => {
    kubernetes = await startKubernetes({ controllerManager: true });
});
afterAll(() => kubernetes?.stop());

describe("a Collector with its own account, beside a real Kubernetes API", () => {
    let emulator: Emulator;
    let collector: RunningCollector;

    beforeAll(async () => {
        emulator = await startEmulator({ route: "activegate" });
        await apply(kubernetes, [
            workload("Deployment", "checkout", ANNOTATIONS),
            workload("StatefulSet", "store", { "metadata.dynatrace.com": "{broken" }),
        ]);
        await until("the controllers have made the pods", 30, async () =>
            (await pods()).length === 2 ? true : undefined,
        );

        const manifests = await renderGateway(emulator, {
            processing: { kubernetesAttributes: true, enrichment: { clusterName: "made-up" } },
        });
        const { token } = emulator.createToken({ scopes: SCOPES });
        const kubeconfig = await accountOf(kubernetes, manifests);
        collector = await startCollector({
            binary: (await ensure(["otelcol-158"]))["otelcol-158"],
            manifests: withKubeconfig(manifests, kubeconfig),
            secrets: SECRETS(token),
            env: { KUBECONFIG: kubeconfig },
        });
    });
    afterAll(async () => {
        await collector?.stop();
        await emulator?.stop();
    });

    const pods = async (): Promise<{ metadata: { name: string; uid: string } }[]> => {
        const text = await kubectl(kubernetes, ["get", "pods", "-n", "default", "-o", "json"]);
        return (JSON.parse(text) as { items: { metadata: { name: string; uid: string } }[] }).items;
    };
    const podOf = async (name: string): Promise<{ name: string; uid: string }> => {
        const found = (await pods()).find(({ metadata }) => metadata.name.startsWith(`${name}-`));
        if (found === undefined) throw new Error(`no pod of ${name}`);
        return found.metadata;
    };
    const clusterUid = (): Promise<string> =>
        kubectl(kubernetes, ["get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"]);

    test("names the workload as Dynatrace wants it, and takes the pod's annotations over", async () => {
        const pod = await podOf("checkout");
        const sent = { "service.name": "shop", "k8s.pod.name": pod.name, "k8s.namespace.name": "default" };
        const resource = await until("enriched", 30, async () => {
            emulator.reset();
            await post(collector.httpEndpoint, "traces", traces(sent, {}));
            const span = await until("arrival", 10, () => emulator.arrived().spans[0]);
            return "k8s.workload.name" in span.resource ? span.resource : undefined;
        });
        expect(resource).toEqual({
            ...sent,
            "k8s.pod.uid": pod.uid,
            // No kubelet runs the pod, so it has neither.
            ...{ "k8s.pod.ip": "", "k8s.node.name": "" },
            "k8s.cluster.uid": await clusterUid(),
            "k8s.cluster.name": "made-up",
            "k8s.workload.kind": "deployment",
            "k8s.workload.name": "checkout",
            "dt.security_context": "shop",
            "dt.cost.product": "checkout",
            "dt.cost.costcenter": "4711",
        });
    });

    test("an annotation that is no JSON costs no data", async () => {
        emulator.reset();
        const { uid } = await podOf("store");
        await post(
            collector.httpEndpoint,
            "logs",
            logs({ "service.name": "store", "k8s.pod.uid": uid }, { body: "hello" }),
        );
        const record = await until("arrival", 20, () => emulator.arrived().logs[0]);
        expect(record.resource).toMatchObject({ "k8s.workload.kind": "statefulset", "k8s.workload.name": "store" });
        expect(record.resource).not.toHaveProperty("metadata.dynatrace.com");
    });
});

describe("an agent with its own account, on a node with annotated pods", () => {
    let emulator: Emulator;
    let collector: RunningCollector;
    let server: Server;
    const asked: string[] = [];

    beforeAll(async () => {
        emulator = await startEmulator({ route: "activegate" });
        server = createServer((request, response) => {
            asked.push(request.url ?? "");
            response.setHeader("content-type", "text/plain; version=0.0.4");
            response.end(`# TYPE orders counter\norders_total{shop="a"} ${asked.length}\n`);
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const port = String((server.address() as AddressInfo).port);
        await kubectl(kubernetes, ["create", "namespace", "shop"]);
        await until("pods may be made", 30, async () =>
            (await kubernetes.kubectl(["get", "serviceaccount", "default", "-n", "shop"])).code === 0
                ? true
                : undefined,
        );
        await runningPod("orders", "node-1", "127.0.0.1", port, { scrape: "true", path: "/orders" });
        await runningPod("elsewhere", "node-2", "127.0.0.1", port, { scrape: "true", path: "/elsewhere" });
        await runningPod("silent", "node-1", "127.0.0.1", port, { path: "/silent" });
        await runningPod("sixth", "node-1", "fd00:10:244::5", port, { scrape: "true", scheme: "https" });

        const rendered = await renderGateway(emulator, {
            mode: CollectorMode.DaemonSet,
            namespace: "agents",
            collect: { annotatedPods: true, metricsIntervalSeconds: 1 },
        });
        const { token } = emulator.createToken({ scopes: SCOPES });
        const kubeconfig = await accountOf(kubernetes, rendered);
        collector = await startCollector({
            binary: (await ensure(["otelcol-158"]))["otelcol-158"],
            manifests: replaced(withKubeconfig(only(rendered, "DaemonSet"), kubeconfig), (text) =>
                text.replace(/"valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}/, '"value":"node-1"'),
            ),
            secrets: SECRETS(token),
        });
    });
    afterAll(async () => {
        await collector?.stop();
        await emulator?.stop();
        server?.close();
    });

    /** A pod as the API tells of it once a kubelet runs it; nothing runs. */
    async function runningPod(
        name: string,
        nodeName: string,
        podIP: string,
        port: string,
        wishes: Record<string, string>,
    ): Promise<void> {
        const annotations = Object.entries({ ...wishes, port }).map(([key, value]) => [`prometheus.io/${key}`, value]);
        await apply(kubernetes, [
            {
                apiVersion: "v1",
                kind: "Pod",
                metadata: { name, namespace: "shop", annotations: Object.fromEntries(annotations) as object },
                spec: { nodeName, containers: [{ name: "app", image: "registry.example.com/shop:1" }] },
            },
        ]);
        const status = { phase: "Running", podIP, podIPs: [{ ip: podIP }] };
        await setStatus(kubernetes, ["pod", name, "-n", "shop"], status);
    }

    test("asks those of its node at the port and path they name, and sends what they count as deltas", async () => {
        const orders = () => emulator.arrived().metrics.filter(({ name }) => name === "orders_total");
        const [point] = await until("arrival", 60, () => (orders().length > 1 ? orders() : undefined));
        expect(point).toMatchObject({
            storedAs: "count",
            temporality: "delta",
            attributes: { shop: "a" },
            resource: {
                "k8s.namespace.name": "shop",
                "k8s.pod.name": "orders",
                "k8s.node.name": "node-1",
                "k8s.container.name": "app",
            },
        });
        expect([...new Set(asked)]).toEqual(["/orders"]);
        expect(emulator.refused()).toEqual([]);
    });

    test("writes an address of IPv6 as URLs have it", async () => {
        const tried = await until("it was asked", 60, () => /https:\/\/[^/]*\/metrics/.exec(collector.log())?.[0]);
        expect(tried).toMatch(/^https:\/\/\[fd00:10:244::5\]:\d+\/metrics$/);
    });

    test("has every right it uses", () => {
        expect(collector.log()).not.toMatch(/forbidden|failed to list/i);
    });
});
