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

/** A bag of properties as the engine hands it over: plain data, secrets in clear, absent or null for undefined. */
export type Properties = Record<string, unknown>;

/** Without the keys that hold undefined or null, which the engine's wire format cannot carry. */
export function present<T extends object>(bag: T): T {
    return Object.fromEntries(
        Object.entries(bag).filter(([, value]) => value !== undefined && value !== null),
    ) as unknown as T;
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
