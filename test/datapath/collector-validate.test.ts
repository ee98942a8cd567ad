import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { CollectorMode, TokenFrom } from "../../components/collector/args";
import { collectorConfig } from "../../components/collector/config";
import { CollectorDistribution } from "../../components/collector/names";
import { type CollectorPlan, type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { planSidecar } from "../../components/collector/sidecar";
import { firstTier, secondTier } from "../../components/collector/tiers";
import { runToEnd } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";

jest.setTimeout(120_000);

const OLD = { image: { distribution: CollectorDistribution.Contrib, version: "0.149.0" } };
const REDACTION = { emails: true, paymentCards: true, ipAddresses: true, patterns: ["secret$"] };
const STACK = { clusterName: 'a "b" $c', clusterUid: "uid", clusterEntity: "KUBERNETES_CLUSTER-1", owner: "team" };

/** Each feature whose components the Collectors of the tests hold, in each of them. */
const CASES: [string, "otelcol-149" | "otelcol-158", Partial<CollectorPlanInputs>][] = [
    ["nothing asked for", "otelcol-158", {}],
    ["nothing asked for", "otelcol-149", OLD],
    ["everything masked and added", "otelcol-158", { redaction: REDACTION, enrichment: STACK }],
    ["everything masked and added", "otelcol-149", { ...OLD, redaction: REDACTION, enrichment: STACK }],
    ["traces alone", "otelcol-158", { signals: ["traces"] }],
    ["nothing masked, added or cut", "otelcol-158", { redaction: { dynatraceTokens: false }, cutLargeRecords: false }],
    ["a queue on a volume", "otelcol-158", { persistentQueue: { sizeGiB: 1 } }],
    ["a queue on a volume", "otelcol-149", { ...OLD, persistentQueue: {} }],
    ["a StatefulSet", "otelcol-158", { mode: CollectorMode.StatefulSet, persistentQueue: {} }],
    ["tail sampling", "otelcol-158", { tailSampling: { slowerThanMillis: 500, percentage: 2.5 } }],
    ["tail sampling", "otelcol-149", { ...OLD, tailSampling: {} }],
    ["two tiers", "otelcol-158", { mode: CollectorMode.TwoTier, tailSampling: {}, persistentQueue: {} }],
    ["two tiers with a token from a file", "otelcol-158", { mode: CollectorMode.TwoTier, tokenFrom: TokenFrom.File }],
    ["metrics of itself", "otelcol-158", { collect: { selfTelemetry: true } }],
    ["metrics of itself", "otelcol-149", { ...OLD, collect: { selfTelemetry: true } }],
    ["metrics of itself by file", "otelcol-158", { tokenFrom: TokenFrom.File, collect: { selfTelemetry: true } }],
    [
        "logs and metrics of a node",
        "otelcol-149",
        {
            ...OLD,
            mode: CollectorMode.DaemonSet,
            collect: { containerLogs: true, containerLogsExceptNamespaces: ["kube-system"], hostMetrics: true },
            persistentQueue: { hostPath: "/var/lib/collector" },
        },
    ],
    [
        "a configuration of one's own",
        "otelcol-158",
        {
            ownConfig: {
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
    ...{ K8S_NAMESPACE: "default", K8S_POD_UID: "uid" },
};

describe("a real Collector takes the configuration for", () => {
    let scratch: string;
    let binaries: Record<"otelcol-149" | "otelcol-158", string>;

    beforeAll(async () => {
        scratch = mkdtempSync(path.join(tmpdir(), "collector-validate-"));
        binaries = await ensure(["otelcol-149", "otelcol-158"]);
        for (const folder of ["queue", "checkpoints", "host"]) mkdirSync(path.join(scratch, folder));
    });
    afterAll(() => rmSync(scratch, { recursive: true, force: true }));

    /** Whether it is taken; a process has no mounts, so folders of the scratch directory stand for them. */
    async function validate(tool: keyof typeof binaries, plan: CollectorPlan): Promise<string> {
        const text = collectorConfig(plan, "Api-Token")
            .replaceAll("/var/lib/otelcol", scratch)
            .replaceAll("root_path: /hostfs", `root_path: ${path.join(scratch, "host")}`);
        const file = path.join(scratch, "config.yaml");
        writeFileSync(file, text);
        const { code, stderr } = await runToEnd(binaries[tool], ["validate", "--config", file], {
            env: { ...process.env, ...ENV },
        });
        return code === 0 ? "taken" : stderr;
    }

    test.each(CASES)("%s (%s)", async (_case, tool, args) => {
        const plan = planCollector("C", "gateway", { endpoint: { environment: "abc12345" }, ...args });
        const tiers = plan.secondTier === undefined ? [plan] : [firstTier(plan), secondTier(plan)];
        for (const tier of tiers) expect(await validate(tool, tier)).toBe("taken");
    });

    test("a sidecar", async () => {
        const plan = planSidecar("S", "shop", { endpoint: { environment: "abc12345" } });
        expect(await validate("otelcol-158", plan)).toBe("taken");
    });

    test("and refuses one with an unknown key, so that the tests above can fail", async () => {
        const ownConfig = { processors: { redaction: { made_up: true } } };
        const plan = planCollector("C", "gateway", { endpoint: { environment: "abc12345" }, ownConfig });
        expect(await validate("otelcol-158", plan)).toContain("made_up");
    });
});
