import { parse } from "yaml";

import { ciliumPolicy } from "../../components/collector/manifests/cilium-network-policy";
import { networkPolicySpec } from "../../components/collector/manifests/network-policy";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { OtlpCollector, type OtlpCollectorArgs } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { Check } from "../../components/shared/check";

const WHO = 'OtlpCollector("gateway")';
const plan = (args: Partial<CollectorPlanInputs>) =>
    planCollector(new Check(WHO), "gateway", {
        endpoint: { environment: "abc12345" },
        namespace: "telemetry",
        ...args,
    });

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
async function objectsOf(args: Partial<OtlpCollectorArgs>): Promise<any[]> {
    const all = { endpoint: { environment: "abc12345" }, token: { secret: { name: "ingest-token" } }, ...args };
    return manifestsOf(await capture(() => new OtlpCollector("gateway", { namespace: "telemetry", ...all })));
}
const kindsOf = async (args: Partial<OtlpCollectorArgs>): Promise<string[]> =>
    (await objectsOf(args)).map(({ kind }) => kind).filter((kind) => ["PodMonitor", "PrometheusRule"].includes(kind));
const readersOf = (config: { data: Record<string, string> }) =>
    parse(config.data["config.yaml"] ?? "").service.telemetry.metrics;

describe("metrics for a Prometheus in the cluster", () => {
    const monitoring = { labels: { release: "prometheus" }, fromNamespaces: ["monitoring"] };

    test("nothing of it is there unless it is asked for", async () => {
        const all = await objectsOf({});
        expect(JSON.stringify(all)).not.toContain("8888");
        expect(await kindsOf({})).toEqual([]);
    });

    test("a PodMonitor selects the Collector's pods and the port they have, with the labels a Prometheus looks for", async () => {
        const all = await objectsOf({ monitoring });
        const of = (kind: string) => all.find((it) => it.kind === kind);
        const { metadata, spec } = of("PodMonitor");
        expect(metadata).toMatchObject({ namespace: "telemetry", labels: { release: "prometheus" } });
        const { template } = of("Deployment").spec;
        expect(template.metadata.labels).toMatchObject(spec.selector.matchLabels);
        const [{ port, interval }] = spec.podMetricsEndpoints;
        expect(interval).toBe("30s");
        expect(template.spec.containers[0].ports).toContainEqual({ name: port, containerPort: 8888, protocol: "TCP" });
        const [{ pull }] = readersOf(of("ConfigMap")).readers;
        expect(pull.exporter.prometheus).toMatchObject({ host: "${env:MY_POD_IP}", port: 8888 });
    });

    test("the port is open to the namespaces named, or to all, and applications' ports to no other than before", () => {
        const [apps, metrics] = networkPolicySpec(plan({ monitoring })).ingress as object[];
        expect(apps).toEqual((networkPolicySpec(plan({})).ingress as object[])[0]);
        expect(metrics).toEqual({
            from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
            ports: [{ port: 8888, protocol: "TCP" }],
        });
        expect((networkPolicySpec(plan({ monitoring: {} })).ingress as object[])[1]).toMatchObject({
            from: [{ namespaceSelector: {} }],
        });
        const { ingress } = ciliumPolicy(
            new Check(WHO),
            plan({ monitoring, network: { networkPolicy: { cilium: {} } } }),
        ).spec as {
            ingress: object[];
        };
        expect(ingress.at(-1)).toEqual({
            fromEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "monitoring" } }],
            toPorts: [{ ports: [{ port: "8888", protocol: "TCP" }] }],
        });
    });

    test("go beside those that Dynatrace gets", async () => {
        const all = await objectsOf({ monitoring: {}, collect: { selfTelemetry: true } });
        const { readers, level } = readersOf(all.find(({ kind }) => kind === "ConfigMap"));
        expect([level, ...readers.map((reader: object) => Object.keys(reader)[0])]).toEqual([
            "normal",
            "periodic",
            "pull",
        ]);
    });

    test("alerts look at the Collector's own pods alone, and at the memory that these have", async () => {
        const rules = (await objectsOf({ monitoring, memoryMiB: 1000 })).find(({ kind }) => kind === "PrometheusRule");
        const alerts = rules.spec.groups[0].rules as {
            alert: string;
            expr: string;
            annotations: { summary: string };
        }[];
        expect(alerts.map(({ alert }) => alert)).toEqual([
            ...["OtlpCollectorDown", "OtlpCollectorDropsData", "OtlpCollectorQueueFull"],
            ...["OtlpCollectorQueueFills", "OtlpCollectorRefusesData", "OtlpCollectorMemoryHigh"],
        ]);
        for (const { expr } of alerts) {
            const selectors = expr.match(/\{[^}]*\}/g) ?? [];
            expect(new Set(selectors)).toEqual(new Set(['{job="telemetry/gateway"}']));
        }
        expect(alerts.at(-1)?.expr).toBe('otelcol_process_memory_rss{job="telemetry/gateway"} > 943718400');
    });

    test("each tier has its own, since each has its own pods", async () => {
        const all = await objectsOf({ mode: "twoTier", monitoring });
        const names = all.filter(({ kind }) => kind === "PodMonitor").map(({ metadata }) => metadata.name);
        expect(names.sort()).toEqual(["gateway", "gateway-t2"]);
    });

    test("objects can be left out, for those who scrape otherwise", async () => {
        expect(await kindsOf({ monitoring })).toEqual(["PodMonitor", "PrometheusRule"]);
        expect(await kindsOf({ monitoring: { alerts: false } })).toEqual(["PodMonitor"]);
        expect(await kindsOf({ monitoring: { podMonitor: false } })).toEqual([]);
    });

    test.each<[string, Partial<CollectorPlanInputs>, RegExp]>([
        [
            "alerts on nothing",
            { monitoring: { podMonitor: false, alerts: true } },
            /monitoring\.alerts: need the metrics of a PodMonitor/,
        ],
        ["no interval", { monitoring: { intervalSeconds: 0 } }, /monitoring\.intervalSeconds: 0 is not/],
    ])("%s is refused", (_case, args, text) => {
        expect(() => plan(args)).toThrow(text);
    });
});
