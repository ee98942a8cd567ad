import { publicTokenId } from "../dynatrace/redact";
import { EngineGoneError, engineLives } from "../engine";
import { parseTokenName } from "../names";
import type { Listed, Run } from "../run";
import type { CheckedInputs } from "./state";

/*
 * A process that dies after Dynatrace created a token and before the state names it leaves an orphaned token. Nobody saw its secret,
 * so it was never used, and its name holds an ownership mark that only this state knows.
 */

/** One kind of tokens in one place. */
export interface Listing {
    /** Identifies the list. */
    readonly apiUrl: string;
    listTokens(): Promise<Listed[]>;
    deleteToken(id: string): Promise<boolean>;
}

/**
 * Deletes tokens that an earlier run created and could not record. Makes no call for a new mark, and lists the tokens once a run.
 * If a token is recorded but it is not known which, as with `--replace`, no token is touched.
 */
export async function deleteStrays(
    client: Listing,
    wanted: Pick<CheckedInputs, "mark" | "adoptToken">,
    run: Run,
): Promise<void> {
    const { mark, adoptToken = "" } = wanted;
    if (run.newMarks.has(mark)) return;
    if (!run.recorded.has(mark) && run.recordedInputs.has(mark)) return;
    await deleteUnused(client, mark, run, publicTokenId(adoptToken));
}

/**
 * Deletes the tokens of a mark that were never used, except those that the state is known to hold, whatever their mark: a token may
 * have another mark since the listing.
 *
 * @param spared id of one more token to keep.
 */
export async function deleteUnused(client: Listing, mark: string, run: Run, spared?: string): Promise<void> {
    const recorded = [...run.recorded.values()].flatMap(({ tokenId, retiring }) => [
        tokenId,
        ...retiring.map((predecessor) => predecessor.tokenId),
    ]);
    const known = new Set([...recorded, spared]);
    for (const { id, name, lastUsedDate } of await listedOnce(client, run)) {
        if (parseTokenName(name)?.mark !== mark || known.has(id) || lastUsedDate !== undefined) continue;
        // This process outlived its engine: a token with the mark may belong to the next run.
        if (!(await engineLives())) throw new EngineGoneError();
        if (await client.deleteToken(id))
            run.say(`deleted token ${id} (${name}), which an earlier run made and could not record`);
    }
}

/** Orphaned tokens are of earlier runs, so one listing is enough for this run. */
function listedOnce(client: Listing, run: Run): Promise<Listed[]> {
    const known = run.listings.get(client.apiUrl);
    if (known) return known;
    const listing = client.listTokens();
    run.listings.set(client.apiUrl, listing);
    listing.catch(() => run.listings.delete(client.apiUrl));
    return listing;
}
