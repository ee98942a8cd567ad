// What the argument `platform` changes in each component that creates pods, and what each platform rejects.
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import {
    ActiveGateRoute,
    ClusterPlatform,
    type CollectorSettingsArgs,
    type IpFamilyArgs,
    MetricsIngest,
    OtlpCollector,
    sidecarContainer,
} from "../../index";
import { capture, manifestsOf } from "../support/capture";

const TOKEN = { secret: { name: "ingest-token" } };
const BASE = { endpoint: { environment: "abc12345" }, namespace: "telemetry", token: TOKEN };
const WHO = 'OtlpCollector("gateway")';
const AGENT = { mode: "daemonSet" } as const;
const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet"];

beforeEach(() => void jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined));
afterEach(() => jest.restoreAllMocks());

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
type Any = any;
const objectsOf = async (make: () => unknown): Promise<Any[]> => manifestsOf(await capture(make));
const collector = (args: CollectorSettingsArgs): Promise<Any[]> =>
    objectsOf(() => new OtlpCollector("gateway", { ...BASE, ...args }));
/** Without a monitor: an invalid argument is an error before a resource is registered. */
const made = (args: CollectorSettingsArgs) => (): unknown => new OtlpCollector("gateway", { ...BASE, ...args });
const podsOf = (objects: Any[]): Any[] =>
    objects.filter(({ kind }) => WORKLOADS.includes(kind)).map(({ spec }) => spec.template.spec);
const podOf = async (args: CollectorSettingsArgs): Promise<Any> => podsOf(await collector(args))[0];
const settled = (value: pulumi.Input<object>): Promise<Any> =>
    new Promise((resolve) => pulumi.output(value).apply(resolve));

const ACTIVE_GATE = {
    kind: "standalone",
    environment: "abc12345",
    tls: { secretName: "gate-tls" },
    ca: { pem: "-----BEGIN CERTIFICATE-----\nMADEUP\n-----END CERTIFICATE-----" },
    storage: { ephemeral: true },
    standalone: {
        tokens: { secretName: "gate-tokens" },
        image: { version: "1.337.36.20260526-135434" },
        communicationEndpoints: "https://abc12345.live.dynatrace.com:443",
        clusterId: "00000000-0000-0000-0000-000000000000",
    },
} as const;
const activeGate = (args: object, standalone: object = {}): (() => unknown) => {
    const all = { ...ACTIVE_GATE, ...args, standalone: { ...ACTIVE_GATE.standalone, ...standalone } };
    return () => new ActiveGateRoute("gate", all);
};
const cronJob = (args: object): (() => unknown) => {
    const cron = { schedule: "@hourly", script: "echo a 1", ...args };
    return () => new MetricsIngest("shop", { endpoint: BASE.endpoint, cronJob: cron });
};

/** Each pod that the package makes without access to its node. */
const PODS: [string, (platform: ClusterPlatform) => Promise<Any[]>][] = [
    ["a Collector", async (platform) => podsOf(await collector({ platform }))],
    ["both tiers", async (platform) => podsOf(await collector({ platform, mode: "twoTier", persistentQueue: {} }))],
    ["a Collector with a token file", async (platform) => podsOf(await collector({ platform, tokenFrom: "file" }))],
    [
        "a Collector with certificates",
        async (platform) => podsOf(await collector({ platform, receiver: { tls: { secretName: "tls" } } })),
    ],
    [
        "a Collector of the Operator",
        async (platform) => {
            const found = await collector({ platform, operator: {} });
            const { spec } = found.find(({ kind }) => kind === "OpenTelemetryCollector");
            return [
                { securityContext: spec.podSecurityContext, containers: [{ securityContext: spec.securityContext }] },
            ];
        },
    ],
    [
        "a sidecar",
        async (platform) => {
            const args = { endpoint: BASE.endpoint, token: TOKEN, configMapName: "shop" };
            const made = await settled(sidecarContainer("shop", { ...args, platform, tokenFrom: "file" }));
            return [{ securityContext: made.podSecurityContext, containers: [made.container] }];
        },
    ],
    ["an ActiveGate", async (platform) => podsOf(await objectsOf(activeGate({}, { platform })))],
    [
        "a CronJob",
        async (platform) => {
            const found = await objectsOf(cronJob({ platform }));
            return [found.find(({ kind }) => kind === "CronJob").spec.jobTemplate.spec.template.spec];
        },
    ],
];
const IDS = /"(runAsUser|runAsGroup|fsGroup)"/;

describe.each(PODS)("%s", (_, pods) => {
    test("has no fixed user and group on OpenShift, which gives it those of its namespace, and is not root", async () => {
        const onOpenShift = await pods(ClusterPlatform.OpenShift);
        expect(JSON.stringify(onOpenShift)).not.toMatch(IDS);
        for (const { securityContext, containers } of onOpenShift) {
            expect({ ...containers[0].securityContext, ...securityContext }).toMatchObject({ runAsNonRoot: true });
        }
    });

    test("has a fixed user and group elsewhere", async () => {
        const elsewhere = Object.values(ClusterPlatform).filter((it) => it !== ClusterPlatform.OpenShift);
        for (const platform of elsewhere) {
            // Fargate has no volumes for a queue.
            if (platform === ClusterPlatform.EksFargate && _ === "both tiers") continue;
            expect(JSON.stringify(await pods(platform))).toMatch(IDS);
        }
    });
});

describe("on OpenShift, a Collector that uses its node", () => {
    const scc = async (args: CollectorSettingsArgs): Promise<Any> =>
        (await collector({ ...AGENT, platform: "openshift", ...args })).find(
            ({ kind }) => kind === "SecurityContextConstraints",
        );

    test("may, by constraints of its own that allow no more than its features need", async () => {
        expect(await scc({ collect: { containerLogs: {} } })).toMatchObject({
            apiVersion: "security.openshift.io/v1",
            metadata: { name: "telemetry-gateway" },
            allowHostDirVolumePlugin: true,
            allowHostPorts: false,
            allowPrivilegedContainer: false,
            allowPrivilegeEscalation: false,
            allowedCapabilities: [],
            requiredDropCapabilities: ["ALL"],
            seccompProfiles: ["runtime/default"],
            users: ["system:serviceaccount:telemetry:gateway"],
        });
        expect((await scc({ collect: { journald: {} } })).allowedCapabilities).toEqual(["SYS_CHROOT"]);
        expect((await scc({ network: { hostPorts: true } })).allowHostPorts).toBe(true);
        expect((await scc({ pods: { allowNodeAccess: true } })).allowPrivilegedContainer).toBe(true);
        const existingName = { serviceAccount: { existingName: "telemetry" } };
        const { users } = await scc({ collect: { containerLogs: {} }, pods: existingName });
        expect(users).toEqual(["system:serviceaccount:telemetry:telemetry"]);
    });

    test("is root where its files are root's, with the SELinux type that may read them", async () => {
        const { securityContext, containers } = await podOf({
            ...AGENT,
            platform: "openshift",
            collect: { containerLogs: {} },
        });
        expect(securityContext).toMatchObject({ runAsUser: 0, runAsGroup: 0 });
        expect(containers[0].securityContext.seLinuxOptions).toEqual({ type: "spc_t" });
    });

    test("is the only one for which constraints are made", async () => {
        expect(await scc({})).toBeUndefined();
        expect(await scc({ platform: "kubernetes", collect: { containerLogs: {} } })).toBeUndefined();
        const { securityContext } = (await podOf({ ...AGENT, platform: "openshift" })).containers[0];
        expect(securityContext.seLinuxOptions).toBeUndefined();
    });
});

describe("SELinux options", () => {
    const logs = { ...AGENT, collect: { containerLogs: {} } };

    test("are those of the arguments, on every platform", async () => {
        const seLinuxOptions = { type: "container_logreader_t" };
        for (const platform of ["kubernetes", "openshift"] as const) {
            const { containers } = await podOf({ ...logs, platform, pods: { seLinuxOptions } });
            expect(containers[0].securityContext.seLinuxOptions).toEqual(seLinuxOptions);
        }
        const { containers } = await podOf({ pods: { seLinuxOptions: { level: "s0:c1,c2" } } });
        expect(containers[0].securityContext.seLinuxOptions).toEqual({ level: "s0:c1,c2" });
    });

    test("that Pod Security rejects are an error in a namespace that is restricted", async () => {
        const make = (seLinuxOptions: object) => made({ pods: { seLinuxOptions } });
        expect(make({ type: "spc_t" })).toThrow(
            `${WHO}: pods.seLinuxOptions.type: is rejected by Pod Security restricted; remove it, or set ` +
                "pods.allowNodeAccess and allow privileged in the namespace",
        );
        expect(make({ role: "system_r" })).toThrow("pods.seLinuxOptions.role: is rejected");
    });
});

describe("read positions", () => {
    const configOf = (objects: Any[]): Any =>
        parse(objects.find(({ kind }) => kind === "ConfigMap").data["config.yaml"]);
    const agent = (args: CollectorSettingsArgs["collect"], platform?: ClusterPlatform): Promise<Any[]> =>
        collector({ ...AGENT, platform, collect: args });

    test.each<[string, object]>([
        ["container logs", { containerLogs: {} }],
        ["the journal", { journald: {} }],
    ])("of %s are on the node, in the pod, or nowhere", async (_, collect) => {
        const seen: Any[] = [];
        for (const checkpoints of [undefined, "pod", "none"] as const) {
            const objects = await agent({ ...collect, checkpoints });
            const { extensions, receivers } = configOf(objects);
            const volume = podsOf(objects)[0].volumes.find(({ name }: Any) => name === "checkpoints");
            const [receiver] = Object.entries<Any>(receivers).filter(([id]) => id !== "otlp");
            const kind = ["hostPath", "emptyDir"].find((it) => volume?.[it] !== undefined);
            seen.push([kind, receiver?.[1].storage, Object.keys(extensions).sort().pop()]);
        }
        const storage = "file_storage/checkpoints";
        expect(seen).toEqual([
            ["hostPath", storage, "health_check"],
            ["emptyDir", storage, "health_check"],
            [undefined, undefined, "health_check"],
        ]);
    });

    test("are in the pod on Autopilot, so that it writes to no folder of the node", async () => {
        const [pod] = podsOf(await agent({ containerLogs: {} }, "gkeAutopilot"));
        const folders = pod.volumes.filter(({ hostPath }: Any) => hostPath !== undefined);
        expect(folders).toEqual([{ name: "pod-logs", hostPath: { path: "/var/log/pods" } }]);
        const mount = pod.containers[0].volumeMounts.find(({ name }: Any) => name === "pod-logs");
        expect(mount).toMatchObject({ readOnly: true });
    });
});

describe("what a platform rejects is an error with a way out", () => {
    const MIB = "Autopilot mounts only folders below /var/log";
    test.each<[ClusterPlatform, string, CollectorSettingsArgs, string]>([
        [
            "gkeAutopilot",
            "collect.hostMetrics",
            { ...AGENT, collect: { hostMetrics: true } },
            `${MIB}; use collect.kubeletMetrics`,
        ],
        [
            "gkeAutopilot",
            "collect.nodeLogs",
            { ...AGENT, collect: { nodeLogs: [{ name: "nginx", include: ["/var/log/nginx/*.log"] }] } },
            "needs a Linux capability that Autopilot does not allow",
        ],
        [
            "gkeAutopilot",
            "collect.containerLogs.dockerRuntime",
            { ...AGENT, collect: { containerLogs: { dockerRuntime: true } } },
            "Autopilot's nodes use containerd",
        ],
        ["gkeAutopilot", "collect.journald", { ...AGENT, collect: { journald: {} } }, `${MIB}; remove it`],
        [
            "gkeAutopilot",
            "collect.checkpoints",
            { ...AGENT, collect: { containerLogs: {}, checkpoints: "node" } },
            "Autopilot lets pods write to no folder of the node; use pod or none",
        ],
        [
            "gkeAutopilot",
            "network.hostPorts",
            { ...AGENT, network: { hostPorts: true } },
            "Autopilot opens no ports on nodes",
        ],
        [
            "gkeAutopilot",
            "persistentQueue.hostPath",
            { ...AGENT, persistentQueue: { hostPath: "/var/lib/queues" } },
            "Autopilot lets pods write to no folder of the node; use mode statefulSet",
        ],
        [
            "gkeAutopilot",
            "processing.enrichment.hostFromOneAgent",
            { ...AGENT, processing: { enrichment: { hostFromOneAgent: true } } },
            `${MIB}; remove it`,
        ],
        [
            "gkeAutopilot",
            "pods.volumes[0].hostPath.path",
            { pods: { allowNodeAccess: true, volumes: [{ name: "docker", hostPath: { path: "/var/lib/docker" } }] } },
            MIB,
        ],
        [
            "gkeAutopilot",
            "network.networkPolicy.cilium",
            { network: { networkPolicy: { cilium: {} } } },
            "remove it to get a NetworkPolicy",
        ],
        [
            "eksFargate",
            "mode",
            { ...AGENT, collect: { containerLogs: {} } },
            "Fargate runs no DaemonSets; use mode deployment, and sidecarContainer",
        ],
        [
            "eksFargate",
            "pods.allowNodeAccess",
            { pods: { allowNodeAccess: true } },
            "Fargate gives pods no access to their node; remove it",
        ],
        [
            "eksFargate",
            "persistentQueue",
            { persistentQueue: {} },
            "set persistentQueue.storageClassName to a class of EFS volumes",
        ],
    ])("%s: %s", async (platform, path, args, text) => {
        expect(made({ ...args, platform })).toThrow(`${WHO}: ${path}: `);
        expect(made({ ...args, platform })).toThrow(text);
        if (path === "collect.checkpoints") return;
        await expect(collector({ ...args, platform: "kubernetes" })).resolves.not.toEqual([]);
    });

    test("also for an ActiveGate on Fargate, which needs a volume for its buffer", async () => {
        const onFargate = { platform: "eksFargate" };
        expect(activeGate({ storage: undefined }, onFargate)).toThrow(
            'ActiveGateRoute("gate"): storage: Fargate mounts no volumes of EBS and creates none of EFS; set storage.ephemeral',
        );
        const objects = await objectsOf(activeGate({ storage: { storageClassName: "efs" } }, onFargate));
        const [{ spec }] = objects.filter(({ kind }) => kind === "StatefulSet");
        expect(spec.volumeClaimTemplates).toEqual([
            expect.objectContaining({ spec: expect.objectContaining({ storageClassName: "efs" }) }),
        ]);
    });

    test("an unknown platform is one too", () => {
        expect(made({ platform: "docker" as never })).toThrow(`${WHO}: platform: "docker"`);
    });
});

test("minikube's container logs are read through Docker's links, unless the runtime is another one", async () => {
    const docker = async (platform: ClusterPlatform, containerLogs: object): Promise<boolean> => {
        const { volumes } = await podOf({ ...AGENT, platform, collect: { containerLogs } });
        return volumes.some((it: Any) => it.hostPath?.path === "/var/lib/docker/containers");
    };
    expect(await docker("minikube", {})).toBe(true);
    expect(await docker("minikube", { dockerRuntime: false })).toBe(false);
    expect(await docker("kubernetes", {})).toBe(false);
});

test("minikube's API server, which listens on 8443, is reached", async () => {
    const ports = async (platform: ClusterPlatform): Promise<number[]> => {
        const { spec } = (await collector({ platform })).find(({ kind }) => kind === "NetworkPolicy");
        return spec.egress.flatMap((rule: Any) => (rule.ports ?? []).map(({ port }: Any) => port));
    };
    expect(await ports("minikube")).toContain(8443);
    expect(await ports("kubernetes")).not.toContain(8443);
});

describe("limits that a quota asks for", () => {
    const LIMITS = { cpuLimitMillis: 1000, ephemeralStorageMiB: 512 };
    const BOTH = { cpu: "1000m", "ephemeral-storage": "512Mi" };

    test.each<[string, (limits: object) => Promise<Any[]>]>([
        ["both tiers", async (limits) => podsOf(await collector({ mode: "twoTier", ...limits }))],
        [
            "a sidecar",
            async (limits) => {
                const args = { endpoint: BASE.endpoint, token: TOKEN, configMapName: "shop" };
                return [{ containers: [(await settled(sidecarContainer("shop", { ...args, ...limits }))).container] }];
            },
        ],
        [
            "a Collector of the Operator",
            async (limits) => {
                const found = await collector({ operator: {}, ...limits });
                return [{ containers: [found.find(({ kind }) => kind === "OpenTelemetryCollector").spec] }];
            },
        ],
        ["an ActiveGate", async (limits) => podsOf(await objectsOf(activeGate(limits)))],
        [
            "a CronJob",
            async (limits) => {
                const found = await objectsOf(cronJob(limits));
                return [found.find(({ kind }) => kind === "CronJob").spec.jobTemplate.spec.template.spec];
            },
        ],
    ])("%s has them in each container if they are set, and none otherwise", async (_, pods) => {
        for (const { containers } of await pods(LIMITS)) {
            for (const { resources } of containers) {
                expect(resources.limits).toMatchObject(BOTH);
                expect(resources.requests["ephemeral-storage"]).toBe("512Mi");
            }
        }
        for (const { containers } of await pods({})) {
            for (const { resources } of containers) {
                expect(Object.keys(resources.limits)).toEqual(["memory"]);
                expect(Object.keys(resources.requests).sort()).toEqual(["cpu", "memory"]);
            }
        }
    });

    test("below a request are an error", async () => {
        expect(made({ cpuLimitMillis: 100 })).toThrow(
            `${WHO}: cpuLimitMillis: 100 is below the CPU request, 200; use 200 or more`,
        );
        const second = { mode: "twoTier", cpuLimitMillis: 300, secondTier: { cpuMillis: 500 } } as const;
        expect(made(second)).toThrow(`${WHO}: secondTier.cpuMillis: 500 is above cpuLimitMillis, 300`);
    });
});

describe("address families", () => {
    const BOTH: IpFamilyArgs = { ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv6", "IPv4"] };

    test("are those of the arguments, in every Service, headless ones too", async () => {
        const made = [
            ...(await collector({ mode: "twoTier", network: { service: BOTH } })),
            ...(await collector({ mode: "statefulSet", network: { service: BOTH } })),
            ...(await objectsOf(activeGate({}, BOTH))),
        ].filter(({ kind }) => kind === "Service");
        expect(made.map(({ metadata }) => metadata.name)).toEqual(
            expect.arrayContaining(["gateway", "gateway-t2", "gateway-pods", "gate"]),
        );
        for (const { spec } of made) expect(spec).toMatchObject(BOTH);
        const operator = await collector({ operator: {}, network: { service: BOTH } });
        expect(operator.find(({ kind }) => kind === "OpenTelemetryCollector").spec).toMatchObject(BOTH);
    });

    test.each<[object, string]>([
        [{ ipFamilies: ["IPv6", "IPv4"] }, "ipFamilies: has two families, which need ipFamilyPolicy PreferDualStack"],
        [{ ...BOTH, ipFamilies: ["IPv4", "IPv4"] }, "ipFamilies: has the same family twice"],
        [{ ipFamilies: ["IPv5"] }, 'ipFamilies[0]: "IPv5"'],
        [{ ipFamilies: [] }, "ipFamilies: is empty"],
        [{ ipFamilyPolicy: "DualStack" }, 'ipFamilyPolicy: "DualStack"'],
    ])("%j are an error", async (service, text) => {
        expect(made({ network: { service } })).toThrow(`${WHO}: network.service.${text}`);
        expect(activeGate({}, service)).toThrow(`ActiveGateRoute("gate"): standalone.${text}`);
    });
});
