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
 * Closes the pods' network but for what the route needs: senders in; DNS and Dynatrace out.
 *
 * @param dynatracePorts TCP ports of the addresses it reports to, in Kubernetes' form.
 *
 * A policy is judged behind the Service, so senders come to the pod's port.
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
