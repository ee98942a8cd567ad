import { EngineGoneError, engineLives } from "../engine";
import type { Run } from "../run";
import { messageOf } from "../thrown";
import type { TokenApi } from "./kind";
import type { SeenToken } from "./state";
import { parseTokenName } from "./names";

/*
 * A process that dies after Dynatrace created a token and before the state records it leaves an orphaned token. Nobody saw its secret.
 * A token is deleted as orphaned only if its name proves that no state can hold it:
 * - `-unrecorded`, with the ownership mark and the key of this resource, never used, and not in the state; or
 * - `-until-` and a time that is over: this stack replaced the token and the engine asked to delete it.
 */

/** Which tokens are looked at: of a resource, or of a whole stack. */
export interface Owned {
    mark: string;
    key?: string;
}

/** Whether it is proved that no state holds a token. */
export function isOrphan({ id, name, lastUsedDate }: SeenToken, { mark, key }: Owned, run: Run): boolean {
    const parts = parseTokenName(name);
    if (parts?.mark !== mark || (key !== undefined && parts.key !== key)) return false;
    if (run.tokens.known.has(id) || run.tokens.created.has(id) || run.tokens.deleted.has(id)) return false;
    if (parts.until !== undefined) return parts.until <= run.clock.now();
    return parts.unrecorded === true && lastUsedDate === undefined;
}

/** The tokens that may be of this resource or stack. Fast: it is done for each token of a stack, and the list has all of them. */
export function ofOwner(listed: SeenToken[], { mark, key }: Owned): SeenToken[] {
    const part = key === undefined ? `-${mark}-` : `-${mark}-${key}-`;
    return listed.filter(({ name }) => name.includes(part));
}

/** Deletes orphaned tokens; an orphaned token that cannot be deleted now is found again by the next run. */
export async function deleteOrphans(
    api: Pick<TokenApi, "delete">,
    listed: SeenToken[],
    owned: Owned,
    run: Run,
): Promise<void> {
    for (const token of ofOwner(listed, owned).filter((each) => isOrphan(each, owned, run))) {
        // A provider that outlived its engine: the token may belong to the next run.
        if (!(await engineLives())) throw new EngineGoneError();
        try {
            const deleted = await api.delete(token.id);
            run.tokens.deleted.add(token.id);
            if (deleted) run.say(`deleted token ${token.id} (${token.name}), which no state records`);
        } catch (error) {
            run.say(`could not delete the orphaned token ${token.id} (${token.name}): ${messageOf(error)}`);
        }
    }
}

/** All tokens of a kind in one place. Orphaned tokens are of earlier runs, so one listing is enough for a run. */
export function listedOnce(api: Pick<TokenApi, "listId" | "list">, run: Run): Promise<SeenToken[]> {
    const known = run.listings.get(api.listId);
    if (known) return known;
    const listing = api.list();
    run.listings.set(api.listId, listing);
    listing.catch(() => run.listings.delete(api.listId));
    return listing;
}
