import type { SeenToken } from "../../providers/tokens/state";
import { parseTokenName } from "../../providers/tokens/names";
import { counted, dayOf, shown } from "../table";

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
    /** Id of the token that signs the calls. */
    ownId?: string | undefined;
    /** Whether a token without a creation time is kept. @default true */
    keepUnknownAge?: boolean;
    /** Whether no token in the list has a time of its last use: then a token without one may be in use. @default false */
    useIsUnknown?: boolean;
    /** Milliseconds since 1970. */
    now: number;
}

/** A token that no state names and that nobody is to miss. */
export interface Orphan {
    id: string;
    name: string;
    /** ISO 8601; absent where Dynatrace does not report it. */
    createdAt?: string;
    /** ISO 8601; absent for never. */
    lastUsedAt?: string;
    reason: OrphanReason;
}

/** Why a token of the stack is kept. */
export const KeptReason = {
    Recorded: "in a given state",
    SignsCalls: "signs the calls",
    Young: "younger than --older-than or than a given state",
    AgeUnknown: "of unknown age, which needs --keep-none",
    UseUnknown: "of a kind for which Dynatrace reports no use, which needs --include-used",
    Overlap: "replaced, overlap not over",
    Used: "used, which needs --include-used",
    OtherName: "with a name that this package did not make",
} as const;
export type KeptReason = (typeof KeptReason)[keyof typeof KeptReason];

/** A token of the stack that is not orphaned, as far as is known. */
export interface Kept {
    id: string;
    name: string;
    reason: KeptReason;
}

/** The tokens with the prefix or the mark. */
export interface Sorted {
    /** Oldest first. */
    orphans: Orphan[];
    kept: Kept[];
}

/** The orphaned tokens in a list, oldest first. A token of which something is not known is kept. */
export function findOrphans(tokens: SeenToken[], rules: SweepRules): Orphan[] {
    return sortTokens(tokens, rules).orphans;
}

/** Sorts the tokens with the prefix or the mark into those that are orphaned and those that are kept. */
export function sortTokens(tokens: SeenToken[], rules: SweepRules): Sorted {
    const orphans: Orphan[] = [];
    const kept: Kept[] = [];
    for (const token of tokens.filter((each) => isMeant(each, rules))) {
        const { id, name, creationDate, lastUsedDate } = token;
        const verdict = verdictOf(token, rules);
        if ("kept" in verdict) kept.push({ id, name: shown(name), reason: verdict.kept });
        else
            orphans.push({
                ...{ id, name: shown(name), reason: verdict.orphaned },
                ...(creationDate === undefined ? {} : { createdAt: creationDate }),
                ...(lastUsedDate === undefined ? {} : { lastUsedAt: lastUsedDate }),
            });
    }
    orphans.sort((one, other) => (Date.parse(one.createdAt ?? "") || 0) - (Date.parse(other.createdAt ?? "") || 0));
    return { orphans, kept };
}

function isMeant({ name }: SeenToken, { prefix, mark }: SweepRules): boolean {
    return name.startsWith(prefix) && (mark === undefined || parseTokenName(name)?.mark === mark);
}

function verdictOf(
    { id, name, creationDate, lastUsedDate }: SeenToken,
    { ownId, createdBefore, keep, includeUsed, keepUnknownAge = true, useIsUnknown, now }: SweepRules,
): { orphaned: OrphanReason } | { kept: KeptReason } {
    const parts = parseTokenName(name);
    if (id === ownId) return { kept: KeptReason.SignsCalls };
    if (!parts) return { kept: KeptReason.OtherName };
    if (keep.has(id)) return { kept: KeptReason.Recorded };
    const created = Date.parse(creationDate ?? "");
    if (Number.isNaN(created)) {
        if (keepUnknownAge || creationDate !== undefined) return { kept: KeptReason.AgeUnknown };
    } else if (!(created < createdBefore)) return { kept: KeptReason.Young };
    // It was replaced, and anyone who still has it may use it until then.
    if (parts.until !== undefined && parts.until > now) return { kept: KeptReason.Overlap };
    const used = lastUsedDate !== undefined;
    if (parts.until === undefined && !includeUsed) {
        if (used) return { kept: KeptReason.Used };
        if (useIsUnknown) return { kept: KeptReason.UseUnknown };
    }
    const usedReason = parts.until === undefined ? OrphanReason.Used : OrphanReason.OverlapOver;
    return { orphaned: used ? usedReason : OrphanReason.NeverUsed };
}

/** `kept 3 tokens: 2 in a given state, 1 used, …`; empty for none. */
export function keptText(kept: Kept[]): string {
    if (kept.length === 0) return "";
    const reasons = Object.values(KeptReason)
        .map((reason) => ({ reason, count: kept.filter((each) => each.reason === reason).length }))
        .filter(({ count }) => count > 0);
    return `kept ${counted(kept.length, "token")}: ${reasons.map(({ reason, count }) => `${count} ${reason}`).join("; ")}\n`;
}

/**
 * Throws for a list that does not say which tokens are in use: if the API leaves out when tokens were used, all of them look unused.
 * At least the token that signs the call was used.
 */
export function assertUseIsKnown(tokens: SeenToken[]): void {
    if (tokens.length === 0 || tokens.some(({ lastUsedDate }) => lastUsedDate !== undefined)) return;
    throw new Error(
        "Dynatrace reports for no token when it was used last, not even for the one that signs this call, so orphaned tokens cannot be " +
            "told from tokens in use; run again in an hour. Nothing was deleted",
    );
}

/** An orphaned token as a row of a table. */
export function rowOf({ id, name, createdAt, lastUsedAt, reason }: Orphan): string[] {
    return [id, name, createdAt === undefined ? "not known" : dayOf(createdAt), dayOf(lastUsedAt), reason];
}
