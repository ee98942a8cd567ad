import { CollectorDistribution } from "../../components/collector/distributions";
import { type Emulator, startEmulator } from "../../emulator";
import { type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { post, renderGateway, SECRETS, traces } from "./collector-support";

jest.setTimeout(120_000);

const OLD = { distribution: CollectorDistribution.Contrib, version: "0.149.0" };

describe.each([
    { tool: "otelcol-158", image: {} },
    { tool: "otelcol-149", image: OLD },
] as const)("metrics for a Prometheus ($tool)", ({ tool, image }) => {
    let emulator: Emulator;
    let collector: RunningCollector;
    let expressions: string[];

    beforeAll(async () => {
        emulator = await startEmulator({ route: "activegate" });
        const { token } = emulator.createToken({ scopes: ["logs.ingest"] });
        const manifests = await renderGateway(emulator, { image, monitoring: {} });
        // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an object as the API server takes it
        const rules: any = manifests.find(({ kind }) => kind === "PrometheusRule");
        expressions = rules.spec.groups[0].rules.map(({ expr }: { expr: string }) => expr);
        const binary = (await ensure([tool]))[tool];
        collector = await startCollector({ binary, manifests, secrets: SECRETS(token) });
    });
    afterAll(async () => {
        await collector?.stop();
        await emulator?.stop();
    });

    const page = async (): Promise<string> => (await fetch(`http://${collector.podIp}:8888/metrics`)).text();

    test("tell of data that Dynatrace refuses for good, under the names that the alerts ask for", async () => {
        // The token has no scope for traces.
        await post(collector.httpEndpoint, "traces", traces({ "service.name": "shop" }, {}));
        const text = await until("the refusal is told", 30, async () => {
            const now = await page();
            return /^otelcol_exporter_send_failed_spans\{[^}]*\} 1$/m.test(now) ? now : undefined;
        });
        const told = new Set([...text.matchAll(/^(\w+)[{ ]/gm)].map(([, name]) => name));
        const asked = new Set(expressions.flatMap((it) => [...it.matchAll(/otelcol_\w+/g)].map(([name]) => name)));
        // A counter is there once it has counted; nothing was refused at the queue, and no other signal was sent.
        const later = /enqueue_failed|_(metric_points|log_records)$/;
        expect([...asked].filter((name) => !told.has(name) && !later.test(name))).toEqual([]);
        expect(text).not.toContain("dt0c01");
    });
});
