import type { ListedToken } from "../../providers/dynatrace/client";
import { parseTokenName } from "../../providers/names";
import { dayOf, shown } from "../table";

/** Why a token counts as a stray. */
export const StrayReason = {
    NeverUsed: "never used",
    OverlapOver: "replaced, overlap over",
    Used: "used, in no state given",
} as const;
export type StrayReason = (typeof StrayReason)[keyof typeof StrayReason];

/** Which tokens are strays. */
export interface SweepRules {
    /** What the name starts with. */
    prefix: string;
    /** Milliseconds since 1970: one made later may not be recorded yet. */
    madeBefore: number;
    /** Ids that are never strays. */
    keep: ReadonlySet<string>;
    /** Whether one that was used is a stray as well. */
    includeUsed: boolean;
    /** Milliseconds since 1970. */
    now: number;
}

/** A token that no state names and that nobody is to miss. */
export interface Stray {
    id: string;
    name: string;
    /** ISO 8601. */
    createdAt: string;
    /** ISO 8601; absent for never. */
    lastUsedAt?: string;
    reason: StrayReason;
}

/** The strays among the tokens of an environment, oldest first. What is not known of a token speaks for keeping it. */
export function findStrays(tokens: ListedToken[], rules: SweepRules): Stray[] {
    return tokens
        .flatMap((token) => strayOf(token, rules) ?? [])
        .sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
}

function strayOf(
    { id, name, creationDate, lastUsedDate }: ListedToken,
    { prefix, madeBefore, keep, includeUsed, now }: SweepRules,
): Stray | undefined {
    const parts = parseTokenName(name);
    if (!parts || !name.startsWith(prefix) || keep.has(id)) return undefined;
    if (creationDate === undefined || !(Date.parse(creationDate) < madeBefore)) return undefined;
    // It was handed out, and whoever has it may use it until then.
    if (parts.until !== undefined && parts.until > now) return undefined;
    const used = lastUsedDate !== undefined;
    if (used && parts.until === undefined && !includeUsed) return undefined;
    const usedReason = parts.until === undefined ? StrayReason.Used : StrayReason.OverlapOver;
    return {
        id,
        name: shown(name),
        createdAt: creationDate,
        ...(used ? { lastUsedAt: lastUsedDate } : {}),
        reason: used ? usedReason : StrayReason.NeverUsed,
    };
}

/**
 * Throws for a list from which a token in service cannot be told: an API that leaves out when tokens were used would make all of
 * them look unused. The token that signs the call, at least, was used.
 */
export function assertUseIsKnown(tokens: ListedToken[]): void {
    if (tokens.length === 0 || tokens.some(({ lastUsedDate }) => lastUsedDate !== undefined)) return;
    throw new Error(
        "Dynatrace tells of no token that it was ever used, not even of the one that signs this call, so strays cannot be told " +
            "from tokens in service; run again in an hour. Nothing was deleted",
    );
}

/** A stray as a row of a table. */
export function rowOf({ id, name, createdAt, lastUsedAt, reason }: Stray): string[] {
    return [id, name, dayOf(createdAt), dayOf(lastUsedAt), reason];
}
