import { isIP } from "node:net";

import type { Check } from "./check";
import { type CiliumRule, ciliumRules, NAMESPACE_LABEL } from "./cilium-rules";
import { byPeer, type Flow, type FlowPort, type Place } from "./flows";
import type { OwnRules } from "./policy-rules";
import { hostName } from "./url";

/** Spec of a CiliumNetworkPolicy. */
export interface CiliumSpec {
    endpointSelector: { matchLabels: Record<string, string> };
    ingress: CiliumRule[];
    egress: CiliumRule[];
}

/** Every pod of the cluster. Without a namespace in the rule, Cilium uses the policy's own namespace. */
export const ANY_POD = { matchExpressions: [{ key: NAMESPACE_LABEL, operator: "Exists" }] };

/** Fields of rules for each direction. */
const FIELDS = {
    in: { endpoints: "fromEndpoints", entities: "fromEntities", cidr: "fromCIDR" },
    out: { endpoints: "toEndpoints", entities: "toEntities", cidr: "toCIDR" },
} as const;

/** What the policy is for. */
export interface CiliumContext {
    /** Namespace of the policy. */
    namespace: string;
    /** Labels that select the pods. */
    selector: Record<string, string>;
}

/**
 * A policy that allows only these flows, and the user's own rules: hosts by name, nodes and the API server as what they are.
 *
 * Cilium learns a host's addresses from DNS answers, so DNS lookups pass through Cilium's proxy. The policy allows lookups of all names: a
 * rejected lookup in a search domain makes some resolvers give up.
 *
 * @throws InputError for a host that is not known, or not a name.
 * @see https://docs.cilium.io/en/stable/security/policy/language/#dns-based
 */
export function ciliumSpec(
    check: Check,
    context: CiliumContext,
    flows: readonly Flow[],
    own: OwnRules = { ingress: [], egress: [] },
): CiliumSpec {
    const rules = (direction: Flow["direction"]): CiliumRule[] =>
        byPeer(flows, direction).flatMap(({ at, ports }) =>
            at.flatMap((place) => placeRule(check, context, direction, place, ports)),
        );
    return {
        endpointSelector: { matchLabels: context.selector },
        ingress: [...rules("in"), ...ciliumRules("in", own.ingress)],
        egress: [...rules("out"), ...ciliumRules("out", own.egress)],
    };
}

/** The rule for a place, if Cilium does not allow it anyway. */
function placeRule(
    check: Check,
    { namespace }: CiliumContext,
    direction: Flow["direction"],
    place: Place,
    ports: FlowPort[],
): CiliumRule[] {
    const field = FIELDS[direction];
    const toPorts = portsOf(ports);
    switch (place.kind) {
        case "namespaces":
            return [{ [field.endpoints]: namespaces(place.names), ...toPorts }];
        case "pods":
            return [{ [field.endpoints]: [{ matchLabels: place.labels }], ...toPorts }];
        case "addresses":
            return place.ranges.length === 0 ? [] : [{ ...addresses(direction, place.ranges), ...toPorts }];
        case "nodes":
            // Cilium identifies nodes as entities, and the pod's own node as a separate entity.
            return [{ [field.entities]: ["host", "remote-node"], ...toPorts }];
        case "ownNode":
            return [];
        case "apiServer":
            return [{ [field.entities]: ["kube-apiserver"] }];
        case "dns":
            return [nameResolution(place, ports)];
        case "host":
            return [{ ...hostPeer(check, place, namespace), ...toPorts }];
    }
}

/** Pods of the namespaces, or of every namespace for an empty list. */
function namespaces(names: string[]): object[] {
    return names.length === 0 ? [ANY_POD] : names.map((name) => ({ matchLabels: { [NAMESPACE_LABEL]: name } }));
}

/** Cilium attributes traffic that a node forwards to the node. */
function addresses(direction: Flow["direction"], ranges: string[]): CiliumRule {
    const anywhere = direction === "in" && ranges.some((range) => range.endsWith("/0"));
    return anywhere ? { fromEntities: ["world", "host", "remote-node"] } : { [FIELDS[direction].cidr]: ranges };
}

function nameResolution({ pods }: Extract<Place, { kind: "dns" }>, ports: FlowPort[]): CiliumRule {
    const labels = Object.entries(pods?.labels ?? {}).map(([key, value]) => [`k8s:${key}`, value] as const);
    const namespace = pods === undefined ? {} : { [NAMESPACE_LABEL]: pods.namespace };
    const numbers = [...new Set(ports.map(({ port }) => port))];
    return {
        toEndpoints: [pods === undefined ? ANY_POD : { matchLabels: { ...namespace, ...Object.fromEntries(labels) } }],
        toPorts: [
            {
                ports: numbers.map((port) => ({ port: String(port), protocol: "ANY" })),
                rules: { dns: [{ matchPattern: "*" }] },
            },
        ],
    };
}

/** Cilium evaluates a connection to a Service by its pods, which have no host name. */
function hostPeer(check: Check, place: Extract<Place, { kind: "host" }>, namespace: string): CiliumRule {
    const { host, inCluster } = place;
    if (host === undefined) {
        const problem = "is required with a CiliumNetworkPolicy, which blocks all other hosts; set it";
        throw check.top.at("network.proxy.secretHost").error(problem);
    }
    const address = host.replace(/^\[|\]$/g, "");
    const version = isIP(address);
    if (version !== 0) return { toCIDR: [`${address}/${version === 4 ? 32 : 128}`] };
    if (!inCluster) return { toFQDNs: [{ matchName: hostName(check.top.at("endpoint.host"), host) }] };
    return { toEndpoints: [{ matchLabels: { [NAMESPACE_LABEL]: host.split(".")[1] ?? namespace } }] };
}

function portsOf(ports: FlowPort[]): CiliumRule {
    if (ports.length === 0) return {};
    return { toPorts: [{ ports: ports.map(({ port, protocol }) => ({ port: String(port), protocol })) }] };
}
