import type { types } from "@pulumi/kubernetes";

import { type CiliumArgs, type CiliumNetworkPolicy, ciliumNetworkPolicy } from "./cilium";
import { PORTS } from "./config";
import { Tier } from "./config-plan";
import type { Egress } from "./fragment";
import { fragmentsOf } from "./fragments";
import type { CollectorPlan } from "./plan";
import { usesToken } from "./presets/self-telemetry";
import { secondTier } from "./tiers";

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
        ingress: [{ from: senders(plan), ports: portsOf(plan).map(tcp) }],
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
export function ciliumPolicy(component: string, args: CiliumArgs, plan: CollectorPlan): CiliumNetworkPolicy {
    const { apiServer, egress } = fragmentsOf(plan);
    return ciliumNetworkPolicy(component, args as Parameters<typeof ciliumNetworkPolicy>[1], {
        name: plan.name,
        namespace: plan.namespace,
        labels: plan.labels,
        selector: plan.selector,
        fromNamespaces: plan.fromNamespaces,
        fromPods: plan.fromPods,
        ports: portsOf(plan),
        apiServer,
        egress,
        toPods: toPods(plan),
        destinations: usesToken(plan) ? [plan.destination] : [],
    });
}

function portsOf({ tier }: CollectorPlan): number[] {
    return tier === Tier.Second ? [PORTS.grpc] : [PORTS.grpc, PORTS.http];
}

/** Labels of the second tier, for the first. */
function toPods(plan: CollectorPlan): Record<string, string> | undefined {
    return plan.tier === Tier.First ? secondTier(plan).selector : undefined;
}

function senders(plan: CollectorPlan): types.input.networking.v1.NetworkPolicyPeer[] {
    if (plan.fromPods !== undefined) return [{ podSelector: { matchLabels: plan.fromPods } }];
    if (plan.fromNamespaces.length === 0) return [{ namespaceSelector: {} }];
    return plan.fromNamespaces.map((name) => ({
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    }));
}

/** Nodes have no labels that a policy could select, so their port is open to every host. */
function inCluster(egress: Egress): NetworkPolicyEgressRule {
    return egress.to === "pods" ? { to: [{ namespaceSelector: {} }] } : { ports: [tcp(egress.port)] };
}

function tcp(port: number): NetworkPolicyPort {
    return { port, protocol: "TCP" };
}
