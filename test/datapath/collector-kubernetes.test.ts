import { type Emulator, startEmulator } from "../../emulator";
import { type RunningCollector, startCollector } from "../support/collector";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { logs, post, renderGateway, replaced, SCOPES, SECRETS, traces } from "./collector-support";

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

describe("a Collector beside a real Kubernetes API", () => {
    let emulator: Emulator;
    let kubernetes: KubernetesServer;
    let collector: RunningCollector;

    beforeAll(async () => {
        kubernetes = await startKubernetes({ controllerManager: true });
        emulator = await startEmulator({ route: "activegate" });
        const workloads = [
            workload("Deployment", "checkout", ANNOTATIONS),
            workload("StatefulSet", "store", { "metadata.dynatrace.com": "{broken" }),
        ];
        const applied = await kubernetes.kubectl(
            ["apply", "-f", "-"],
            JSON.stringify({ apiVersion: "v1", kind: "List", items: workloads }),
        );
        if (applied.code !== 0) throw new Error(applied.stderr);
        await until("the controllers have made the pods", 30, async () =>
            (await pods()).length === 2 ? true : undefined,
        );

        const manifests = await renderGateway(emulator, {
            kubernetesAttributes: true,
            enrichment: { clusterName: "made-up" },
        });
        const { token } = emulator.createToken({ scopes: SCOPES });
        collector = await startCollector({
            binary: (await ensure(["otelcol-158"]))["otelcol-158"],
            // Outside of a cluster there is no account of a pod.
            manifests: replaced(manifests, (text) =>
                text.replaceAll("auth_type: serviceAccount", "auth_type: kubeConfig"),
            ),
            secrets: SECRETS(token),
            env: { KUBECONFIG: kubernetes.kubeconfig },
        });
    });
    afterAll(async () => {
        await collector?.stop();
        await emulator?.stop();
        await kubernetes?.stop();
    });

    const pods = async (): Promise<{ metadata: { name: string; uid: string } }[]> => {
        const { stdout } = await kubernetes.kubectl(["get", "pods", "-n", "default", "-o", "json"]);
        return (JSON.parse(stdout) as { items: { metadata: { name: string; uid: string } }[] }).items;
    };
    const podOf = async (name: string): Promise<{ name: string; uid: string }> => {
        const found = (await pods()).find(({ metadata }) => metadata.name.startsWith(`${name}-`));
        if (found === undefined) throw new Error(`no pod of ${name}`);
        return found.metadata;
    };
    const clusterUid = async (): Promise<string> => {
        const { stdout } = await kubernetes.kubectl([
            "get",
            "namespace",
            "kube-system",
            "-o",
            "jsonpath={.metadata.uid}",
        ]);
        return stdout;
    };

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
            "dt.kubernetes.workload.kind": "deployment",
            "dt.kubernetes.workload.name": "checkout",
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
