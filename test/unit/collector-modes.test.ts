import { electsPod, readsCluster } from "../../components/collector/features";
import { CollectorMode, CollectorTokenFrom } from "../../components/collector/args";
import type { CollectorCollectArgs } from "../../components/collector/args/collect";
import { featureParts } from "../../components/collector/features";
import { CollectorDistribution } from "../../components/collector/distributions";
import { networkPolicySpec } from "../../components/collector/manifests/network-policy";
import type { CollectorPlan } from "../../components/collector/plan-types";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { usesToken } from "../../components/collector/features/self-telemetry";
import { firstTier, secondTier } from "../../components/collector/two-tier";
import { Check } from "../../components/shared/check";

const plan = (args: Partial<CollectorPlanInputs> = {}): CollectorPlan =>
    planCollector(new Check('OtlpCollector("gateway")'), "gateway", { endpoint: { environment: "abc12345" }, ...args });
const { DaemonSet, StatefulSet, TwoTier } = CollectorMode;
const OLD_DYNATRACE = { version: "0.45.0" };

describe("what would give wrong numbers, or none, is refused with the way out", () => {
    test.each<[string, Partial<CollectorPlanInputs>, RegExp]>([
        ["another mode", { mode: "agent" as never }, /mode: "agent" is not known; use deployment, .* or twoTier/],
        ["deltas in two pods", { replicas: 2 }, /replicas: 2 pods .* wrong deltas; .*twoTier.*cumulativeToDelta/],
        ["deltas in two named pods", { mode: StatefulSet, replicas: 3 }, /replicas: 3 pods .* wrong deltas/],
        [
            "pods a node, and a number",
            { mode: DaemonSet, replicas: 1 },
            /replicas: a daemonSet has one pod on each node/,
        ],
        [
            "halves of traces",
            { replicas: 2, processing: { cumulativeToDelta: false, tailSampling: {} } },
            /tailSampling: .*twoTier/,
        ],
        [
            "halves of traces on nodes",
            { mode: DaemonSet, processing: { tailSampling: {} } },
            /processing\.tailSampling: each pod would receive only/,
        ],
        [
            "traces where there are none",
            { signals: ["logs"], processing: { tailSampling: {} } },
            /tailSampling: .*add traces/,
        ],
        [
            "a share above all",
            { processing: { tailSampling: { percentage: 101 } } },
            /processing\.tailSampling\.percentage: 101 .*0 to 100/,
        ],
        [
            "no time to decide",
            { processing: { tailSampling: { decisionSeconds: 0 } } },
            /processing\.tailSampling\.decisionSeconds: 0/,
        ],
        [
            "a tier behind nothing",
            { secondTier: {} },
            /secondTier: mode deployment has no second tier; set mode to twoTier/,
        ],
        ["an empty tier", { mode: TwoTier, secondTier: { replicas: 0 } }, /secondTier\.replicas: 0/],
        ["a tier too small", { mode: TwoTier, secondTier: { memoryMiB: 64 } }, /secondTier\.memoryMiB: 64.*128/],
        [
            "the wrong host",
            { processing: { enrichment: { hostFromOneAgent: true } } },
            /hostFromOneAgent: .*own host.*daemonSet/,
        ],
        ["one node's logs", { collect: { containerLogs: {} } }, /collect\.containerLogs: .*set mode to daemonSet/],
        ["one node's metrics", { collect: { hostMetrics: true } }, /collect\.hostMetrics: .*set mode to daemonSet/],
        ["one kubelet", { collect: { kubeletMetrics: {} } }, /collect\.kubeletMetrics: .*set mode to daemonSet/],
        [
            "pods asked twice",
            { mode: TwoTier, collect: { annotatedPods: true } },
            /collect\.annotatedPods: 2 pods would each send the same metrics/,
        ],
        [
            "jobs on every node",
            { mode: DaemonSet, collect: { scrapeConfigs: [{ job_name: "a" }] } },
            /collect\.scrapeConfigs: several pods would each send the same metrics/,
        ],
        [
            "logs without logs",
            { mode: DaemonSet, signals: ["metrics"], collect: { containerLogs: {} } },
            /collect\.containerLogs: collects logs, but signals does not contain logs; add logs/,
        ],
        [
            "metrics of itself without metrics",
            { signals: ["traces"], collect: { selfTelemetry: true } },
            /collect\.selfTelemetry: collects metrics/,
        ],
        [
            "no interval",
            { collect: { selfTelemetry: true, metricsIntervalSeconds: 0.5 } },
            /collect\.metricsIntervalSeconds: 0\.5/,
        ],
        [
            "a receiver that an old image lacks",
            { image: OLD_DYNATRACE, collect: { clusterMetrics: true } },
            /collect\.clusterMetrics: "k8s_cluster" is not among the receivers of the dynatrace distribution 0\.45\.0; set image\.version to 0\.46\.0 or later/,
        ],
        [
            "two tiers with an old image",
            { image: OLD_DYNATRACE, mode: TwoTier },
            /mode: "load_balancing" is not among the exporters/,
        ],
        ["an agent's volume", { mode: DaemonSet, persistentQueue: {} }, /persistentQueue: .*persistentQueue\.hostPath/],
        [
            "a folder of some node",
            { persistentQueue: { hostPath: "/var/lib/q" } },
            /persistentQueue\.hostPath: a pod of mode deployment can restart on another node/,
        ],
        [
            "a folder that is none",
            { mode: DaemonSet, persistentQueue: { hostPath: "queue" } },
            /persistentQueue\.hostPath: "queue" is not the absolute path of a directory/,
        ],
        ["no room", { persistentQueue: { sizeGiB: 0 } }, /persistentQueue\.sizeGiB: 0/],
        [
            "too little room",
            { persistentQueue: { sizeGiB: 0.01 } },
            /persistentQueue\.sizeGiB: 0\.01 is too small for two/,
        ],
        [
            "a pattern that is none",
            { processing: { redaction: { patterns: ["(a"] } } },
            /processing\.redaction\.patterns\[0\]: "\(a" is not a reg/,
        ],
        [
            "a pattern of nothing",
            { processing: { redaction: { patterns: ["a", "x*"] } } },
            /processing\.redaction\.patterns\[1\]: "x\*" matches an/,
        ],
        [
            "a pattern Go has not",
            { processing: { redaction: { patterns: ["a(?=b)"] } } },
            /patterns\[0\]: .*looks ahead or behind/,
        ],
        ["no image of one's own", { image: { distribution: "custom" } }, /image\.repository: is required for a custom/],
    ])("%s", (_case, args, text) => {
        expect(() => plan(args)).toThrow(text);
    });

    test.each<[string, Partial<CollectorPlanInputs>]>([
        ["deltas on each node, where a series stays with one pod", { mode: DaemonSet }],
        ["deltas in the second tier", { mode: TwoTier, replicas: 4, secondTier: { replicas: 3 } }],
        ["tail sampling in one pod", { processing: { tailSampling: {} } }],
        ["named pods without deltas", { mode: StatefulSet, replicas: 3, processing: { cumulativeToDelta: false } }],
        ["pods of a node asked from that node", { mode: DaemonSet, collect: { annotatedPods: true } }],
        ["jobs in one pod", { collect: { scrapeConfigs: [{ job_name: "a" }] } }],
        [
            "cluster metrics in several pods, of which one is elected",
            { mode: DaemonSet, collect: { clusterMetrics: true } },
        ],
        ["a pattern that only Go knows", { processing: { redaction: { patterns: ["(?i)secret"] } } }],
    ])("%s is fine", (_case, args) => {
        expect(plan(args).name).toBe("gateway");
    });
});

describe("two tiers", () => {
    const both = plan({
        mode: TwoTier,
        namespace: "telemetry",
        processing: { tailSampling: {} },
        secondTier: { replicas: 3, memoryMiB: 1024 },
        persistentQueue: {},
        collect: { clusterMetrics: true },
    });
    const [first, second] = [firstTier(both), secondTier(both)];

    test("the first knows each pod of the second by a name that outlives it", () => {
        expect(first.secondTierHosts).toEqual([0, 1, 2].map((pod) => `gateway-t2-${pod}.gateway-t2.telemetry.svc`));
    });

    test("who needs to know the sender is in the first, who needs all of a series or trace in the second", () => {
        const steps = (tier: CollectorPlan): string[] => featureParts(tier).processors.map(({ id }) => id);
        expect(steps(first)).toEqual([
            ...["resource/sender", "k8s_attributes", "transform/kubernetes"],
            ...["transform/ai-content", "redaction", "transform/redaction"],
            ...["transform/traces-limits", "transform/metrics-limits", "transform/logs-limits"],
        ]);
        expect(steps(second)).toEqual(["tail_sampling", "cumulative_to_delta", "transform/ai-content"]);
        expect(featureParts(first).receivers.map(({ id }) => id)).toEqual(["k8s_cluster"]);
        expect(featureParts(second).receivers).toEqual([]);
    });

    test("the first has no token and no way to Dynatrace; nobody but the first reaches the second", () => {
        expect([usesToken(first), usesToken(second)]).toEqual([false, true]);
        // eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain data behind Input types
        const [front, back] = [networkPolicySpec(first), networkPolicySpec(second)] as any[];
        const toSecond = {
            to: [{ podSelector: { matchLabels: second.selector } }],
            ports: [{ port: 4317, protocol: "TCP" }],
        };
        expect(front.egress).toHaveLength(4);
        expect(front.egress[3]).toEqual(toSecond);
        expect(back.ingress).toEqual([
            { from: [{ podSelector: { matchLabels: first.selector } }], ports: toSecond.ports },
        ]);
        expect(back.egress[back.egress.length - 1]).toEqual({ ports: [{ port: 443, protocol: "TCP" }] });
        expect(second.selector).not.toEqual(first.selector);
    });

    test("metrics of itself give the first the token, unless they go through its own pipelines", () => {
        const collect = { selfTelemetry: true };
        expect(usesToken(firstTier(plan({ mode: TwoTier, collect })))).toBe(true);
        expect(usesToken(firstTier(plan({ mode: TwoTier, collect, tokenFrom: CollectorTokenFrom.File })))).toBe(false);
    });
});

describe("each preset asks for the rights it needs and no more", () => {
    const rules = (collect: CollectorCollectArgs, mode: CollectorMode = DaemonSet): string[] =>
        featureParts(plan({ mode, processing: { kubernetesAttributes: false }, collect })).clusterRules.flatMap(
            ({ resources }) => resources as string[],
        );

    test.each<[CollectorCollectArgs, string[]]>([
        [{}, []],
        [{ containerLogs: {} }, []],
        [{ hostMetrics: true }, []],
        [{ selfTelemetry: true }, []],
        [{ kubeletMetrics: {} }, ["nodes/stats"]],
        [{ kubernetesEvents: true }, ["events", "namespaces"]],
        [{ annotatedPods: true }, ["pods"]],
    ])("%j: %j", (collect, resources) => {
        expect(rules(collect)).toEqual(resources);
        expect(readsCluster({ processing: { kubernetesAttributes: false }, collect })).toBe(resources.length > 0);
    });

    test("every rule only reads, and none reads a Secret", () => {
        const all = { clusterMetrics: true, kubernetesEvents: true, kubeletMetrics: {}, annotatedPods: true };
        for (const { resources, verbs } of featureParts(plan({ mode: DaemonSet, collect: all })).clusterRules) {
            expect(resources).not.toContain("secrets");
            for (const verb of verbs as string[]) expect(["get", "list", "watch"]).toContain(verb);
        }
    });

    test("one pod is elected by a Lease of its own, which no other Lease comes under", () => {
        for (const collect of [{ clusterMetrics: true }, { kubernetesEvents: true }]) {
            const { extensions, namespaceRules, receivers } = featureParts(plan({ namespace: "telemetry", collect }));
            expect(extensions["k8s_leader_elector"]).toMatchObject({
                lease_name: "gateway",
                lease_namespace: "telemetry",
            });
            expect(receivers[0]?.config).toMatchObject({ k8s_leader_elector: "k8s_leader_elector" });
            expect(namespaceRules).toEqual([
                { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
                {
                    apiGroups: ["coordination.k8s.io"],
                    resources: ["leases"],
                    resourceNames: ["gateway"],
                    verbs: ["get", "update", "patch"],
                },
            ]);
            expect(electsPod({ collect })).toBe(true);
        }
    });

    test("folders of the node are mounted read-only, but for what is kept there", () => {
        const collect = { containerLogs: {}, hostMetrics: true };
        const args = { mode: DaemonSet, collect, processing: { enrichment: { hostFromOneAgent: true } } };
        const { volumes, volumeMounts, root } = featureParts(plan(args));
        expect(root).toBe(true);
        const paths = Object.fromEntries(volumes.map((it) => [it.name, (it.hostPath as { path: string }).path]));
        expect(paths).toEqual({
            "pod-logs": "/var/log/pods",
            checkpoints: "/var/lib/dynatrace-otlp/default-gateway/checkpoints",
            host: "/",
            "oneagent-enrichment": "/var/lib/dynatrace/enrichment",
        });
        expect(volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name)).toEqual([
            "checkpoints",
        ]);
    });

    test("the kubelet's port and the pods' ports are open only for who asks there", () => {
        const ports = (collect: CollectorCollectArgs): string =>
            JSON.stringify(networkPolicySpec(plan({ mode: DaemonSet, collect })).egress);
        expect(ports({})).not.toContain("10250");
        expect(ports({ kubeletMetrics: {} })).toContain('{"ports":[{"port":10250,"protocol":"TCP"}]}');
        expect(ports({ annotatedPods: true })).toContain('{"to":[{"namespaceSelector":{}}]}');
    });
});

describe("names of what collects follow the image's version", () => {
    test.each([
        [CollectorDistribution.Dynatrace, "0.54.0", "file_log", "host_metrics", "kubelet_stats", "resource_detection"],
        [CollectorDistribution.Dynatrace, "0.48.0", "file_log", "hostmetrics", "kubeletstats", "resourcedetection"],
        [CollectorDistribution.Contrib, "0.158.0", "file_log", "host_metrics", "kubelet_stats", "resource_detection"],
        [CollectorDistribution.Contrib, "0.148.0", "filelog", "hostmetrics", "kubeletstats", "resourcedetection"],
    ])("%s %s", (distribution, version, logs, host, kubelet, detection) => {
        const collect = { containerLogs: {}, hostMetrics: true, kubeletMetrics: {} };
        const image = { distribution, version };
        const parts = featureParts(
            plan({ image, mode: DaemonSet, collect, processing: { enrichment: { hostFromOneAgent: true } } }),
        );
        expect(parts.receivers.map(({ id }) => id)).toEqual([logs, host, kubelet]);
        expect(parts.processors.map(({ id }) => id)).toContain(`${detection}/dynatrace`);
    });
});
