import type { types } from "@pulumi/kubernetes";

import { byPeer, type Flow, type FlowPort, type Place } from "./flows";
import type { EgressRule, IngressRule } from "./policy-rules";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;
type PolicyPeer = types.input.networking.v1.NetworkPolicyPeer;

/** Rules in addition to the rules of the flows. */
export interface MoreRules {
    ingress?: IngressRule[];
    egress?: EgressRule[];
}

/**
 * A policy that allows only these flows.
 *
 * Kubernetes applies a policy behind a Service, so it names ports of pods. It cannot name hosts, the API server or nodes, so their ports
 * are open to every address.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function policyOf(
    selector: Record<string, string>,
    flows: readonly Flow[],
    more: MoreRules = {},
): NetworkPolicySpec {
    return {
        podSelector: { matchLabels: selector },
        policyTypes: ["Ingress", "Egress"],
        ingress: [...ingressRules(flows), ...(more.ingress ?? [])],
        egress: [...egressRules(flows), ...(more.egress ?? [])],
    };
}

/** One rule for each peer that connects to the pods. */
export function ingressRules(flows: readonly Flow[]): IngressRule[] {
    return byPeer(flows, "in").map(({ at, ports }) => {
        const from = peersOf(at);
        return { ...(from === undefined ? {} : { from }), ...portsOf(ports) };
    });
}

/** One rule for each peer that the pods connect to. */
export function egressRules(flows: readonly Flow[]): EgressRule[] {
    return byPeer(flows, "out").map(({ at, ports }) => {
        const to = peersOf(at);
        return { ...(to === undefined ? {} : { to }), ...portsOf(ports) };
    });
}

function portsOf(ports: FlowPort[]): { ports?: FlowPort[] } {
    return ports.length === 0 ? {} : { ports };
}

/** The peers of a rule. Undefined if a place cannot be selected, so that every address is open. */
function peersOf(places: Place[]): PolicyPeer[] | undefined {
    const selected = places.map(selectorsOf);
    return selected.every((it) => it !== undefined) ? selected.flat() : undefined;
}

function selectorsOf(place: Place): PolicyPeer[] | undefined {
    switch (place.kind) {
        case "namespaces":
            return place.names.length === 0 ? [{ namespaceSelector: {} }] : place.names.map(namespaceNamed);
        case "pods":
            return [{ podSelector: { matchLabels: place.labels } }];
        case "addresses":
            return place.ranges.map((cidr) => ({ ipBlock: { cidr } }));
        case "dns":
            return place.pods === undefined ? undefined : [namespaceNamed(place.pods.namespace)];
        case "ownNode":
            return [];
        case "nodes":
        case "apiServer":
        case "host":
            return undefined;
    }
}

function namespaceNamed(name: string): PolicyPeer {
    return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}
