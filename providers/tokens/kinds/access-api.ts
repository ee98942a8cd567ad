import { DynatraceError, DynatraceSettingsError } from "../../dynatrace/errors";
import type { DynatraceClient } from "../../dynatrace/client";
import { createToken } from "../../dynatrace/create-token";
import { publicTokenId } from "../../dynatrace/redact";
import { currentApiUrl } from "../../dynatrace/settings";
import { expiryRequest, isExpired } from "../../expiry";
import { isSame, present } from "../../properties";
import type { Run } from "../../run";
import { clientFor } from "../../run-client";
import type { NewToken, TokenApi } from "../kind";
import type { SeenToken, TokenInputs } from "../state";
import { actualTokenName, newNonce, parseTokenName } from "../names";
import type { TokenOutputs } from "../state";

/** The checked inputs of an access token. */
export interface AccessTokenInputs extends TokenInputs {
    scopes: string[];
    enabled: boolean;
    personalAccessToken?: boolean;
    allowUnknownScopes?: boolean;
    /** A token to adopt, a secret; never recorded. */
    adoptToken?: string;
    apiUrl: string;
}

/** The calls for access tokens. @param apiUrl as recorded. */
export function accessTokenApi(apiUrl: string, run: Run): TokenApi<AccessTokenInputs> {
    const client = clientFor(currentApiUrl(run.sources, apiUrl), run);
    return {
        listId: client.apiUrl,
        page: "Access tokens",
        probe: (patient) => client.probe(patient),
        assertAble: () => client.assertCanCreate(),
        create: async (wanted, nameFor, now) =>
            (await adopt(client, wanted, now, run)) ?? (await create(client, wanted, nameFor, run)),
        finish: (outputs, wanted, created, name) => finish(client, outputs, wanted, created, name),
        change: (outputs, wanted, name) => change(client, outputs, wanted, name),
        get: async (id) => named(await client.getToken(id)),
        list: (onPage) => client.listTokens(onPage),
        delete: (id) => client.deleteToken(id),
        seen: ({ applied }, { expirationDate, scopes, enabled }) => ({
            expiresAt: expirationDate,
            applied: {
                ...applied,
                scopes: [...(scopes ?? applied.scopes)].sort(),
                enabled: enabled ?? applied.enabled,
            },
        }),
        release: async ({ tokenId, applied }, until) => {
            const { tokenName: prefix, mark, key, nonce, scopes, enabled } = applied;
            const name = actualTokenName({ prefix, mark, key, nonce, until });
            // It does not matter if the token is gone already.
            await client.updateToken(tokenId, { name, scopes, enabled });
        },
        releasedUntil: ({ name }) => parseTokenName(name)?.until,
    };
}

function named(found: { id: string; name?: string } | undefined): SeenToken | undefined {
    return found && { ...found, name: found.name ?? "" };
}

async function create(
    client: DynatraceClient,
    wanted: AccessTokenInputs,
    nameFor: (nonce: string) => string,
    { clock }: Run,
): Promise<NewToken> {
    const request = present({
        scopes: wanted.scopes,
        expirationDate: expiryRequest(wanted),
        personalAccessToken: wanted.personalAccessToken,
    });
    const made = await createToken(client, nameFor, request, clock);
    return { ...made, expiresAt: made.created.expirationDate };
}

/**
 * Finds the token to adopt; changes nothing.
 *
 * @returns undefined if no token is to be adopted, or if this resource adopted it before. The resource then creates a new token.
 * @throws DynatraceSettingsError for a secret that Dynatrace does not know, and for a token that cannot be used any more.
 */
async function adopt(
    client: DynatraceClient,
    wanted: AccessTokenInputs,
    now: number,
    { tokens }: Run,
): Promise<NewToken | undefined> {
    const { adoptToken: secret, mark, key } = wanted;
    if (secret === undefined) return undefined;
    const id = publicTokenId(secret);
    const refuse = (problem: string): never => {
        throw new DynatraceSettingsError(`ApiToken: adoptToken: ${id ?? "the token"} ${problem}`, [secret]);
    };
    const found = await client.lookUp(secret);
    if (!found) {
        return refuse("is not known to Dynatrace by this secret; check environment and text, or leave adoptToken out");
    }
    if (found.personalAccessToken) return refuse("is a personal access token, which can hold no ingest scope");
    const parts = parseTokenName(found.name ?? "");
    const own = parts?.mark === mark && parts.key === key;
    if (own && (!parts.unrecorded || tokens.known.has(found.id))) return undefined;
    if (isExpired(found.expirationDate, now)) {
        return refuse(`expired at ${found.expirationDate}; leave adoptToken out for a new one`);
    }
    const { expirationDate } = found;
    const created = { id: found.id, token: secret, expirationDate };
    return { created, name: "", nonce: newNonce(), unswept: [], expiresAt: expirationDate, adopted: true };
}

async function finish(
    client: DynatraceClient,
    outs: TokenOutputs<AccessTokenInputs>,
    wanted: AccessTokenInputs,
    { adopted = false }: NewToken,
    name: string,
): Promise<void> {
    const { scopes, enabled } = wanted;
    if (!enabled || adopted) {
        // What is true until the call is done.
        outs.applied.enabled = true;
        await client.updateToken(outs.tokenId, { name, scopes, enabled });
        outs.applied.enabled = enabled;
    }
    if (outs.expiresAt !== undefined || expiryRequest(wanted) === undefined || adopted) return;
    const expiresAt = (await client.getToken(outs.tokenId))?.expirationDate;
    if (expiresAt === undefined) {
        throw new DynatraceError("Dynatrace gave it no expiry although one was asked for; the next `up` replaces it");
    }
    outs.expiresAt = expiresAt;
}

async function change(
    client: DynatraceClient,
    { tokenId, actualName, applied }: TokenOutputs<AccessTokenInputs>,
    { scopes, enabled }: AccessTokenInputs,
    name: string,
): Promise<boolean> {
    const asItIs = name === actualName && enabled === applied.enabled && isSame(scopes, [...applied.scopes].sort());
    return asItIs || client.updateToken(tokenId, { name, scopes, enabled });
}
