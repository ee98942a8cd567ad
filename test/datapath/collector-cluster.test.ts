import { CollectorDistribution } from "../../components/collector/distributions";
import { type ArrivedMetricPoint, type Emulator, startEmulator } from "../../emulator";
import type { CollectorCollectArgs } from "../../index";
import { type Manifest, type RunningCollector, startCollector } from "../support/collector";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { accountOf, apply, kubectl, setStatus, withKubeconfig } from "./collector-access";
import { renderGateway, SCOPES, SECRETS } from "./collector-support";

jest.setTimeout(240_000);

const OLD = { distribution: CollectorDistribution.Contrib, version: "0.149.0" };
const NAMESPACE = "telemetry";
const labels = { app: "checkout" };
const CHECKOUT = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "checkout", namespace: "default" },
    spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
            metadata: { labels },
            spec: { containers: [{ name: "app", image: "registry.example.com/shop:1" }] },
        },
    },
};
const QUOTA = {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "few", namespace: NAMESPACE },
    spec: { hard: { pods: "7" } },
};

describe("two Collectors with the rights that are rendered for them, at a real Kubernetes API", () => {
    let emulator: Emulator;
    let kubernetes: KubernetesServer;
    let kubeconfig: string;
    let first: RunningCollector;
    let second: RunningCollector;

    beforeAll(async () => {
        kubernetes = await startKubernetes({ controllerManager: true });
        emulator = await startEmulator({ route: "activegate" });
        const { token } = emulator.createToken({ scopes: SCOPES });
        const both = { clusterMetrics: true, kubernetesEvents: true, metricsIntervalSeconds: 1 };
        const manifests = await render("first", both);
        kubeconfig = await accountOf(kubernetes, manifests);
        await apply(kubernetes, [CHECKOUT, QUOTA, { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } }]);
        const quota = { hard: { pods: "7" }, used: { pods: "0" } };
        await setStatus(kubernetes, ["resourcequota", "few", "-n", NAMESPACE], quota);
        await setStatus(kubernetes, ["node", "node-1"], {
            conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", message: "made up" }],
            allocatable: { cpu: "4", memory: "1Gi", pods: "110" },
        });

        const binary = (await ensure(["otelcol-149"]))["otelcol-149"];
        const start = (rendered: Manifest[]): Promise<RunningCollector> =>
            startCollector({
                binary,
                manifests: withKubeconfig(rendered, kubeconfig),
                secrets: SECRETS(token),
                env: { KUBECONFIG: kubeconfig },
            });
        first = await start(manifests);
        await until("the first is elected", 60, async () => (await leaseHolder()) || undefined);
        // The receiver for events of this build is too old to be elected, so it is in one of the two only.
        second = await start(await render("second", { ...both, kubernetesEvents: false }));
    });
    afterAll(async () => {
        await second?.stop();
        await first?.stop();
        await emulator?.stop();
        await kubernetes?.stop();
    });

    /** The same Collector, but for an attribute that tells one pod from the other. */
    function render(pod: string, collect: CollectorCollectArgs): Promise<Manifest[]> {
        return renderGateway(emulator, {
            image: OLD,
            namespace: NAMESPACE,
            replicas: 2,
            processing: {
                cumulativeToDelta: false,
                kubernetesAttributes: true,
                resourceAttributes: { "made.up.pod": pod },
            },
            collect,
            extraConfig: {
                // Shorter than by itself, for the sake of the test's.
                extensions: { k8s_leader_elector: { lease_duration: "4s", renew_deadline: "3s", retry_period: "1s" } },
                ...(collect.kubernetesEvents ? { receivers: { k8s_events: { k8s_leader_elector: null } } } : {}),
            },
        });
    }
    async function leaseHolder(): Promise<string> {
        const lease = ["get", "lease", "gateway", "-n", NAMESPACE, "--ignore-not-found"];
        return kubectl(kubernetes, [...lease, "-o", "jsonpath={.spec.holderIdentity}"]);
    }
    const points = (name: string): ArrivedMetricPoint[] => emulator.arrived().metrics.filter((it) => it.name === name);
    const newest = (name: string): ArrivedMetricPoint | undefined => points(name).at(-1);
    const desired = (replicas: number): Promise<ArrivedMetricPoint> =>
        until(`${replicas} replicas are told`, 30, () =>
            points("k8s.deployment.desired").find(({ value }) => value === replicas),
        );

    test("tell the state of a Deployment, a quota and a node, under names that Dynatrace knows", async () => {
        expect(await desired(2)).toMatchObject({
            storedAs: "gauge",
            resource: {
                "k8s.namespace.name": "default",
                "k8s.workload.kind": "deployment",
                "k8s.workload.name": "checkout",
                "made.up.pod": "first",
            },
        });
        expect(newest("k8s.resource_quota.hard_limit")).toMatchObject({ value: 7 });
        expect(newest("k8s.node.condition_ready")).toMatchObject({ value: 1, resource: { "k8s.node.name": "node-1" } });
        expect(newest("k8s.node.allocatable_cpu")).toMatchObject({ value: 4 });
        expect(newest("k8s.pod.phase")?.resource).toMatchObject({ "k8s.workload.name": "checkout" });
        expect(emulator.refused()).toEqual([]);
    });

    test("tell of a change, and of the event that Kubernetes makes of it", async () => {
        await kubectl(kubernetes, ["scale", "deployment", "checkout", "--replicas=3"]);
        await desired(3);
        const event = await until("the event's arrival", 30, () =>
            emulator.arrived().logs.find(({ attributes }) => attributes["k8s.event.reason"] === "ScalingReplicaSet"),
        );
        expect(event.body).toMatch(/^Scaled up replica set checkout-\w+ from 2 to 3$/);
        expect(event).toMatchObject({
            severityText: "Normal",
            attributes: { "k8s.namespace.name": "default" },
            resource: { "k8s.object.kind": "Deployment", "k8s.object.name": "checkout", "made.up.pod": "first" },
        });
    });

    test("have every right they use", () => {
        expect(first.log()).toContain("Completed syncing shared informer caches");
        expect(first.log()).not.toMatch(/forbidden|Failed to watch/i);
        expect(second.log()).not.toMatch(/forbidden|Failed to watch/i);
    });

    test("may ask a kubelet for nothing, nor read a Secret, nor touch another's Lease", async () => {
        const may = async (asked: string): Promise<string> => {
            const args = ["auth", "can-i", ...asked.split(" "), `--kubeconfig=${kubeconfig}`];
            return `${asked}: ${(await kubernetes.kubectl(args)).stdout.trim()}`;
        };
        expect(await may("update lease/gateway -n telemetry")).toMatch(/: yes$/);
        for (const asked of [
            "update lease/other -n telemetry",
            "create leases -n default",
            "get secrets -n telemetry",
            "get nodes --subresource=proxy",
            "get nodes --subresource=stats",
            "delete pods -n default",
        ]) {
            expect(await may(asked)).toBe(`${asked}: no`);
        }
    });

    test("are told apart by the Lease: one tells, and the other takes over when it is gone", async () => {
        const before = await leaseHolder();
        // Longer than a Lease lasts, so that the second had its chance.
        await new Promise((resolve) => setTimeout(resolve, 6_000));
        expect(await leaseHolder()).toBe(before);
        const pods = new Set(emulator.arrived().metrics.map(({ resource }) => resource["made.up.pod"]));
        expect([...pods]).toEqual(["first"]);

        await first.kill();
        emulator.reset();
        const { resource } = await until("the second takes over", 60, () => newest("k8s.deployment.desired"));
        expect(resource["made.up.pod"]).toBe("second");
        expect(await leaseHolder()).not.toBe(before);
    });
});
