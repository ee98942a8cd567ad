import * as path from "node:path";

import { exporterEnv } from "../../components/application-pods/exporter-env";
import { injectExporterEnv } from "../../components/application-pods/injection";
import { InjectionWorkloadKind } from "../../components/application-pods/injection/args";
import { type Emulator, startEmulator } from "../../emulator";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(240_000);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server gives them
type Plain = any;

let kubernetes: KubernetesServer;
beforeAll(async () => void (kubernetes = await startKubernetes({ controllerManager: true })));
afterAll(() => kubernetes?.stop());

async function kubectl(args: string[], stdin?: string): Promise<string> {
    const { code, stdout, stderr } = await kubernetes.kubectl(args, stdin);
    if (code !== 0) throw new Error(stderr);
    return stdout;
}

const get = async (...args: string[]): Promise<Plain> => JSON.parse(await kubectl(["get", ...args, "-o", "json"]));

describe("on a real API server, in a namespace with Pod Security restricted", () => {
    const NAMESPACE = "kinds";
    const API: Record<InjectionWorkloadKind, string> = {
        ...{ Deployment: "apps/v1", StatefulSet: "apps/v1", DaemonSet: "apps/v1" },
        ...{ Job: "batch/v1", CronJob: "batch/v1", Pod: "v1" },
    };
    const exporter = exporterEnv({
        via: "activegate",
        endpoint: { environment: "https://activegate.example.com:9999/e/abc12345" },
        token: { secret: { name: "ingest-token" } },
        ca: { configMap: { name: "activegate-ca" } },
        resourceAttributes: { owner: "team a, b=c" },
    });

    const pod = (securityContext: object): Plain => ({
        metadata: { labels: { app: "shop" } },
        spec: {
            restartPolicy: "Always",
            securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
            containers: ["app", "sidecar"].map((name) => ({ name, image: "example.com/shop:1", securityContext })),
        },
    });
    const RESTRICTED = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

    function manifest(kind: InjectionWorkloadKind, securityContext: object = RESTRICTED): Plain {
        const name = `shop-${kind.toLowerCase()}`;
        const template = pod(securityContext);
        const head = { apiVersion: API[kind], kind, metadata: { name, namespace: NAMESPACE } };
        if (kind === "Pod") return { ...head, spec: template.spec };
        const selector = { matchLabels: template.metadata.labels };
        const job = { template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } };
        if (kind === "Job") return { ...head, spec: job };
        if (kind === "CronJob") return { ...head, spec: { schedule: "@daily", jobTemplate: { spec: job } } };
        return { ...head, spec: { selector, template, ...(kind === "StatefulSet" ? { serviceName: "shop" } : {}) } };
    }

    function injected(kind: InjectionWorkloadKind, object: Plain): Plain {
        const inject = injectExporterEnv({ exporter, namespaces: [NAMESPACE] });
        const type = `kubernetes:${API[kind] === "v1" ? "core/v1" : API[kind]}:${kind}`;
        return inject({ type, name: "shop", props: object, opts: {} })?.props ?? object;
    }

    const apply = (object: Plain): Promise<string> =>
        kubectl(["apply", "--server-side", "--field-manager=test", "-f", "-"], JSON.stringify(object));
    const specOf = ({ kind, spec }: Plain): Plain => {
        if (kind === "Pod") return spec;
        return (kind === "CronJob" ? spec.jobTemplate.spec : spec).template.spec;
    };

    beforeAll(async () => {
        await kubectl(["create", "namespace", NAMESPACE]);
        await kubectl(["label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted"]);
        const ready = ["get", "serviceaccount", "default", "-n", NAMESPACE];
        await until("the default ServiceAccount", 30, async () =>
            (await kubernetes.kubectl(ready)).code === 0 ? true : undefined,
        );
    });

    test.each(Object.values(InjectionWorkloadKind))(
        "a %s is accepted with its variables, in order, and stays as it is",
        async (kind) => {
            const object = injected(kind, manifest(kind));
            await apply(object);
            const stored = await get(kind, object.metadata.name, "-n", NAMESPACE);
            for (const [i, container] of specOf(object).containers.entries()) {
                // A field reference has its default version filled in.
                const env = specOf(stored).containers[i].env.map((variable: Plain) => {
                    if (variable.valueFrom?.fieldRef !== undefined) delete variable.valueFrom.fieldRef.apiVersion;
                    return variable;
                });
                expect(env).toEqual(container.env);
            }
            await apply(injected(kind, manifest(kind)));
            await apply(injected(kind, injected(kind, manifest(kind))));
            const again = await get(kind, object.metadata.name, "-n", NAMESPACE);
            expect(again.metadata.generation).toBe(1);
        },
    );

    test("its pods come up to the profile, which refuses one that may gain privileges", async () => {
        const pods = async (): Promise<string[]> =>
            (await get("pods", "-n", NAMESPACE)).items.map(
                (it: Plain) => it.metadata.ownerReferences?.[0]?.kind ?? "Pod",
            );
        await until("pods of the controllers", 30, async () => {
            const owners = await pods();
            return ["ReplicaSet", "StatefulSet", "Job", "Pod"].every((owner) => owners.includes(owner))
                ? true
                : undefined;
        });
        const privileged = injected("Pod", manifest("Pod", { allowPrivilegeEscalation: true }));
        await expect(apply({ ...privileged, metadata: { ...privileged.metadata, name: "no" } })).rejects.toThrow(
            /violates PodSecurity/,
        );
    });
});

describe("examples/application-pods, by the engine", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        emulator = await startEmulator({ route: "activegate" });
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "examples", "application-pods"),
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
    });

    const valueOf = (container: Plain, name: string): string =>
        container.env.find((variable: { name: string }) => variable.name === name)?.value;

    test("the transform reaches every workload of its component", async () => {
        const deployment = await get("deployment", "checkout", "-n", "shop");
        const cronJob = await get("cronjob", "report", "-n", "shop");
        const containers = [
            deployment.spec.template.spec.containers[0],
            cronJob.spec.jobTemplate.spec.template.spec.containers[0],
        ];
        for (const container of containers) {
            expect(valueOf(container, "OTEL_EXPORTER_OTLP_ENDPOINT")).toMatch(
                /^http:\/\/telemetry-collector\..*:4318$/,
            );
            expect(JSON.stringify(container)).not.toContain("DT_API_TOKEN");
        }
        const attributes = containers.map((container) => valueOf(container, "OTEL_RESOURCE_ATTRIBUTES"));
        expect(attributes[0]).toContain("service.name=checkout");
        expect(attributes[1]).toContain("k8s.workload.name=report,service.name=report");
        expect(attributes[1]).toContain("deployment.environment.name=dev");
    });

    test("and no other: neither the Collector, nor what sends by itself", async () => {
        const collector = await get("deployment", "telemetry-collector", "-n", "telemetry");
        expect(JSON.stringify(collector)).not.toContain("OTEL_EXPORTER_OTLP");
        const [container] = (await get("statefulset", "payments", "-n", "payments")).spec.template.spec.containers;
        const names = container.env.map(({ name }: { name: string }) => name);
        expect(names.slice(0, 2)).toEqual(["PORT", "DT_API_TOKEN"]);
        expect(names).not.toContain("OTEL_EXPORTER_OTLP_ENDPOINT");
    });

    test("what sends by itself refers to a Secret and a ConfigMap that are there, with a token of just its scopes", async () => {
        const { template } = (await get("statefulset", "payments", "-n", "payments")).spec;
        const { name, key } = template.spec.containers[0].env[1].valueFrom.secretKeyRef;
        const secret = (await get("secret", name, "-n", "payments")).data[key];
        const token = Buffer.from(secret, "base64").toString();
        const made = emulator.tokens().find(({ id }) => token.startsWith(`${id}.`));
        expect(made?.scopes).toEqual(["metrics.ingest", "openTelemetryTrace.ingest"]);
        const [volume] = template.spec.volumes;
        expect((await get("configmap", volume.configMap.name, "-n", "payments")).data["ca.crt"]).toBe(emulator.caPem);
        for (const text of [JSON.stringify(template), project.log, await project.exportState()]) {
            expect(text).not.toContain(token.split(".")[2]);
        }
    });

    test("all pods are accepted under Pod Security restricted", async () => {
        await until("pods of both", 30, async () => {
            const items = (await get("pods", "-A")).items.map((it: Plain) => it.metadata.labels ?? {});
            const found = [{ "app.kubernetes.io/name": "checkout" }, { app: "payments" }].every((labels) =>
                items.some((own: Plain) => Object.entries(labels).every(([key, value]) => own[key] === value)),
            );
            return found ? true : undefined;
        });
    });

    test("a second up changes nothing", async () => {
        await project.upWithoutChanges();
    });
});
