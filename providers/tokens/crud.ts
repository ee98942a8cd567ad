import {
    DynatraceError,
    DynatraceOrphanError,
    DynatraceSettingsError,
    TokenIncompleteError,
} from "../dynatrace/errors";
import { expiryProblems, isExpired } from "../expiry";
import { present, type Properties } from "../properties";
import type { Run } from "../run";
import { messageOf } from "../thrown";
import { nameFor } from "./diff";
import type { Kind, NewToken, TokenApi } from "./kind";
import { actualTokenName, slotOf } from "./names";
import { deleteOrphans, listedOnce } from "./orphans";
import { endOf, predecessorsOf, settle } from "./rotation";
import type { Rules } from "./state";
import { readOutputs, type Applied, type Retiring, type TokenInputs, type TokenOutputs } from "./state";

/**
 * Creates a token, or adopts one.
 *
 * @throws TokenIncompleteError if the token exists but is not yet as wanted. Any other error means that no token was left behind, or
 * names the token.
 */
export async function createToken<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    inputs: Properties,
    run: Run,
): Promise<{ id: string; outs: Properties }> {
    const wanted = kind.read(inputs);
    const now = run.clock.now();
    const past = expiryProblems(wanted, now)[0];
    if (past) throw new DynatraceSettingsError(`${kind.name}: ${past.field}: ${past.problem}`);

    const api = kind.api(wanted, run);
    await api.assertAble();
    const details = await api.details?.();
    const listed = run.newMarks.has(wanted.mark) ? [] : await listedOnce(api, run);
    const unrecorded = kind.renames ? true : undefined;
    const named = (nonce: string): string => actualTokenName({ ...identityOf(wanted), nonce, unrecorded });
    const made = await api.create(wanted, named, now);
    const id = made.created.id;
    remember(made, wanted, run);

    const retiring = predecessorsOf(run, wanted, id, listed);
    const outs: TokenOutputs<Inputs> = present({
        tokenId: id,
        token: made.created.token,
        actualName: actualTokenName({ ...identityOf(wanted), nonce: made.nonce }),
        expiresAt: made.expiresAt,
        createdAt: new Date(now).toISOString(),
        retiring: retiring.length > 0 ? retiring : undefined,
        ...details,
        applied: recordOf(kind, inputs, made.nonce, adoptedBy(inputs)),
    });
    try {
        await api.finish(outs, wanted, made, named(made.nonce));
        // After the creation, so that nothing is lost if that fails.
        await deleteOrphans(api, listed, wanted, run);
        if (made.unswept.length > 0) {
            throw new DynatraceOrphanError(made.unswept, "the search for a lost reply's token failed", api.page);
        }
        return { id, outs: { ...outs } };
    } catch (error) {
        // Pulumi needs the provider's text to delete what it records; with a success it adds that itself.
        const properties = present({ ...outs, __provider: inputs.__provider });
        const verb = made.adopted ? "was taken over" : "was made";
        throw new TokenIncompleteError(
            id,
            properties,
            `${kind.noun} ${id} ${verb} and recorded, but: ${messageOf(error)}`,
        );
    }
}

function remember({ created: { id }, adopted }: NewToken, wanted: TokenInputs, run: Run): void {
    run.tokens.created.add(id);
    if (adopted) run.tokens.adopted.add(id);
    run.tokens.successors.set(slotOf(wanted), { tokenId: id, rules: wanted });
}

function identityOf({ tokenName: prefix, mark, key }: TokenInputs): { prefix: string; mark: string; key: string } {
    return { prefix, mark, key };
}

function adoptedBy({ adoptToken }: Properties): string | undefined {
    return typeof adoptToken === "string" ? adoptToken.split(".").slice(0, 2).join(".") : undefined;
}

/** What is recorded of inputs: everything but a secret. */
function recordOf<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    inputs: Properties,
    nonce: string,
    adopted: string | undefined,
): Applied<Inputs> {
    return present({ ...kind.read(inputs), nonce, adopted, adoptToken: undefined });
}

/**
 * Reads a token back. `id` is empty if the token is gone or expired, so that the next `up` creates another. A record that lists
 * replaced tokens stays in the state, or they would be forgotten.
 */
export async function readToken<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    id: string,
    properties: Properties,
    run: Run,
): Promise<{ id: string; props: Properties; inputs?: Properties }> {
    const outputs = readOutputs<Inputs>(properties);
    const { applied } = outputs;
    const api = kind.api(applied, run);
    const found = await api.get(outputs.tokenId);
    const gone = !found || isExpired(found.expirationDate, run.clock.now());
    const left = await thoseLeft(api, outputs);
    if (gone && left.length === 0) return { id: "", props: {} };
    const retiring = left.length > 0 ? left : undefined;
    if (gone) {
        const props = present({ ...properties, retiring, applied: { ...applied, gone } });
        return { id, props, inputs: inputsFrom(kind, applied, outputs.actualName, outputs.actualName) };
    }
    const seen = api.seen(outputs, found);
    const actualName = kind.renames ? found.name || outputs.actualName : outputs.actualName;
    const props = present({ ...properties, ...(await api.details?.()), ...seen, actualName, retiring });
    return { id, props, inputs: inputsFrom(kind, seen.applied, actualName, nameFor(applied, applied)) };
}

/** Those that Dynatrace still has: a token may have been deleted by hand. Changes nothing. */
async function thoseLeft<Inputs extends TokenInputs>(
    api: TokenApi<Inputs>,
    { retiring = [] }: TokenOutputs<Inputs>,
): Promise<Retiring[]> {
    const left: Retiring[] = [];
    for (const entry of retiring) {
        if (await api.get(entry.tokenId)) left.push(entry);
    }
    return left;
}

/** Inputs that would have led to what was read, so that the engine shows drift as a change of inputs. */
function inputsFrom<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    applied: Applied<Inputs>,
    actualName: string,
    expected: string,
): Properties {
    const inputs = kind.read({ ...applied });
    const tokenName = !kind.renames || actualName === expected ? applied.tokenName : actualName;
    return Object.fromEntries<unknown>(Object.entries({ ...inputs, tokenName }));
}

/**
 * Changes a token in place, without a call if nothing that Dynatrace knows has changed; deletes listed tokens whose overlap is over.
 */
export async function updateToken<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    id: string,
    olds: Properties,
    news: Properties,
    run: Run,
): Promise<{ outs: Properties }> {
    // A copy: `change` writes into it what it did.
    const outputs = { ...readOutputs<Inputs>(olds) };
    const wanted = kind.read(news);
    const { applied } = outputs;
    const api = kind.api(wanted, run);
    const details = await api.details?.();
    const actualName = kind.renames ? nameFor(wanted, applied) : outputs.actualName;
    const { expiresAt } = outputs;
    if (!(await api.change(outputs, wanted, actualName))) {
        throw new DynatraceError(
            `${kind.noun} ${id} is gone from Dynatrace; run \`pulumi up --refresh\`, which makes another in its place`,
        );
    }
    const serving = await settle(kind, outputs, wanted, run, api);
    const adopted = adoptedBy(news) ?? applied.adopted;
    return {
        outs: present({
            ...olds,
            ...details,
            ...(outputs.expiresAt === expiresAt ? {} : { expiresAt: outputs.expiresAt }),
            actualName,
            retiring: serving.length > 0 ? serving : undefined,
            applied: recordOf(kind, news, applied.nonce, adopted),
        }),
    };
}

/** Deletes a token and those it replaced. If another token took its place in this run, it keeps working for the overlap. */
export async function deleteToken<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    properties: Properties,
    run: Run,
): Promise<void> {
    const outputs = readOutputs<Inputs>(properties);
    const { tokenId, applied, retiring = [] } = outputs;
    const { adopted, deleted, releases, successors, known } = run.tokens;
    // Adopted again in this run: the new record holds the same token.
    if (adopted.has(tokenId)) return;
    const api = kind.api(applied, run);
    const successor = successors.get(slotOf(applied));
    const rules = releases.get(tokenId) ?? (successor?.tokenId === tokenId ? undefined : successor?.rules);
    if (rules) return releaseToken(outputs, rules, api, run);

    for (const id of [tokenId, ...retiring.map((entry) => entry.tokenId)]) known.add(id);
    // The record of a successor lists the same tokens, and says when they go.
    const own = retiring.filter((entry) => !releases.has(entry.tokenId));
    for (const entry of own) await deleteReleased(entry, api, run);
    await api.delete(tokenId);
    deleted.add(tokenId);
    if (!run.newMarks.has(applied.mark)) await deleteOrphans(api, await listedOnce(api, run), applied, run);
}

async function releaseToken<Inputs extends TokenInputs>(
    outputs: TokenOutputs<Inputs>,
    rules: Rules,
    api: TokenApi<Inputs>,
    run: Run,
): Promise<void> {
    const { tokenId } = outputs;
    const now = run.clock.now();
    const until = endOf(outputs, rules, now);
    run.tokens.known.add(tokenId);
    if (until > now && api.release) return api.release(outputs, until);
    if (until > now && (run.tokens.releases.has(tokenId) || (await isUsed(api, tokenId)))) return;
    await api.delete(tokenId);
    run.tokens.deleted.add(tokenId);
}

/** Without a note in Dynatrace nothing would tell later that a used token may be deleted; a token that was never used can go at once. */
async function isUsed<Inputs extends TokenInputs>(api: TokenApi<Inputs>, id: string): Promise<boolean> {
    return (await api.get(id))?.lastUsedDate !== undefined;
}

/** Deletes a listed token, if the engine had asked to delete it: else another state may hold it. */
async function deleteReleased<Inputs extends TokenInputs>(
    entry: Retiring,
    api: TokenApi<Inputs>,
    run: Run,
): Promise<void> {
    const found = await api.get(entry.tokenId);
    if (!found || api.releasedUntil(found, entry) === undefined) return;
    await api.delete(entry.tokenId);
    run.tokens.deleted.add(entry.tokenId);
}
