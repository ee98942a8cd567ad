/**
 * The properties of a resource as plain data. The object that a policy receives throws when a value is read that a preview does not
 * know yet; here such a value is the engine's placeholder, see {@link isKnown}.
 */
export function plainBag(properties: object): Bag {
    const found = plain(properties);
    return isBag(found) ? found : {};
}

function plain(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    // Descriptors, because reading the property itself is what throws.
    const own = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(([, { enumerable }]) => enumerable);
    if (Array.isArray(value)) return own.map(([, descriptor]) => plain(descriptor.value));
    return Object.fromEntries(own.map(([key, descriptor]) => [key, plain(descriptor.value)]));
}

/** The engine's placeholders for values that a preview does not know yet, one for each kind of value. */
const UNKNOWN: readonly unknown[] = [
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // list
    "030794c1-ac77-496b-92df-f27374a8bd58", // asset
    "e48ece36-62e2-4504-bad9-02848725956a", // archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
];

/** Whether a value is set, and known in this preview. */
export function isKnown(value: unknown): boolean {
    return value !== undefined && value !== null && !UNKNOWN.includes(value);
}

/** An object with properties. */
export type Bag = Record<string, unknown>;

/** Whether a value is an object with properties; a list is not. */
export function isBag(value: unknown): value is Bag {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The way to a value: keys and positions in lists, from the outside in. */
export type Path = readonly (string | number)[];

/** Calls `visit` for a value and for each value in it, with its path, from the outside in. */
export function walk(value: unknown, visit: (value: unknown, path: Path) => void, path: Path = []): void {
    visit(value, path);
    if (Array.isArray(value)) value.forEach((item, index) => walk(item, visit, [...path, index]));
    else if (isBag(value)) Object.entries(value).forEach(([key, item]) => walk(item, visit, [...path, key]));
}

/** A path as a person writes it: `spec.containers[0].env`, `data["config.yaml"]`. */
export function pathText(path: Path): string {
    return path
        .map((step, index) => {
            if (typeof step === "number") return `[${step}]`;
            if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `[${JSON.stringify(step)}]`;
            return index === 0 ? step : `.${step}`;
        })
        .join("");
}
