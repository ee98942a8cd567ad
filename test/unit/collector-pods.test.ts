import * as pulumi from "@pulumi/pulumi";

import { readsNode } from "../../components/collector/features";
import {
    type CollectorPodArgs,
    type CollectorSchedulingArgs,
    OtlpCollector,
    type OtlpCollectorArgs,
} from "../../index";
import { capture, manifestsOf } from "../support/capture";

const BASE = { endpoint: { environment: "abc12345" }, namespace: "telemetry" };
const WHO = 'OtlpCollector("gateway")';
const DELTAS = { processing: { cumulativeToDelta: false } };

/** What a program with a Collector registers, by kind; the last of a kind. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
async function objectsOf(args: Partial<OtlpCollectorArgs>): Promise<Record<string, any>> {
    const all = { ...BASE, token: { secret: { name: "ingest-token" } }, ...args };
    const resources = await capture(() => new OtlpCollector("gateway", all));
    return Object.fromEntries(manifestsOf(resources).map((object) => [object.kind, object]));
}
const podOf = async (pods: CollectorPodArgs) => (await objectsOf({ pods }))["Deployment"].spec.template;
beforeEach(() => void jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined));
afterEach(() => jest.restoreAllMocks());

const make = (args: Partial<OtlpCollectorArgs>) => (): OtlpCollector =>
    new OtlpCollector("gateway", { ...BASE, token: { secret: { name: "ingest-token" } }, ...args });

describe("where pods run", () => {
    test("on nodes with Linux and without a taint, unless it is said otherwise: an image for Linux starts on no other", async () => {
        for (const mode of ["deployment", "daemonSet"] as const) {
            const { Deployment, DaemonSet } = await objectsOf({ mode });
            const { spec } = (Deployment ?? DaemonSet).spec.template;
            expect(spec.nodeSelector).toEqual({ "kubernetes.io/os": "linux" });
            expect(spec.tolerations).toBeUndefined();
        }
    });

    test("is a matter of labels, taints, neighbours, priority and runtime of one's own", async () => {
        const affinity = {
            nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
        };
        const asked = {
            tolerations: [{ operator: "Exists" }],
            affinity,
            priorityClassName: "system-node-critical",
        };
        const pods = { runtimeClassName: "gvisor" };
        const scheduling = { ...asked, nodeSelector: { pool: "telemetry" } };
        const { spec } = (await objectsOf({ pods, scheduling }))["Deployment"].spec.template;
        expect(spec).toMatchObject({
            ...asked,
            ...pods,
            nodeSelector: { "kubernetes.io/os": "linux", pool: "telemetry" },
        });
    });

    test("is the same for both tiers", async () => {
        const scheduling = { nodeSelector: { pool: "telemetry" } };
        const pods = { labels: { team: "sre" } };
        const { Deployment, StatefulSet } = await objectsOf({ mode: "twoTier", pods, scheduling });
        for (const { spec } of [Deployment, StatefulSet]) {
            expect(spec.template.spec.nodeSelector).toHaveProperty("pool", "telemetry");
            expect(spec.template.metadata.labels).toHaveProperty("team", "sre");
        }
    });
});

describe("what pods have of one's own", () => {
    test("labels, which nothing selects by", async () => {
        const { Deployment, Service, NetworkPolicy } = await objectsOf({ pods: { labels: { team: "sre" } } });
        expect(Deployment.spec.template.metadata.labels).toMatchObject({
            "app.kubernetes.io/name": "otlp-collector",
            team: "sre",
        });
        const selectors = [Deployment.spec.selector, Service.spec.selector, NetworkPolicy.spec.podSelector];
        expect(JSON.stringify(selectors)).not.toContain("team");
        expect(Deployment.metadata.labels).not.toHaveProperty("team");
    });

    test("names: hosts, name servers, and Secrets for registries", async () => {
        const asked: CollectorPodArgs = {
            hostAliases: [{ ip: "10.0.0.8", hostnames: ["proxy.example.com"] }],
            dnsPolicy: "None",
            dnsConfig: { nameservers: ["10.0.0.10"] },
        };
        const { spec } = await podOf({ ...asked, imagePullSecretNames: ["mirror"] });
        expect(spec).toMatchObject({ ...asked, imagePullSecrets: [{ name: "mirror" }] });
    });

    test("60 seconds to send what waits, or more, and no less than a request takes", async () => {
        expect((await podOf({})).spec.terminationGracePeriodSeconds).toBe(60);
        expect((await podOf({ terminationGracePeriodSeconds: 300 })).spec.terminationGracePeriodSeconds).toBe(300);
        expect(make({ pods: { terminationGracePeriodSeconds: 10 } })).toThrow(
            `${WHO}: pods.terminationGracePeriodSeconds: 10 is not a whole number from 30 on`,
        );
    });

    test("volumes for the Collector and for other containers, which are as closed as its own", async () => {
        const volumes = [{ name: "geo", persistentVolumeClaim: { claimName: "geo" } }];
        const volumeMounts = [{ name: "geo", mountPath: "/var/lib/geo", readOnly: true }];
        const initContainers = [{ name: "fetch", image: "geo:1", volumeMounts }];
        const extraContainers = [
            { name: "reload", image: "reload:1", securityContext: { readOnlyRootFilesystem: false } },
        ];
        const { spec } = await podOf({ volumes, volumeMounts, initContainers, extraContainers });
        expect(spec.volumes.slice(-1)).toEqual(volumes);
        expect(spec.containers[0].volumeMounts.slice(-1)).toEqual(volumeMounts);
        // Or a volume of its own would belong to root, and the Collector could not write there.
        expect(spec.securityContext.fsGroup).toBe(10001);
        const { securityContext } = spec.containers[0];
        expect(spec.initContainers).toEqual([{ ...initContainers[0], securityContext }]);
        expect(spec.containers.slice(1)).toEqual([
            { ...extraContainers[0], securityContext: { ...securityContext, readOnlyRootFilesystem: false } },
        ]);
    });

    test("probes that wait for a slow start, and ask when they are told to", async () => {
        const [byDefault] = (await podOf({})).spec.containers;
        expect(byDefault.livenessProbe).toMatchObject({ initialDelaySeconds: 10, periodSeconds: 30 });
        expect(byDefault.startupProbe).toBeUndefined();
        const probes = { startupSeconds: 62, livenessPeriodSeconds: 20, timeoutSeconds: 5, failures: 6 };
        const [container] = (await podOf({ probes })).spec.containers;
        const httpGet = { path: "/", port: 13133 };
        expect(container).toMatchObject({
            startupProbe: { httpGet, periodSeconds: 5, failureThreshold: 13, timeoutSeconds: 5 },
            livenessProbe: { httpGet, periodSeconds: 20, failureThreshold: 6, timeoutSeconds: 5 },
            readinessProbe: { httpGet, periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 5 },
        });
        expect(container.livenessProbe).not.toHaveProperty("initialDelaySeconds");
    });

    test("what a resize does without a restart", async () => {
        const resizePolicy = [{ resourceName: "memory", restartPolicy: "RestartContainer" }];
        expect((await podOf({ resizePolicy })).spec.containers[0].resizePolicy).toEqual(resizePolicy);
    });

    test("may be named by what is not there yet: the Collector is planned without it", async () => {
        const secretName = pulumi.output("made-later");
        const { Deployment } = await objectsOf({
            pods: {
                volumes: [{ name: "geo", secret: { secretName } }],
                envFrom: [{ secretRef: { name: secretName } }],
            },
        });
        expect(Deployment.spec.template.spec.volumes.slice(-1)).toEqual([
            { name: "geo", secret: { secretName: "made-later" } },
        ]);
    });
});

describe("refused with the way out", () => {
    const volumes = [{ name: "own", emptyDir: {} }];
    test.each<[string, CollectorPodArgs, string]>([
        [
            "a folder of the node",
            { volumes: [{ name: "a", hostPath: { path: "/" } }] },
            "volumes[0].hostPath: is rejected by Pod Security restricted",
        ],
        [
            "a volume of ours",
            { volumes: [{ name: "queue", emptyDir: {} }] },
            'volumes[0].name: "queue" is the name of a volume of the Collector',
        ],
        [
            "one to be ours",
            { volumes: [{ name: "receiver-tls", emptyDir: {} }] },
            'volumes[0].name: "receiver-tls" is the name of a volume',
        ],
        ["the same twice", { volumes: [...volumes, ...volumes] }, 'volumes[0].name: "own" is used twice'],
        [
            "no volume",
            { volumeMounts: [{ name: "own", mountPath: "/a" }] },
            'volumeMounts[0].name: "own" is not in pods.volumes',
        ],
        [
            "our folder",
            { volumes, volumeMounts: [{ name: "own", mountPath: "/etc/otelcol/more" }] },
            'volumeMounts[0].mountPath: "/etc/otelcol/more" would hide /etc/otelcol',
        ],
        [
            "around it",
            { volumes, volumeMounts: [{ name: "own", mountPath: "/etc" }] },
            'volumeMounts[0].mountPath: "/etc" would hide /etc/otelcol',
        ],
        [
            "our container",
            { extraContainers: [{ name: "collector", image: "a" }] },
            'extraContainers[0].name: "collector" is the name of a container of the Collector',
        ],
        [
            "one name for two",
            { initContainers: [{ name: "a", image: "a" }], extraContainers: [{ name: "a", image: "a" }] },
            'extraContainers: "a" is also in initContainers',
        ],
        [
            "a token",
            { extraContainers: [{ name: "a", image: "a", args: ["dt0c01.MADEUPMADEUP.MADEUPSECRET"] }] },
            "extraContainers[0]: holds a token of Dynatrace",
        ],
        [
            "root",
            { initContainers: [{ name: "a", image: "a", securityContext: { runAsUser: 0 } }] },
            "initContainers[0].securityContext.runAsUser: is rejected by Pod Security",
        ],
        [
            "capabilities",
            {
                initContainers: [
                    { name: "a", image: "a", securityContext: { capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } } },
                ],
            },
            "initContainers[0].securityContext.capabilities: is rejected",
        ],
        [
            "a port of the node",
            { extraContainers: [{ name: "a", image: "a", ports: [{ containerPort: 1, hostPort: 1 }] }] },
            "extraContainers[0].ports: is rejected",
        ],
        [
            "labels that select",
            { labels: { "app.kubernetes.io/name": "shop" } },
            'labels: "app.kubernetes.io/name" selects the pods',
        ],
        ["no name server", { dnsPolicy: "None" }, "dnsPolicy: gives the pods no name server"],
        [
            "no policy",
            { dnsPolicy: "Cluster" as never },
            'dnsPolicy: "Cluster" is not known; use ClusterFirst, Default or None',
        ],
        ["no object's name", { runtimeClassName: "High" }, 'runtimeClassName: "High" is not the name'],
        ["no time", { probes: { startupSeconds: 0 } }, "probes.startupSeconds: 0 is not a whole number"],
    ])("%s in pods", (_, pods, text) => {
        expect(make({ pods })).toThrow(`${WHO}: pods.${text}`);
        expect(make({ pods })).not.toThrow(/MADEUPSECRET/);
    });

    test.each<[string, CollectorSchedulingArgs, string]>([
        ["no object's name", { priorityClassName: "High" }, 'priorityClassName: "High" is not the name'],
        ["no label", { nodeSelector: { pool: "a b" } }, 'nodeSelector["pool"]: "a b" is not'],
    ])("%s in scheduling", (_, scheduling, text) => {
        expect(make({ scheduling })).toThrow(`${WHO}: scheduling.${text}`);
    });
});

describe("Pod Security of the namespace", () => {
    const volumes = [{ name: "certs", hostPath: { path: "/etc/ssl" } }];

    test("is privileged where something of the node is asked for, and said before any value is known", async () => {
        expect(
            [{ network: { hostPorts: true } }, { pods: { allowNodeAccess: true } }, { pods: {} }, {}].map(readsNode),
        ).toEqual([...[true, true, false, false]]);
        const { spec } = await podOf({ allowNodeAccess: true, volumes });
        expect(spec.volumes).toContainEqual(volumes[0]);
    });
});

describe("the Operator's object", () => {
    test("says the same in its own words", async () => {
        const { OpenTelemetryCollector, ServiceAccount } = await objectsOf({
            operator: {},
            mode: "daemonSet",
            network: { hostPorts: true },
            ...DELTAS,
            pods: {
                envFrom: [{ secretRef: { name: "partner" } }],
                dnsConfig: { searches: ["example.com"] },
                labels: { team: "sre" },
                imagePullSecretNames: ["mirror"],
                terminationGracePeriodSeconds: 90,
                probes: { startupSeconds: 60 },
                volumes: [{ name: "geo", emptyDir: {} }],
                volumeMounts: [{ name: "geo", mountPath: "/var/lib/geo" }],
                initContainers: [{ name: "fetch", image: "geo:1" }],
                extraContainers: [{ name: "reload", image: "reload:1" }],
            },
            scheduling: {
                nodeSelector: { pool: "telemetry" },
                tolerations: [{ operator: "Exists" }],
                priorityClassName: "high",
            },
        });
        expect(OpenTelemetryCollector.metadata.labels).toHaveProperty("team", "sre");
        expect(OpenTelemetryCollector.spec).toMatchObject({
            nodeSelector: { "kubernetes.io/os": "linux", pool: "telemetry" },
            tolerations: [{ operator: "Exists" }],
            priorityClassName: "high",
            podDnsConfig: { searches: ["example.com"] },
            terminationGracePeriodSeconds: 90,
            startupProbe: { periodSeconds: 5, failureThreshold: 12 },
            envFrom: [{ secretRef: { name: "partner" } }],
            volumes: [{ name: "geo" }],
            volumeMounts: [{ name: "geo" }],
            initContainers: [{ name: "fetch", securityContext: { privileged: false } }],
            additionalContainers: [{ name: "reload" }],
            ports: [
                { name: "otlp-grpc", port: 4317, targetPort: 4317, hostPort: 4317 },
                { name: "otlp-http", port: 4318, targetPort: 4318, hostPort: 4318 },
            ],
        });
        // The handler is the Operator's, from the configuration.
        expect(OpenTelemetryCollector.spec.startupProbe).not.toHaveProperty("httpGet");
        // It has no field for them in its object.
        expect(ServiceAccount.imagePullSecrets).toEqual([{ name: "mirror" }]);
    });
});
