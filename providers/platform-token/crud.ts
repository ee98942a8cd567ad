import { predecessorsOf } from "../api-token/handover";
import { deleteStrays } from "../api-token/strays";
import type { AccountClient } from "../dynatrace/account-client";
import {
    DynatraceError,
    DynatraceOrphanError,
    DynatraceSettingsError,
    TokenIncompleteError,
} from "../dynatrace/errors";
import { mintToken } from "../dynatrace/mint";
import { expiryProblems, expiryRequest, isExpired } from "../expiry";
import { expiryTime, isOtherLife } from "../lifetime";
import { actualTokenName } from "../names";
import { present, type Properties } from "../properties";
import type { Run } from "../run";
import { accountClientFor } from "../run-account";
import { retire, settle } from "./handover";
import {
    applied,
    readInputs,
    readOutputs,
    resourceOf,
    type PlatformTokenInputs,
    type PlatformTokenOutputs,
} from "./state";
import { messageOf } from "../thrown";

/** Milliseconds by which Dynatrace may round an expiry; less is no drift. */
const ROUNDING = 60_000;

/**
 * Makes a token.
 *
 * @throws TokenIncompleteError if it exists but is not yet as wanted; any other error means that none was left behind, or names it.
 */
export async function createPlatformToken(inputs: Properties, run: Run): Promise<{ id: string; outs: Properties }> {
    const wanted = readInputs(inputs);
    const now = run.clock.now();
    const past = expiryProblems(wanted, now)[0];
    if (past) throw new DynatraceSettingsError(`PlatformToken: ${past.field}: ${past.problem}`);

    const client = accountClientFor(wanted, run);
    await deleteStrays(client, wanted, run);
    const expiresAt = expiryOf(wanted, now);
    const { tokenName: prefix, mark, scopes: scope, tags, userUuid } = wanted;
    const nameFor = (nonce: string): string => actualTokenName({ prefix, mark, nonce });
    const request = { scope, resource: resourceOf(wanted), tags, expirationDate: expiresAt, userUuid };
    const { created, name, nonce, unswept } = await mintToken(client, nameFor, request, run.clock);

    const retiring = predecessorsOf(run, wanted).filter(({ tokenId }) => tokenId !== created.id);
    const outs: PlatformTokenOutputs = present({
        tokenId: created.id,
        token: created.token,
        actualName: name,
        expiresAt,
        createdAt: new Date(now).toISOString(),
        retiring: retiring.length > 0 ? retiring : undefined,
        applied: { ...applied(wanted, nonce), enabled: true },
    });
    try {
        if (!wanted.enabled) await client.setEnabled(created.id, false);
        outs.applied.enabled = wanted.enabled;
        if (unswept.length > 0) {
            throw new DynatraceOrphanError(unswept, "the search for a lost reply's token failed", client.page);
        }
        return { id: created.id, outs: { ...outs } };
    } catch (error) {
        // Pulumi needs the provider's text to delete what it records; with a success it adds that itself.
        const properties = present({ ...outs, __provider: inputs.__provider });
        const reason = `platform token ${created.id} was made and recorded, but: ${messageOf(error)}`;
        throw new TokenIncompleteError(created.id, properties, reason);
    }
}

/**
 * Reads a token back; `id` is empty if it is gone or expired, so that the next `up` makes another. One whose record lists others
 * is kept in the state, marked, or these would be forgotten.
 */
export async function readPlatformToken(
    id: string,
    properties: Properties,
    run: Run,
): Promise<{ id: string; props: Properties; inputs?: Properties }> {
    const outputs = readOutputs(properties);
    const found = await accountClientFor(outputs.applied, run).getToken(outputs.tokenId);
    const gone = !found || isExpired(found.expirationDate, run.clock.now());
    if (gone && !outputs.retiring?.length) return { id: "", props: {} };
    if (gone) {
        const seen = { ...outputs.applied, gone };
        return { id, props: { ...properties, applied: seen }, inputs: inputsFrom(seen) };
    }
    const seen = {
        ...outputs.applied,
        scopes: [...(found.scopes ?? outputs.applied.scopes)].sort(),
        enabled: found.enabled ?? outputs.applied.enabled,
    };
    const at = found.expirationDate ?? outputs.expiresAt;
    const moved = Math.abs(Date.parse(at) - Date.parse(outputs.expiresAt)) >= ROUNDING;
    if (moved) {
        // Set by hand, so no number of days led to it.
        delete seen.expiresAfterDays;
        seen.expirationDate = new Date(at).toISOString();
    }
    const expiresAt = moved ? new Date(at).toISOString() : outputs.expiresAt;
    return { id, props: present({ ...properties, expiresAt, applied: seen }), inputs: inputsFrom(seen) };
}

/** Moves the expiry, counted from now, and the status where they differ; deletes listed predecessors that are expired. */
export async function updatePlatformToken(
    id: string,
    olds: Properties,
    news: Properties,
    run: Run,
): Promise<{ outs: Properties }> {
    const outputs = readOutputs(olds);
    const wanted = readInputs(news);
    const client = accountClientFor(wanted, run);
    let { expiresAt } = outputs;
    if (isOtherLife(wanted, outputs.applied)) {
        expiresAt = expiryOf(wanted, run.clock.now());
        assertThere(id, await client.setExpiry(outputs.tokenId, expiresAt));
    }
    if (wanted.enabled !== outputs.applied.enabled) {
        assertThere(id, await client.setEnabled(outputs.tokenId, wanted.enabled));
    }
    const left = await settle(outputs, wanted, run, client);
    const next = applied(wanted, outputs.applied.nonce);
    return {
        outs: present({ ...olds, expiresAt, retiring: left.length > 0 ? left : undefined, applied: next }),
    };
}

/** Deletes a token and those it has replaced, or lets it serve on for the overlap if another has taken its place. */
export async function deletePlatformToken(_id: string, properties: Properties, run: Run): Promise<void> {
    const outputs = readOutputs(properties);
    const client: AccountClient = accountClientFor(outputs.applied, run);
    const handover = run.handovers.get(outputs.tokenId);
    if (handover) return retire(outputs, handover, run, client);
    // Of a token whose successor is recorded, that record lists them too, and says when they go.
    const listed = (outputs.retiring ?? []).filter(({ tokenId }) => !run.handovers.has(tokenId));
    for (const { tokenId } of listed) await client.deleteToken(tokenId);
    await client.deleteToken(outputs.tokenId);
}

/** ISO 8601. */
function expiryOf(wanted: PlatformTokenInputs, now: number): string {
    return new Date(expiryTime(expiryRequest(wanted) ?? "", now)).toISOString();
}

/** Inputs that would have led to what was read, so that the engine shows drift as a change of inputs. */
function inputsFrom(seen: PlatformTokenOutputs["applied"]): Properties {
    return { ...readInputs({ ...seen }) };
}

function assertThere(id: string, there: boolean): void {
    if (there) return;
    throw new DynatraceError(
        `platform token ${id} is gone from Dynatrace; run \`pulumi up --refresh\`, which makes another in its place`,
    );
}
