import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { DNS, type Flow, type FlowPort, tcp } from "../shared/flows";
import { policyOf } from "../shared/network-policy";
import { PORTS, type StandalonePlan } from "./standalone";

/** The ports senders connect to. */
export function serviceSpec(plan: StandalonePlan): types.input.core.v1.ServiceSpec {
    const http = { name: "http", port: PORTS.serviceHttp, targetPort: "http", protocol: "TCP" };
    return {
        type: "ClusterIP",
        selector: plan.selector,
        ...plan.ipFamilies,
        ports: [
            { name: "https", port: PORTS.serviceHttps, targetPort: "https", protocol: "TCP" },
            ...(plan.plainHttp ? [http] : []),
        ],
    };
}

/** Everything except the way to Dynatrace, whose ports only `communicationEndpoints` contains. */
export function activeGateFlows(plan: Pick<StandalonePlan, "fromNamespaces" | "plainHttp">): Flow[] {
    return [
        {
            direction: "in",
            peer: { name: "senders", at: [{ kind: "namespaces", names: plan.fromNamespaces }] },
            ports: tcp(PORTS.https, ...(plan.plainHttp ? [PORTS.http] : [])),
            reason: "Senders send data.",
        },
        {
            direction: "in",
            peer: { name: "the pod's own node", at: [{ kind: "ownNode" }] },
            ports: tcp(PORTS.https),
            reason: "The kubelet probes the pods.",
        },
        ...DNS,
    ];
}

/**
 * Allows only the connections that the route needs: senders in, DNS and Dynatrace out.
 *
 * @param dynatracePorts TCP ports of the addresses that the ActiveGate connects to.
 */
export function networkPolicySpec(
    plan: Pick<StandalonePlan, "selector" | "fromNamespaces" | "plainHttp">,
    dynatracePorts: pulumi.Input<FlowPort[]>,
): types.input.networking.v1.NetworkPolicySpec {
    return policyOf(plan.selector, activeGateFlows(plan), { egress: [{ ports: dynatracePorts }] });
}
