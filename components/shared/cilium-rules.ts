import type { Flow } from "./flows";
import { type OwnRules, plainRule, type PlainRule } from "./policy-rules";

type Peer = NonNullable<PlainRule["peers"]>[number];
type Selector = NonNullable<Peer["podSelector"]>;

/** A rule of a CiliumNetworkPolicy. */
export type CiliumRule = Record<string, unknown>;

/** Label for the namespace of a pod in Cilium. */
export const NAMESPACE_LABEL = "k8s:io.kubernetes.pod.namespace";
/** Prefix for the labels of the namespace of a pod. */
const NAMESPACE_LABELS = "k8s:io.cilium.k8s.namespace.labels.";
/** Cilium's port for all ports of a protocol. */
const ALL_PORTS = "0";

/**
 * The user's rules in the form of Cilium. Cilium reads a NetworkPolicy in the same way. A rule can hold only one kind of peers, so one rule
 * may become several.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
export function ciliumRules(
    direction: Flow["direction"],
    rules: OwnRules["ingress"] | OwnRules["egress"],
): CiliumRule[] {
    return rules.flatMap((rule) => {
        const { peers, ports } = plainRule(rule);
        const toPorts = portsOf(ports);
        return peersOf(direction === "in" ? "from" : "to", peers).map((peer) => ({ ...peer, ...toPorts }));
    });
}

function peersOf(side: "from" | "to", peers: PlainRule["peers"]): CiliumRule[] {
    if (peers === undefined) return [{ [`${side}Entities`]: ["all"] }];
    const endpoints = peers.filter(({ ipBlock }) => ipBlock === undefined).map(endpointOf);
    const ranges = peers.flatMap(({ ipBlock }) => {
        if (ipBlock === undefined) return [];
        const { cidr, except = [] } = ipBlock;
        return [{ cidr, ...(except.length === 0 ? {} : { except }) }];
    });
    return [
        ...(endpoints.length === 0 ? [] : [{ [`${side}Endpoints`]: endpoints }]),
        ...(ranges.length === 0 ? [] : [{ [`${side}CIDRSet`]: ranges }]),
    ];
}

/** Without a selector of namespaces, Cilium uses the policy's own namespace, as Kubernetes does. */
function endpointOf({ podSelector, namespaceSelector }: Peer): object {
    const pods = prefixed(podSelector, "k8s:");
    if (namespaceSelector === undefined) return selector(pods);
    const named = prefixed(namespaceSelector, NAMESPACE_LABELS);
    const isEvery = named.labels.length === 0 && named.expressions.length === 0;
    const every = isEvery ? [{ key: NAMESPACE_LABEL, operator: "Exists" }] : [];
    return selector({
        labels: [...named.labels, ...pods.labels],
        expressions: [...every, ...named.expressions, ...pods.expressions],
    });
}

interface Parts {
    labels: [string, string][];
    expressions: object[];
}

function prefixed({ matchLabels = {}, matchExpressions = [] }: Selector = {}, prefix: string): Parts {
    return {
        labels: Object.entries(matchLabels).map(([key, value]) => [`${prefix}${key}`, value]),
        expressions: matchExpressions.map((it) => ({ ...it, key: `${prefix}${it.key}` })),
    };
}

function selector({ labels, expressions }: Parts): object {
    return {
        ...(labels.length === 0 ? {} : { matchLabels: Object.fromEntries(labels) }),
        ...(expressions.length === 0 ? {} : { matchExpressions: expressions }),
    };
}

function portsOf(ports: PlainRule["ports"]): CiliumRule {
    if (ports === undefined) return {};
    const list = ports.map(({ port = ALL_PORTS, protocol = "TCP", endPort }) => ({
        port: String(port),
        protocol,
        ...(endPort === undefined ? {} : { endPort }),
    }));
    return { toPorts: [{ ports: list }] };
}
