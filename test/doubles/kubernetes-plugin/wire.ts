// Test double of the official Pulumi Kubernetes plugin (see README.md): how property values travel between engine and plugin.

/** A JSON value as the engine sends it: secrets are wrapped, unknown values are well-known strings. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Bag = { [key: string]: Value };

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What stands for a value that is not known yet, one a type; the first is the one we send. */
const UNKNOWN = new Set([
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isBag(value: Value | undefined): value is Bag {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function without(bag: Bag, ...keys: string[]): Bag {
    return Object.fromEntries(Object.entries(bag).filter(([key]) => !keys.includes(key)));
}

export function isUnknown(value: Value | undefined): boolean {
    return typeof value === "string" && UNKNOWN.has(value);
}

export function isSecret(value: Value | undefined): boolean {
    return isBag(value) && value[SIGNATURE] === SECRET;
}

export function makeSecret(value: Value): Value {
    return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

export function containsUnknown(value: Value | undefined): boolean {
    return isUnknown(value) || children(value).some(containsUnknown);
}

export function containsSecret(value: Value | undefined): boolean {
    return isSecret(value) || children(value).some(containsSecret);
}

/** A deep copy without secret wrappers and without nulls in objects. */
export function reveal(value: Value): Value {
    if (Array.isArray(value)) return value.map(reveal);
    if (!isBag(value)) return value;
    if (isSecret(value)) return reveal(value["value"] ?? null);
    return Object.fromEntries(
        Object.entries(value)
            .filter(([, item]) => item !== null && item !== undefined)
            .map(([key, item]) => [key, reveal(item)]),
    );
}

export function revealBag(bag: Bag): Bag {
    return reveal(bag) as Bag;
}

/**
 * Marks in `outs` (plain) as secret what is secret in `ins`. Objects are walked, so that one secret does not hide its neighbours; an array with one
 * secret in it becomes secret as a whole. `data` and `stringData` of a Secret always are.
 */
export function markSecrets(outs: Bag, ins: Bag): Bag {
    const marked = { ...outs };
    if (marked["kind"] === "Secret") {
        for (const key of ["data", "stringData"]) {
            if (marked[key] !== undefined) marked[key] = makeSecret(marked[key]);
        }
        return marked;
    }
    for (const [key, input] of Object.entries(ins)) {
        const out = marked[key];
        if (out === undefined) continue;
        if (isBag(out) && isBag(input) && !isSecret(input)) marked[key] = markSecrets(out, input);
        else if (containsSecret(input)) marked[key] = makeSecret(out);
    }
    return marked;
}

function children(value: Value | undefined): Value[] {
    if (Array.isArray(value)) return value;
    return isBag(value) ? Object.values(value) : [];
}
