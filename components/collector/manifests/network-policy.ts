import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Egress } from "../features/feature";
import { featureParts } from "../features";
import { intakePorts } from "../intake-ports";
import { PORTS } from "../constants";
import { type CollectorPlan, Tier } from "../plan-types";
import { usesToken } from "../features/self-telemetry";
import { secondTier } from "../two-tier";
import { type ManifestContext, metadataOf } from "./context";

type NetworkPolicySpec = k8s.types.input.networking.v1.NetworkPolicySpec;
type NetworkPolicyPort = k8s.types.input.networking.v1.NetworkPolicyPort;
type NetworkPolicyEgressRule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;

/**
 * Restricts the pods' network. Incoming: OTLP. Outgoing: DNS, the API server, and Dynatrace, a proxy or the second tier.
 *
 * A policy applies behind a Service, so it uses the pod port of an ActiveGate in the cluster.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicySpec(plan: CollectorPlan): NetworkPolicySpec {
    const parts = featureParts(plan);
    const behind = toPods(plan);
    return {
        podSelector: { matchLabels: plan.selector },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
            { from: senders(plan), ports: [...portsOf(plan, "TCP").map(tcp), ...portsOf(plan, "UDP").map(udp)] },
            ...(plan.monitoring === undefined
                ? []
                : [{ from: namespaces(plan.monitoring.fromNamespaces), ports: [tcp(PORTS.metrics)] }]),
        ],
        egress: [
            { ports: [{ port: 53, protocol: "UDP" }, tcp(53)] },
            ...(parts.apiServer ? [{ ports: plan.apiServerPorts.map(tcp) }] : []),
            ...parts.egress.map(inCluster),
            ...(behind === undefined
                ? []
                : [{ to: [{ podSelector: { matchLabels: behind } }], ports: [tcp(PORTS.grpc)] }]),
            ...(usesToken(plan) ? [{ ports: [tcp(plan.destination.port)] }] : []),
        ],
    };
}

export function createNetworkPolicy({ name, args, plan, options }: ManifestContext): pulumi.Resource[] {
    const { enabled = true, cilium } = args.network?.networkPolicy ?? {};
    if (!enabled || cilium !== undefined) return [];
    const policy = { metadata: metadataOf(plan), spec: plan.apply(networkPolicySpec) };
    return [new k8s.networking.v1.NetworkPolicy(`${name}-policy`, policy, options)];
}

/** Ports that senders connect to. */
export function portsOf(plan: CollectorPlan, protocol: "TCP" | "UDP"): number[] {
    return intakePorts(plan)
        .filter((it) => it.protocol === protocol)
        .map(({ port }) => port);
}

/** Labels of the second tier's pods, for the first tier. */
export function toPods(plan: CollectorPlan): Record<string, string> | undefined {
    return plan.tier === Tier.First ? secondTier(plan).selector : undefined;
}

function senders(plan: CollectorPlan): k8s.types.input.networking.v1.NetworkPolicyPeer[] {
    if (plan.fromPods !== undefined) return [{ podSelector: { matchLabels: plan.fromPods } }];
    const addresses = plan.fromAddresses.map((cidr) => ({ ipBlock: { cidr } }));
    return [...namespaces(plan.fromNamespaces), ...addresses];
}

/** The namespaces, or every namespace for an empty list. */
function namespaces(names: string[]): k8s.types.input.networking.v1.NetworkPolicyPeer[] {
    if (names.length === 0) return [{ namespaceSelector: {} }];
    return names.map((name) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } }));
}

/** Policies cannot select nodes by labels, so a port of a node is open on every host. */
function inCluster(egress: Egress): NetworkPolicyEgressRule {
    if (egress.to === "pods") return { to: [{ namespaceSelector: {} }] };
    const ports = [tcp(egress.port)];
    return egress.to === "nodes" ? { ports } : { to: [{ ipBlock: { cidr: `${egress.address}/32` } }], ports };
}

function tcp(port: number): NetworkPolicyPort {
    return { port, protocol: "TCP" };
}

function udp(port: number): NetworkPolicyPort {
    return { port, protocol: "UDP" };
}
