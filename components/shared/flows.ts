/** A port and its protocol. */
export interface FlowPort {
    port: number;
    protocol: "TCP" | "UDP";
}

/** Where the other end of a flow is. */
export type Place =
    /** Every pod of these namespaces. An empty list means every namespace. */
    | { kind: "namespaces"; names: string[] }
    /** Pods with these labels, in the namespace of the policy. */
    | { kind: "pods"; labels: Record<string, string> }
    /** Address ranges, e.g. `203.0.113.0/24`. */
    | { kind: "addresses"; ranges: string[] }
    /** Every node, and pods in the network of a node. */
    | { kind: "nodes" }
    /** The pod's own node: its kubelet, and processes of the node. Policies never block it. */
    | { kind: "ownNode" }
    /** The endpoints of the Kubernetes API server. */
    | { kind: "apiServer" }
    /** DNS servers. Without `pods`, any address. */
    | { kind: "dns"; pods?: { namespace: string; labels: Record<string, string> } }
    /** One host. It is undefined if only a Secret contains its name. */
    | { kind: "host"; host?: string; inCluster: boolean };

/** The other end of flows. */
export interface Peer {
    /** Its name in the documentation, e.g. `DNS`. Flows with the same peer share a rule. */
    name: string;
    /** Where it is. Each of these places counts. */
    at: Place[];
}

/** A network connection that a feature needs. */
export interface Flow {
    /** `in`: the peer connects to the pods. `out`: the pods connect to the peer. */
    direction: "in" | "out";
    peer: Peer;
    /** Ports behind a Service: ports of pods. An empty list means all ports. */
    ports: FlowPort[];
    /** What the flow is for, as one short sentence for the documentation. */
    reason: string;
}

/** All flows with one peer. */
export interface PeerFlows {
    at: Place[];
    /** An empty list means all ports. */
    ports: FlowPort[];
}

/** Where the DNS servers of a kind of cluster are. */
export interface DnsServer {
    /** Its name in the documentation. @default `DNS` */
    name?: string;
    /** Undefined for a server that only its port identifies. */
    pods?: { namespace: string; labels: Record<string, string> };
    /** Port of the server's pods, which a policy sees behind the Service. */
    port: number;
}

/** The DNS server of OpenShift. @see https://docs.redhat.com/en/documentation/openshift_container_platform/4.19/html/networking_operators/dns-operator */
export const OPENSHIFT_DNS: DnsServer = {
    name: "DNS of OpenShift",
    pods: { namespace: "openshift-dns", labels: { "dns.operator.openshift.io/daemonset-dns": "default" } },
    port: 5353,
};

/**
 * The DNS servers that a NetworkPolicy allows, of every kind of cluster. Port 53 is open to every address, because a cache on each node and
 * servers outside the cluster are no pods.
 */
export const DNS: Flow[] = dnsFlows([{ port: 53 }, OPENSHIFT_DNS]);

/** DNS lookups. */
export function dnsFlows(servers: DnsServer[]): Flow[] {
    return servers.map(({ name = "DNS", pods, port }) => ({
        direction: "out",
        peer: { name, at: [pods === undefined ? { kind: "dns" } : { kind: "dns", pods }] },
        ports: [
            { port, protocol: "UDP" },
            { port, protocol: "TCP" },
        ],
        reason: "Finds addresses of hosts.",
    }));
}

/** TCP ports. */
export function tcp(...ports: number[]): FlowPort[] {
    return ports.map((port) => ({ port, protocol: "TCP" }));
}

/** The flows of a direction, one entry for each peer, in the order of the peers' first flows. Flows of the own node need no rule. */
export function byPeer(flows: readonly Flow[], direction: Flow["direction"]): PeerFlows[] {
    const found = new Map<string, PeerFlows>();
    for (const { peer, ports, direction: way } of flows) {
        if (way !== direction || peer.at.every(({ kind }) => kind === "ownNode")) continue;
        const key = JSON.stringify(peer);
        const known = found.get(key);
        found.set(key, { at: peer.at, ports: known === undefined ? distinct(ports) : together(known.ports, ports) });
    }
    return [...found.values()];
}

function together(known: FlowPort[], more: FlowPort[]): FlowPort[] {
    return known.length === 0 || more.length === 0 ? [] : distinct([...known, ...more]);
}

function distinct(ports: FlowPort[]): FlowPort[] {
    const key = ({ port, protocol }: FlowPort): string => `${port}/${protocol}`;
    return [...new Map(ports.map(({ port, protocol }) => [key({ port, protocol }), { port, protocol }])).values()];
}
