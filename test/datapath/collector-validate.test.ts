import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { aiContentConfig } from "../../components/ai-gateway/collector-config";
import { CollectorMode, CollectorTokenFrom } from "../../components/collector/args";
import { collectorConfig } from "../../components/collector/config";
import type { Plain } from "../../components/collector/plan-types";
import { CollectorDistribution } from "../../components/collector/distributions";
import type { CollectorPlan } from "../../components/collector/plan-types";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { planSidecar } from "../../components/collector/sidecar";
import { firstTier, secondTier } from "../../components/collector/two-tier";
import { runToEnd } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { Check } from "../../components/shared/check";

jest.setTimeout(120_000);

const OLD = { image: { distribution: CollectorDistribution.Contrib, version: "0.149.0" } };
const REDACTION = { emails: true, paymentCards: true, ipAddresses: true, patterns: ["secret$"] };
const STACK = { clusterName: 'a "b" $c', clusterUid: "uid", clusterEntity: "KUBERNETES_CLUSTER-1", owner: "team" };

const NORMALIZER = "gen_ai_normalizer";
const AGENT = { mode: CollectorMode.DaemonSet };
const JOB = {
    job_name: "databases",
    static_configs: [{ targets: ["database.shop.svc:9187"] }],
    relabel_configs: [
        { source_labels: ["__address__"], regex: "(.+)[.]svc:.*", replacement: "$1", target_label: "host" },
    ],
};

const PICKED = { podLabels: { "a.b/c": "x.$1" }, podAnnotations: { "a.b/d": "y" }, namespaceLabels: { stage: "z" } };
const MULTILINE = [
    { firstLine: String.raw`^\[?\d{4}-\d{2}-\d{2}[T ]$|^"`, namespace: "shop", podPrefix: "web-", container: "app" },
    { firstLine: "^[^ ]" },
];

/** Each feature whose components the Collectors of the tests hold, in each of them. */
const CASES: [string, "otelcol-149" | "otelcol-158", Partial<CollectorPlanInputs>][] = [
    ["nothing asked for", "otelcol-158", {}],
    ["nothing asked for", "otelcol-149", OLD],
    ["everything masked and added", "otelcol-158", { processing: { redaction: REDACTION, enrichment: STACK } }],
    ["everything masked and added", "otelcol-149", { ...OLD, processing: { redaction: REDACTION, enrichment: STACK } }],
    ["traces alone", "otelcol-158", { signals: ["traces"] }],
    [
        "nothing masked, added or cut",
        "otelcol-158",
        { processing: { redaction: { dynatraceTokens: false }, cutLargeRecords: false } },
    ],
    ["a queue on a volume", "otelcol-158", { persistentQueue: { sizeGiB: 1 } }],
    ["a queue on a volume", "otelcol-149", { ...OLD, persistentQueue: {} }],
    ["a StatefulSet", "otelcol-158", { mode: CollectorMode.StatefulSet, persistentQueue: {} }],
    ["tail sampling", "otelcol-158", { processing: { tailSampling: { slowerThanMillis: 500, percentage: 2.5 } } }],
    ["tail sampling", "otelcol-149", { ...OLD, processing: { tailSampling: {} } }],
    [
        "two tiers",
        "otelcol-158",
        { mode: CollectorMode.TwoTier, processing: { tailSampling: {} }, persistentQueue: {} },
    ],
    [
        "two tiers with a token from a file",
        "otelcol-158",
        { mode: CollectorMode.TwoTier, tokenFrom: CollectorTokenFrom.File },
    ],
    ["metrics of itself", "otelcol-158", { collect: { selfTelemetry: true } }],
    ["metrics of itself", "otelcol-149", { ...OLD, collect: { selfTelemetry: true } }],
    [
        "metrics of itself by file",
        "otelcol-158",
        { tokenFrom: CollectorTokenFrom.File, collect: { selfTelemetry: true } },
    ],
    [
        "logs and metrics of a node",
        "otelcol-149",
        {
            ...OLD,
            mode: CollectorMode.DaemonSet,
            collect: { containerLogs: { exceptNamespaces: ["kube-system"] }, hostMetrics: true },
            persistentQueue: { hostPath: "/var/lib/collector" },
        },
    ],
    [
        "state of a cluster and its events, told by one pod of two",
        "otelcol-149",
        {
            ...OLD,
            replicas: 2,
            processing: { cumulativeToDelta: false },
            collect: { clusterMetrics: true, kubernetesEvents: true },
            // The receiver for events of this build is too old for an election.
            extraConfig: { receivers: { k8s_events: { k8s_leader_elector: null } } },
        },
    ],
    ["OTLP on the loopback address too", "otelcol-158", { receiver: { loopback: true } }],
    ["OTLP on the loopback address too", "otelcol-149", { ...OLD, receiver: { loopback: true } }],
    [
        "read positions in the pod",
        "otelcol-149",
        { ...OLD, ...AGENT, collect: { containerLogs: {}, checkpoints: "pod" } },
    ],
    ["no read positions", "otelcol-158", { ...AGENT, collect: { journald: {}, checkpoints: "none" } }],
    ["a kubelet's metrics", "otelcol-149", { ...OLD, ...AGENT, collect: { kubeletMetrics: {} } }],
    [
        "the metrics of a kubelet with any certificate",
        "otelcol-149",
        { ...OLD, ...AGENT, collect: { kubeletMetrics: { skipCertificateCheck: true } } },
    ],
    ["metrics of annotated pods", "otelcol-158", { collect: { annotatedPods: true } }],
    ["metrics of a node's annotated pods", "otelcol-158", { ...AGENT, collect: { annotatedPods: true } }],
    ["scrape jobs of one's own", "otelcol-158", { collect: { annotatedPods: true, scrapeConfigs: [JOB] } }],
    ["labels and annotations that are picked", "otelcol-158", { processing: { enrichment: PICKED } }],
    ["labels and annotations that are picked", "otelcol-149", { ...OLD, processing: { enrichment: PICKED } }],
    [
        "logs of chosen pods, with lines that belong together",
        "otelcol-149",
        {
            ...OLD,
            ...AGENT,
            collect: { containerLogs: { pods: "annotated", multiline: MULTILINE } },
        },
    ],
    ["metrics for a Prometheus", "otelcol-158", { monitoring: {}, collect: { selfTelemetry: true } }],
    ["metrics for a Prometheus", "otelcol-149", { ...OLD, monitoring: {} }],
    [
        "a configuration of one's own",
        "otelcol-158",
        {
            extraConfig: {
                processors: { "filter/health": { error_mode: "ignore", traces: { span: ['name == "GET /health"'] } } },
                connectors: { "forward/copy": {} },
                exporters: { debug: {} },
                service: {
                    pipelines: {
                        traces: { processors: ["filter/health"], exporters: ["forward/copy"] },
                        "traces/copy": { receivers: ["forward/copy"], exporters: ["debug"] },
                    },
                },
            },
        },
    ],
];

const ENV = {
    ...{ MY_POD_IP: "127.0.0.1", DT_API_TOKEN: "made-up", K8S_NODE_NAME: "node", K8S_POD_NAME: "pod" },
    ...{ K8S_NAMESPACE: "default", K8S_POD_UID: "uid", K8S_NODE_IP: "10.1.2.3" },
};

const KUBECONFIG = JSON.stringify({
    clusters: [{ name: "made-up", cluster: { server: "https://127.0.0.1:6443" } }],
    contexts: [{ name: "made-up", context: { cluster: "made-up" } }],
    "current-context": "made-up",
});

describe("a real Collector takes the configuration for", () => {
    let scratch: string;
    let binaries: Record<"otelcol-149" | "otelcol-158", string>;

    beforeAll(async () => {
        scratch = mkdtempSync(path.join(tmpdir(), "collector-validate-"));
        binaries = await ensure(["otelcol-149", "otelcol-158"]);
        for (const folder of ["queue", "checkpoints", "host"]) mkdirSync(path.join(scratch, folder));
        writeFileSync(path.join(scratch, "kubeconfig"), KUBECONFIG);
    });
    afterAll(() => rmSync(scratch, { recursive: true, force: true }));

    /** Whether it is taken; a process has no mounts, so folders of the scratch directory stand for them. */
    async function validate(tool: keyof typeof binaries, plan: CollectorPlan): Promise<string> {
        const text = collectorConfig(plan, "Api-Token")
            .replaceAll("/var/lib/otelcol", scratch)
            .replaceAll("root_path: /hostfs", `root_path: ${path.join(scratch, "host")}`)
            // Outside of a cluster there is no account of a pod, and some components look for it before anything runs.
            .replaceAll("auth_type: serviceAccount", "auth_type: kubeConfig");
        const file = path.join(scratch, "config.yaml");
        writeFileSync(file, text);
        const { code, stderr } = await runToEnd(binaries[tool], ["validate", "--config", file], {
            env: { ...process.env, ...ENV, KUBECONFIG: path.join(scratch, "kubeconfig") },
        });
        return code === 0 ? "taken" : stderr;
    }

    test.each(CASES)("%s (%s)", async (_case, tool, args) => {
        const plan = planCollector(new Check("C"), "gateway", { endpoint: { environment: "abc12345" }, ...args });
        const tiers = plan.secondTier === undefined ? [plan] : [firstTier(plan), secondTier(plan)];
        for (const tier of tiers) expect(await validate(tool, tier)).toBe("taken");
    });

    test("a sidecar", async () => {
        const plan = planSidecar(new Check("S"), "shop", { endpoint: { environment: "abc12345" } });
        expect(await validate("otelcol-158", plan)).toBe("taken");
    });

    test("calls of models under the names of OpenTelemetry, but for the processor that no module brings here", async () => {
        const extraConfig = aiContentConfig({ normalize: true }) as Plain;
        const without = JSON.parse(JSON.stringify(extraConfig), (key, value: unknown) =>
            Array.isArray(value) && key === "processors" ? value.filter((it) => it !== NORMALIZER) : value,
        ) as { processors: Plain };
        expect(without.processors[NORMALIZER]).toEqual({
            sources: [{ name: "openinference" }, { name: "openllmetry" }],
        });
        delete without.processors[NORMALIZER];
        const plan = planCollector(new Check("C"), "gateway", {
            endpoint: { environment: "abc12345" },
            extraConfig: without,
        });
        expect(plan.extraConfig).toHaveProperty(["processors", "transform/ai-model"]);
        expect(await validate("otelcol-158", plan)).toBe("taken");
    });

    test("and refuses one with an unknown key, so that the tests above can fail", async () => {
        const extraConfig = { processors: { redaction: { made_up: true } } };
        const plan = planCollector(new Check("C"), "gateway", { endpoint: { environment: "abc12345" }, extraConfig });
        expect(await validate("otelcol-158", plan)).toContain("made_up");
    });
});
