/** What Pulumi writes for a value that a preview does not know yet, also where a list or a number is expected. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything in it, is not known yet. */
export function isUnknown(value: unknown): boolean {
    if (Array.isArray(value)) return value.some(isUnknown);
    return value === UNKNOWN;
}

/** The value, undefined if it is not known yet. */
export function known<T>(value: T): T | undefined {
    return isUnknown(value) ? undefined : value;
}

/** Properties as the engine passes them: plain data, secrets as plain text, absent or null for undefined. */
export type Properties = Record<string, unknown>;

/**
 * Properties that a step of this package recorded or checked before, as the type that it had then. The one place where data of the
 * engine gets a type that nothing verifies: a reader checks for itself what an old state may lack.
 */
export function recordedAs<T extends object>(properties: object): T;
export function recordedAs(properties: object): object {
    return properties;
}

/** Without the keys that hold undefined or null, which the engine's wire format cannot carry. */
export function present<T extends object>(bag: T): T {
    const kept = { ...bag };
    for (const key in kept) if (kept[key] === undefined || kept[key] === null) delete kept[key];
    return kept;
}

/** Whether two values of plain data are the same, lists in the same order. */
export function isSame(one: unknown, other: unknown): boolean {
    return JSON.stringify(one) === JSON.stringify(other);
}

/** A problem with one input, worded to follow `field: `. */
export interface InputProblem {
    field: string;
    problem: string;
}
