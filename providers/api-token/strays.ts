import { publicTokenId } from "../dynatrace/redact";
import { EngineGoneError, engineLives } from "../engine";
import { parseTokenName } from "../names";
import type { Listed, Run } from "../run";
import type { CheckedInputs } from "./state";

/*
 * A process that dies after Dynatrace made a token and before the state names it leaves a stray. Its secret was never seen by
 * anybody, so it was never used, and its name carries a mark that only this state holds.
 */

/** One kind of tokens in one place. */
export interface Listing {
    /** Tells it from other lists. */
    readonly apiUrl: string;
    listTokens(): Promise<Listed[]>;
    deleteToken(id: string): Promise<boolean>;
}

/**
 * Deletes tokens that an earlier run made and could not record. Without a call where the mark is new, and with one listing a run.
 * Where a token is recorded but which one is not known, as with `--replace`, none is touched.
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
 * Deletes the tokens of a mark that were never used, but for those that the state is known to hold, whatever their mark: one may
 * have been given another mark since the listing.
 *
 * @param spared id of a further one that is no stray.
 */
export async function deleteUnused(client: Listing, mark: string, run: Run, spared?: string): Promise<void> {
    const recorded = [...run.recorded.values()].flatMap(({ tokenId, retiring }) => [
        tokenId,
        ...retiring.map((predecessor) => predecessor.tokenId),
    ]);
    const known = new Set([...recorded, spared]);
    for (const { id, name, lastUsedDate } of await listedOnce(client, run)) {
        if (parseTokenName(name)?.mark !== mark || known.has(id) || lastUsedDate !== undefined) continue;
        // Left behind by an engine that was killed: what bears the mark may be the next run's, not a stray.
        if (!(await engineLives())) throw new EngineGoneError();
        if (await client.deleteToken(id))
            run.say(`deleted token ${id} (${name}), which an earlier run made and could not record`);
    }
}

/** Strays are of earlier runs, so one listing serves the whole of this one. */
function listedOnce(client: Listing, run: Run): Promise<Listed[]> {
    const known = run.listings.get(client.apiUrl);
    if (known) return known;
    const listing = client.listTokens();
    run.listings.set(client.apiUrl, listing);
    listing.catch(() => run.listings.delete(client.apiUrl));
    return listing;
}
