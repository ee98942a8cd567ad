import { CollectorMode } from "../../components/collector/args";
import { CollectorSpread } from "../../components/collector/args/scheduling";
import { planCollector } from "../../components/collector/plan";
import { planScaling, type ScalingContext } from "../../components/collector/scaling";
import { Check } from "../../components/shared/check";
import { scalingObjects } from "../support/collector-objects";

const WHO = 'OtlpCollector("gateway")';
const SELECTOR = { "app.kubernetes.io/name": "otlp-collector", "app.kubernetes.io/instance": "gateway" };
const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", name: "gateway" };
const AROUND: ScalingContext = {
    name: "gateway",
    namespace: "telemetry",
    labels: { team: "sre" },
    selector: SELECTOR,
    scaleTarget: DEPLOYMENT,
    replicas: 1,
    spread: CollectorSpread.Prefer,
    computesDeltas: false,
};
const plan = (args: Parameters<typeof planScaling>[1] = {}, around: Partial<ScalingContext> = {}) => {
    const context = { ...AROUND, ...around };
    const scaling = planScaling(new Check(WHO, "scaling"), args, context);
    return { ...scaling, ...scalingObjects(context, scaling) };
};
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
const autoscaler = (args: Parameters<typeof planScaling>[1]): any => plan(args).autoscaler;

describe("a budget for disruptions", () => {
    test("lets a drained node take one pod of several at a time", () => {
        expect(plan({}, { replicas: 3 })).toMatchObject({
            replicas: 3,
            disruptionBudget: {
                apiVersion: "policy/v1",
                kind: "PodDisruptionBudget",
                metadata: { name: "gateway", namespace: "telemetry", labels: { team: "sre" } },
                spec: {
                    maxUnavailable: 1,
                    selector: { matchLabels: SELECTOR },
                    unhealthyPodEvictionPolicy: "AlwaysAllow",
                },
            },
        });
        expect(plan({ maxUnavailablePods: 2 }, { replicas: 5 }).disruptionBudget.spec).toMatchObject({
            maxUnavailable: 2,
        });
    });
});

describe("pods are spread", () => {
    test("over zones and nodes where there is room, whatever the rollout", () => {
        expect(plan().topologySpreadConstraints).toEqual(
            ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
                maxSkew: 1,
                topologyKey,
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: SELECTOR },
                matchLabelKeys: ["pod-template-hash"],
            })),
        );
    });

    test("or wait for room, or not at all", () => {
        const [zone, host] = plan({}, { spread: CollectorSpread.Require }).topologySpreadConstraints;
        expect([zone?.whenUnsatisfiable, host?.whenUnsatisfiable]).toEqual(["DoNotSchedule", "DoNotSchedule"]);
        expect(plan({}, { spread: CollectorSpread.Off }).topologySpreadConstraints).toEqual([]);
    });
});

describe("Kubernetes' autoscaler", () => {
    test("adds pods by CPU and memory, below what makes the memory limiter refuse", () => {
        expect(autoscaler({ autoscaling: { maxReplicas: 6 } })).toMatchObject({
            apiVersion: "autoscaling/v2",
            kind: "HorizontalPodAutoscaler",
            metadata: { name: "gateway", namespace: "telemetry" },
            spec: {
                scaleTargetRef: DEPLOYMENT,
                minReplicas: 2,
                maxReplicas: 6,
                metrics: [
                    { type: "Resource", resource: { name: "cpu", target: { averageUtilization: 70 } } },
                    { type: "Resource", resource: { name: "memory", target: { averageUtilization: 50 } } },
                ],
            },
        });
    });

    test("adds at once, and takes away one pod in two minutes after five calm ones", () => {
        const { behavior } = autoscaler({ autoscaling: { maxReplicas: 6 } }).spec;
        expect(behavior.scaleUp).toMatchObject({ stabilizationWindowSeconds: 0, selectPolicy: "Max" });
        expect(behavior.scaleDown).toEqual({
            stabilizationWindowSeconds: 300,
            selectPolicy: "Min",
            policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
        });
    });

    test("looks at the queues too, if there is a metric for that", () => {
        const podMetric = { name: "otelcol_exporter_queue_size", averageValue: "20M" };
        expect(autoscaler({ autoscaling: { maxReplicas: 6, podMetric } }).spec.metrics[2]).toEqual({
            type: "Pods",
            pods: {
                metric: { name: "otelcol_exporter_queue_size" },
                target: { type: "AverageValue", averageValue: "20M" },
            },
        });
    });

    test("has the last word on the number of pods: none is written into the workload", () => {
        expect(plan({ autoscaling: { maxReplicas: 6 } })).not.toHaveProperty("replicas");
    });
});

describe("KEDA", () => {
    const prometheus = {
        serverAddress: "http://prometheus.monitoring.svc:9090",
        query: "sum(waiting)",
        threshold: 0.8,
    };

    test("adds pods by CPU, memory and a query, never none, as slowly away as Kubernetes' own", () => {
        const autoscaling = { autoscaler: "keda" as const, minReplicas: 1, maxReplicas: 8, cpuPercent: 80, prometheus };
        expect(autoscaler({ autoscaling })).toMatchObject({
            apiVersion: "keda.sh/v1alpha1",
            kind: "ScaledObject",
            spec: {
                scaleTargetRef: DEPLOYMENT,
                minReplicaCount: 1,
                maxReplicaCount: 8,
                advanced: {
                    horizontalPodAutoscalerConfig: {
                        behavior: autoscaler({ autoscaling: { maxReplicas: 6 } }).spec.behavior,
                    },
                },
                triggers: [
                    { type: "cpu", metricType: "Utilization", metadata: { value: "80" } },
                    { type: "memory", metricType: "Utilization", metadata: { value: "50" } },
                    { type: "prometheus", metadata: { ...prometheus, threshold: "0.8" } },
                ],
            },
        });
        expect(plan({ autoscaling })).not.toHaveProperty("replicas");
    });
});

describe("an argument that cannot work is refused:", () => {
    const podMetric = { name: "waiting", averageValue: "1" };
    const prometheus = { serverAddress: "http://p", query: "q", threshold: 1 };
    test.each<[string, object, string]>([
        ["fewer than none", { minReplicas: 0, maxReplicas: 2 }, "autoscaling.minReplicas: 0 is not a whole number"],
        [
            "most below fewest",
            { minReplicas: 4, maxReplicas: 3 },
            "autoscaling.maxReplicas: 3 is less than minReplicas, 4",
        ],
        [
            "memory that is not reached",
            { maxReplicas: 3, memoryPercent: 60 },
            "autoscaling.memoryPercent: 60 is never reached",
        ],
        ["no CPU", { maxReplicas: 3, cpuPercent: 0 }, "autoscaling.cpuPercent: 0 is not a whole number"],
        ["an unknown autoscaler", { maxReplicas: 3, autoscaler: "vpa" }, 'autoscaling.autoscaler: "vpa" is not known'],
        [
            "a pod's metric for KEDA",
            { maxReplicas: 3, autoscaler: "keda", podMetric },
            "autoscaling.podMetric: has no effect with autoscaler keda; use prometheus",
        ],
        [
            "a query for Kubernetes",
            { maxReplicas: 3, prometheus },
            "autoscaling.prometheus: has no effect with autoscaler kubernetes; use podMetric, or set autoscaler to keda",
        ],
    ])("%s", (_, autoscaling, text) => {
        expect(() => plan({ autoscaling: autoscaling as never })).toThrow(`${WHO}: scaling.${text}`);
    });

    test("several pods that would each compute deltas from some of the points", () => {
        expect(() => plan({ autoscaling: { maxReplicas: 2 } }, { computesDeltas: true })).toThrow(
            `${WHO}: scaling.autoscaling.maxReplicas: 2 pods would each receive only some points of a series`,
        );
        expect(() => plan({ autoscaling: { maxReplicas: 1 } }, { computesDeltas: true })).not.toThrow();
    });

    test("no pod that a drained node may take", () => {
        expect(() => plan({ maxUnavailablePods: 0 })).toThrow(`${WHO}: scaling.maxUnavailablePods: 0 is not`);
    });

    test("no unknown spread, and no spread of a daemonSet, which has one pod on each node", () => {
        const make = (spread: string, mode?: CollectorMode) => (): unknown => {
            const args = { endpoint: { environment: "abc12345" }, mode, scheduling: { spread: spread as never } };
            return planCollector(new Check(WHO), "gateway", args);
        };
        expect(make("evenly")).toThrow(`${WHO}: scheduling.spread: "evenly" is not known`);
        expect(make("off", CollectorMode.DaemonSet)).toThrow(`${WHO}: scheduling.spread: a daemonSet has one pod on`);
    });
});
