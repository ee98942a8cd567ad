import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(240_000);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server gives them
type Plain = any;

describe("examples/metrics-ingest, by the engine, in a namespace with Pod Security restricted", () => {
    let kubernetes: KubernetesServer;
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        kubernetes = await startKubernetes({ controllerManager: true });
        emulator = await startEmulator({ route: "activegate" });
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "examples", "metrics-ingest"),
            env: {
                DYNATRACE_API_URL: emulator.apiUrl,
                DYNATRACE_API_TOKEN: emulator.bootstrapToken,
                NODE_EXTRA_CA_CERTS: emulator.caFile ?? "",
            },
        });
        await project.set("environment", emulator.url);
        await project.set("caCertificatePem", emulator.caPem ?? "");
        await project.set("kubernetes:kubeconfig", kubernetes.kubeconfig);
        await project.up();
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.stop();
        await kubernetes?.stop();
    });

    async function get(...args: string[]): Promise<Plain> {
        const { code, stdout, stderr } = await kubernetes.kubectl(["get", ...args, "-n", "shop", "-o", "json"]);
        if (code !== 0) throw new Error(stderr);
        return JSON.parse(stdout);
    }

    test("a run's pod comes up to the profile", async () => {
        const name = "by-hand";
        const created = await kubernetes.kubectl(["create", "job", name, "--from=cronjob/shop-metrics", "-n", "shop"]);
        expect(created).toMatchObject({ code: 0 });
        const pod = await until("a pod of the job", 30, async () =>
            (await get("pods")).items.find((it: Plain) => it.metadata.labels["job-name"] === name),
        );
        expect(pod.spec.serviceAccountName).toBe("default");
        expect(pod.spec.automountServiceAccountToken).toBe(false);
        const { spec } = await get("networkpolicy", "shop-metrics");
        expect(pod.metadata.labels).toMatchObject(spec.podSelector.matchLabels);
    });

    test("it refers to a Secret and a ConfigMap that are there, with a token of just its scope", async () => {
        const { spec } = (await get("cronjob", "shop-metrics")).spec.jobTemplate.spec.template;
        const [, { valueFrom }] = spec.containers[0].env;
        const { name, key } = valueFrom.secretKeyRef;
        const token = Buffer.from((await get("secret", name)).data[key], "base64").toString();
        const made = emulator.tokens().find(({ id }) => token.startsWith(`${id}.`));
        expect(made?.scopes).toEqual(["metrics.ingest"]);
        const { data } = await get("configmap", spec.volumes[0].configMap.name);
        expect(Object.keys(data)).toEqual(["ca.crt", "push.sh", "script.sh"]);
        const texts = [JSON.stringify(spec), JSON.stringify(data), project.log, await project.exportState()];
        for (const text of texts) expect(text).not.toContain(token.split(".")[2]);
    });

    test("what a shell outside the cluster needs is in the outputs, but for the token", async () => {
        const { env, curl } = (await project.outputs()) as { env: { name: string; value?: string }[]; curl: string };
        expect(env[0]).toEqual({ name: "DT_METRICS_INGEST_URL", value: emulator.metricsIngestUrl });
        expect(env[1]).toMatchObject({ name: "DT_API_TOKEN", valueFrom: { secretKeyRef: { key: "token" } } });
        expect(curl).toContain('"$DT_METRICS_INGEST_URL"');
    });

    test("a second up changes nothing", async () => {
        await project.upWithoutChanges();
    });
});
