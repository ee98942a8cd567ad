import type { ListedToken } from "../../providers/dynatrace/client";
import { parseTokenName } from "../../providers/tokens/names";
import { dayOf, shown } from "../table";

/** Why a token counts as orphaned. */
export const OrphanReason = {
    NeverUsed: "never used",
    OverlapOver: "replaced, overlap over",
    Used: "used, in no state given",
} as const;
export type OrphanReason = (typeof OrphanReason)[keyof typeof OrphanReason];

/** Which tokens are orphaned. */
export interface SweepRules {
    /** What the name starts with. */
    prefix: string;
    /** Ownership mark in the name. @default any */
    mark?: string | undefined;
    /** Milliseconds since 1970: one made later may not be recorded yet. */
    createdBefore: number;
    /** Ids of tokens that are never orphaned. */
    keep: ReadonlySet<string>;
    /** Whether a token that was used can be orphaned too. */
    includeUsed: boolean;
    /** Milliseconds since 1970. */
    now: number;
}

/** A token that no state names and that nobody is to miss. */
export interface Orphan {
    id: string;
    name: string;
    /** ISO 8601. */
    createdAt: string;
    /** ISO 8601; absent for never. */
    lastUsedAt?: string;
    reason: OrphanReason;
}

/** The orphaned tokens of an environment, oldest first. A token of which something is not known is kept. */
export function findOrphans(tokens: ListedToken[], rules: SweepRules): Orphan[] {
    return tokens
        .flatMap((token) => orphanOf(token, rules) ?? [])
        .sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
}

function orphanOf(
    { id, name, creationDate, lastUsedDate }: ListedToken,
    { prefix, mark, createdBefore, keep, includeUsed, now }: SweepRules,
): Orphan | undefined {
    const parts = parseTokenName(name);
    if (!parts || !name.startsWith(prefix) || keep.has(id)) return undefined;
    if (mark !== undefined && parts.mark !== mark) return undefined;
    if (creationDate === undefined || !(Date.parse(creationDate) < createdBefore)) return undefined;
    // It was replaced, and anyone who still has it may use it until then.
    if (parts.until !== undefined && parts.until > now) return undefined;
    const used = lastUsedDate !== undefined;
    if (used && parts.until === undefined && !includeUsed) return undefined;
    const usedReason = parts.until === undefined ? OrphanReason.Used : OrphanReason.OverlapOver;
    return {
        id,
        name: shown(name),
        createdAt: creationDate,
        ...(used ? { lastUsedAt: lastUsedDate } : {}),
        reason: used ? usedReason : OrphanReason.NeverUsed,
    };
}

/**
 * Throws for a list that does not say which tokens are in use: if the API leaves out when tokens were used, all of them look unused.
 * At least the token that signs the call was used.
 */
export function assertUseIsKnown(tokens: ListedToken[]): void {
    if (tokens.length === 0 || tokens.some(({ lastUsedDate }) => lastUsedDate !== undefined)) return;
    throw new Error(
        "Dynatrace reports for no token when it was used last, not even for the one that signs this call, so orphaned tokens cannot be " +
            "told from tokens in use; run again in an hour. Nothing was deleted",
    );
}

/** An orphaned token as a row of a table. */
export function rowOf({ id, name, createdAt, lastUsedAt, reason }: Orphan): string[] {
    return [id, name, dayOf(createdAt), dayOf(lastUsedAt), reason];
}
