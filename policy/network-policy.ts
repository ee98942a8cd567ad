import type { StackValidationPolicy } from "@pulumi/policy/policy";

import {
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    DaemonSet,
    Deployment,
    NetworkPolicy,
    OpenTelemetryCollector,
    OtlpCollector,
    StatefulSet,
} from "../components/shared/types";
import { type Bag, isBag, plainBag } from "./plain";
import { violation } from "./resources";
import { CILIUM_NAMESPACE, isUnknown, selectsLabels, withoutSources } from "./selectors";

/** Refuses a Collector that every pod can reach and that can reach every host. */
export const collectorNetworkPolicy: StackValidationPolicy = {
    name: "dynatrace-otlp-network-policy",
    displayName: "Collectors have a network policy",
    description:
        "A NetworkPolicy or CiliumNetworkPolicy selects the pods of each OtlpCollector: its own, or another one of the stack.",
    enforcementLevel: "mandatory",
    severity: "medium",
    remediationSteps: "Remove network.networkPolicy.enabled, or add a NetworkPolicy that selects the Collector's pods.",
    validateStack: ({ resources }, report) => {
        const placed = resources.map(({ type, name, urn, parent, props }) => ({
            type,
            name,
            urn,
            parentUrn: parent?.urn,
            properties: plainBag(props),
        }));
        networkPolicyViolations(placed).forEach(({ message, urn }) => report(message, urn));
    },
};

/** A resource and its place in the stack. */
export interface PlacedResource {
    type: string;
    name: string;
    urn: string;
    parentUrn?: string;
    properties: Bag;
}

/** One message for each Collector of which some pods have no network policy, and the Collector's URN. */
export function networkPolicyViolations(resources: PlacedResource[]): { message: string; urn: string }[] {
    const policies = resources.filter(({ type }) => type in SELECTORS);
    return resources
        .filter(({ type }) => type === OtlpCollector)
        .filter((collector) => {
            const pods = resources.filter(({ parentUrn }) => parentUrn === collector.urn).flatMap(podsOf);
            return pods.length === 0 || !pods.every((each) => policies.some((policy) => selects(policy, each)));
        })
        .map(({ type, name, urn }) => ({
            urn,
            message: violation(
                type,
                name,
                "network.networkPolicy",
                "no NetworkPolicy selects its pods, and no CiliumNetworkPolicy; remove network.networkPolicy.enabled, or add a policy to the stack",
            ),
        }));
}

/** What a network policy can know of some pods. */
interface Pods {
    namespace: unknown;
    /** Not an object where a preview does not know them yet. */
    labels: unknown;
}

/** The pods that an object creates: those of a workload, or those that the OpenTelemetry Operator creates for its object. */
function podsOf(resource: PlacedResource): Pods[] {
    const { type, properties } = resource;
    const namespace = namespaceOf(resource);
    if (type === OpenTelemetryCollector) return [{ namespace, labels: operatorLabels(properties, namespace) }];
    if (type !== Deployment && type !== StatefulSet && type !== DaemonSet) return [];
    return [{ namespace, labels: at(properties, "spec", "template", "metadata", "labels") }];
}

/**
 * Labels of the pods that the OpenTelemetry Operator creates: those of its object, then its own.
 *
 * @see https://github.com/open-telemetry/opentelemetry-operator/blob/main/internal/manifests/manifestutils/labels.go
 */
function operatorLabels(properties: Bag, namespace: unknown): unknown {
    const labels = at(properties, "metadata", "labels");
    const name = at(properties, "metadata", "name");
    const unknown = [labels, name, namespace].find(isUnknown);
    if (unknown !== undefined) return unknown;
    return {
        "app.kubernetes.io/name": `${String(name)}-collector`,
        ...(isBag(labels) ? labels : {}),
        "app.kubernetes.io/component": "opentelemetry-collector",
        "app.kubernetes.io/instance": `${String(namespace)}.${String(name)}`,
        "app.kubernetes.io/managed-by": "opentelemetry-operator",
        "app.kubernetes.io/part-of": "opentelemetry",
    };
}

/** Whether a rule of each kind of network policy selects pods. */
const SELECTORS: Record<string, (policy: PlacedResource, pods: Pods) => boolean> = {
    [NetworkPolicy]: (policy, { namespace, labels }) =>
        isSame(namespaceOf(policy), namespace) && selectsLabels(at(policy.properties, "spec", "podSelector"), labels),
    [CiliumNetworkPolicy]: (policy, pods) => isSame(namespaceOf(policy), pods.namespace) && ciliumSelects(policy, pods),
    [CiliumClusterwideNetworkPolicy]: ciliumSelects,
};

function selects(policy: PlacedResource, pods: Pods): boolean {
    return SELECTORS[policy.type]?.(policy, pods) ?? false;
}

/** Cilium takes one rule as `spec` or several as `specs`. A rule without `endpointSelector` is for nodes. */
function ciliumSelects({ properties }: PlacedResource, { namespace, labels }: Pods): boolean {
    const { spec, specs } = properties;
    const seen = isBag(labels) ? { ...labels, [CILIUM_NAMESPACE]: namespace } : labels;
    const more: unknown[] = Array.isArray(specs) ? specs : [specs];
    return [spec, ...more].some((rule) => {
        if (isUnknown(rule)) return true;
        const selector = at(rule, "endpointSelector");
        return selector !== undefined && selector !== null && selectsLabels(withoutSources(selector), seen);
    });
}

function namespaceOf({ properties }: PlacedResource): unknown {
    if (isUnknown(properties.metadata)) return properties.metadata;
    return at(properties, "metadata", "namespace") ?? "default";
}

/** Whether two values are the same, or could be once they are known. */
function isSame(one: unknown, other: unknown): boolean {
    return one === other || isUnknown(one) || isUnknown(other);
}

/** The value at the end of some keys; undefined where one of them is missing, and the placeholder of the first unknown one. */
function at(value: unknown, ...keys: string[]): unknown {
    return keys.reduce<unknown>(
        (inner, key) => (isBag(inner) ? inner[key] : isUnknown(inner) ? inner : undefined),
        value,
    );
}
