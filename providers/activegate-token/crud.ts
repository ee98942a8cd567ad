import { predecessorsOf } from "../api-token/handover";
import { deleteStrays } from "../api-token/strays";
import type { ActiveGateClient } from "../dynatrace/activegate-client";
import type { ConnectionInfo } from "../dynatrace/replies";
import { DynatraceOrphanError, DynatraceSettingsError, TokenIncompleteError } from "../dynatrace/errors";
import { mintToken } from "../dynatrace/mint";
import { currentApiUrl } from "../dynatrace/settings";
import { expiryProblems, expiryRequest, isExpired } from "../expiry";
import { actualTokenName } from "../names";
import { present, type Properties } from "../properties";
import type { Run } from "../run";
import { activeGateClientFor } from "../run-client";
import { retire, settle } from "./handover";
import { readInputs, readOutputs, type ActiveGateTokenOutputs } from "./state";

/**
 * Makes a token, after it has read whom an ActiveGate is to connect to.
 *
 * @throws TokenIncompleteError if it exists but another may too; any other error means that none was left behind, or names it.
 */
export async function createActiveGateToken(inputs: Properties, run: Run): Promise<{ id: string; outs: Properties }> {
    const wanted = readInputs(inputs);
    const now = run.clock.now();
    const past = expiryProblems(wanted, now)[0];
    if (past) throw new DynatraceSettingsError(`ActiveGateToken: ${past.field}: ${past.problem}`);

    const client = activeGateClientFor(wanted.apiUrl, run);
    await client.assertCanMint();
    const connection = connectionOf(await client.connectionInfo());
    await deleteStrays(client, wanted, run);
    const { tokenName: prefix, mark } = wanted;
    const nameFor = (nonce: string): string => actualTokenName({ prefix, mark, nonce });
    const request = { expirationDate: expiryRequest(wanted) ?? "" };
    const { created, name, nonce, unswept } = await mintToken(client, nameFor, request, run.clock);

    const retiring = predecessorsOf(run, wanted).filter(({ tokenId }) => tokenId !== created.id);
    const outs: ActiveGateTokenOutputs = present({
        tokenId: created.id,
        token: created.token,
        actualName: name,
        expiresAt: created.expirationDate,
        createdAt: new Date(now).toISOString(),
        ...connection,
        retiring: retiring.length > 0 ? retiring : undefined,
        applied: { ...wanted, nonce },
    });
    if (unswept.length === 0) return { id: created.id, outs: { ...outs } };
    const orphan = new DynatraceOrphanError(unswept, "the search for a lost reply's token failed", client.page);
    // Pulumi needs the provider's text to delete what it records; with a success it adds that itself.
    const properties = present({ ...outs, __provider: inputs.__provider });
    const reason = `ActiveGate token ${created.id} was made and recorded, but: ${orphan.message}`;
    throw new TokenIncompleteError(created.id, properties, reason);
}

/**
 * Reads a token and the connection back; `id` is empty if it is gone or expired, so that the next `up` makes another. One whose
 * record lists others is kept in the state, marked, or these would be forgotten.
 */
export async function readActiveGateToken(
    id: string,
    properties: Properties,
    run: Run,
): Promise<{ id: string; props: Properties; inputs?: Properties }> {
    const outputs = readOutputs(properties);
    const client = clientOf(outputs, run);
    const found = await client.getToken(outputs.tokenId);
    const gone = !found || isExpired(found.expirationDate, run.clock.now());
    const inputs = { ...readInputs({ ...outputs.applied }) };
    if (gone && !outputs.retiring?.length) return { id: "", props: {} };
    if (gone) return { id, props: { ...properties, applied: { ...outputs.applied, gone } }, inputs };
    const connection = connectionOf(await client.connectionInfo());
    return { id, props: present({ ...properties, ...connection, expiresAt: found.expirationDate }), inputs };
}

/** Changes nothing in the token; reads the connection again and deletes listed predecessors whose overlap has passed. */
export async function updateActiveGateToken(
    _id: string,
    olds: Properties,
    news: Properties,
    run: Run,
): Promise<{ outs: Properties }> {
    const outputs = readOutputs(olds);
    const wanted = readInputs(news);
    const client = activeGateClientFor(wanted.apiUrl, run);
    const connection = connectionOf(await client.connectionInfo());
    const serving = await settle(outputs, wanted, run, client);
    const applied = { ...wanted, nonce: outputs.applied.nonce };
    const retiring = serving.length > 0 ? serving : undefined;
    return { outs: present({ ...olds, ...connection, retiring, applied }) };
}

/** Deletes a token and those it has replaced, or leaves it to its handover if another has taken its place. */
export async function deleteActiveGateToken(_id: string, properties: Properties, run: Run): Promise<void> {
    const outputs = readOutputs(properties);
    const client = clientOf(outputs, run);
    const handover = run.handovers.get(outputs.tokenId);
    if (handover) return retire(outputs, handover, client);
    // Of a token whose successor is recorded, that record lists them too, and says when they go.
    const listed = (outputs.retiring ?? []).filter(({ tokenId }) => !run.handovers.has(tokenId));
    for (const { tokenId } of listed) await client.deleteToken(tokenId);
    await client.deleteToken(outputs.tokenId);
}

function clientOf({ applied }: ActiveGateTokenOutputs, run: Run): ActiveGateClient {
    return activeGateClientFor(currentApiUrl(run.sources, applied.apiUrl), run);
}

function connectionOf({ tenantUUID, tenantToken, communicationEndpoints }: ConnectionInfo) {
    return { tenantUuid: tenantUUID, tenantToken, communicationEndpoints };
}
