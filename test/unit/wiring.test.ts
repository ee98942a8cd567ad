import * as pulumi from "@pulumi/pulumi";

import { CollectorMode, CollectorTokenFrom } from "../../components/collector/args";
import { overlapWarnings } from "../../components/telemetry-pipeline/token";
import { IngestToken, TokenSecretDelivery, TelemetryPipeline, type TelemetryPipelineArgs } from "../../index";
import { capture, type Captured } from "../support/capture";
import { Check } from "../../components/shared/check";

const ENDPOINT = { environment: "abc12345" };
const kinds = (resources: Captured[]): string[] => resources.map(({ type }) => type.split(":").pop() ?? "").sort();
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const inputsOf = (resources: Captured[], kind: string): any =>
    resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs;

test("a pipeline is a namespace, a token, its Secret, and a Collector with just what it needs", async () => {
    const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT }));
    expect(kinds(resources)).toEqual(
        [
            ...["ApiToken", "ClusterRole", "ClusterRoleBinding", "ConfigMap", "Deployment", "IngestToken", "Namespace"],
            ...[
                "NetworkPolicy",
                "OtlpCollector",
                "Secret",
                "Service",
                "ServiceAccount",
                "TelemetryPipeline",
                "TokenOwner",
            ],
        ].sort(),
    );
    expect(inputsOf(resources, "Namespace").metadata.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
    expect(inputsOf(resources, "ApiToken").apiUrl).toBe("https://abc12345.live.dynatrace.com/api");
});

test("every child's name starts with its parent's", async () => {
    const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT }));
    const own = resources.filter(({ type }) => !type.endsWith(":TokenOwner"));
    for (const { name } of own) expect(name).toMatch(/^telemetry(-|$)/);
});

test("the Secret has no fixed name, and the pods refer to it by the name it gets", async () => {
    const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT }));
    expect(inputsOf(resources, "Secret").metadata.name).toBeUndefined();
    const [container] = inputsOf(resources, "Deployment").spec.template.spec.containers;
    expect(container.env[0]).toEqual({
        name: "DT_API_TOKEN",
        valueFrom: { secretKeyRef: { name: "telemetry-ingest-secret-1a2b3c4d", key: "token" } },
    });
});

test("another token changes the pods", async () => {
    const annotations = async (revision: string): Promise<unknown> => {
        const token = { existingSecret: { name: "mine", revision } };
        const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, token }));
        return inputsOf(resources, "Deployment").spec.template.metadata.annotations;
    };
    expect(await annotations("1")).not.toEqual(await annotations("2"));
});

test("another configuration changes the ConfigMap's name, and with it the pods", async () => {
    const names = async (owner: string): Promise<string> => {
        const collector = { processing: { resourceAttributes: { owner } } };
        const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, collector }));
        const { name } = inputsOf(resources, "ConfigMap").metadata;
        expect(inputsOf(resources, "Deployment").spec.template.spec.volumes[0].configMap.name).toBe(name);
        return name as string;
    };
    expect(await names("a")).not.toBe(await names("b"));
});

describe("a token from a file", () => {
    const FILE = { tokenFrom: CollectorTokenFrom.File };
    const pipeline = (args: Partial<TelemetryPipelineArgs> = {}): Promise<Captured[]> =>
        capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, collector: FILE, ...args }));
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
    const podOf = (resources: Captured[]): any => inputsOf(resources, "Deployment").spec.template;

    test("is mounted read-only for the container's group alone, from a Secret that keeps its name", async () => {
        const resources = await pipeline();
        expect(inputsOf(resources, "Secret").metadata.name).toBe("telemetry-ingest");
        const { spec } = podOf(resources);
        const items = [{ key: "token", path: "token" }];
        const secret = { secretName: "telemetry-ingest", items, defaultMode: 0o440 };
        expect(spec.volumes).toContainEqual({ name: "token", secret });
        expect(spec.securityContext).toMatchObject({ runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001 });
        const mount = { name: "token", mountPath: "/etc/dynatrace-token", readOnly: true };
        expect(spec.containers[0].volumeMounts).toContainEqual(mount);
        expect(JSON.stringify(spec.containers[0].env)).not.toContain("DT_API_TOKEN");
    });

    test("may change without any change to the pods", async () => {
        const pods = (revision: string): Promise<unknown> =>
            pipeline({ token: { existingSecret: { name: "mine", revision } } }).then(podOf);
        expect(await pods("1")).toEqual(await pods("2"));
        expect(JSON.stringify(await pods("1"))).not.toContain("token-revision");
    });

    test("is in the file the configuration names, whatever its key in a Secret made elsewhere", async () => {
        const resources = await pipeline({ token: { existingSecret: { name: "mine", key: "dt" } } });
        expect(podOf(resources).spec.volumes[1].secret).toMatchObject({
            secretName: "mine",
            items: [{ key: "dt", path: "token" }],
        });
        expect(inputsOf(resources, "ConfigMap").data["config.yaml"]).toContain(
            "filename: /etc/dynatrace-token/token\n",
        );
    });

    test.each<[string, TelemetryPipelineArgs["token"], string]>([
        ["a name of its own", { secret: { name: "mine" } }, "mine"],
        ["a Secret that something else fills", { secretDelivery: "referenced", secret: { name: "filled" } }, "filled"],
    ])("keeps %s", async (_case, token, name) => {
        expect(podOf(await pipeline({ token })).spec.volumes[1].secret.secretName).toBe(name);
    });

    test("still needs the name of a Secret that something else fills", async () => {
        await capture(() =>
            expect(
                () =>
                    new TelemetryPipeline("telemetry", {
                        endpoint: ENDPOINT,
                        collector: FILE,
                        token: { secretDelivery: TokenSecretDelivery.Referenced },
                    }),
            ).toThrow(/secret\.name: is missing, and required/),
        );
    });

    test.each<[number | undefined, boolean]>([
        [undefined, false],
        [1, false],
        [5 / 1440, false],
        [1 / 1440, true],
        [0, true],
    ])("with an overlap of %p days: warns of less than a kubelet needs: %p", (overlapDays, warns) => {
        const warnings = overlapWarnings(
            new Check('TelemetryPipeline("telemetry")'),
            CollectorTokenFrom.File,
            overlapDays,
        );
        expect(warnings).toHaveLength(warns ? 1 : 0);
        for (const text of warnings)
            expect(text).toMatch(/^TelemetryPipeline\("telemetry"\): token\.overlapDays: .*5\/1440/);
        expect(overlapWarnings(new Check("P"), CollectorTokenFrom.Environment, overlapDays)).toEqual([]);
    });
});

test("a Secret made elsewhere is referenced: no token, no Secret", async () => {
    const token = { existingSecret: { name: "mine", key: "dt" } };
    const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, token }));
    expect(kinds(resources)).not.toContain("ApiToken");
    expect(kinds(resources)).not.toContain("Secret");
    const [container] = inputsOf(resources, "Deployment").spec.template.spec.containers;
    expect(container.env[0].valueFrom.secretKeyRef).toEqual({ name: "mine", key: "dt" });
});

test("a given token is in its Secret and nowhere else", async () => {
    const given = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
    const resources = await capture(
        () => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, token: { token: pulumi.secret(given) } }),
    );
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("NOTASECRET"));
    expect(holders.map(({ type }) => type)).toEqual(["kubernetes:core/v1:Secret"]);
});

test("without Kubernetes attributes nothing is allowed to read the cluster", async () => {
    const collector = { processing: { kubernetesAttributes: false } };
    const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, collector }));
    expect(kinds(resources)).not.toContain("ClusterRole");
    expect(inputsOf(resources, "Deployment").spec.template.spec.automountServiceAccountToken).toBe(false);
});

test.each([
    ["two sources", { token: "x", existingSecret: { name: "y" } }, /token: cannot be combined with existingSecret/],
    [
        "a reference to nothing",
        { secretDelivery: TokenSecretDelivery.Referenced },
        /secret\.name: is missing, and required/,
    ],
    ["an expiry for a token made elsewhere", { token: "x", expiresAfterDays: 3 }, /expiresAfterDays: is only for/],
    ["another delivery", { secretDelivery: "vault" as never }, /"vault" is not known/],
])("%s is refused in the constructor", async (_case, args, text) => {
    await capture(() => expect(() => new IngestToken("t", args)).toThrow(text));
});

describe("each mode makes the objects it needs", () => {
    const objects = async (collector: TelemetryPipelineArgs["collector"]): Promise<Captured[]> =>
        capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, collector }));
    const workloads = (resources: Captured[]): string[] =>
        kinds(resources).filter((kind) => /^(Deployment|StatefulSet|DaemonSet|PersistentVolumeClaim)$/.test(kind));
    const named = (resources: Captured[], name: string): Captured["inputs"] | undefined =>
        resources.find((it) => it.name === name)?.inputs;

    test.each<[string, TelemetryPipelineArgs["collector"], string[], number]>([
        ["deployment", {}, ["Deployment"], 1],
        ["deployment with a queue", { persistentQueue: {} }, ["Deployment", "PersistentVolumeClaim"], 1],
        ["statefulSet", { mode: CollectorMode.StatefulSet, persistentQueue: {} }, ["StatefulSet"], 2],
        ["daemonSet", { mode: CollectorMode.DaemonSet }, ["DaemonSet"], 1],
        ["twoTier", { mode: CollectorMode.TwoTier, persistentQueue: {} }, ["Deployment", "StatefulSet"], 2],
    ])("%s", async (_mode, collector, expected, services) => {
        const resources = await objects(collector);
        expect(workloads(resources)).toEqual(expected);
        expect(kinds(resources).filter((kind) => kind === "Service")).toHaveLength(services);
        const own = resources.filter(({ type }) => !type.endsWith(":TokenOwner"));
        for (const { name } of own) expect(name).toMatch(/^telemetry(-|$)/);
    });

    test("a Deployment's one volume is never shared by two pods, and belongs to the Collector's group", async () => {
        const resources = await objects({ persistentQueue: { sizeGiB: 2.5, storageClassName: "fast" } });
        expect(inputsOf(resources, "PersistentVolumeClaim").spec).toEqual({
            accessModes: ["ReadWriteOnce"],
            storageClassName: "fast",
            resources: { requests: { storage: "2560Mi" } },
        });
        const { strategy, template } = inputsOf(resources, "Deployment").spec;
        expect(strategy).toEqual({ type: "Recreate" });
        expect(template.spec.securityContext).toMatchObject({ runAsUser: 10001, fsGroup: 10001 });
        const { name } = inputsOf(resources, "PersistentVolumeClaim").metadata;
        expect(template.spec.volumes).toContainEqual({ name: "queue", persistentVolumeClaim: { claimName: name } });
        expect(inputsOf(resources, "ConfigMap").data["config.yaml"]).toContain("storage: file_storage/queue");
    });

    test("a StatefulSet's pods have a volume each, mounted where the queue is", async () => {
        const { spec } = inputsOf(
            await objects({ mode: CollectorMode.StatefulSet, persistentQueue: {} }),
            "StatefulSet",
        );
        expect(spec.volumeClaimTemplates[0].metadata.name).toBe("queue");
        const [container] = spec.template.spec.containers;
        expect(container.volumeMounts).toContainEqual({ name: "queue", mountPath: "/var/lib/otelcol/queue" });
        expect(spec.serviceName).toBe("telemetry-collector-pods");
    });

    test("with a DaemonSet an application reaches the pod of its own node alone", async () => {
        const resources = await objects({ mode: CollectorMode.DaemonSet });
        expect(inputsOf(resources, "Service").spec.internalTrafficPolicy).toBe("Local");
        expect(inputsOf(await objects({}), "Service").spec).not.toHaveProperty("internalTrafficPolicy");
    });

    test("of two tiers the first has no token, and the second no right in the cluster", async () => {
        const resources = await objects({ mode: CollectorMode.TwoTier });
        const front = JSON.stringify(named(resources, "telemetry-collector-deployment"));
        // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
        const back: any = named(resources, "telemetry-collector-second-statefulset");
        expect(front).not.toContain("DT_API_TOKEN");
        expect(front).not.toContain("token-revision");
        expect(JSON.stringify(back)).toContain("DT_API_TOKEN");
        expect(back.spec.template.spec.automountServiceAccountToken).toBe(false);
        expect(back.spec.template.spec.serviceAccountName).toBe("telemetry-collector");
        expect(back.spec.serviceName).toBe(back.metadata.name);
    });

    test.each<[string, TelemetryPipelineArgs["collector"], string]>([
        ["nothing of the node", { mode: CollectorMode.DaemonSet, collect: { kubeletMetrics: {} } }, "restricted"],
        ["container logs", { mode: CollectorMode.DaemonSet, collect: { containerLogs: {} } }, "privileged"],
        ["host metrics", { mode: CollectorMode.DaemonSet, collect: { hostMetrics: true } }, "privileged"],
        [
            "what OneAgent knows",
            { mode: CollectorMode.DaemonSet, processing: { enrichment: { hostFromOneAgent: true } } },
            "privileged",
        ],
        ["a queue on the node", { mode: CollectorMode.DaemonSet, persistentQueue: { hostPath: "/q" } }, "privileged"],
    ])("a namespace for a Collector that reads %s", async (_what, collector, level) => {
        const { labels } = inputsOf(await objects(collector), "Namespace").metadata;
        expect(labels["pod-security.kubernetes.io/enforce"]).toBe(level);
    });

    test("who reads files of root runs as root, without any capability", async () => {
        const resources = await objects({ mode: CollectorMode.DaemonSet, collect: { containerLogs: {} } });
        const { securityContext, containers } = inputsOf(resources, "DaemonSet").spec.template.spec;
        expect(securityContext).toEqual({
            runAsNonRoot: false,
            runAsUser: 0,
            runAsGroup: 0,
            seccompProfile: { type: "RuntimeDefault" },
        });
        expect(containers[0].securityContext).toMatchObject({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
        });
    });
});

test("a pipeline whose token goes into no Secret is refused, for its Collector reads one", () => {
    const make = () =>
        new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, token: { secretDelivery: TokenSecretDelivery.None } });
    expect(make).toThrow(/^TelemetryPipeline\("telemetry"\): token\.secretDelivery: none leaves the Collector/);
});

describe("ingestCheck of a pipeline", () => {
    const args = { endpoint: ENDPOINT, signals: ["traces" as const] };
    const probes = async (more: Partial<TelemetryPipelineArgs>) => {
        const resources = await capture(() => new TelemetryPipeline("telemetry", { ...args, ...more }));
        return resources.filter(({ name }) => name === "telemetry-check-probe");
    };

    test("sends with the pipeline's own token to its own endpoint, of its own signals", async () => {
        const [probe, ...others] = await probes({ ingestCheck: { attempts: 2 } });
        expect(others).toEqual([]);
        expect(probe?.inputs).toMatchObject({
            otlpUrl: "https://abc12345.live.dynatrace.com/api/v2/otlp",
            signals: ["traces"],
            attempts: 2,
        });
        expect(JSON.stringify(probe?.inputs["token"])).toContain("made-up");
    });

    test("sends nothing unless it is asked for, or is switched off", async () => {
        expect(await probes({})).toEqual([]);
        expect(await probes({ ingestCheck: { enabled: false } })).toEqual([]);
    });
});
