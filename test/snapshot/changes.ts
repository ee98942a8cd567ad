import type { Change } from "./diff";

/** Changes of what is rendered that are meant. One that matches nothing fails the test. */
export interface Intended {
    /** What is different for a user, as a sentence. */
    what: string;
    why: string;
    /** Patterns of parts of a change, all of which have to match, or a function. */
    matches: ((change: Change) => boolean) | { program?: RegExp; kind?: RegExp; name?: RegExp; path?: RegExp };
}

export const INTENDED: Intended[] = [];

/**
 * Names of values in matrix-arguments.ts that are others now: `{ "ownConfig: filter": "extraConfig: filter" }`.
 * The snapshot knows what a combination asks for by the names of its time.
 */
export const RENAMED: Record<string, string> = {};

export function isMatch({ matches }: Intended, change: Change): boolean {
    if (typeof matches === "function") return matches(change);
    return (["program", "kind", "name", "path"] as const).every((part) => matches[part]?.test(change[part]) ?? true);
}
