import { createHash } from "node:crypto";
import { isIP } from "node:net";

import { type Check } from "./check";

/** Longest component name. It leaves room for suffixes in names of 63 characters. */
const LONGEST = 48;

/**
 * A component's name, used unchanged for Kubernetes objects, so that `kubectl get` shows the name in the program.
 *
 * @throws InputError if the name is invalid for a Service (RFC 1035 label, at most 48 characters).
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export function kubernetesName(check: Check, name: string): string {
    if (!isKubernetesName(name)) {
        throw check
            .at("name")
            .error(
                `"${name}" cannot name a Kubernetes Service; use lowercase letters, digits and "-", ` +
                    `start with a letter, at most ${LONGEST} characters`,
            );
    }
    return name;
}

/** Whether the name is valid for a Service, with room for a suffix. */
export function isKubernetesName(name: string): boolean {
    return typeof name === "string" && name.length <= LONGEST && /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name);
}

/** @throws InputError unless the name is an RFC 1123 label. */
export function kubernetesNamespace(check: Check, namespace: string): string {
    if (namespace.length > 63 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(namespace)) {
        throw check.error(
            `"${namespace}" is not a namespace; use lower case letters, digits and "-", at most 63 characters`,
        );
    }
    return namespace;
}

/** Name of a Secret, ConfigMap or similar object (RFC 1123 subdomain). @throws InputError for a missing or invalid name. */
export function objectName(check: Check, name: string | undefined): string {
    const way = 'use lower case letters, digits, "-" and ".", as kubectl get shows it';
    if (typeof name !== "string") {
        throw check.error(`is missing; give the name of a Kubernetes object: ${way}`);
    }
    const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    if (name.length <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(name)) return name;
    throw check.error(`"${name}" is not the name of a Kubernetes object; ${way}`);
}

/** Key in a Secret or ConfigMap. @throws InputError for a missing or invalid key. */
export function dataKey(check: Check, key: string | undefined): string {
    const way = 'use letters, digits, "-", "_" and "."';
    if (typeof key !== "string") throw check.error(`is missing; give the name of a key: ${way}`);
    if (key.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(key) && !/^\.\.?$/.test(key)) return key;
    throw check.error(`"${key}" is not a key; ${way}`);
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

/** Name of a namespace (RFC 1123 label). @throws InputError for a missing or invalid name. */
export function namespaceName(check: Check, name: string | undefined): string {
    const way = 'use lower case letters, digits and "-", at most 63 characters, as kubectl get namespaces shows it';
    if (typeof name !== "string") throw check.error(`is missing; ${way}`);
    if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
    throw check.error(`"${name}" is not the name of a namespace; ${way}`);
}

/**
 * Names of the namespaces that a policy allows, unique and sorted.
 *
 * @returns an empty list, which means every namespace, only if the argument is not set.
 * @throws InputError for an empty list: it would otherwise allow every namespace.
 */
export function namespaceNames(check: Check, names: string[] | undefined): string[] {
    if (names === undefined) return [];
    if (check.list(names, '["shop"]').length === 0) {
        throw check.error("is empty; name at least one namespace, or remove it to allow every namespace");
    }
    return [...new Set(names.map((name, index) => namespaceName(check.at(index), name)))].sort();
}

/** Key of a label or annotation, with an optional domain before the `/`. @throws InputError for an invalid key. */
export function labelKey(check: Check, key: string): string {
    const name = "[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?";
    if (new RegExp(`^([a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?/)?${name}$`).test(key)) return key;
    const way = "write it as kubectl shows it, e.g. app.kubernetes.io/part-of";
    throw check.error(`"${key}" is not the key of a label or annotation; ${way}`);
}

/**
 * Labels of objects, or node labels that pods require.
 *
 * @throws InputError for an invalid key or value.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function labelSet(check: Check, labels: Record<string, string>): Record<string, string> {
    for (const [key, value] of Object.entries(labels)) {
        labelKey(check, key);
        if (typeof value === "string" && /^([A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/.test(value)) continue;
        const way = 'use at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends';
        throw check.at(`["${key}"]`).error(`"${value}" is not the value of a label; ${way}`);
    }
    return labels;
}

/** Labels that Services and NetworkPolicies of this package select pods by. */
const SELECTED_BY = /^app\.kubernetes\.io\/(name|instance)$/;

/**
 * Labels that a user adds to objects.
 *
 * @param taken keys that the package sets itself.
 * @throws InputError for a key that the package sets, and for a key or a value that Kubernetes rejects.
 */
export function extraLabels(
    check: Check,
    labels: Record<string, string>,
    taken: RegExp = SELECTED_BY,
): Record<string, string> {
    const found = Object.keys(labels).find((key) => taken.test(key));
    if (found !== undefined) throw check.error(`"${found}" selects the pods; use another label`);
    return labelSet(check, labels);
}

/** Address range, e.g. `203.0.113.0/24`. @throws InputError for an invalid range. */
export function addressRange(check: Check, range: string): string {
    const [, address = "", bits = ""] = /^([^/]*)\/(\d{1,3})$/.exec(range) ?? [];
    const version = isIP(address);
    if (version !== 0 && Number(bits) <= (version === 4 ? 32 : 128)) return range;
    const way = "write an address and its bits, e.g. 203.0.113.0/24, or /32 for one address";
    throw check.error(`"${range}" is not a range of addresses; ${way}`);
}

/** When a node pulls an image. @see https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy */
export const PullPolicy = { Always: "Always", IfNotPresent: "IfNotPresent", Never: "Never" } as const;

const IMAGE_HOST =
    "([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*|\\[[0-9A-Fa-f:]+\\])";
const IMAGE_PART = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
const IMAGE_REPOSITORY = new RegExp(`^(${IMAGE_HOST}(:\\d+)?/)?${IMAGE_PART}(/${IMAGE_PART})*$`);

/**
 * An image without its tag, e.g. `registry.example.com/team/image`.
 *
 * @throws InputError if no registry can serve it.
 * @see https://github.com/distribution/reference/blob/main/regexp.go
 */
export function imageRepository(check: Check, repository: string): string {
    if (typeof repository === "string" && IMAGE_REPOSITORY.test(repository)) return repository;
    const way = "write e.g. registry.example.com/team/image, without scheme and without the tag, which version sets";
    throw check.error(`"${String(repository)}" is not the name of an image; ${way}`);
}
