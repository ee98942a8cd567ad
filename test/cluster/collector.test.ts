import * as path from "node:path";

import { CollectorMode } from "../../components/collector/args";
import { type CollectorServiceArgs, OtlpCollector, type OtlpCollectorArgs } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";

jest.setTimeout(120_000);

const NODE = { containerLogs: {}, hostMetrics: true };
const CLUSTER = { clusterMetrics: true, kubernetesEvents: true, kubeletMetrics: {}, annotatedPods: true };

/** What pods and Services can be told, all of it. */
const OWN: Partial<OtlpCollectorArgs> = {
    scheduling: {
        nodeSelector: { pool: "telemetry" },
        tolerations: [{ key: "pool", operator: "Equal", value: "telemetry", effect: "NoSchedule" }],
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } },
        priorityClassName: "system-cluster-critical",
    },
    pods: {
        runtimeClassName: "sandboxed",
        hostAliases: [{ ip: "10.0.0.8", hostnames: ["proxy.example.com"] }],
        dnsPolicy: "None",
        dnsConfig: { nameservers: ["10.0.0.10"], options: [{ name: "ndots", value: "2" }] },
        imagePullSecretNames: ["mirror"],
        labels: { team: "sre" },
        terminationGracePeriodSeconds: 120,
        probes: { startupSeconds: 60, livenessPeriodSeconds: 20, timeoutSeconds: 2, failures: 4 },
        resizePolicy: [{ resourceName: "memory", restartPolicy: "RestartContainer" }],
        volumes: [{ name: "geo", emptyDir: {} }],
        volumeMounts: [{ name: "geo", mountPath: "/var/lib/geo" }],
        initContainers: [{ name: "fetch", image: "geo:1", restartPolicy: "Always" }],
        extraContainers: [{ name: "reload", image: "reload:1", volumeMounts: [{ name: "geo", mountPath: "/geo" }] }],
        serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/made-up" } },
        envFrom: [
            { secretRef: { name: "partner" }, prefix: "PARTNER_" },
            { configMapRef: { name: "regions", optional: true } },
        ],
    },
    network: {
        service: {
            type: "LoadBalancer",
            annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" },
            loadBalancerSourceRanges: ["203.0.113.0/24", "2001:db8::/32"],
            trafficDistribution: "PreferSameNode",
        },
    },
    image: { digest: `sha256:${"ab".repeat(32)}` },
};
const VOLUMES = { persistentQueue: { deleteWithWorkload: true, deleteWhenScaledDown: true } };
const ON_NODE = { volumes: [{ name: "certs", hostPath: { path: "/etc/ssl" } }], allowNodeAccess: true };

const AGENT = { mode: CollectorMode.DaemonSet };
const FAMILIES: CollectorServiceArgs = { ipFamilyPolicy: "RequireDualStack", ipFamilies: ["IPv6", "IPv4"] };

const OBJECTS = [
    { resource: "configmaps", namespaces: ["shop"] },
    { resource: "replicationcontrollers", mode: "watch" as const },
];

/** Each mode with all that it can have, and the least Pod Security level that lets its pods in. */
const CASES: [string, Partial<OtlpCollectorArgs>, "restricted" | "privileged"][] = [
    ["deployment", { collect: { clusterMetrics: true, selfTelemetry: true } }, "restricted"],
    ["deployment-queue", { persistentQueue: { sizeGiB: 5, storageClassName: "fast" } }, "restricted"],
    ["statefulset", { mode: CollectorMode.StatefulSet, persistentQueue: {} }, "restricted"],
    ["daemonset", { mode: CollectorMode.DaemonSet, collect: CLUSTER }, "restricted"],
    ["two-tier", { mode: CollectorMode.TwoTier, processing: { tailSampling: {} }, persistentQueue: {} }, "restricted"],
    ["own", { ...OWN, ...VOLUMES, mode: CollectorMode.StatefulSet }, "restricted"],
    ["own-two-tier", { ...OWN, ...VOLUMES, mode: CollectorMode.TwoTier }, "restricted"],
    ["own-volumes", { pods: ON_NODE }, "privileged"],
    ["ports", { mode: CollectorMode.DaemonSet, network: { hostPorts: true } }, "privileged"],
    ["intake", { intake: { jaeger: true, zipkin: true, statsd: {} } }, "restricted"],
    ["objects", { collect: { kubernetesObjects: OBJECTS } }, "restricted"],
    ["monitored", { mode: CollectorMode.TwoTier, monitoring: { labels: { release: "a" } } }, "restricted"],
    ["cloud", { processing: { enrichment: { resourceDetection: { detectors: ["eks", "ec2"] } } } }, "restricted"],
    [
        "files",
        {
            mode: CollectorMode.DaemonSet,
            collect: { nodeLogs: [{ name: "nginx", include: ["/var/log/nginx/*.log"] }] },
        },
        "privileged",
    ],
    ["openshift", { platform: "openshift", persistentQueue: {} }, "restricted"],
    ["openshift-logs", { ...AGENT, platform: "openshift", collect: { containerLogs: {} } }, "privileged"],
    ["openshift-journal", { ...AGENT, platform: "openshift", collect: { journald: {} } }, "privileged"],
    ["openshift-free", { ...AGENT, platform: "openshift", pods: ON_NODE }, "privileged"],
    ["autopilot", { ...AGENT, platform: "gkeAutopilot", collect: { containerLogs: {} } }, "privileged"],
    ["quota", { cpuLimitMillis: 1000, ephemeralStorageMiB: 512, mode: "twoTier" }, "restricted"],
    ["both-families", { mode: "twoTier", network: { service: FAMILIES } }, "restricted"],
    ["journal", { mode: CollectorMode.DaemonSet, collect: { journald: {} } }, "privileged"],
    ["node", { mode: CollectorMode.DaemonSet, collect: NODE, persistentQueue: { hostPath: "/var/q" } }, "privileged"],
];

let kubernetes: KubernetesServer;
beforeAll(async () => {
    kubernetes = await startKubernetes();
    for (const kind of ["podmonitors", "prometheusrules"]) {
        const file = path.join(__dirname, "crds/collector", `${kind}.monitoring.coreos.com.yaml`);
        await kubectl(["apply", "--server-side", "-f", file]);
        await kubectl(["wait", "--for=condition=Established", `crd/${kind}.monitoring.coreos.com`]);
    }
    const ofOpenShift = "securitycontextconstraints.security.openshift.io";
    await kubectl(["apply", "--server-side", "-f", path.join(__dirname, "crds/collector", `${ofOpenShift}.yaml`)]);
    await kubectl(["wait", "--for=condition=Established", `crd/${ofOpenShift}`]);
    await kubectl(["create", "namespace", "shop"]);
});
afterAll(() => kubernetes?.stop());

async function kubectl(args: string[], input?: object): Promise<string> {
    const { code, stdout, stderr } = await kubernetes.kubectl(args, input && JSON.stringify(input));
    if (code !== 0) throw new Error(stderr);
    return stdout + stderr;
}

const namespaceFor = (name: string, level: string): object => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "pod-security.kubernetes.io/enforce": level } },
});

const SANDBOXED = {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name: "sandboxed" },
    handler: "runsc",
};

describe.each(CASES)("%s", (namespace, args, level) => {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain data behind Input types
    let objects: any[];
    beforeAll(async () => {
        const endpoint = { environment: "abc12345" };
        const token = { secret: { name: "ingest-token" } };
        objects = manifestsOf(
            await capture(() => new OtlpCollector("gateway", { endpoint, token, namespace, ...args })),
        );
        await kubectl(["apply", "-f", "-"], namespaceFor(namespace, level));
        await kubectl(["apply", "-f", "-"], SANDBOXED);
    });

    test("a real API server accepts every object, with no field it does not know", async () => {
        const list = { apiVersion: "v1", kind: "List", items: objects };
        const said = await kubectl(["apply", "--server-side", "--validate=strict", "-f", "-"], list);
        expect(said.match(/serverside-applied/g)).toHaveLength(objects.length);
    });

    test(`Pod Security ${level} lets its pods in`, async () => {
        const templates = objects.flatMap(({ spec }) => (spec?.template === undefined ? [] : [spec.template]));
        expect(templates).toHaveLength(args.mode === CollectorMode.TwoTier ? 2 : 1);
        for (const { metadata, spec } of templates) {
            // A claim template's volume is added by the controller, which does not run here.
            const claimed = { name: "queue", persistentVolumeClaim: { claimName: "queue" } };
            const mounts = spec.containers[0].volumeMounts.map(({ name }: { name: string }) => name);
            const missing =
                mounts.includes("queue") && !spec.volumes.some(({ name }: { name: string }) => name === "queue");
            const volumes = [...spec.volumes, ...(missing ? [claimed] : [])];
            const pod = {
                apiVersion: "v1",
                kind: "Pod",
                metadata: { name: "probe", ...metadata },
                spec: { ...spec, volumes },
            };
            expect(await kubectl(["create", "--dry-run=server", "-n", namespace, "-f", "-"], pod)).toContain("created");
            if (level === "restricted") continue;
            await kubectl(["apply", "-f", "-"], namespaceFor("baseline", "baseline"));
            const refused = kubectl(["create", "--dry-run=server", "-n", "baseline", "-f", "-"], pod);
            await expect(refused).rejects.toThrow(/violates PodSecurity.*host(Path|Port)/s);
        }
    });

    test("its account can do what its features need, and cannot read Secrets", async () => {
        const can = async (...what: string[]): Promise<boolean> => {
            const user = `system:serviceaccount:${namespace}:gateway`;
            const { stdout } = await kubernetes.kubectl(["auth", "can-i", ...what, "--as", user]);
            return stdout.trim() === "yes";
        };
        const elects = Boolean(args.collect?.clusterMetrics ?? args.collect?.kubernetesObjects);
        expect(await can("get", "pods", "-A")).toBe(true);
        expect(await can("update", "leases.coordination.k8s.io/gateway", "-n", namespace)).toBe(elects);
        expect(await can("update", "leases.coordination.k8s.io/other", "-n", namespace)).toBe(false);
        expect(await can("get", "nodes", "--subresource=stats")).toBe(Boolean(args.collect?.kubeletMetrics));
        expect(await can("get", "secrets", "-n", namespace)).toBe(false);
        const reads = Boolean(args.collect?.kubernetesObjects);
        expect(await can("list", "configmaps", "-n", "shop")).toBe(reads);
        expect(await can("get", "configmaps", "-n", "shop")).toBe(false);
        expect(await can("list", "configmaps", "-n", namespace)).toBe(false);
        expect(await can("watch", "replicationcontrollers", "-A")).toBe(reads || Boolean(args.collect?.clusterMetrics));
    });
});
