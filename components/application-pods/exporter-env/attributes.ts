import { type Check } from "../../shared/check";
import { checkNoToken } from "../../shared/secrets";

/** Variable that carries resource attributes. @see https://opentelemetry.io/docs/specs/otel/resource/sdk/ */
export const RESOURCE_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";

/** Node's SDK drops all attributes when one value is longer; Dynatrace cuts metric dimensions there. */
const LONGEST_VALUE = 255;

/** Variables by which a container learns of its pod, in the order in which they are written. */
const DOWNWARD = [
    { variable: "OTEL_K8S_NAMESPACE", attribute: "k8s.namespace.name", fieldPath: "metadata.namespace" },
    { variable: "OTEL_K8S_NODE_NAME", attribute: "k8s.node.name", fieldPath: "spec.nodeName" },
    { variable: "OTEL_K8S_POD_NAME", attribute: "k8s.pod.name", fieldPath: "metadata.name" },
    { variable: "OTEL_K8S_POD_UID", attribute: "k8s.pod.uid", fieldPath: "metadata.uid" },
];

/** Whether a variable is one of those. */
export function isDownwardVariable(name: string): boolean {
    return DOWNWARD.some(({ variable }) => variable === name);
}

/** The variables that hold what Kubernetes knows of a pod. */
export function downwardVariables(): { name: string; valueFrom: { fieldRef: { fieldPath: string } } }[] {
    return DOWNWARD.map(({ variable, fieldPath }) => ({ name: variable, valueFrom: { fieldRef: { fieldPath } } }));
}

/** Attributes that refer to those variables. Kubernetes fills them in: names of objects need no encoding. */
export function downwardAttributes(): string {
    return DOWNWARD.map(({ variable, attribute }) => `${attribute}=$(${variable})`).join(",");
}

/**
 * Attributes in the form of `OTEL_RESOURCE_ATTRIBUTES`, in the order of their keys; empty values are left out.
 * A blank is `%20` and never `+`, which SDKs do not decode; `$` is encoded, so that Kubernetes expands nothing in a value.
 *
 * @throws InputError for a key or a value that an SDK would not read back as it was written.
 */
export function encodeAttributes(check: Check, attributes: Record<string, string>): string {
    return Object.keys(attributes)
        .sort()
        .filter((key) => attributes[key] !== undefined && attributes[key] !== "")
        .map((key) => encodeAttribute(check, key, attributes[key] ?? ""))
        .join(",");
}

/** All attributes, each key once: the first text that has it wins. */
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
        throw check.at(field).error(`is not text; write it in quotes, "${String(value)}"`);
    }
    checkNoToken(check.at(field), [key, value]);
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
        throw check.at(field).error("holds half of a surrogate pair; give whole characters");
    }
}
