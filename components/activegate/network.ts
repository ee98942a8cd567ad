import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { PORTS, type StandalonePlan } from "./standalone";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;
type NetworkPolicyPort = types.input.networking.v1.NetworkPolicyPort;

/** The ports senders connect to. */
export function serviceSpec(plan: StandalonePlan): types.input.core.v1.ServiceSpec {
    const http = { name: "http", port: PORTS.serviceHttp, targetPort: "http", protocol: "TCP" };
    return {
        type: "ClusterIP",
        selector: plan.selector,
        ports: [
            { name: "https", port: PORTS.serviceHttps, targetPort: "https", protocol: "TCP" },
            ...(plan.plainHttp ? [http] : []),
        ],
    };
}

/**
 * Allows only the connections that the route needs: senders in, DNS and Dynatrace out.
 * Kubernetes applies the policy behind the Service, so it names the port of the pod.
 *
 * @param dynatracePorts TCP ports of the addresses that the ActiveGate connects to.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicySpec(
    plan: StandalonePlan,
    dynatracePorts: pulumi.Input<NetworkPolicyPort[]>,
): NetworkPolicySpec {
    return {
        podSelector: { matchLabels: plan.selector },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: senders(plan), ports: [tcp(PORTS.https), ...(plan.plainHttp ? [tcp(PORTS.http)] : [])] }],
        egress: [{ ports: [{ port: 53, protocol: "UDP" }, tcp(53)] }, { ports: dynatracePorts }],
    };
}

function senders(plan: StandalonePlan): types.input.networking.v1.NetworkPolicyPeer[] {
    if (plan.fromNamespaces.length === 0) return [{ namespaceSelector: {} }];
    return plan.fromNamespaces.map((name) => ({
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    }));
}

/** A TCP port, in Kubernetes' form. */
export function tcp(port: number): NetworkPolicyPort {
    return { port, protocol: "TCP" };
}
