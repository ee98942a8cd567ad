import { parse } from "yaml";

import type { Captured } from "../support/capture";

/** What one program renders: objects, configurations and results by a stable name, e.g. `Deployment gateway`. */
export type Entries = Record<string, unknown>;
type Plain = Record<string, unknown>;

/** Key of a Collector configuration, which is compared apart from the object that holds it. */
export const CONFIGURATION = "Configuration";
/** Field of a ConfigMap's entry with the hash that its name ends with. */
export const HASH = "hash of the content";
const HASHED = /^(.+-)([0-9a-f]{8})$/;

/** Keys sorted at every depth; what JSON cannot say is left out. */
export function sorted(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(sorted);
    if (!isPlain(value)) return value;
    const known = Object.keys(value).filter((key) => value[key] !== undefined);
    return Object.fromEntries(known.sort().map((key) => [key, sorted(value[key])]));
}

export function isPlain(value: unknown): value is Plain {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Entries of Kubernetes objects, by kind and name. `replaced` is text that has no meaning, such as a made-up namespace. */
export function entriesOfObjects(objects: object[], replaced?: string): Entries {
    const all = objects.map((object) => {
        const { kind, metadata } = object as { kind: string; metadata: { name: string } };
        return { key: `${kind} ${metadata.name}`, name: metadata.name, object: object as Plain };
    });
    return entriesOf(all, replaced);
}

/** Entries of the resources of a program, by type and name in the URN. Arguments of components are left out. */
export function entriesOfResources(resources: (Captured & { custom: boolean })[]): Entries {
    const all = resources.map(({ type, name, inputs, custom }) => ({
        key: `${type} ${name}`,
        name,
        // The text of a dynamic provider has tests of its own.
        object: custom ? { ...inputs, __provider: undefined } : { component: true },
    }));
    return entriesOf(all);
}

function entriesOf(all: { key: string; name: string; object: Plain }[], replaced?: string): Entries {
    const hashed = all.flatMap(({ object }) => hashedName(object) ?? []);
    const stable = (text: string): string => {
        const masked = hashed.reduce((so, { name, without }) => so.replaceAll(name, without), text);
        return replaced === undefined ? masked : masked.replaceAll(replaced, "{namespace}");
    };
    const entries: Entries = {};
    for (const { key, name, object } of all) {
        const hash = hashedName(object)?.hash;
        const { rest, configurations } = split({ ...object, ...(hash === undefined ? {} : { [HASH]: hash }) });
        for (const [file, value] of Object.entries({ ...configurations, "": rest })) {
            const entry = file === "" ? stable(key) : stable(`${CONFIGURATION} ${name} ${file}`);
            if (entry in entries) throw new Error(`two of the name ${entry}`);
            entries[entry] = JSON.parse(stable(JSON.stringify(sorted(value))));
        }
    }
    return entries;
}

/** A ConfigMap's name that ends with a hash of its content. */
function hashedName(object: Plain): { name: string; without: string; hash: string } | undefined {
    const { kind, metadata } = object;
    if (kind !== "ConfigMap" || !isPlain(metadata) || typeof metadata["name"] !== "string") return undefined;
    const [name, stem, hash] = HASHED.exec(metadata["name"]) ?? [];
    return name === undefined || hash === undefined ? undefined : { name, without: `${stem}{hash}`, hash };
}

/** Takes configurations out of the object that holds them: YAML of a ConfigMap, and what the OpenTelemetry Operator takes. */
function split(object: Plain): { rest: Plain; configurations: Plain } {
    const { kind, data, spec } = object;
    if (kind === "ConfigMap" && isPlain(data)) {
        const files = Object.entries(data).filter(([file]) => /\.ya?ml$/.test(file));
        const configurations = Object.fromEntries(files.map(([file, text]) => [file, parse(String(text)) as unknown]));
        const others = Object.entries(data).filter(([file]) => !(file in configurations));
        return { rest: { ...object, data: Object.fromEntries(others) }, configurations };
    }
    if (kind === "OpenTelemetryCollector" && isPlain(spec)) {
        const { config, ...rest } = spec;
        return { rest: { ...object, spec: rest }, configurations: { "spec.config": config } };
    }
    return { rest: object, configurations: {} };
}
