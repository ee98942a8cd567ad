// Where the other ends of flows are, in clusters of several kinds, and what has to work and stay closed there, by the arguments alone.
import { tcp, type Flow, type FlowPort, type Place } from "../../components/shared/flows";
import { ClusterPlatform } from "../../components/shared/platform";
import type { CollectorPlan } from "../../components/collector/plan-types";
import type { Args } from "./matrix";
import type { Connection, End } from "./network";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments as plain data
type Any = any;

/** A kind of cluster. */
export interface World {
    platform: ClusterPlatform;
    dns: { end: End; port: number };
    apiServer: { end: End; port: number };
    /** An address for something, in the family of the world. */
    address: (number: number) => string;
}

const KUBE_DNS = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
const OPENSHIFT = { namespace: "openshift-dns", labels: { "dns.operator.openshift.io/daemonset-dns": "default" } };
const v4 = (number: number): string => `198.51.100.${number}`;
const v6 = (number: number): string => `2001:db8:77::${number}`;
const API_SERVER = { entities: ["kube-apiserver"] };

/** The kinds of clusters: each platform, and Kubernetes once more with IPv6 alone. */
export const WORLDS = {
    kubernetes: {
        platform: ClusterPlatform.Kubernetes,
        dns: { end: { ip: v4(53), ...KUBE_DNS }, port: 53 },
        apiServer: { end: { ip: v4(64), ...API_SERVER }, port: 6443 },
        address: v4,
    },
    "kubernetes, IPv6 only": {
        platform: ClusterPlatform.Kubernetes,
        dns: { end: { ip: v6(53), ...KUBE_DNS }, port: 53 },
        apiServer: { end: { ip: v6(64), ...API_SERVER }, port: 6443 },
        address: v6,
    },
    openshift: {
        platform: ClusterPlatform.OpenShift,
        dns: { end: { ip: v4(53), ...OPENSHIFT }, port: 5353 },
        apiServer: { end: { ip: v4(64), ...API_SERVER }, port: 6443 },
        address: v4,
    },
    gkeAutopilot: {
        platform: ClusterPlatform.GkeAutopilot,
        // Cloud DNS answers at the address of the metadata server.
        dns: { end: { ip: "169.254.169.254", entities: ["world"] }, port: 53 },
        apiServer: { end: { ip: "203.0.114.1", ...API_SERVER }, port: 443 },
        address: v4,
    },
    eksFargate: {
        platform: ClusterPlatform.EksFargate,
        dns: { end: { ip: v4(53), ...KUBE_DNS }, port: 53 },
        apiServer: { end: { ip: "203.0.114.1", ...API_SERVER }, port: 443 },
        address: v4,
    },
    minikube: {
        platform: ClusterPlatform.Minikube,
        dns: { end: { ip: v4(53), ...KUBE_DNS }, port: 53 },
        apiServer: { end: { ip: v4(64), ...API_SERVER }, port: 8443 },
        address: v4,
    },
} satisfies Record<string, World>;

/** The tiers of a Collector, and where they run. */
export interface Deployed {
    args: Args;
    tiers: CollectorPlan[];
    world: World;
}

export interface Named {
    name: string;
    connection: Connection;
}

/** A pod of a tier. */
export function podOf({ namespace, selector }: CollectorPlan, { address }: World): End {
    return { ip: address(10), namespace, labels: selector };
}

export const podIn = (namespace: string, { address }: World, labels: Record<string, string> = {}): End => ({
    ip: address(20),
    namespace,
    labels,
});
const node = ({ address }: World): End => ({ ip: address(30), entities: ["remote-node", "host"] });
const ownNode = (world: World): End => ({ ...node(world), ownNode: true });
const outside = ({ address }: World, host?: string): End => ({ ip: address(99), entities: ["world"], host });

/** The connections that a declared flow stands for: each place at each port. */
export function connectionsOf(plan: CollectorPlan, world: World, flow: Flow): Named[] {
    const { direction, peer, ports, reason } = flow;
    const own = podOf(plan, world);
    const open: FlowPort[] = ports.length === 0 ? tcp(8080) : ports;
    return peer.at.flatMap((place) =>
        endsAt(place, plan, world).flatMap((end) =>
            open
                .filter(({ port }) => place.kind !== "dns" || port === world.dns.port)
                .filter(({ port }) => place.kind !== "apiServer" || port === apiServerPort(plan, world))
                .map((port) => ({
                    name: `${peer.name}: ${reason}`,
                    connection: direction === "in" ? { from: end, to: own, ...port } : { from: own, to: end, ...port },
                })),
        ),
    );
}

/** A port of one's own for the API server replaces that of the world. */
function apiServerPort({ apiServerPorts }: CollectorPlan, { apiServer }: World): number {
    return apiServerPorts.includes(apiServer.port) ? apiServer.port : (apiServerPorts[0] ?? 0);
}

function endsAt(place: Place, plan: CollectorPlan, world: World): End[] {
    switch (place.kind) {
        case "namespaces":
            return (place.names.length === 0 ? ["a-team"] : place.names).map((name) => podIn(name, world));
        case "pods":
            return [podIn(plan.namespace, world, place.labels)];
        case "addresses":
            return place.ranges.map((range) => {
                const ip = { "0.0.0.0/0": "192.0.2.7", "::/0": "2001:db8:9::7" }[range] ?? range.split("/")[0] ?? "";
                return { ip, entities: ["world"] };
            });
        case "nodes":
            return [node(world)];
        case "ownNode":
            return [ownNode(world)];
        case "apiServer":
            return [world.apiServer.end];
        case "dns":
            return [world.dns.end];
        case "host":
            return [place.inCluster ? podIn(place.host?.split(".")[1] ?? "", world) : outside(world, place.host)];
    }
}

/** What has to work, by what a user asks for: nothing here comes from the flows that the package declares. */
export function mustWork({ args: given, tiers, world }: Deployed): Named[] {
    const args: Any = given;
    const [first, last] = [tiers[0], tiers.at(-1)] as [CollectorPlan, CollectorPlan];
    const [front, back] = [podOf(first, world), podOf(last, world)];
    const into = (name: string, from: End, to: End, port: number, protocol: "TCP" | "UDP" = "TCP"): Named => ({
        name,
        connection: { from, to, port, protocol },
    });
    const shop = podIn("shop", world);
    const collect = args.collect ?? {};
    const callsApi =
        args.processing?.kubernetesAttributes !== false ||
        ["clusterMetrics", "kubernetesEvents", "kubernetesObjects", "annotatedPods"].some((it) => collect[it]);
    const when = (asked: unknown, ...named: Named[]): Named[] => (asked ? named : []);
    return [
        ...tiers.flatMap((tier) => [
            into("DNS over UDP", podOf(tier, world), world.dns.end, world.dns.port, "UDP"),
            into("DNS over TCP", podOf(tier, world), world.dns.end, world.dns.port),
            into("probes", ownNode(world), podOf(tier, world), 13133),
            ...when(args.monitoring, into("own metrics", podIn("monitoring", world), podOf(tier, world), 8888)),
        ]),
        into("OTLP over gRPC", shop, front, 4317),
        into("OTLP over HTTP", shop, front, 4318),
        ...(args.network?.service?.ports ?? []).map(({ name, port, protocol }: Any) =>
            into(name, shop, front, port, protocol),
        ),
        ...when(tiers.length > 1, into("the second tier", front, back, 4317)),
        ...when(args.intake?.jaeger, into("Jaeger", shop, front, 14250), into("Jaeger", shop, front, 14268)),
        ...when(args.intake?.zipkin, into("Zipkin", shop, front, 9411)),
        ...when(args.intake?.statsd, into("StatsD", shop, front, 8125, "UDP")),
        ...when(
            args.intake?.syslog && !args.receiver?.tls,
            into("syslog over TCP", shop, front, 5514),
            into("syslog over UDP", shop, front, 5514, "UDP"),
        ),
        ...when(args.intake?.syslog && args.receiver?.tls, into("syslog over TLS", shop, front, 6514)),
        ...when(args.intake?.fluentForward, into("Fluent Forward", shop, front, 8006)),
        ...(args.intake?.kafka?.brokers ?? []).map((text: string) => {
            const [host = "", port] = text.split(":");
            const broker = host.endsWith(".svc") ? podIn(host.split(".")[1] ?? "", world) : outside(world, host);
            return into("Kafka broker", front, broker, Number(port));
        }),
        ...when(callsApi, into("API server", front, world.apiServer.end, apiServerPort(first, world))),
        ...when(collect.kubeletMetrics, into("kubelet", front, node(world), 10250)),
        ...when(
            collect.annotatedPods || (collect.scrapeConfigs ?? []).length > 0,
            into("scraping", front, podIn("a-team", world), 9187),
        ),
        ...when(
            args.processing?.enrichment?.resourceDetection,
            into("metadata service", front, { ip: "169.254.169.254", entities: ["world"] }, 80),
        ),
        wayOut(args, back, world),
    ];
}

function wayOut(args: Any, from: End, world: World): Named {
    const to = (name: string, end: End, port: number): Named => ({
        name,
        connection: { from, to: end, port, protocol: "TCP" },
    });
    const { route, host } = args.endpoint;
    if (route === "container-activegate") return to("ActiveGate", podIn("dynatrace", world), 9999);
    if (args.network?.proxy !== undefined) return to("proxy", outside(world, "proxy.example.com"), 3128);
    if (route === "activegate") return to("ActiveGate", outside(world, host), 9443);
    return to("Dynatrace", outside(world, host ?? "abc12345.live.dynatrace.com"), 443);
}

/** What has to stay closed, by what a user did not ask for. */
export function mustStayClosed({ args: given, tiers, world }: Deployed): Named[] {
    const args: Any = given;
    const [first, last] = [tiers[0], tiers.at(-1)] as [CollectorPlan, CollectorPlan];
    const front = podOf(first, world);
    const to = (name: string, end: End, port: number): Named => ({
        name,
        connection: { from: front, to: end, port, protocol: "TCP" },
    });
    const from = (name: string, end: End, port: number, pod = front, protocol: "TCP" | "UDP" = "TCP"): Named => ({
        name,
        connection: { from: end, to: pod, port, protocol },
    });
    const stranger = podIn("stranger", world);
    const unless = (asked: unknown, ...named: Named[]): Named[] => (asked ? [] : named);
    const { collect = {}, intake = {}, network: { networkPolicy = {}, service = {} } = {} } = args;
    const scrapes = collect.annotatedPods || (collect.scrapeConfigs ?? []).length > 0;
    const isOpen = service.type !== undefined || networkPolicy.fromAddresses !== undefined;
    return [
        ...unless(service.ports, from("the health check, from a pod", stranger, 13133)),
        from("SSH, from a pod", stranger, 22),
        to("SSH of a node", node(world), 22),
        to("mail", outside(world, "mail.example.com"), 25),
        to("a database outside", outside(world, "db.example.com"), 3306),
        ...unless(args.monitoring, from("own metrics", stranger, 8888)),
        ...unless(args.monitoring?.fromNamespaces === undefined, from("own metrics, of another", stranger, 8888)),
        ...unless(isOpen, from("OTLP, from outside", outside(world), 4317)),
        ...unless(
            isOpen || networkPolicy.fromNamespaces === undefined,
            from("OTLP, from another namespace", stranger, 4317),
        ),
        ...unless(intake.jaeger, from("Jaeger", stranger, 14250)),
        ...unless(intake.zipkin, from("Zipkin", stranger, 9411)),
        ...unless(intake.statsd, from("StatsD", stranger, 8125, front, "UDP")),
        ...unless(intake.syslog || service.ports, from("syslog", stranger, 5514, front, "UDP")),
        ...unless(intake.fluentForward || service.ports, from("Fluent Forward", stranger, 8006)),
        ...unless(intake.kafka || scrapes, to("a broker", podIn("kafka", world), 9092)),
        ...unless(scrapes, to("a pod", stranger, 8080), to("5353 of a pod that is no DNS server", stranger, 5353)),
        ...unless(collect.kubeletMetrics, to("kubelet", node(world), 10250)),
        ...unless(
            args.processing?.enrichment?.resourceDetection,
            to("metadata service", { ip: "169.254.169.254", entities: ["world"] }, 80),
        ),
        ...unless(
            networkPolicy.cilium === undefined,
            to("another host at Dynatrace's port", outside(world, "evil.example.com"), 443),
        ),
        ...unless(
            tiers.length === 1,
            from("the second tier, from a pod", stranger, 4317, podOf(last, world)),
            from("the second tier over HTTP, from the first", front, 4318, podOf(last, world)),
        ),
    ];
}
