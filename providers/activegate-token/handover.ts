import { isLeftToExpire, overlapHasPassed } from "../api-token/handover";
import type { ActiveGateClient } from "../dynatrace/activegate-client";
import { isExpired } from "../expiry";
import type { Handover, Predecessor, Run } from "../run";
import type { ActiveGateTokenInputs, ActiveGateTokenOutputs } from "./state";

/*
 * How a replaced ActiveGate token goes. The API changes nothing in one, so nothing in Dynatrace can tell until when it is to serve:
 * it is left to expire, or deleted as soon as its successor has been delivered, or by a later `up`, once the overlap has passed
 * and an ActiveGate has used the successor.
 */

/** Deletes a replaced token whose successor has been delivered, where no overlap is wanted. */
export async function retire(
    { tokenId }: ActiveGateTokenOutputs,
    { overlapDays }: Handover,
    client: ActiveGateClient,
): Promise<void> {
    if (overlapDays === 0) await client.deleteToken(tokenId);
}

/** Deletes listed tokens whose overlap has passed, and forgets those that are expired. @returns those that serve on. */
export async function settle(
    outputs: ActiveGateTokenOutputs,
    wanted: ActiveGateTokenInputs,
    run: Run,
    client: ActiveGateClient,
): Promise<Predecessor[]> {
    const now = run.clock.now();
    const serving = (outputs.retiring ?? []).filter(({ expiresAt }) => !isExpired(expiresAt, now));
    const over = serving.filter((predecessor) => !isLeftToExpire(predecessor, wanted));
    if (over.length === 0 || !overlapHasPassed(outputs, wanted, now)) return serving;
    const successor = await client.getToken(outputs.tokenId);
    if (successor?.lastUsedDate === undefined) {
        const ids = over.map(({ tokenId }) => tokenId).join(", ");
        run.say(`ActiveGate token ${ids} is kept beyond its overlap: no ActiveGate has used ${outputs.tokenId} yet`);
        return serving;
    }
    for (const { tokenId } of over) await client.deleteToken(tokenId);
    return serving.filter((predecessor) => !over.includes(predecessor));
}
