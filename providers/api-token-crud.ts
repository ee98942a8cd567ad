import { present, readInputs, readOutputs, type AppliedState, type CheckedInputs } from "./api-token-state";
import type { Properties, TokenOutputs } from "./api-token-state";
import { DynatraceClient } from "./dynatrace/client";
import { DynatraceError, DynatraceOrphanError, DynatraceSettingsError, TokenIncompleteError } from "./dynatrace/errors";
import { Gate, type Clock } from "./dynatrace/limits";
import { mintToken } from "./dynatrace/mint";
import { bootstrapToken, currentApiUrl, type SettingsSources } from "./dynatrace/settings";
import { expiryProblems, expiryRequest, isExpired } from "./expiry";
import { actualTokenName } from "./names";

/** What the steps that talk to Dynatrace need from their surroundings. */
export interface CrudContext {
    sources: SettingsSources;
    clock: Clock;
    /** Milliseconds for one request. @default 30000 */
    timeout?: number;
}

const clients = new WeakMap<CrudContext, Map<string, DynatraceClient>>();

/** One client, and so one gate for all calls, an address and token, for as long as the process lives. */
function clientFor(apiUrl: string, context: CrudContext): DynatraceClient {
    const token = bootstrapToken(context.sources);
    const known = clients.get(context) ?? new Map<string, DynatraceClient>();
    const key = `${apiUrl}\n${token.value}`;
    const { clock, timeout } = context;
    const client = known.get(key) ?? new DynatraceClient({ apiUrl, token, gate: new Gate(clock), clock, timeout });
    clients.set(context, known.set(key, client));
    return client;
}

/**
 * Makes a token.
 *
 * @throws TokenIncompleteError if it exists but is not yet as wanted; any other error means that none was left behind, or names it.
 */
export async function createApiToken(
    inputs: Properties,
    context: CrudContext,
): Promise<{ id: string; outs: TokenOutputs }> {
    const wanted = readInputs(inputs);
    const past = expiryProblems(wanted, context.clock.now())[0];
    if (past) throw new DynatraceSettingsError(`ApiToken: ${past.field}: ${past.problem}`);

    const client = clientFor(wanted.apiUrl, context);
    await client.assertCanMint();
    const request = present({
        scopes: wanted.scopes,
        expirationDate: expiryRequest(wanted),
        personalAccessToken: wanted.personalAccessToken || undefined,
    });
    const { created, name, nonce, unswept } = await mintToken(client, wanted.tokenName, request, context.clock);

    const outs: TokenOutputs = present({
        tokenId: created.id,
        token: created.token,
        actualName: name,
        expiresAt: created.expirationDate,
        createdAt: new Date(context.clock.now()).toISOString(),
        applied: { ...wanted, enabled: true, nonce },
    });
    try {
        await finish(client, outs, wanted);
        if (unswept.length > 0) throw new DynatraceOrphanError(unswept, "the search for a lost reply's token failed");
        return { id: created.id, outs };
    } catch (error) {
        // Pulumi needs the provider's text to delete what it records; with a success it adds that itself.
        const properties = present({ ...outs, __provider: inputs.__provider });
        const reason = `token ${created.id} was made and recorded, but: ${(error as Error).message}`;
        throw new TokenIncompleteError(created.id, properties, reason);
    }
}

/** What making a token cannot do in one call; writes what it did into the outputs. */
async function finish(client: DynatraceClient, outs: TokenOutputs, wanted: CheckedInputs): Promise<void> {
    if (!wanted.enabled) {
        await client.updateToken(outs.tokenId, { name: outs.actualName, scopes: wanted.scopes, enabled: false });
        outs.applied.enabled = false;
    }
    if (outs.expiresAt !== undefined || expiryRequest(wanted) === undefined) return;
    const expiresAt = (await client.getToken(outs.tokenId))?.expirationDate;
    if (expiresAt === undefined) {
        throw new DynatraceError("Dynatrace gave it no expiry although one was asked for; the next `up` replaces it");
    }
    outs.expiresAt = expiresAt;
}

/** Reads a token back; `id` is empty if it is gone or expired, so that the next `up` makes another. */
export async function readApiToken(
    id: string,
    properties: Properties,
    context: CrudContext,
): Promise<{ id: string; props: Properties; inputs?: Properties }> {
    const outputs = readOutputs(properties);
    const { applied } = outputs;
    const client = clientFor(currentApiUrl(context.sources, applied.apiUrl), context);
    const found = await client.getToken(id);
    if (!found || isExpired(found.expirationDate, context.clock.now())) return { id: "", props: {} };

    const actualName = found.name ?? outputs.actualName;
    const seen: AppliedState = {
        ...applied,
        scopes: [...(found.scopes ?? applied.scopes)].sort(),
        enabled: found.enabled ?? applied.enabled,
    };
    const props = present({ ...properties, actualName, expiresAt: found.expirationDate, applied: seen });
    return { id, props, inputs: inputsFrom(seen, actualName) };
}

/** Inputs that would have led to what was read, so that the engine shows drift as a change of inputs. */
function inputsFrom(applied: AppliedState, actualName: string): Properties {
    const { nonce, ...inputs } = applied;
    const asNamed = actualName === actualTokenName(applied.tokenName, nonce);
    return { ...inputs, tokenName: asNamed ? applied.tokenName : actualName };
}

/** Changes a token in place; without a call where nothing that Dynatrace knows has changed. */
export async function updateApiToken(
    id: string,
    olds: Properties,
    news: Properties,
    context: CrudContext,
): Promise<{ outs: Properties }> {
    const outputs = readOutputs(olds);
    const wanted: CheckedInputs = readInputs(news);
    const { applied } = outputs;
    const name = actualTokenName(wanted.tokenName, applied.nonce);
    const asItIs =
        name === outputs.actualName &&
        wanted.enabled === applied.enabled &&
        wanted.scopes.join() === [...applied.scopes].sort().join();
    if (!asItIs) {
        const client = clientFor(wanted.apiUrl, context);
        const { scopes, enabled } = wanted;
        if (!(await client.updateToken(id, { name, scopes, enabled }))) {
            throw new DynatraceError(
                `token ${id} is gone from Dynatrace; run \`pulumi up --refresh\`, which makes another in its place`,
            );
        }
    }
    return { outs: present({ ...olds, actualName: name, applied: { ...wanted, nonce: applied.nonce } }) };
}

/** Deletes a token; one that is gone already is fine. */
export async function deleteApiToken(id: string, properties: Properties, context: CrudContext): Promise<void> {
    const { applied } = readOutputs(properties);
    await clientFor(currentApiUrl(context.sources, applied.apiUrl), context).deleteToken(id);
}
