import { type Check } from "../../shared/check";

/** Variable that carries resource attributes. @see https://opentelemetry.io/docs/specs/otel/resource/sdk/ */
export const RESOURCE_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";

/** Node's SDK drops all attributes when one value is longer. Dynatrace truncates metric dimensions to this length. */
const LONGEST_VALUE = 255;

/** Variables with facts about the pod, in the order in which they are rendered. */
const DOWNWARD = [
    { variable: "OTEL_K8S_NAMESPACE", attribute: "k8s.namespace.name", fieldPath: "metadata.namespace" },
    { variable: "OTEL_K8S_NODE_NAME", attribute: "k8s.node.name", fieldPath: "spec.nodeName" },
    { variable: "OTEL_K8S_POD_NAME", attribute: "k8s.pod.name", fieldPath: "metadata.name" },
    { variable: "OTEL_K8S_POD_UID", attribute: "k8s.pod.uid", fieldPath: "metadata.uid" },
];

/** Whether a variable holds a fact about the pod. */
export function isDownwardVariable(name: string): boolean {
    return DOWNWARD.some(({ variable }) => variable === name);
}

/** Variables that Kubernetes fills with facts about the pod. */
export function downwardVariables(): { name: string; valueFrom: { fieldRef: { fieldPath: string } } }[] {
    return DOWNWARD.map(({ variable, fieldPath }) => ({ name: variable, valueFrom: { fieldRef: { fieldPath } } }));
}

/** Attributes that refer to those variables. Names of objects need no encoding. */
export function downwardAttributes(): string {
    return DOWNWARD.map(({ variable, attribute }) => `${attribute}=$(${variable})`).join(",");
}

/**
 * Attributes in the form of `OTEL_RESOURCE_ATTRIBUTES`, in the order of their keys, without empty values. A space is `%20`, because SDKs
 * do not decode `+`. `$` is encoded, so that Kubernetes does not expand a value.
 *
 * @throws InputError for a key or a value that an SDK would not decode to the same text.
 */
export function encodeAttributes(check: Check, attributes: Record<string, string>): string {
    return Object.keys(attributes)
        .sort()
        .filter((key) => attributes[key] !== undefined && attributes[key] !== "")
        .map((key) => encodeAttribute(check, key, attributes[key] ?? ""))
        .join(",");
}

/** All attributes, each key once: the first text with a key wins. */
export function mergeAttributes(...texts: string[]): string {
    const seen = new Set<string>();
    const kept = texts.flatMap(pairsOf).filter((pair) => {
        const key = pair.split("=", 1)[0]?.trim() ?? "";
        return !seen.has(key) && seen.add(key);
    });
    return kept.join(",");
}

function pairsOf(text: string): string[] {
    return text.split(",").filter((pair) => pair.trim() !== "");
}

function encodeAttribute(check: Check, key: string, value: string): string {
    const field = `resourceAttributes["${key}"]`;
    if (typeof value !== "string") {
        throw check.at(field).error(`is a ${typeof value}, not a string; write it in quotes, "${String(value)}"`);
    }
    // Python's SDK does not decode keys.
    if (!/^[A-Za-z0-9_][A-Za-z0-9_./-]{0,99}$/.test(key)) {
        throw check.at(field).error("is not a key that every SDK reads; use letters, digits, ., _, - and /");
    }
    if (value.length > LONGEST_VALUE) {
        throw check
            .at(field)
            .error(
                `has ${value.length} characters; Node's SDK drops all attributes when one has more than ${LONGEST_VALUE}`,
            );
    }
    try {
        return `${key}=${encodeURIComponent(value)}`;
    } catch {
        throw check.at(field).error("holds half of a surrogate pair; give complete characters");
    }
}
