import type { AccountClient } from "../../dynatrace/account-client";
import { createToken } from "../../dynatrace/create-token";
import { expiryRequest } from "../../expiry";
import { expiryTime, isOtherLife } from "../../lifetime";
import type { Run } from "../../run";
import { accountClientFor } from "../../run-account";
import type { NewToken, TokenApi } from "../kind";
import type { SeenToken, TokenInputs } from "../state";
import type { Address, Applied, Retiring, TokenOutputs } from "../state";

/** The checked inputs of a platform token. */
export interface PlatformTokenInputs extends TokenInputs {
    scopes: string[];
    userUuid: string;
    /** Ids; empty for the whole account. */
    environments: string[];
    tags: string[];
    enabled: boolean;
    allowUnknownScopes?: boolean;
    accountUuid: string;
    accountApiUrl: string;
    ssoUrl: string;
}

/** Milliseconds by which Dynatrace may round an expiry; a smaller difference is no change. */
const ROUNDING = 60_000;

/** The calls for platform tokens. @param address as recorded. */
export function platformTokenApi(address: Address, run: Run): TokenApi<PlatformTokenInputs> {
    const { accountUuid = "", accountApiUrl = "", ssoUrl = "" } = address;
    const client = accountClientFor({ accountUuid, accountApiUrl, ssoUrl }, run);
    return {
        listId: client.apiUrl,
        page: client.page,
        probe: () => client.probe(),
        // Signing on says whether the OAuth client works.
        assertAble: () => Promise.resolve(),
        create: (wanted, nameFor, now) => create(client, wanted, nameFor, now, run),
        finish: (outputs, wanted) => finish(client, outputs, wanted),
        change: (outputs, wanted) => change(client, outputs, wanted, run.clock.now()),
        get: (id) => client.getToken(id),
        list: (onPage) => client.listTokens({}, onPage),
        delete: (id) => client.deleteToken(id),
        seen,
        release: async ({ tokenId, expiresAt }, until) => {
            if (sameTime(expiresAt, until)) return;
            const found = await client.getToken(tokenId);
            // Never lengthens the life of a token.
            if (!found || Date.parse(found.expirationDate ?? "") <= until) return;
            await client.setExpiry(tokenId, new Date(until).toISOString());
        },
        releasedUntil,
    };
}

async function create(
    client: AccountClient,
    wanted: PlatformTokenInputs,
    nameFor: (nonce: string) => string,
    now: number,
    run: Run,
): Promise<NewToken> {
    const { scopes: scope, tags, userUuid } = wanted;
    const expirationDate = expiryOf(wanted, now);
    const request = { scope, resource: resourceOf(wanted), tags, expirationDate, userUuid };
    const made = await createToken(client, nameFor, request, run.clock);
    return { ...made, expiresAt: expirationDate };
}

async function finish(
    client: AccountClient,
    outputs: TokenOutputs<PlatformTokenInputs>,
    { enabled }: PlatformTokenInputs,
): Promise<void> {
    if (enabled) return;
    outputs.applied.enabled = true;
    await client.setEnabled(outputs.tokenId, false);
    outputs.applied.enabled = false;
}

/** Moves the expiry, counted from now, and the status where they differ. */
async function change(
    client: AccountClient,
    outputs: TokenOutputs<PlatformTokenInputs>,
    wanted: PlatformTokenInputs,
    now: number,
): Promise<boolean> {
    const { tokenId, applied } = outputs;
    if (isOtherLife(wanted, applied)) {
        const expiresAt = expiryOf(wanted, now);
        if (!(await client.setExpiry(tokenId, expiresAt))) return false;
        outputs.expiresAt = expiresAt;
    }
    return wanted.enabled === applied.enabled || client.setEnabled(tokenId, wanted.enabled);
}

function seen(
    { expiresAt, applied }: TokenOutputs<PlatformTokenInputs>,
    found: SeenToken,
): { expiresAt?: string; applied: Applied<PlatformTokenInputs> } {
    const next = {
        ...applied,
        scopes: [...(found.scopes ?? applied.scopes)].sort(),
        enabled: found.enabled ?? applied.enabled,
    };
    const at = found.expirationDate ?? expiresAt ?? "";
    if (sameTime(expiresAt, Date.parse(at))) return { expiresAt, applied: next };
    // Set by hand, so no number of days led to it.
    delete next.expiresAfterDays;
    next.expirationDate = new Date(at).toISOString();
    return { expiresAt: next.expirationDate, applied: next };
}

/** The expiry is the only thing that can show a release: it was moved forward, or the token was to be left to expire. */
function releasedUntil({ expirationDate = "" }: SeenToken, entry: Retiring): number | undefined {
    const end = Date.parse(expirationDate);
    if (!sameTime(entry.expiresAt, end)) return end;
    const endsByItself = Date.parse(entry.until) >= end - ROUNDING;
    return endsByItself && !entry.suspected ? end : undefined;
}

function sameTime(one: string | undefined, other: number): boolean {
    return Math.abs(Date.parse(one ?? "") - other) < ROUNDING;
}

/** ISO 8601. */
function expiryOf(wanted: PlatformTokenInputs, now: number): string {
    return new Date(expiryTime(expiryRequest(wanted) ?? "", now)).toISOString();
}

/** Where the token works, as the API writes it. */
function resourceOf({ environments, accountUuid }: PlatformTokenInputs): string[] {
    if (environments.length === 0) return [`urn:dtaccount:${accountUuid}`];
    return environments.map((id) => `urn:dtenvironment:${id}`);
}
