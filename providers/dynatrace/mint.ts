import { EngineGoneError, engineLives } from "../engine";
import { newNonce } from "../tokens/names";
import type { Minted } from "./caller";
import { DynatraceError, DynatraceOrphanError } from "./errors";
import type { Clock } from "./limits";
import type { CreatedToken } from "./replies";
import { messageOf } from "../thrown";

/** A token that was created and whose secret arrived. */
export interface MintedToken {
    created: CreatedToken;
    name: string;
    nonce: string;
    /** Names under which a token of an earlier attempt may still appear: the last search for them failed. */
    unswept: string[];
}

/** The API of one kind of tokens. */
export interface TokenMaker<Token> {
    /** Creates a token, or says that one may have been created. Throws if none was. */
    createToken(token: Token & { name: string }): Promise<Minted>;
    /** All tokens with one of these names. */
    findTokens(names: ReadonlySet<string>): Promise<{ id: string; name: string }[]>;
    deleteToken(id: string): Promise<unknown>;
    /** Where a person finds these tokens in Dynatrace. @default `Access tokens` */
    readonly page?: string;
}

/** Attempts to create a token, each with its own name. */
const ATTEMPTS = 3;
/** Milliseconds before each search for a token whose reply was lost: a server that is slow may make it after we gave up. */
const SEARCH_AFTER = [0, 2_000];

/**
 * Makes one token and leaves no other behind. Where a reply is lost, the token it was about is searched by its unique name and
 * deleted, as its secret cannot be read again; then another is made.
 *
 * @throws DynatraceOrphanError naming what may be left, DynatraceApiError for a refusal, EngineGoneError where nobody is left to
 * record it.
 */
export async function mintToken<Token extends object>(
    client: TokenMaker<Token>,
    nameFor: (nonce: string) => string,
    token: Token,
    clock: Clock,
): Promise<MintedToken> {
    const doubtful = new Set<string>();
    let doubt = "";
    try {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
            const nonce = newNonce();
            const name = nameFor(nonce);
            const minted = await client.createToken({ ...token, name });
            if (minted.created) {
                await keepIfRecordable(client, minted.created.id);
                return { created: minted.created, name, nonce, unswept: await lastSweep(client, doubtful) };
            }
            doubt = minted.doubt;
            doubtful.add(name);
            await searchAndDelete(client, name, doubtful, clock);
        }
    } catch (error) {
        const left = await lastSweep(client, doubtful);
        if (left.length === 0) throw error;
        throw new DynatraceOrphanError(left, `${doubt}, then: ${messageOf(error)}`, client.page);
    }
    const left = await lastSweep(client, doubtful);
    if (left.length > 0) throw new DynatraceOrphanError(left, doubt, client.page);
    throw new DynatraceError(
        `could not create a token: ${ATTEMPTS} times ${doubt}; what had been made was deleted again. ` +
            "Check the network and proxies on the way to Dynatrace, then run again",
    );
}

/** Deletes a token that nobody would record. @throws EngineGoneError after that. */
async function keepIfRecordable(client: TokenMaker<never>, id: string): Promise<void> {
    if (await engineLives()) return;
    await client.deleteToken(id);
    throw new EngineGoneError();
}

async function searchAndDelete(
    client: TokenMaker<never>,
    name: string,
    doubtful: Set<string>,
    clock: Clock,
): Promise<void> {
    for (const wait of SEARCH_AFTER) {
        if (wait > 0) await clock.sleep(wait);
        await sweep(client, doubtful);
        if (!doubtful.has(name)) return;
    }
}

/** Deletes what bears one of the names, and takes the names of what it deleted out of the set. */
async function sweep(client: TokenMaker<never>, names: Set<string>): Promise<void> {
    for (const { id, name } of await client.findTokens(names)) {
        await client.deleteToken(id);
        names.delete(name);
    }
}

/** A last look for what appeared late. @returns the names still in doubt because the look itself failed; none if it went well. */
async function lastSweep(client: TokenMaker<never>, names: Set<string>): Promise<string[]> {
    if (names.size === 0) return [];
    try {
        await sweep(client, names);
        return [];
    } catch {
        return [...names];
    }
}
