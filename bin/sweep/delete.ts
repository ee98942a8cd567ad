import type { DynatraceClient } from "../../providers/dynatrace/client";
import { messageOf } from "../../providers/thrown";
import { StoppedError } from "../command";
import type { Stray } from "./strays";

/** What became of a stray. */
export const Outcome = {
    Deleted: "deleted",
    /** Somebody else was faster. */
    Gone: "gone already",
    Failed: "failed",
    /** The program was stopped before it. */
    NotTried: "not tried",
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** A stray and what became of it. */
export interface Swept extends Stray {
    outcome: Outcome;
    /** Why it failed. */
    error?: string;
}

/** How many there are of each outcome. */
export type Tally = Record<Outcome, number>;

/** Deletes tokens; one that fails does not stop the others. @param progress is told how many are dealt with, one by one. */
export async function deleteAll(
    client: DynatraceClient,
    strays: Stray[],
    progress: (done: number) => void,
): Promise<Swept[]> {
    let done = 0;
    return Promise.all(
        strays.map(async (stray) => {
            const swept = { ...stray, ...(await deleteOne(client, stray.id)) };
            progress(++done);
            return swept;
        }),
    );
}

async function deleteOne(client: DynatraceClient, id: string): Promise<Pick<Swept, "outcome" | "error">> {
    try {
        return { outcome: (await client.deleteToken(id)) ? Outcome.Deleted : Outcome.Gone };
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

/** `deleted 2 of 3 strays; 1 failed`. */
export function tallyText(tally: Tally): string {
    const total = Object.values(tally).reduce((sum, count) => sum + count, 0);
    const rest = Object.entries(tally).filter(([outcome, count]) => outcome !== Outcome.Deleted && count > 0);
    const more = rest.map(([outcome, count]) => `; ${count} ${outcome}`).join("");
    return `deleted ${tally.deleted} of ${total} strays${more}`;
}
