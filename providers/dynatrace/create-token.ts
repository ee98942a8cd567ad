import { EngineGoneError, engineLives } from "../engine";
import { newNonce } from "../tokens/names";
import type { Creation } from "./caller";
import { DynatraceError, DynatraceOrphanError } from "./errors";
import type { Clock } from "./limits";
import type { CreatedToken } from "./replies";
import { messageOf } from "../thrown";

/** A token that was created, with its secret and its name. */
export interface NamedToken {
    created: CreatedToken;
    name: string;
    nonce: string;
    /** Names under which a token of an earlier attempt may still appear: the last search for them failed. */
    unswept: string[];
}

/** The API of one kind of tokens. */
export interface TokenCreator<Token> {
    /** Creates a token, or says that one may have been created. Throws if none was. */
    createToken(token: Token & { name: string }): Promise<Creation>;
    /** All tokens with one of these names. */
    findTokens(names: ReadonlySet<string>): Promise<{ id: string; name: string }[]>;
    deleteToken(id: string): Promise<unknown>;
    /** Where a person finds these tokens in Dynatrace. @default `Access tokens` */
    readonly page?: string;
}

/** Attempts to create a token, each with its own name. */
const ATTEMPTS = 3;
/** Milliseconds before each search for a token whose reply was lost: a slow server may create it after we gave up. */
const SEARCH_AFTER = [0, 2_000];

/**
 * Creates one token and leaves no other behind. If a reply is lost, the token is searched by its unique name and deleted, because its
 * secret cannot be read again. Then another token is created.
 *
 * @throws DynatraceOrphanError that names the tokens that may be left, DynatraceApiError for a refusal, EngineGoneError if no engine
 * is left to record the token.
 */
export async function createToken<Token extends object>(
    client: TokenCreator<Token>,
    nameFor: (nonce: string) => string,
    token: Token,
    clock: Clock,
): Promise<NamedToken> {
    const doubtful = new Set<string>();
    let doubt = "";
    try {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
            const nonce = newNonce();
            const name = nameFor(nonce);
            const answer = await client.createToken({ ...token, name });
            if (answer.created) {
                await keepIfRecordable(client, answer.created.id);
                return { created: answer.created, name, nonce, unswept: await lastSweep(client, doubtful) };
            }
            doubt = answer.doubt;
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
async function keepIfRecordable(client: TokenCreator<never>, id: string): Promise<void> {
    if (await engineLives()) return;
    await client.deleteToken(id);
    throw new EngineGoneError();
}

async function searchAndDelete(
    client: TokenCreator<never>,
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

/** Deletes the tokens with one of the names, and removes the names of deleted tokens from the set. */
async function sweep(client: TokenCreator<never>, names: Set<string>): Promise<void> {
    for (const { id, name } of await client.findTokens(names)) {
        await client.deleteToken(id);
        names.delete(name);
    }
}

/** Searches once more for tokens that appeared late. @returns the names still in doubt because the search failed; none if it succeeded. */
async function lastSweep(client: TokenCreator<never>, names: Set<string>): Promise<string[]> {
    if (names.size === 0) return [];
    try {
        await sweep(client, names);
        return [];
    } catch {
        return [...names];
    }
}
