import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { CollectorMode } from "../../components/collector/args";
import { CollectorDistribution } from "../../components/collector/distributions";
import { type ArrivedLog, type Emulator, startEmulator } from "../../emulator";
import { type CollectorCollectArgs, CollectorContainerLogsOf } from "../../index";
import { type Manifest, type RunningCollector, startCollector } from "../support/collector";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { accountOf, apply, kubectl, withKubeconfig } from "./collector-access";
import { logs, only, post, renderGateway, replaced, SCOPES, SECRETS } from "./collector-support";

jest.setTimeout(240_000);

const OLD = { distribution: CollectorDistribution.Contrib, version: "0.149.0" };
const ANNOTATION = "io.opentelemetry.discovery.logs/enabled";
const ANNOTATIONS: Record<string, Record<string, string>> = {
    chosen: { [ANNOTATION]: "true" },
    silent: {},
    excluded: { [ANNOTATION]: "false" },
};

let kubernetes: KubernetesServer;
const uids: Record<string, string> = {};

beforeAll(async () => {
    kubernetes = await startKubernetes({ controllerManager: true });
    await apply(kubernetes, [
        { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { stage: "staging" } } },
    ]);
    await until("pods may be made", 30, async () =>
        (await kubernetes.kubectl(["get", "serviceaccount", "default", "-n", "shop"])).code === 0 ? true : undefined,
    );
    for (const [name, annotations] of Object.entries(ANNOTATIONS)) {
        const metadata = { name, namespace: "shop", annotations, labels: { "example.com/team": `team-${name}` } };
        const containers = [{ name: "app", image: "registry.example.com/shop:1" }];
        await apply(kubernetes, [
            { apiVersion: "v1", kind: "Pod", metadata, spec: { nodeName: "node-1", containers } },
        ]);
        uids[name] = await kubectl(kubernetes, ["get", "pod", name, "-n", "shop", "-o", "jsonpath={.metadata.uid}"]);
    }
});
afterAll(() => kubernetes?.stop());

describe("an agent that reads the logs of a node's containers", () => {
    let emulator: Emulator;
    let pods: string;
    let collector: RunningCollector | undefined;

    beforeEach(async () => {
        pods = mkdtempSync(path.join(tmpdir(), "pod-logs-"));
        emulator = await startEmulator({ route: "activegate" });
    });
    afterEach(async () => {
        await collector?.stop();
        collector = undefined;
        await emulator?.stop();
        rmSync(pods, { recursive: true, force: true });
    });

    function write(pod: string, ...lines: string[]): void {
        const folder = path.join(pods, `shop_${pod}_${uids[pod]}`, "app");
        mkdirSync(folder, { recursive: true });
        const text = lines.map((line) => `${new Date().toISOString()} stdout F ${line}\n`).join("");
        appendFileSync(path.join(folder, "0.log"), text);
    }

    /** Starts it with its own account; a process sees the machine's files, so a scratch folder stands for the node's. */
    async function start(collect: CollectorCollectArgs): Promise<RunningCollector> {
        const rendered = await renderGateway(emulator, {
            image: OLD,
            mode: CollectorMode.DaemonSet,
            processing: {
                kubernetesAttributes: true,
                enrichment: {
                    podLabels: { "example.com/team": "dt.owner" },
                    namespaceLabels: { stage: "deployment.environment.name" },
                },
            },
            collect: { containerLogs: {}, ...collect },
        });
        const kubeconfig = await accountOf(kubernetes, rendered);
        const manifests = replaced(withKubeconfig(only(rendered, "DaemonSet"), kubeconfig), (text) =>
            text
                .replace(/"valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}/, '"value":"node-1"')
                .replaceAll("/var/log/pods", pods),
        );
        return startCollector({
            binary: (await ensure(["otelcol-149"]))["otelcol-149"],
            manifests: withoutMount(manifests, "pod-logs"),
            secrets: SECRETS(emulator.createToken({ scopes: SCOPES }).token),
            env: { KUBECONFIG: kubeconfig },
        });
    }
    const arrived = (count: number): Promise<ArrivedLog[]> =>
        until(`arrival of ${count}`, 60, () =>
            emulator.arrived().logs.length >= count ? emulator.arrived().logs : undefined,
        );
    const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1500));

    test.each([
        [CollectorContainerLogsOf.Annotated, ["chosen"]],
        [CollectorContainerLogsOf.NotExcluded, ["chosen", "silent"]],
    ])("of pods that are %s sends those of %j, and what applications send themselves", async (of, expected) => {
        collector = await start({ containerLogs: { pods: of } });
        await settled();
        for (const pod of Object.keys(ANNOTATIONS)) write(pod, `from ${pod}`);
        const otlp = { "k8s.pod.uid": uids["excluded"] ?? "" };
        await post(collector.httpEndpoint, "logs", logs(otlp, { body: "by OTLP" }));
        await arrived(expected.length + 1);
        await settled();

        const all = emulator.arrived().logs;
        expect(all.map(({ body }) => body).sort()).toEqual(["by OTLP", ...expected.map((pod) => `from ${pod}`)].sort());
        expect(JSON.stringify(all)).not.toContain("dynatrace-otlp.");
        expect(all.find(({ body }) => body === "from chosen")?.resource).toMatchObject({
            "k8s.pod.name": "chosen",
            "dt.owner": "team-chosen",
            "deployment.environment.name": "staging",
        });
    });

    test("sends a stack trace as one record where it is told how one begins, and other lines one by one", async () => {
        collector = await start({
            containerLogs: {
                multiline: [
                    {
                        firstLine: String.raw`^\d{4}-\d{2}-\d{2} `,
                        namespace: "shop",
                        podPrefix: "cho",
                        container: "app",
                    },
                    { firstLine: "^never", namespace: "elsewhere" },
                ],
            },
        });
        await settled();
        const trace = [
            '2026-11-21 failed: "$5"',
            "    at Checkout.pay(Checkout.java:7)",
            "    at Main.main(Main.java:1)",
        ];
        write("chosen", ...trace, "2026-11-21 next");
        write("silent", "one", "    two");
        const all = await arrived(4);
        expect(all.map(({ body }) => body).sort()).toEqual(
            [trace.join("\n"), "2026-11-21 next", "    two", "one"].sort(),
        );
        expect(emulator.refused()).toEqual([]);
    });
});

/** The same without one mount of the container. */
function withoutMount(manifests: Manifest[], mount: string): Manifest[] {
    return manifests.map((manifest) => {
        // eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain data behind Input types
        const { spec } = manifest as any;
        const container = spec?.template?.spec?.containers?.[0];
        if (container === undefined) return manifest;
        container.volumeMounts = container.volumeMounts.filter(({ name }: { name: string }) => name !== mount);
        return manifest;
    });
}
