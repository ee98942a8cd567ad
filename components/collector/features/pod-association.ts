import type { ConfigPlan } from "../plan-types";
import type { Step } from "./step";

const POD_IP = "k8s.pod.ip";
/** Temporary attribute with the address that the sender itself set. */
const SENT_IP = "dynatrace-otlp.pod-ip";

const attribute = (key: string): string => `resource.attributes["${key}"]`;

/**
 * How the sender's pod is found, in order of precedence. The other end of a connection is the sender only if nothing forwards the data.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/k8sattributesprocessor
 */
export function podAssociation(plan: ConfigPlan): object[] {
    return [
        {
            sources: [
                { from: "resource_attribute", name: "k8s.pod.name" },
                { from: "resource_attribute", name: "k8s.namespace.name" },
            ],
        },
        { sources: [{ from: "resource_attribute", name: POD_IP }] },
        { sources: [{ from: "resource_attribute", name: "k8s.pod.uid" }] },
        ...(usesConnection(plan) ? [{ sources: [{ from: "connection" }] }] : []),
    ];
}

/** Remembers the address that the sender itself set: the processor adds the address of the connection before it looks for a pod. */
export function rememberAddress(plan: ConfigPlan): Step[] {
    if (!usesConnection(plan)) return [];
    const attributes = [{ key: SENT_IP, from_attribute: POD_IP, action: "insert" }];
    return [{ id: "resource/sender", signals: plan.signals, config: { attributes } }];
}

/** Statements that remove the address of a connection if it belongs to no pod, e.g. of loopback or of a node. */
export function forgetAddress(plan: ConfigPlan): string[] {
    if (!plan.kubernetesAttributes || !usesConnection(plan)) return [];
    return [
        // A pod that was found has a uid.
        `delete_key(resource.attributes, "${POD_IP}") where ${attribute("k8s.pod.uid")} == nil and ${attribute(SENT_IP)} == nil`,
        `delete_key(resource.attributes, "${SENT_IP}")`,
    ];
}

function usesConnection({ enrichment }: ConfigPlan): boolean {
    return enrichment.podFromConnection === true;
}
