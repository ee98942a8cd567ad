import { createHash } from "node:crypto";

import { InputError } from "./input-error";

/** Longest name that leaves room for what is appended to it in names of 63 characters. */
const LONGEST = 48;

/**
 * A component's name, used as it is for Kubernetes objects, so that what is in the program is what `kubectl get` shows.
 *
 * @throws InputError if a Service could not have this name (RFC 1035 label, at most 48 characters).
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export function kubernetesName(component: string, name: string): string {
    if (name.length > LONGEST || !/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
        throw new InputError(
            component,
            "name",
            `"${name}" cannot name a Kubernetes Service; use lower case letters, digits and "-", ` +
                `start with a letter, at most ${LONGEST} characters`,
        );
    }
    return name;
}

/** @throws InputError if it is not an RFC 1123 label. */
export function kubernetesNamespace(component: string, namespace: string): string {
    if (namespace.length > 63 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(namespace)) {
        throw new InputError(
            component,
            "namespace",
            `"${namespace}" is not a namespace; use lower case letters, digits and "-", at most 63 characters`,
        );
    }
    return namespace;
}

/** Eight hexadecimal characters that change when the text changes. */
export function shortHash(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** Labels of every object. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export function commonLabels(instance: string, role: string): Record<string, string> {
    return {
        "app.kubernetes.io/name": role,
        "app.kubernetes.io/instance": instance,
        "app.kubernetes.io/managed-by": "pulumi",
    };
}
