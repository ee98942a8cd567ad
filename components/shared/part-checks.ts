import { isIP } from "node:net";

import { InputError } from "./check";

/** @throws InputError unless it is a whole number from `least` to `most`. */
export function wholeNumber(component: string, field: string, value: number, least = 1, most = 2 ** 31 - 1): number {
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    const range = most === 2 ** 31 - 1 ? `from ${least} on` : `from ${least} to ${most}`;
    throw new InputError(component, field, `${value} is not a whole number ${range}; give one, or leave it out`);
}

/** @throws InputError unless it is one of the enum's values. */
export function oneOf<T extends string>(component: string, field: string, value: string, known: Record<string, T>): T {
    const found = Object.values(known).find((it) => it === value);
    if (found !== undefined) return found;
    const names = Object.values(known);
    const choice = `${names.slice(0, -1).join(", ")} or ${names[names.length - 1] ?? ""}`;
    throw new InputError(component, field, `"${value}" is not known; use ${choice}`);
}

/** @param example the list as a program writes it. @throws InputError unless it is a list. */
export function listOf<T>(component: string, field: string, items: T[] | undefined, example: string): T[] {
    if (Array.isArray(items)) return items;
    const problem = items === undefined ? "is missing" : "is no list";
    throw new InputError(component, field, `${problem}; give one, e.g. ${example}`);
}

/** @throws InputError unless it is a text, as for a number without quotes. */
export function textOf(component: string, field: string, value: unknown): string {
    if (typeof value === "string") return value;
    throw new InputError(component, field, `is a ${typeof value}, not a text; write it in quotes`);
}

/** Name of a namespace (RFC 1123 label). @throws InputError if it is missing, or none can have it. */
export function namespaceName(component: string, field: string, name: string | undefined): string {
    const way = 'use lower case letters, digits and "-", at most 63 characters, as kubectl get namespaces shows it';
    if (typeof name !== "string") throw new InputError(component, field, `is missing; ${way}`);
    if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
    throw new InputError(component, field, `"${name}" is not the name of a namespace; ${way}`);
}

/** Key of a label or annotation, with its domain before the `/`. @throws InputError if none can have it. */
export function labelKey(component: string, field: string, key: string): string {
    const name = "[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?";
    if (new RegExp(`^([a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?/)?${name}$`).test(key)) return key;
    const way = "write it as kubectl shows it, e.g. app.kubernetes.io/part-of";
    throw new InputError(component, field, `"${key}" is not the key of a label or annotation; ${way}`);
}

/**
 * Labels of objects, or those that nodes are selected by.
 *
 * @throws InputError for a key or a value that none can have.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function labelSet(component: string, field: string, labels: Record<string, string>): Record<string, string> {
    for (const [key, value] of Object.entries(labels)) {
        labelKey(component, field, key);
        if (typeof value === "string" && /^([A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/.test(value)) continue;
        const way = 'give a text of at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends';
        throw new InputError(component, `${field}["${key}"]`, `"${value}" is not the value of a label; ${way}`);
    }
    return labels;
}

/** Host name, with `*.` before it where a route takes that. @throws InputError for a URL, a port or an address. */
export function hostName(component: string, field: string, host: string | undefined): string {
    const way = "write it in lower case, without scheme, port and path, e.g. otlp.example.com";
    if (typeof host !== "string") throw new InputError(component, field, `is missing; ${way}`);
    const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    if (host.length <= 253 && isIP(host) === 0 && new RegExp(`^(\\*\\.)?${label}(\\.${label})*$`).test(host))
        return host;
    throw new InputError(component, field, `"${host}" is not a host name; ${way}`);
}

/** Range of addresses, as `203.0.113.0/24`. @throws InputError for what is none. */
export function addressRange(component: string, field: string, range: string): string {
    const [, address = "", bits = ""] = /^([^/]*)\/(\d{1,3})$/.exec(range) ?? [];
    const version = isIP(address);
    if (version !== 0 && Number(bits) <= (version === 4 ? 32 : 128)) return range;
    const way = "write an address and its bits, e.g. 203.0.113.0/24, or /32 for one address";
    throw new InputError(component, field, `"${range}" is not a range of addresses; ${way}`);
}
