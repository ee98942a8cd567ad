import type { types } from "@pulumi/kubernetes";

import { PORTS } from "./config";
import type { CollectorPlan } from "./plan";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;
type NetworkPolicyPort = types.input.networking.v1.NetworkPolicyPort;

/**
 * Closes the pods' network but for what the route needs: OTLP in; DNS, the API server and Dynatrace out.
 *
 * A policy is judged behind a Service, so an ActiveGate in the cluster counts with its pod's port.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicySpec(plan: CollectorPlan): NetworkPolicySpec {
    return {
        podSelector: { matchLabels: plan.selector },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: senders(plan), ports: [tcp(PORTS.grpc), tcp(PORTS.http)] }],
        egress: [
            { ports: [{ port: 53, protocol: "UDP" }, tcp(53)] },
            ...(plan.kubernetesAttributes ? [{ ports: plan.apiServerPorts.map(tcp) }] : []),
            { ports: [tcp(plan.endpoint.podPort)] },
        ],
    };
}

function senders(plan: CollectorPlan): types.input.networking.v1.NetworkPolicyPeer[] {
    if (plan.fromNamespaces.length === 0) return [{ namespaceSelector: {} }];
    return plan.fromNamespaces.map((name) => ({
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    }));
}

function tcp(port: number): NetworkPolicyPort {
    return { port, protocol: "TCP" };
}
