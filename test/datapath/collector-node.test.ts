import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { CollectorMode } from "../../components/collector/args";
import { CollectorDistribution } from "../../components/collector/distributions";
import { type Emulator, startEmulator } from "../../emulator";
import { type Manifest, type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { only, renderGateway, replaced, SCOPES, SECRETS } from "./collector-support";

jest.setTimeout(120_000);

const OLD = { distribution: CollectorDistribution.Contrib, version: "0.149.0" };
const POD = "shop_checkout-7d9f_0b5c3f4e-9f0f-4a57-a3a5-5f2f0c1d2e3f";

/** What a kubelet would fill in, and without the named mounts: a process sees the machine's own files. */
function onThisMachine(manifests: Manifest[], mounts: string[]): Manifest[] {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain data behind Input types
    const workload: any = manifests.find(({ kind }) => kind === "Deployment");
    const [container] = workload.spec.template.spec.containers;
    container.volumeMounts = container.volumeMounts.filter(({ name }: { name: string }) => !mounts.includes(name));
    for (const variable of container.env) {
        if (!variable.name.startsWith("K8S_")) continue;
        delete variable.valueFrom;
        variable.value = variable.name.toLowerCase();
    }
    return manifests;
}

describe("an agent on a node", () => {
    let emulator: Emulator;
    let collector: RunningCollector;
    let pods: string;
    const write = (container: string, ...lines: string[]): void => {
        const folder = path.join(pods, POD, container);
        mkdirSync(folder, { recursive: true });
        const text = lines.map((line) => `${new Date().toISOString()} stdout F ${line}\n`).join("");
        appendFileSync(path.join(folder, "0.log"), text);
    };

    beforeAll(async () => {
        pods = mkdtempSync(path.join(tmpdir(), "pod-logs-"));
        emulator = await startEmulator({ route: "activegate" });
        const { token } = emulator.createToken({ scopes: SCOPES });
        const rendered = await renderGateway(emulator, {
            image: OLD,
            mode: CollectorMode.DaemonSet,
            collect: { containerLogs: {}, hostMetrics: true, metricsIntervalSeconds: 1 },
        });
        const manifests = replaced(onThisMachine(only(rendered, "DaemonSet"), ["pod-logs", "host"]), (text) =>
            text.replaceAll("/var/log/pods", pods).replaceAll("root_path: /hostfs", "root_path: /"),
        );
        const binary = (await ensure(["otelcol-149"]))["otelcol-149"];
        write("app", "from before it started");
        collector = await startCollector({ binary, manifests, secrets: SECRETS(token) });
    });
    afterAll(async () => {
        await collector?.stop();
        await emulator?.stop();
        rmSync(pods, { recursive: true, force: true });
    });

    test("sends what a container writes, with the names of its pod, and a secret in it masked", async () => {
        // It finds files every 200 ms, and reads on from their end.
        await new Promise((resolve) => setTimeout(resolve, 1000));
        write("app", "order was placed", `Authorization: Api-Token dt0c01.MADEUPPUBLIC.${"NOTATOKEN".repeat(7)}`);
        const logs = await until("arrival", 30, () =>
            emulator.arrived().logs.length >= 2 ? emulator.arrived().logs : undefined,
        );
        expect(logs.map(({ body }) => body)).toEqual(["order was placed", "Authorization: Api-Token ****"]);
        expect(logs[0]?.resource).toMatchObject({
            "k8s.namespace.name": "shop",
            "k8s.pod.name": "checkout-7d9f",
            "k8s.pod.uid": "0b5c3f4e-9f0f-4a57-a3a5-5f2f0c1d2e3f",
            "k8s.container.name": "app",
        });
    });

    test("sends the node's metrics under the node's name, in forms that Dynatrace takes", async () => {
        const wanted = ["system.cpu.time", "system.memory.usage", "system.network.io", "system.cpu.load_average.1m"];
        const metrics = await until("arrival", 30, () => {
            const arrived = emulator.arrived().metrics;
            return wanted.every((name) => arrived.some((it) => it.name === name)) ? arrived : undefined;
        });
        for (const { resource } of metrics)
            expect(resource).toMatchObject({ "host.name": "k8s_node_name", "k8s.node.name": "k8s_node_name" });
        expect(metrics.find(({ name }) => name === "system.cpu.time")?.temporality).toBe("delta");
        expect(emulator.refused()).toEqual([]);
    });
});

describe.each([
    { tool: "otelcol-158", image: {}, way: "by itself" },
    { tool: "otelcol-149", image: OLD, way: "by itself" },
    { tool: "otelcol-158", image: {}, way: "through its own pipelines" },
] as const)("metrics of itself, $way ($tool)", ({ tool, image, way }) => {
    let emulator: Emulator;
    let collector: RunningCollector;

    beforeAll(async () => {
        emulator = await startEmulator({ route: "activegate" });
        const { token } = emulator.createToken({ scopes: SCOPES });
        const direct = way === "by itself";
        const manifests = await renderGateway(emulator, {
            image,
            // What exports them trusts the system's certificates alone.
            ...(direct ? { endpoint: { environment: emulator.url } } : {}),
            collect: { selfTelemetry: true, metricsIntervalSeconds: 1 },
        });
        const binary = (await ensure([tool]))[tool];
        const env: Record<string, string> = direct ? { SSL_CERT_FILE: emulator.caFile ?? "" } : {};
        collector = await startCollector({
            binary,
            manifests: onThisMachine(manifests, []),
            secrets: SECRETS(token),
            env,
        });
    });
    afterAll(async () => {
        await collector?.stop();
        await emulator?.stop();
    });

    test("arrive as deltas at the full path, under the Collector's name", async () => {
        const point = await until("arrival", 30, () =>
            emulator.arrived().metrics.find(({ name }) => name.startsWith("otelcol_process_uptime")),
        );
        expect(point).toMatchObject({
            path: expect.stringMatching(/\/api\/v2\/otlp\/v1\/metrics$/) as string,
            temporality: "delta",
            resource: { "service.name": "gateway", "k8s.namespace.name": "default", "k8s.pod.name": "k8s_pod_name" },
        });
        expect(emulator.refused()).toEqual([]);
        expect(collector.log()).not.toMatch(/warn.*(deprecated|telemetry)/);
    });
});
