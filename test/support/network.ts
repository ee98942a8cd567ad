// Evaluates NetworkPolicies and CiliumNetworkPolicies as the network of a cluster does: whether a connection is allowed. No package on npm
// does this. Cilium's form is read only as far as this package renders it.
// https://kubernetes.io/docs/concepts/services-networking/network-policies/
import { BlockList, isIP } from "node:net";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
type Any = any;
type Labels = Record<string, string>;

/** One end of a connection: a pod, a node, or a host outside the cluster. */
export interface End {
    ip: string;
    /** Undefined unless it is a pod. */
    namespace?: string;
    labels?: Labels;
    /** Labels of its namespace besides its name. */
    namespaceLabels?: Labels;
    /** Names of its ports. */
    portNames?: Record<string, number>;
    /** It is the node of the pod at the other end. */
    ownNode?: boolean;
    /** What Cilium calls it, e.g. `kube-apiserver`. */
    entities?: string[];
    /** Its name in DNS answers. */
    host?: string;
}

export interface Connection {
    from: End;
    to: End;
    port: number;
    protocol: "TCP" | "UDP" | "SCTP";
}

/** Whether the policies allow a connection: both the sender's egress and the receiver's ingress. */
export function isAllowed(policies: Any[], connection: Connection): boolean {
    // Traffic between a pod and its own node is always allowed.
    if (connection.from.ownNode === true || connection.to.ownNode === true) return true;
    return (["Ingress", "Egress"] as const).every((type) => {
        const [own, other] = type === "Ingress" ? [connection.to, connection.from] : [connection.from, connection.to];
        if (own.namespace === undefined) return true;
        const selecting = policies.filter((policy) => isSelected(policy, own, type));
        // A pod that no policy selects is not isolated. Policies add up.
        return selecting.length === 0 || selecting.some((policy) => allows(policy, type, other, connection));
    });
}

function isSelected({ kind, metadata, spec }: Any, own: End, type: "Ingress" | "Egress"): boolean {
    const selector = kind === "CiliumNetworkPolicy" ? spec.endpointSelector : spec.podSelector;
    if ((metadata.namespace ?? "default") !== own.namespace || !matches(selector, own.labels)) return false;
    if (kind === "CiliumNetworkPolicy") return spec[type.toLowerCase()] !== undefined;
    const types = spec.policyTypes ?? ["Ingress", ...(spec.egress === undefined ? [] : ["Egress"])];
    return types.includes(type);
}

function allows(
    { kind, metadata, spec }: Any,
    type: "Ingress" | "Egress",
    other: End,
    connection: Connection,
): boolean {
    const rules: Any[] = spec[type.toLowerCase()] ?? [];
    const namespace = metadata.namespace ?? "default";
    if (kind === "CiliumNetworkPolicy") {
        const side = type === "Ingress" ? "from" : "to";
        return rules.some((rule) => isCiliumPeer(rule, side, namespace, other) && hasCiliumPort(rule, connection));
    }
    return rules.some((rule) => {
        const peers: Any[] = (type === "Ingress" ? rule.from : rule.to) ?? [];
        return (
            // An empty or missing list allows all.
            (peers.length === 0 || peers.some((peer) => isPeer(peer, namespace, other))) &&
            ((rule.ports ?? []).length === 0 || rule.ports.some((port: Any) => isPort(port, connection)))
        );
    });
}

function isPeer({ podSelector, namespaceSelector, ipBlock }: Any, namespace: string, other: End): boolean {
    // Addresses of pods are not stable, so whether a block matches them depends on the network. It does not count here.
    if (ipBlock !== undefined) return other.namespace === undefined && isInside(ipBlock.cidr, ipBlock.except, other.ip);
    if (other.namespace === undefined) return false;
    const inNamespace =
        namespaceSelector === undefined
            ? other.namespace === namespace
            : matches(namespaceSelector, { ...other.namespaceLabels, "kubernetes.io/metadata.name": other.namespace });
    return inNamespace && (podSelector === undefined || matches(podSelector, other.labels));
}

function isPort({ port, endPort, protocol = "TCP" }: Any, connection: Connection): boolean {
    if (protocol !== connection.protocol) return false;
    if (port === undefined) return true;
    const number = typeof port === "string" ? connection.to.portNames?.[port] : port;
    return endPort === undefined ? number === connection.port : port <= connection.port && connection.port <= endPort;
}

function matches({ matchLabels = {}, matchExpressions = [] }: Any, labels: Labels = {}): boolean {
    return (
        Object.entries(matchLabels as Labels).every(([key, value]) => labels[key] === value) &&
        (matchExpressions as Any[]).every(({ key, operator, values = [] }) => {
            const value = labels[key];
            if (operator === "Exists") return value !== undefined;
            if (operator === "DoesNotExist") return value === undefined;
            const isIn = value !== undefined && values.includes(value);
            return operator === "In" ? isIn : !isIn;
        })
    );
}

function isInside(range: string, except: string[] = [], ip: string): boolean {
    const list = new BlockList();
    const [network = "", bits] = range.split("/");
    const family = (address: string): "ipv4" | "ipv6" => (isIP(address) === 4 ? "ipv4" : "ipv6");
    list.addSubnet(network, Number(bits), family(network));
    return family(network) === family(ip) && list.check(ip, family(ip)) && !except.some((it) => isInside(it, [], ip));
}

const NAMESPACE = "k8s:io.kubernetes.pod.namespace";
const NAMESPACE_LABELS = "k8s:io.cilium.k8s.namespace.labels.";
const prefixed = (prefix: string, labels: Labels): Labels =>
    Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${prefix}${key}`, value]));

function isCiliumPeer(rule: Any, side: "from" | "to", namespace: string, other: End): boolean {
    const { ip, host, labels = {}, entities = [] } = other;
    const [endpoints, names, ranges, sets] = ["Endpoints", "Entities", "CIDR", "CIDRSet"].map((it) => rule[side + it]);
    const isPod = other.namespace !== undefined;
    const ofNamespace = { ...other.namespaceLabels, "kubernetes.io/metadata.name": other.namespace ?? "" };
    const known: Labels = {
        ...labels,
        ...prefixed("k8s:", labels),
        ...(isPod ? { [NAMESPACE]: other.namespace ?? "", ...prefixed(NAMESPACE_LABELS, ofNamespace) } : {}),
    };
    const own = (selector: Any): boolean =>
        JSON.stringify(selector).includes("k8s:io.") || other.namespace === namespace;
    return (
        (endpoints ?? []).some((it: Any) => isPod && own(it) && matches(it, known)) ||
        (names ?? []).some((it: string) => it === "all" || entities.includes(it)) ||
        (ranges ?? []).some((it: string) => !isPod && isInside(it, [], ip)) ||
        (sets ?? []).some((it: Any) => !isPod && isInside(it.cidr, it.except, ip)) ||
        (rule.toFQDNs ?? []).some(({ matchName }: Any) => matchName === host)
    );
}

function hasCiliumPort({ toPorts }: Any, connection: Connection): boolean {
    if (toPorts === undefined) return true;
    return toPorts.some(({ ports }: Any) =>
        ports.some(({ port, endPort, protocol }: Any) => {
            const number = connection.to.portNames?.[port] ?? Number(port);
            const inRange = number === 0 || (number <= connection.port && connection.port <= (endPort ?? number));
            return inRange && (protocol === "ANY" || protocol === connection.protocol);
        }),
    );
}
