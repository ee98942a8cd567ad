import { messageOf } from "../../providers/thrown";
import { StoppedError } from "../command";
import type { Shelf } from "../api";
import type { Orphan } from "./orphans";

/** An orphaned token, and the API that deletes it. */
export interface Found {
    orphan: Orphan;
    from: Pick<Shelf["api"], "delete">;
}

/** What happened to an orphaned token. */
export const Outcome = {
    Deleted: "deleted",
    /** Somebody else deleted it first. */
    Gone: "gone already",
    Failed: "failed",
    /** The program was stopped before it. */
    NotTried: "not tried",
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** An orphaned token and what happened to it. */
export interface Swept extends Orphan {
    outcome: Outcome;
    /** Why it failed. */
    error?: string;
}

/** How many there are of each outcome. */
export type Tally = Record<Outcome, number>;

/** Deletes tokens; one that fails does not stop the others. @param progress is called after each token with the number of tokens that are done. */
export async function deleteAll(orphans: Found[], progress: (done: number) => void): Promise<Swept[]> {
    let done = 0;
    return Promise.all(
        orphans.map(async ({ orphan, from }) => {
            const swept = { ...orphan, ...(await deleteOne(from, orphan.id)) };
            progress(++done);
            return swept;
        }),
    );
}

async function deleteOne(from: Found["from"], id: string): Promise<Pick<Swept, "outcome" | "error">> {
    try {
        return { outcome: (await from.delete(id)) ? Outcome.Deleted : Outcome.Gone };
    } catch (error) {
        if (error instanceof StoppedError) return { outcome: Outcome.NotTried };
        return { outcome: Outcome.Failed, error: messageOf(error) };
    }
}

export function tallyOf(swept: Swept[]): Tally {
    const tally: Tally = { deleted: 0, "gone already": 0, failed: 0, "not tried": 0 };
    for (const { outcome } of swept) tally[outcome]++;
    return tally;
}

/** `deleted 2 of 3 orphaned tokens; 1 failed`. */
export function tallyText(tally: Tally): string {
    const total = Object.values(tally).reduce((sum, count) => sum + count, 0);
    const rest = Object.entries(tally).filter(([outcome, count]) => outcome !== Outcome.Deleted && count > 0);
    const more = rest.map(([outcome, count]) => `; ${count} ${outcome}`).join("");
    return `deleted ${tally.deleted} of ${total} orphaned tokens${more}`;
}
