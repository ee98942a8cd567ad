import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { type Manifest, type RunningCollector, startCollector } from "../support/collector";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";
import { sendFromProcess } from "../support/send";
import { SentrySink } from "../support/sentry-sink";
import { ensure } from "../toolchain/toolchain.cjs";

jest.setTimeout(240_000);

const KEYS = { checkout: "c0ffee00c0ffee00c0ffee00c0ffee00", cart: "cafe0000cafe0000cafe0000cafe0000" };
const OTHER = "beef0000beef0000beef0000beef0000";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server gives them
type Plain = any;

describe("examples/sentry, by the engine, on a real API server", () => {
    let kubernetes: KubernetesServer;
    let emulator: Emulator;
    let checkout: SentrySink;
    let cart: SentrySink;
    let project: PulumiProject;

    beforeAll(async () => {
        kubernetes = await startKubernetes({ controllerManager: true });
        emulator = await startEmulator({ route: "activegate" });
        checkout = await SentrySink.start({ projectId: "42", publicKey: KEYS.checkout });
        cart = await SentrySink.start({ projectId: "43", publicKey: KEYS.cart });
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "examples", "sentry"),
            env: {
                DYNATRACE_API_URL: emulator.apiUrl,
                DYNATRACE_API_TOKEN: emulator.bootstrapToken,
                NODE_EXTRA_CA_CERTS: emulator.caFile ?? "",
            },
        });
        await project.set("environment", emulator.url);
        await project.set("caCertificatePem", emulator.caPem ?? "");
        await project.set("kubernetesAttributes", "false");
        await project.set("kubernetes:kubeconfig", kubernetes.kubeconfig);
        await project.setSecret("checkoutDsn", checkout.dsn);
        await project.setSecret("cartDsn", cart.dsn);
    });

    afterAll(async () => {
        project?.remove();
        await Promise.all([checkout?.down(), cart?.down(), emulator?.stop()]);
        await kubernetes?.stop();
    });

    const get = async (...args: string[]): Promise<Plain> => {
        const { code, stdout, stderr } = await kubernetes.kubectl(["get", ...args, "-o", "json"]);
        if (code !== 0) throw new Error(stderr);
        return JSON.parse(stdout);
    };
    const inTelemetry = async (kinds: string): Promise<Plain[]> => (await get(kinds, "-n", "telemetry")).items;
    const containerOf = async (): Promise<Plain> =>
        (await inTelemetry("deployments"))[0].spec.template.spec.containers[0];
    const keyNames = async (): Promise<string[]> =>
        (await containerOf()).env
            .filter(({ name }: Plain) => name.startsWith("SENTRY_KEY_"))
            .map(({ valueFrom }: Plain) => valueFrom.secretKeyRef.name);

    test("a preview shows where data will go, and no key", async () => {
        const { code, stdout } = await project.preview("--diff");
        expect(code).toBe(0);
        expect(stdout).toContain(`${new URL(checkout.dsn).host}/api/42/integration/otlp/v1/traces`);
        expect(stdout).not.toMatch(keyPattern());
    });

    test("up works, and a second one changes nothing", async () => {
        await project.up();
        await project.upWithoutChanges();
    });

    test("keys are in Secrets alone: not in the state, the output, ConfigMaps or pods", async () => {
        expect(project.log).not.toMatch(keyPattern());
        expect(await project.exportState()).not.toMatch(keyPattern());
        const cronJobs = await get("cronjobs", "-n", "jobs");
        const others = JSON.stringify([await inTelemetry("configmaps,deployments,networkpolicies,services"), cronJobs]);
        expect(others).not.toMatch(keyPattern());
        const held = JSON.stringify((await inTelemetry("secrets")).map(({ data }) => data));
        for (const key of Object.values(KEYS)) expect(held).toContain(Buffer.from(key).toString("base64"));
    });

    test("what was deployed sends to both projects and Dynatrace", async () => {
        const kinds = "configmaps,secrets,deployments";
        const manifests = (await inTelemetry(kinds)) as Manifest[];
        const secrets = Object.fromEntries(
            (await inTelemetry("secrets")).map(({ metadata, data }) => [metadata.name, opened(data)]),
        );
        const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
        const collector: RunningCollector = await startCollector({ binary, manifests, secrets });
        try {
            const { httpEndpoint: endpoint } = collector;
            await sendFromProcess({ protocol: "http", endpoint, serviceName: "checkout", count: 2 });
            await sendFromProcess({ protocol: "http", endpoint, serviceName: "cart", count: 2 });
            const counts = (): number[] => [checkout.spans.length, cart.spans.length, emulator.arrived().spans.length];
            await until("arrival", 30, () => String(counts()) === "2,2,4" || undefined);
        } finally {
            await collector.stop();
        }
    });

    test("another key is another Secret, which replaces the Collector's pods", async () => {
        const before = await keyNames();
        await project.setSecret("cartDsn", cart.dsn.replace(KEYS.cart, OTHER));
        await project.up();
        const after = await keyNames();
        expect(after).toHaveLength(2);
        expect(after.filter((name) => before.includes(name))).toEqual([]);
        expect(await project.exportState()).not.toMatch(keyPattern());
    });

    const opened = (data: Record<string, string>): Record<string, string> =>
        Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]));
    const keyPattern = (): RegExp => new RegExp([...Object.values(KEYS), OTHER].join("|"));
});
