import type { DynatraceClient } from "../dynatrace/client";
import {
    DynatraceError,
    DynatraceOrphanError,
    DynatraceSettingsError,
    TokenIncompleteError,
} from "../dynatrace/errors";
import { mintToken, type MintedToken } from "../dynatrace/mint";
import { currentApiUrl } from "../dynatrace/settings";
import { expiryProblems, expiryRequest, isExpired } from "../expiry";
import { actualTokenName, newNonce } from "../names";
import { isSame, present, type Properties } from "../properties";
import type { Run } from "../run";
import { clientFor } from "../run-client";
import { adoptedTwice, takeOver } from "./adopt";
import { predecessorsOf, retire, settle, thoseLeft } from "./handover";
import { deleteStrays } from "./strays";
import { readInputs, readOutputs, recordable, type AppliedState, type CheckedInputs, type TokenOutputs } from "./state";
import { messageOf } from "../thrown";

/**
 * Makes a token, or takes one over.
 *
 * @throws TokenIncompleteError if it exists but is not yet as wanted; any other error means that none was left behind, or names it.
 */
export async function createApiToken(inputs: Properties, run: Run): Promise<{ id: string; outs: Properties }> {
    const wanted = readInputs(inputs);
    const past = expiryProblems(wanted, run.clock.now())[0];
    if (past) throw new DynatraceSettingsError(`ApiToken: ${past.field}: ${past.problem}`);

    const client = clientFor(wanted.apiUrl, run);
    await client.assertCanMint();
    const adopts = wanted.adoptToken !== undefined && !adoptedTwice(run, wanted);
    const made = adopts ? await adopted(client, wanted, run) : await minted(client, wanted, run);
    const retiring = predecessorsOf(run, wanted).filter(({ tokenId }) => tokenId !== made.created.id);

    const outs: TokenOutputs = present({
        tokenId: made.created.id,
        token: made.created.token,
        actualName: made.name,
        expiresAt: made.created.expirationDate,
        createdAt: new Date(run.clock.now()).toISOString(),
        retiring: retiring.length > 0 ? retiring : undefined,
        applied: present({
            ...recordable(wanted),
            enabled: true,
            nonce: made.nonce,
            adopted: adopts ? made.created.id : undefined,
        }),
    });
    try {
        await finish(client, outs, wanted, adopts);
        if (made.unswept.length > 0) {
            throw new DynatraceOrphanError(made.unswept, "the search for a lost reply's token failed");
        }
        return { id: made.created.id, outs: { ...outs } };
    } catch (error) {
        // Pulumi needs the provider's text to delete what it records; with a success it adds that itself.
        const properties = present({ ...outs, __provider: inputs.__provider });
        const verb = adopts ? "was taken over" : "was made";
        const reason = `token ${made.created.id} ${verb} and recorded, but: ${messageOf(error)}`;
        throw new TokenIncompleteError(made.created.id, properties, reason);
    }
}

async function minted(client: DynatraceClient, wanted: CheckedInputs, run: Run): Promise<MintedToken> {
    await deleteStrays(client, wanted, run);
    const request = present({
        scopes: wanted.scopes,
        expirationDate: expiryRequest(wanted),
        personalAccessToken: wanted.personalAccessToken || undefined,
    });
    const nameFor = (nonce: string): string => actualTokenName({ prefix: wanted.tokenName, mark: wanted.mark, nonce });
    return mintToken(client, nameFor, request, run.clock);
}

async function adopted(client: DynatraceClient, wanted: CheckedInputs, run: Run): Promise<MintedToken> {
    const created = await takeOver(client, wanted.adoptToken ?? "", run.clock.now());
    const nonce = newNonce();
    return {
        created,
        name: actualTokenName({ prefix: wanted.tokenName, mark: wanted.mark, nonce }),
        nonce,
        unswept: [],
    };
}

/** What making a token cannot do in one call; writes what it did into the outputs. */
async function finish(
    client: DynatraceClient,
    outs: TokenOutputs,
    wanted: CheckedInputs,
    adopts: boolean,
): Promise<void> {
    const { scopes, enabled } = wanted;
    if (!enabled || adopts) {
        await client.updateToken(outs.tokenId, { name: outs.actualName, scopes, enabled });
        outs.applied.enabled = enabled;
    }
    if (outs.expiresAt !== undefined || expiryRequest(wanted) === undefined || adopts) return;
    const expiresAt = (await client.getToken(outs.tokenId))?.expirationDate;
    if (expiresAt === undefined) {
        throw new DynatraceError("Dynatrace gave it no expiry although one was asked for; the next `up` replaces it");
    }
    outs.expiresAt = expiresAt;
}

/**
 * Reads a token back; `id` is empty if it is gone or expired, so that the next `up` makes another. One whose record lists others
 * that still serve is kept in the state, marked, or these would be forgotten.
 */
export async function readApiToken(
    id: string,
    properties: Properties,
    run: Run,
): Promise<{ id: string; props: Properties; inputs?: Properties }> {
    const outputs = readOutputs(properties);
    const { applied } = outputs;
    const client = clientFor(currentApiUrl(run.sources, applied.apiUrl), run);
    const found = await client.getToken(outputs.tokenId);
    const gone = !found || isExpired(found.expirationDate, run.clock.now());
    const left = await thoseLeft(outputs.retiring ?? [], predecessorClient(run));
    if (gone && left.length === 0) return { id: "", props: {} };
    const retiring = left.length > 0 ? left : undefined;
    if (gone) {
        const seen = { ...applied, gone };
        const props = present({ ...properties, retiring, applied: seen });
        return { id, props, inputs: inputsFrom(seen, outputs.actualName) };
    }

    const actualName = found.name ?? outputs.actualName;
    const seen: AppliedState = {
        ...applied,
        scopes: [...(found.scopes ?? applied.scopes)].sort(),
        enabled: found.enabled ?? applied.enabled,
    };
    const props = present({ ...properties, actualName, expiresAt: found.expirationDate, retiring, applied: seen });
    return { id, props, inputs: inputsFrom(seen, actualName) };
}

/** Inputs that would have led to what was read, so that the engine shows drift as a change of inputs. */
function inputsFrom(applied: AppliedState, actualName: string): Properties {
    const { nonce, ...inputs } = applied;
    delete inputs.adopted;
    delete inputs.gone;
    const asNamed = actualName === actualTokenName({ prefix: applied.tokenName, mark: applied.mark, nonce });
    return { ...inputs, tokenName: asNamed ? applied.tokenName : actualName };
}

/**
 * Changes a token in place, without a call where nothing that Dynatrace knows has changed; deletes listed predecessors whose
 * overlap has passed.
 */
export async function updateApiToken(
    id: string,
    olds: Properties,
    news: Properties,
    run: Run,
): Promise<{ outs: Properties }> {
    const outputs = readOutputs(olds);
    const wanted: CheckedInputs = readInputs(news);
    const { applied } = outputs;
    const name = actualTokenName({ prefix: wanted.tokenName, mark: wanted.mark, nonce: applied.nonce });
    const asItIs =
        name === outputs.actualName &&
        wanted.enabled === applied.enabled &&
        isSame(wanted.scopes, [...applied.scopes].sort());
    if (!asItIs) {
        const client = clientFor(wanted.apiUrl, run);
        const { scopes, enabled } = wanted;
        if (!(await client.updateToken(outputs.tokenId, { name, scopes, enabled }))) {
            throw new DynatraceError(
                `token ${id} is gone from Dynatrace; run \`pulumi up --refresh\`, which makes another in its place`,
            );
        }
    }
    const serving = await settle(outputs.retiring ?? [], wanted, run, predecessorClient(run));
    const next = { ...recordable(wanted), ...present({ nonce: applied.nonce, adopted: applied.adopted }) };
    return {
        outs: present({
            ...olds,
            actualName: name,
            retiring: serving.length > 0 ? serving : undefined,
            applied: next,
        }),
    };
}

/** Deletes a token and those it has replaced, or lets it serve on for the overlap if another has taken its place. */
export async function deleteApiToken(_id: string, properties: Properties, run: Run): Promise<void> {
    const outputs = readOutputs(properties);
    const client = clientFor(currentApiUrl(run.sources, outputs.applied.apiUrl), run);
    const handover = run.handovers.get(outputs.tokenId);
    if (handover) return retire(outputs, handover, run, client);
    // Of a token whose successor is recorded, that record lists them too, and says when they go.
    const listed = (outputs.retiring ?? []).filter(({ tokenId }) => !run.handovers.has(tokenId));
    for (const { tokenId, apiUrl } of listed) await predecessorClient(run)(apiUrl).deleteToken(tokenId);
    await client.deleteToken(outputs.tokenId);
}

function predecessorClient(run: Run): (apiUrl: string) => DynatraceClient {
    return (apiUrl) => clientFor(currentApiUrl(run.sources, apiUrl), run);
}
