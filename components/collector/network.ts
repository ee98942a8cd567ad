import type { types } from "@pulumi/kubernetes";

import { PORTS } from "./config";
import { Tier } from "./config-plan";
import { fragmentsOf } from "./fragments";
import type { CollectorPlan } from "./plan";
import { usesToken } from "./presets/self-telemetry";
import { secondTier } from "./tiers";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;
type NetworkPolicyPort = types.input.networking.v1.NetworkPolicyPort;
type NetworkPolicyEgressRule = types.input.networking.v1.NetworkPolicyEgressRule;

/**
 * Closes the pods' network but for what the route needs: OTLP in; DNS, the API server and Dynatrace or the second tier out.
 *
 * A policy is judged behind a Service, so an ActiveGate in the cluster counts with its pod's port.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicySpec(plan: CollectorPlan): NetworkPolicySpec {
    const parts = fragmentsOf(plan);
    const ports = plan.tier === Tier.Second ? [tcp(PORTS.grpc)] : [tcp(PORTS.grpc), tcp(PORTS.http)];
    return {
        podSelector: { matchLabels: plan.selector },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: senders(plan), ports }],
        egress: [
            { ports: [{ port: 53, protocol: "UDP" }, tcp(53)] },
            ...(parts.apiServer ? [{ ports: plan.apiServerPorts.map(tcp) }] : []),
            ...parts.egress,
            ...receivers(plan),
        ],
    };
}

function senders(plan: CollectorPlan): types.input.networking.v1.NetworkPolicyPeer[] {
    if (plan.fromPods !== undefined) return [{ podSelector: { matchLabels: plan.fromPods } }];
    if (plan.fromNamespaces.length === 0) return [{ namespaceSelector: {} }];
    return plan.fromNamespaces.map((name) => ({
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    }));
}

function receivers(plan: CollectorPlan): NetworkPolicyEgressRule[] {
    const behind = secondTier(plan).selector;
    return [
        ...(plan.tier === Tier.First
            ? [{ to: [{ podSelector: { matchLabels: behind } }], ports: [tcp(PORTS.grpc)] }]
            : []),
        ...(usesToken(plan) ? [{ ports: [tcp(plan.endpoint.podPort)] }] : []),
    ];
}

function tcp(port: number): NetworkPolicyPort {
    return { port, protocol: "TCP" };
}
