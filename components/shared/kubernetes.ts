import { createHash } from "node:crypto";

import { InputError } from "./check";

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

/** Name of a Secret, ConfigMap or the like (RFC 1123 subdomain). @throws InputError if it is missing, or nothing can have it. */
export function objectName(component: string, field: string, name: string | undefined): string {
    const way = 'use lower case letters, digits, "-" and ".", as kubectl get shows it';
    if (typeof name !== "string") {
        throw new InputError(component, field, `is missing; give the name of a Kubernetes object: ${way}`);
    }
    const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    if (name.length <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(name)) return name;
    throw new InputError(component, field, `"${name}" is not the name of a Kubernetes object; ${way}`);
}

/** Key in a Secret or ConfigMap. @throws InputError if it is missing, or none can have it. */
export function dataKey(component: string, field: string, key: string | undefined): string {
    const way = 'use letters, digits, "-", "_" and "."';
    if (typeof key !== "string") throw new InputError(component, field, `is missing; give the name of a key: ${way}`);
    if (key.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(key) && !/^\.\.?$/.test(key)) return key;
    throw new InputError(component, field, `"${key}" is not a key; ${way}`);
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
