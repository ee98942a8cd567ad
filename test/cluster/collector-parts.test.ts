import * as path from "node:path";

import { planExposure } from "../../components/collector/exposure";
import { directDestination, planProxy } from "../../components/collector/proxy";
import { planReceiver } from "../../components/collector/receivers";
import { CollectorSpread } from "../../components/collector/args/scheduling";
import { planScaling } from "../../components/collector/scaling";
import { planTrust } from "../../components/collector/trust";
import { type Endpoint, resolveEndpoint } from "../../components/endpoint";
import { ciliumSpec } from "../../components/shared/cilium-network-policy";
import { type Flow, type FlowPort, type Place, tcp } from "../../components/shared/flows";
import { commonLabels } from "../../components/shared/kubernetes";
import { exposureObjects, scalingObjects } from "../support/collector-objects";
import { applyDefinitions } from "../support/definitions";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { Check } from "../../components/shared/check";

jest.setTimeout(120_000);

const WHO = 'OtlpCollector("gateway")';
const NAMESPACE = "telemetry";
const SELECTOR = { "app.kubernetes.io/name": "otlp-collector", "app.kubernetes.io/instance": "gateway" };
const COLLECTOR = { name: "gateway", namespace: NAMESPACE, labels: commonLabels("gateway", "otlp-collector") };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server gives them
type Any = any;

const SCALING = {
    ...COLLECTOR,
    selector: SELECTOR,
    scaleTarget: { apiVersion: "apps/v1", kind: "Deployment", name: "gateway" },
    replicas: 3,
    spread: CollectorSpread.Prefer,
    computesDeltas: false,
};
const scaling = (args: Parameters<typeof planScaling>[1]) => {
    const plan = planScaling(new Check(WHO, "scaling"), args, SCALING);
    return { ...plan, ...scalingObjects(SCALING, plan) };
};
const exposure = (args: Parameters<typeof planExposure>[1]) =>
    exposureObjects(
        { ...COLLECTOR, signals: ["traces", "metrics", "logs"] },
        planExposure(new Check(WHO, "network.exposure"), args, {
            ...COLLECTOR,
            ...{ receiverTls: true, receiverAuth: true, largestMiB: { http: 20, grpc: 16 } },
        }),
    );
const SAAS = resolveEndpoint(new Check(WHO, "endpoint"), { environment: "abc12345" });
const cilium = (endpoint: Endpoint, fromNamespaces: string[], fromAddresses: string[], dnsPort = 53) => {
    const flow = (direction: Flow["direction"], ports: FlowPort[], ...at: Place[]): Flow => ({
        direction,
        peer: { name: JSON.stringify(at), at },
        ports,
        reason: "Tested.",
    });
    const { host, port, inCluster } = directDestination(endpoint);
    const dns = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
    const senders: Place[] = [
        { kind: "namespaces", names: fromNamespaces },
        { kind: "addresses", ranges: fromAddresses },
    ];
    const flows = [
        flow("in", tcp(4317, 4318), ...senders),
        flow("out", [...tcp(dnsPort), { port: dnsPort, protocol: "UDP" }], { kind: "dns", pods: dns }),
        flow("out", tcp(443, 6443), { kind: "apiServer" }),
        flow("out", tcp(10250), { kind: "nodes" }),
        flow("out", [], { kind: "namespaces", names: [] }),
        flow("out", tcp(4317), { kind: "pods", labels: SELECTOR }),
        flow("out", tcp(port), { kind: "host", host, inCluster }),
        flow("out", tcp(3128), { kind: "host", host: "10.1.2.3", inCluster: false }),
    ];
    const { name, namespace, labels } = COLLECTOR;
    return {
        apiVersion: "cilium.io/v2",
        kind: "CiliumNetworkPolicy",
        metadata: { name, namespace, labels },
        spec: ciliumSpec(new Check(WHO), { namespace, selector: SELECTOR }, flows),
    };
};

const HOSTS = { hosts: ["otlp.example.com", "*.example.org"], tls: { secretName: "otlp-tls" } };
const GATEWAY = { name: "edge", namespace: "gateways", sectionName: "https" };
const PROMETHEUS = { serverAddress: "http://prometheus.monitoring.svc:9090", query: "sum(up)", threshold: 0.8 };
const IN_CLUSTER = resolveEndpoint(new Check(WHO, "endpoint"), {
    environment: "abc12345",
    route: "container-activegate",
    host: "dk-activegate.dynatrace",
});

/** Every kind of object, with all that can be asked for. */
const OBJECTS: [string, Any][] = [
    ["a PodDisruptionBudget", scaling({}).disruptionBudget],
    [
        "a HorizontalPodAutoscaler",
        scaling({
            autoscaling: {
                maxReplicas: 6,
                podMetric: { name: "otelcol_exporter_queue_size", averageValue: "20M" },
            },
        }).autoscaler,
    ],
    [
        "a ScaledObject",
        scaling({ autoscaling: { autoscaler: "keda", maxReplicas: 6, prometheus: PROMETHEUS } }).autoscaler,
    ],
    ["an Ingress for HTTP", exposure({ httpIngress: { ...HOSTS, className: "nginx" } })["http-ingress"]],
    [
        "an Ingress for gRPC",
        exposure({
            grpcIngress: { ...HOSTS, annotations: { "nginx.ingress.kubernetes.io/backend-protocol": "GRPCS" } },
        })["grpc-ingress"],
    ],
    [
        "an HTTPRoute",
        exposure({ gateway: { ...GATEWAY, httpHosts: ["otlp.example.com", "*.example.org"] } })["http-route"],
    ],
    ["a GRPCRoute", exposure({ gateway: { ...GATEWAY, grpcHosts: ["otlp-grpc.example.com"] } })["grpc-route"]],
    ["a CiliumNetworkPolicy to a host", cilium(SAAS, ["shop", "pay"], ["203.0.113.0/24"], 5353)],
    ["a CiliumNetworkPolicy to pods", cilium(IN_CLUSTER, [], ["0.0.0.0/0", "::/0"])],
];

describe("the parts of a Collector, at a real API server that knows their definitions", () => {
    let kubernetes: KubernetesServer;

    beforeAll(async () => {
        kubernetes = await startKubernetes();
        await applyDefinitions(kubernetes, path.join(__dirname, "crds", "collector"));
        await succeed(["create", "namespace", NAMESPACE]);
        await succeed(["label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted"]);
    });

    afterAll(async () => {
        await kubernetes?.stop();
    });

    const succeed = async (args: string[], input = ""): Promise<string> => {
        const { code, stdout, stderr } = await kubernetes.kubectl(args, input);
        if (code !== 0) throw new Error(stderr);
        return stdout;
    };
    const strictly = (object: Any) =>
        kubernetes.kubectl(["create", "--dry-run=server", "--validate=strict", "-f", "-"], JSON.stringify(object));

    test.each(OBJECTS)("%s is accepted, without a warning, and kept as it was written", async (_, object) => {
        const apply = ["apply", "--server-side", "--validate=strict", "-o", "json", "-f", "-"];
        const { code, stdout, stderr } = await kubernetes.kubectl(apply, JSON.stringify(object));
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        const { kind, metadata, spec } = JSON.parse(stdout) as Any;
        expect({ kind, metadata, spec }).toMatchObject({
            kind: object.kind,
            metadata: object.metadata,
            spec: object.spec,
        });
    });

    test.each(OBJECTS)(
        "%s with a field that no definition has is refused, so that acceptance means something",
        async (_, object) => {
            const { code, stderr } = await strictly({ ...object, spec: { ...object.spec, madeUpField: 1 } });
            expect(code).toBe(1);
            expect(stderr).toContain("madeUpField");
        },
    );

    test("each object has a name of its own among those of its kind", () => {
        const objects = exposure({ httpIngress: HOSTS, grpcIngress: HOSTS });
        expect(objects["http-ingress"]?.metadata.name).not.toBe(objects["grpc-ingress"]?.metadata.name);
    });

    test("pods with everything mounted and set pass Pod Security restricted", async () => {
        expect(await strictly(pod())).toMatchObject({ code: 0, stderr: "" });
        const open = pod();
        open.spec.containers[0].securityContext = {};
        expect((await strictly(open)).stderr).toContain("violates PodSecurity");
    });

    test("a volume that is mounted but not there is refused, so the mounts and volumes of the parts fit together", async () => {
        const without = pod();
        without.spec.volumes.pop();
        expect((await strictly(without)).stderr).toContain("volumeMounts");
    });
});

/** A pod as the Deployment would make it, of all parts. */
function pod(): Any {
    const receiver = planReceiver(
        new Check(WHO, "receiver"),
        {
            tls: { secretName: "otlp-tls", clientCa: { configMap: { name: "senders" } } },
            bearer: { secret: { name: "gateway-token" } },
            cors: { allowedOrigins: ["https://shop.example.com"] },
        },
        { distribution: "dynatrace", version: "0.54.0", memoryMiB: 512, listenOn: "${env:MY_POD_IP}" },
    );
    const trust = planTrust(new Check(WHO, "trust"), { ca: { secret: { name: "corporate-ca" } }, revision: "2" });
    const proxy = planProxy(new Check(WHO, "proxy"), { secret: { name: "egress" }, revision: "1" }, SAAS);
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: "gateway",
            namespace: NAMESPACE,
            labels: { ...COLLECTOR.labels, ...SELECTOR },
            annotations: { ...trust.podAnnotations, ...proxy.podAnnotations },
        },
        spec: {
            topologySpreadConstraints: scaling({}).topologySpreadConstraints,
            securityContext: {
                runAsNonRoot: true,
                runAsUser: 10001,
                fsGroup: 10001,
                seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [
                {
                    name: "collector",
                    image: "public.ecr.aws/dynatrace/dynatrace-otel-collector:0.54.0",
                    env: proxy.env,
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    volumeMounts: [...receiver.volumeMounts, ...trust.volumeMounts],
                },
            ],
            volumes: [...receiver.volumes, ...trust.volumes],
        },
    };
}
