import { isIP } from "node:net";

import { InputError } from "../input-error";

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

/** Name of a Secret, ConfigMap or the like (RFC 1123 subdomain). @throws InputError if nothing can have it. */
export function objectName(component: string, field: string, name: string): string {
    if (name.length <= 253 && /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(name)) return name;
    const way = 'use lower case letters, digits, "-" and ".", as kubectl get shows it';
    throw new InputError(component, field, `"${name}" is not the name of a Kubernetes object; ${way}`);
}

/** Key in a Secret or ConfigMap. @throws InputError if none can have it. */
export function dataKey(component: string, field: string, key: string): string {
    if (key.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(key) && !/^\.\.?$/.test(key)) return key;
    throw new InputError(component, field, `"${key}" is not a key; use letters, digits, "-", "_" and "."`);
}

/** Key of a label or annotation, with its domain before the `/`. @throws InputError if none can have it. */
export function labelKey(component: string, field: string, key: string): string {
    const name = "[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?";
    if (new RegExp(`^([a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?/)?${name}$`).test(key)) return key;
    const way = "write it as kubectl shows it, e.g. app.kubernetes.io/part-of";
    throw new InputError(component, field, `"${key}" is not the key of a label or annotation; ${way}`);
}

/** Host name, with `*.` before it where a route takes that. @throws InputError for a URL, a port or an address. */
export function hostName(component: string, field: string, host: string): string {
    const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    if (host.length <= 253 && isIP(host) === 0 && new RegExp(`^(\\*\\.)?${label}(\\.${label})*$`).test(host))
        return host;
    const way = "write it in lower case, without scheme, port and path, e.g. otlp.example.com";
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
