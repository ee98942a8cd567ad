import { overlapHasPassed } from "../api-token/handover";
import type { AccountClient } from "../dynatrace/account-client";
import { isExpired } from "../expiry";
import { DAY } from "../lifetime";
import type { Handover, Predecessor, Run } from "../run";
import type { PlatformTokenInputs, PlatformTokenOutputs } from "./state";

/*
 * How a replaced platform token goes: once its successor has been delivered, its expiry is moved to the end of the overlap, so
 * that it ends in time without a further call. An expired token stays in Dynatrace's list, and may count among the ten that a
 * user can have; so the first `up` after that deletes it, and `destroy` too.
 */

/** Lets a replaced token go, now that its successor has been delivered. Never lengthens its life. */
export async function retire(
    { tokenId }: PlatformTokenOutputs,
    { overlapDays }: Handover,
    run: Run,
    client: AccountClient,
): Promise<void> {
    if (overlapDays === undefined) return;
    if (overlapDays === 0) {
        await client.deleteToken(tokenId);
        return;
    }
    const until = run.clock.now() + overlapDays * DAY;
    const found = await client.getToken(tokenId);
    if (!found || Date.parse(found.expirationDate ?? "") <= until) return;
    await client.setExpiry(tokenId, new Date(until).toISOString());
}

/** Deletes listed tokens that are expired. @returns those that are not, and serve on. */
export async function settle(
    outputs: PlatformTokenOutputs,
    wanted: PlatformTokenInputs,
    run: Run,
    client: AccountClient,
): Promise<Predecessor[]> {
    const now = run.clock.now();
    const { retiring = [] } = outputs;
    if (!overlapHasPassed(outputs, wanted, now)) return retiring;
    const listed = await client.listTokens();
    const left: Predecessor[] = [];
    for (const predecessor of retiring) {
        const found = listed.find(({ id }) => id === predecessor.tokenId);
        if (!found) continue;
        if (isExpired(found.expirationDate, now)) await client.deleteToken(found.id);
        else left.push(predecessor);
    }
    return left;
}
