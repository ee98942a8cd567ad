import type { types } from "@pulumi/kubernetes";

import { type CiliumArgs, type CiliumNetworkPolicy, ciliumNetworkPolicy } from "./cilium";
import { PORTS } from "./config";
import { Tier } from "./config-plan";
import type { Egress } from "./fragment";
import { fragmentsOf } from "./fragments";
import { intakePorts } from "./intake-ports";
import type { CollectorPlan } from "./collector-plan";
import { usesToken } from "./presets/self-telemetry";
import { secondTier } from "./tiers";
import { type Check } from "../shared/check";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;
type NetworkPolicyPort = types.input.networking.v1.NetworkPolicyPort;
type NetworkPolicyEgressRule = types.input.networking.v1.NetworkPolicyEgressRule;

/**
 * Closes the pods' network but for what the route needs: OTLP in; DNS, the API server and Dynatrace, a proxy or the second tier out.
 *
 * A policy is judged behind a Service, so an ActiveGate in the cluster counts with its pod's port.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicySpec(plan: CollectorPlan): NetworkPolicySpec {
    const parts = fragmentsOf(plan);
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

/** The same for a cluster with Cilium, to the one host alone. */
export function ciliumPolicy(check: Check, args: CiliumArgs, plan: CollectorPlan): CiliumNetworkPolicy {
    const { apiServer, egress } = fragmentsOf(plan);
    return ciliumNetworkPolicy(check.at("networkPolicy.cilium"), args as Parameters<typeof ciliumNetworkPolicy>[1], {
        name: plan.name,
        namespace: plan.namespace,
        labels: plan.labels,
        selector: plan.selector,
        fromNamespaces: plan.fromNamespaces,
        fromPods: plan.fromPods,
        fromAddresses: plan.fromAddresses,
        ports: portsOf(plan, "TCP"),
        udpPorts: portsOf(plan, "UDP"),
        metricsFrom: plan.monitoring?.fromNamespaces,
        apiServer,
        egress,
        toPods: toPods(plan),
        destinations: usesToken(plan) ? [plan.destination] : [],
    });
}

function portsOf(plan: CollectorPlan, protocol: "TCP" | "UDP"): number[] {
    return intakePorts(plan)
        .filter((it) => it.protocol === protocol)
        .map(({ port }) => port);
}

/** Labels of the second tier, for the first. */
function toPods(plan: CollectorPlan): Record<string, string> | undefined {
    return plan.tier === Tier.First ? secondTier(plan).selector : undefined;
}

function senders(plan: CollectorPlan): types.input.networking.v1.NetworkPolicyPeer[] {
    if (plan.fromPods !== undefined) return [{ podSelector: { matchLabels: plan.fromPods } }];
    const addresses = plan.fromAddresses.map((cidr) => ({ ipBlock: { cidr } }));
    return [...namespaces(plan.fromNamespaces), ...addresses];
}

/** Every namespace, where none is named. */
function namespaces(names: string[]): types.input.networking.v1.NetworkPolicyPeer[] {
    if (names.length === 0) return [{ namespaceSelector: {} }];
    return names.map((name) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } }));
}

/** Nodes have no labels that a policy could select, so their port is open to every host. */
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
