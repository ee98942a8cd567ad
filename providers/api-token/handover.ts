import type { DynatraceClient } from "../dynatrace/client";
import { isExpired } from "../expiry";
import { actualTokenName, parseTokenName } from "../names";
import type { Handover, Predecessor, Run } from "../run";
import {
    DEFAULT_OVERLAP_DAYS,
    TokenRetirement,
    type AppliedState,
    type CheckedInputs,
    type TokenOutputs,
} from "./state";

/*
 * How a replaced token goes. Pulumi makes the new token, then updates all that depends on it, then has the old one deleted: that
 * call is the sign that the new one has been delivered. It does not delete, but writes the end of the overlap into the old token's
 * name; the new one's record lists it, so that a later `up` deletes it, and `destroy` too.
 */

/** What is asked for of a token's successor; the same in all kinds of tokens. */
type Rules = Pick<CheckedInputs, "retire" | "overlapDays">;

/** What of a record tells how its token is to go; the same in all kinds of tokens. */
type Record = Pick<TokenOutputs, "tokenId" | "actualName" | "expiresAt" | "retiring"> & {
    applied: Pick<AppliedState, "mark" | "apiUrl" | keyof Rules>;
};

const DAY = 24 * 60 * 60 * 1000;

/** Notes what the state holds, for the steps that see only new inputs, or only the old token. */
export function rememberRecorded(run: Run, outputs: Record): void {
    const { applied, retiring = [] } = outputs;
    run.recorded.set(applied.mark, { ...asPredecessor(outputs), retiring });
    for (const predecessor of retiring) run.handovers.set(predecessor.tokenId, handoverOf(predecessor, applied));
}

/**
 * Tokens that the one being made replaces, and which its record has to list.
 *
 * @returns none for the first token of a mark.
 */
export function predecessorsOf(run: Run, wanted: Rules & { mark: string }): Predecessor[] {
    const replaced = run.recorded.get(wanted.mark);
    if (!replaced) return [];
    const { retiring, ...predecessor } = replaced;
    const handover = handoverOf(predecessor, wanted);
    run.handovers.set(predecessor.tokenId, handover);
    // Without an overlap it goes in the same run; until it has gone, the state knows it as one that is to be deleted.
    return handover.overlapDays === 0 ? retiring : [...retiring, predecessor];
}

/** Whether a record lists tokens that an update may now delete or forget. */
export function overlapHasPassed(
    outputs: Pick<TokenOutputs, "retiring" | "createdAt">,
    wanted: Rules,
    now: number,
): boolean {
    const { retiring = [], createdAt } = outputs;
    return retiring.some((predecessor) => {
        if (isLeftToExpire(predecessor, wanted)) return isExpired(predecessor.expiresAt, now);
        return now >= Date.parse(createdAt) + overlapOf(wanted) * DAY;
    });
}

/**
 * Deletes listed tokens whose overlap has passed.
 *
 * @returns those that serve on: their successor has not been delivered yet, or not for long enough.
 */
export async function settle(
    retiring: Predecessor[],
    wanted: CheckedInputs,
    run: Run,
    clientFor: (apiUrl: string) => DynatraceClient,
): Promise<Predecessor[]> {
    const now = run.clock.now();
    const serving: Predecessor[] = [];
    for (const predecessor of retiring) {
        const over = isLeftToExpire(predecessor, wanted)
            ? isExpired(predecessor.expiresAt, now)
            : await isOver(predecessor, now, clientFor);
        if (!over) serving.push(predecessor);
    }
    return serving;
}

/** Those that Dynatrace still has: one may have been deleted by hand. Changes nothing. */
export async function thoseLeft(
    retiring: Predecessor[],
    clientFor: (apiUrl: string) => DynatraceClient,
): Promise<Predecessor[]> {
    const left: Predecessor[] = [];
    for (const predecessor of retiring) {
        if (await clientFor(predecessor.apiUrl).getToken(predecessor.tokenId)) left.push(predecessor);
    }
    return left;
}

/** Deletes one if its overlap has passed; true if it is gone. */
async function isOver(
    { tokenId, apiUrl }: Predecessor,
    now: number,
    clientFor: (apiUrl: string) => DynatraceClient,
): Promise<boolean> {
    const client = clientFor(apiUrl);
    const found = await client.getToken(tokenId);
    if (!found) return true;
    const until = parseTokenName(found.name ?? "")?.until;
    if (until === undefined || until > now) return false;
    await client.deleteToken(tokenId);
    return true;
}

/** Lets a replaced token go, now that its successor has been delivered. */
export async function retire(
    outputs: TokenOutputs,
    { overlapDays }: Handover,
    run: Run,
    client: DynatraceClient,
): Promise<void> {
    if (overlapDays === undefined) return;
    const { tokenId, applied } = outputs;
    if (overlapDays === 0) {
        await client.deleteToken(tokenId);
        return;
    }
    const { tokenName: prefix, mark, nonce, scopes, enabled } = applied;
    const until = run.clock.now() + overlapDays * DAY;
    // What is gone already is fine.
    await client.updateToken(tokenId, { name: actualTokenName({ prefix, mark, nonce, until }), scopes, enabled });
}

/** One without expiry is deleted whatever was asked for: it would live for ever. */
export function isLeftToExpire({ expiresAt }: Pick<Predecessor, "expiresAt">, wanted: Rules): boolean {
    return wanted.retire === TokenRetirement.Expire && expiresAt !== undefined;
}

export function overlapOf({ overlapDays = DEFAULT_OVERLAP_DAYS }: Rules): number {
    return overlapDays;
}

function handoverOf(predecessor: Predecessor, wanted: Rules): Handover {
    return isLeftToExpire(predecessor, wanted) ? {} : { overlapDays: overlapOf(wanted) };
}

function asPredecessor({ tokenId, actualName, expiresAt, applied }: Record): Predecessor {
    const { apiUrl } = applied;
    return { tokenId, actualName, apiUrl, ...(expiresAt === undefined ? {} : { expiresAt }) };
}
