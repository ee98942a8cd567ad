import { isExpired } from "../providers/expiry";
import type { SeenToken } from "../providers/tokens/state";
import { parseTokenName, slotOf } from "../providers/tokens/names";
import { dayOf, daysUntil, shown, timeLeft } from "./table";

const DAY = 24 * 60 * 60 * 1000;

/** A token and how long it lasts. */
export interface Lifetime {
    id: string;
    name: string;
    /** Negative once it has expired; absent for one that never does. */
    daysLeft?: number;
    /** ISO 8601; absent for never. */
    expiresAt?: string;
    /** ISO 8601; absent for never. */
    lastUsedAt?: string;
}

/** What is said about the tokens looked at. */
export interface ExpiryReport {
    /** How many enabled tokens were looked at. */
    checked: number;
    /** Those that expire soon or have expired, the first to expire first. */
    expiring: Lifetime[];
    /** Those that never expire. */
    withoutExpiry: Lifetime[];
    /** Those whose successor is in use: they are meant to expire. */
    replaced: Lifetime[];
}

/** Sorts enabled tokens by how long they last. @param prefixes what the name starts with; none means any name. */
export function expiryReport(
    tokens: SeenToken[],
    { prefixes, days, now }: { prefixes: string[]; days: number; now: number },
): ExpiryReport {
    const matching = tokens.filter(
        ({ name, enabled }) =>
            enabled !== false && (prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix))),
    );
    const soon = matching.filter(({ expirationDate }) => isExpired(expirationDate, now + days * DAY));
    const successors = successorsBySlot(matching, now);
    const isReplaced = (token: SeenToken) => hasSuccessor(token, successors);
    return {
        checked: matching.length,
        expiring: soon
            .filter((token) => !isReplaced(token))
            .map((token) => lifetimeOf(token, now))
            .sort((one, other) => (one.daysLeft ?? 0) - (other.daysLeft ?? 0)),
        withoutExpiry: matching
            .filter((token) => token.expirationDate === undefined && !isReplaced(token))
            .map((token) => lifetimeOf(token, now)),
        replaced: soon.filter(isReplaced).map((token) => lifetimeOf(token, now)),
    };
}

/** The newest token in use of each token resource, as its place in time. */
function successorsBySlot(tokens: SeenToken[], now: number): Map<string, number> {
    const newest = new Map<string, number>();
    for (const token of tokens) {
        const { name, lastUsedDate, expirationDate } = token;
        const parts = parseTokenName(name);
        const made = orderOf(token);
        if (parts === undefined || Number.isNaN(made)) continue;
        const slot = slotOf(parts);
        // A token that nobody has used may never have been delivered.
        if (lastUsedDate === undefined || isExpired(expirationDate, now)) continue;
        newest.set(slot, Math.max(made, newest.get(slot) ?? made));
    }
    return newest;
}

/** When a token was created; for a platform token, of which Dynatrace reports no such time, when it expires. */
function orderOf({ creationDate, expirationDate }: SeenToken): number {
    return Date.parse(creationDate ?? expirationDate ?? "");
}

function hasSuccessor(token: SeenToken, successors: Map<string, number>): boolean {
    const parts = parseTokenName(token.name);
    if (!parts) return false;
    // It is renamed only after its successor was delivered.
    if (parts.until !== undefined) return true;
    return (successors.get(slotOf(parts)) ?? -Infinity) > orderOf(token);
}

function lifetimeOf({ id, name, expirationDate, lastUsedDate }: SeenToken, now: number): Lifetime {
    return {
        id,
        name: shown(name),
        ...(expirationDate === undefined
            ? {}
            : { daysLeft: daysUntil(expirationDate, now), expiresAt: expirationDate }),
        ...(lastUsedDate === undefined ? {} : { lastUsedAt: lastUsedDate }),
    };
}

/** A token as a row of a table. */
export function rowOf({ id, name, daysLeft, lastUsedAt }: Lifetime): string[] {
    const left =
        daysLeft === undefined
            ? "never expires"
            : daysLeft < 0
              ? "expired"
              : daysLeft < 2
                ? timeLeft(daysLeft)
                : daysLeft.toFixed(1);
    return [id, name, left, dayOf(lastUsedAt)];
}
