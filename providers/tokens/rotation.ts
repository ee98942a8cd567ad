import { isExpired } from "../expiry";
import { DAY } from "../lifetime";
import { present } from "../properties";
import type { Run } from "../run";
import type { Kind, TokenApi } from "./kind";
import type { SeenToken } from "./state";
import { parseTokenName, slotOf } from "./names";
import { isOrphan, ofOwner } from "./orphans";
import {
    DEFAULT_OVERLAP_DAYS,
    isElsewhere,
    TokenRetirement,
    type Retiring,
    type TokenInputs,
    type TokenOutputs,
    type Rules,
} from "./state";

/*
 * How a token is replaced. Pulumi creates the new token, updates everything that depends on it, and then asks to delete the old token:
 * this request says that the new token has been delivered. The old token is then not deleted but released: its name, or its expiry,
 * gets the end of the overlap. The record of the new token lists the old one, so that a later `up` deletes it, and `destroy` too.
 *
 * A listed token is deleted only if it was released. The engine never asks for that with `retainOnDelete`, or if the state entry was
 * moved or deleted: the token then belongs to somebody else, and is dropped from the list once its time is over.
 */

/** Notes what the state records, for the steps that see only new inputs, or only the old token. @param slot of the new inputs. */
export function rememberRecorded({ tokens }: Run, outputs: TokenOutputs, slot: string): void {
    const { tokenId, expiresAt, retiring = [], applied } = outputs;
    const { retained } = applied;
    tokens.recorded.set(slot, present({ tokenId, expiresAt, address: applied, retained, retiring }));
    for (const id of [tokenId, ...retiring.map((entry) => entry.tokenId)]) tokens.known.add(id);
    for (const entry of retiring) tokens.releases.set(entry.tokenId, applied);
}

/**
 * The tokens that a new token replaces, as its record lists them.
 *
 * @param listed the tokens in Dynatrace; undefined for a new ownership mark.
 */
export function predecessorsOf(run: Run, wanted: TokenInputs, ownId: string, listed: SeenToken[] = []): Retiring[] {
    const { recorded, releases } = run.tokens;
    const now = run.clock.now();
    const replaced = recorded.get(slotOf(wanted));
    if (!replaced) return suspectsAmong(run, wanted, ownId, listed);
    const { tokenId, expiresAt, address, retained: suspected, retiring } = replaced;
    if (isElsewhere(address, wanted)) {
        // The credentials of the new place can neither read nor delete them later: they go with the old token, when the engine deletes it.
        for (const entry of retiring) releases.delete(entry.tokenId);
        return [];
    }
    releases.set(tokenId, wanted);
    const until = endOf({ expiresAt }, wanted, now);
    // Without an overlap the token goes in the same run; until then the state knows it as a token that is to be deleted.
    if (until <= now) return retiring.filter((entry) => entry.tokenId !== ownId);
    const entry = present({ tokenId, until: isoOf(until), expiresAt, suspected });
    return [...retiring, entry].filter((each) => each.tokenId !== ownId);
}

/** `--replace` and a taint show no old token, so any token of the same resource may be the one that is replaced. */
function suspectsAmong(run: Run, wanted: TokenInputs, ownId: string, listed: SeenToken[]): Retiring[] {
    const now = run.clock.now();
    return ofOwner(listed, wanted).flatMap((token) => {
        const parts = parseTokenName(token.name);
        if (!parts || slotOf(parts) !== slotOf(wanted) || token.id === ownId) return [];
        if (run.tokens.created.has(token.id) || isOrphan(token, wanted, run)) return [];
        const until = parts.until ?? endOf({ expiresAt: token.expirationDate }, wanted, now);
        if (until <= now) return [];
        const suspected = parts.until === undefined ? true : undefined;
        return present({ tokenId: token.id, until: isoOf(until), expiresAt: token.expirationDate, suspected });
    });
}

/** Whether the overlap of a listed token is over, by the record alone: the one test for diff and update. */
export function isOver({ until }: Retiring, now: number): boolean {
    return isExpired(until, now);
}

/** Deletes listed tokens whose overlap is over. @returns those that keep working. */
export async function settle<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    outputs: TokenOutputs<Inputs>,
    wanted: Inputs,
    run: Run,
    api: TokenApi<Inputs>,
): Promise<Retiring[]> {
    const now = run.clock.now();
    const left: Retiring[] = [];
    for (const entry of outputs.retiring ?? []) {
        const kept = isOver(entry, now) ? await settleOne(kind, entry, outputs, wanted, run, api) : entry;
        if (kept) left.push(kept);
    }
    return left;
}

async function settleOne<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    entry: Retiring,
    outputs: TokenOutputs<Inputs>,
    wanted: Inputs,
    run: Run,
    api: TokenApi<Inputs>,
): Promise<Retiring | undefined> {
    const now = run.clock.now();
    const ended = isExpired(entry.expiresAt, now) && entry.until === entry.expiresAt;
    if (ended && !kind.keepsExpired) return undefined;
    const because = await api.keptBecause?.(outputs);
    if (because !== undefined) {
        run.say(`${kind.noun} ${entry.tokenId} is kept beyond its overlap: ${because}`);
        return entry;
    }
    const found = await api.get(entry.tokenId);
    if (!found) return undefined;
    const until = api.releasedUntil(found, entry);
    if (until === undefined) {
        if (entry.awaited || entry.suspected) return undefined;
        // An earlier `up` may have failed before everything had the new token. The engine then asks to delete the old token in this run.
        return { ...entry, until: isoOf(now + Math.max(overlapOf(wanted) * DAY, DAY)), awaited: true };
    }
    if (until > now) return { ...entry, until: isoOf(until) };
    await api.delete(entry.tokenId);
    run.tokens.deleted.add(entry.tokenId);
    run.say(`deleted ${kind.noun} ${entry.tokenId}: ${outputs.tokenId} replaced it, and the overlap is over`);
    return undefined;
}

/** When a token that is replaced now stops working, milliseconds since 1970. A token without expiry cannot be left to expire. */
export function endOf({ expiresAt }: { expiresAt?: string }, rules: Rules, now: number): number {
    const expiry = Date.parse(expiresAt ?? "");
    if (rules.retire === TokenRetirement.Expire && !Number.isNaN(expiry)) return expiry;
    return now + overlapOf(rules) * DAY;
}

function overlapOf({ overlapDays = DEFAULT_OVERLAP_DAYS }: Rules): number {
    return overlapDays;
}

function isoOf(at: number): string {
    return new Date(at).toISOString();
}
