import type { StackValidationPolicy } from "@pulumi/policy/policy";

import { type Bag, isBag, plain } from "./plain";
import { violation } from "./resources";

const COLLECTOR = "dynatrace-otlp:index:OtlpCollector";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

/** Refuses a Collector that every pod can reach and that can reach every host. */
export const collectorNetworkPolicy: StackValidationPolicy = {
    name: "dynatrace-otlp-network-policy",
    displayName: "Collectors have a network policy",
    description: "Each OtlpCollector has a NetworkPolicy: its own, or one of the stack that selects its pods.",
    enforcementLevel: "mandatory",
    severity: "medium",
    remediationSteps: "Leave networkPolicy.enabled out, or add a NetworkPolicy that selects the Collector's pods.",
    validateStack: ({ resources }, report) => {
        const placed = resources.map(({ type, name, urn, parent, props }) => ({
            type,
            name,
            urn,
            parentUrn: parent?.urn,
            properties: plain(props) as Bag,
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

/** One message for each Collector without a network policy, and the Collector it is about. */
export function networkPolicyViolations(resources: PlacedResource[]): { message: string; urn: string }[] {
    const policies = resources.filter(({ type }) => type === POLICY);
    return resources
        .filter(({ type }) => type === COLLECTOR)
        .filter((collector) => {
            const isOwn = ({ parentUrn }: PlacedResource): boolean => parentUrn === collector.urn;
            const workload = resources.find((resource) => resource.type === DEPLOYMENT && isOwn(resource));
            return !policies.some((policy) => isOwn(policy) || selects(policy, workload));
        })
        .map(({ type, name, urn }) => ({
            urn,
            message: violation(
                type,
                name,
                "networkPolicy",
                "no NetworkPolicy selects its pods; leave networkPolicy.enabled out, or add one to the stack",
            ),
        }));
}

/** Whether a policy selects the pods of a workload, by labels alone: what it says in expressions is not read. */
function selects(policy: PlacedResource, workload: PlacedResource | undefined): boolean {
    if (workload === undefined || namespaceOf(policy) !== namespaceOf(workload)) return false;
    const selector = at(policy.properties, "spec", "podSelector");
    const labels = at(workload.properties, "spec", "template", "metadata", "labels");
    if (!isBag(selector) || !isBag(labels) || selector.matchExpressions !== undefined) return false;
    return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

function namespaceOf({ properties }: PlacedResource): unknown {
    return at(properties, "metadata", "namespace") ?? "default";
}

/** The value at the end of some keys; undefined where one of them is missing. */
function at(value: unknown, ...keys: string[]): unknown {
    return keys.reduce<unknown>((inner, key) => (isBag(inner) ? inner[key] : undefined), value);
}
