import { authenticate } from "../auth";
import type { Call } from "../context";
import { badBody, empty, json, violated, type Reply } from "../http/reply";
import type { TokenRecord } from "../types";
import { checkExpirationDate, checkScopes, parseCreate, parseLookup, parseUpdate } from "./payload";
import { publicPart } from "./secret";
import { needed } from "./scopes";

/** POST /api/v2/apiTokens */
export async function createToken(call: Call): Promise<Reply> {
    const caller = authenticate(call, needed.tokensWrite);
    const { name, scopes, expirationDate, personalAccessToken } = await parseCreate(call);
    if (caller.personalAccessToken && !personalAccessToken) {
        return badBody("personalAccessToken", "A personal access token can only create personal access tokens.");
    }
    checkScopes(scopes, personalAccessToken);
    const expires = checkExpirationDate(expirationDate, call.context.settings.now());
    const { id, token, record } = call.context.tokens.create({
        name,
        scopes,
        personalAccessToken,
        owner: caller.owner,
        expirationDate: expires,
    });
    return json(201, { id, token, ...(record.expirationDate && { expirationDate: record.expirationDate }) });
}

/** GET /api/v2/apiTokens/{id} */
export function getToken(call: Call, id: string): Reply {
    authenticate(call, needed.tokensRead);
    return found(call.context.tokens.byId(id));
}

/** PUT /api/v2/apiTokens/{id} */
export async function updateToken(call: Call, id: string): Promise<Reply> {
    const caller = authenticate(call, needed.tokensWrite);
    const change = await parseUpdate(call);
    const token = call.context.tokens.byId(id);
    if (token?.kind !== "access") return empty(404);
    if (change.scopes) checkScopes(change.scopes, token.personalAccessToken);
    if (id === caller.id && change.enabled === false) {
        return badBody("enabled", "The token that signs the call cannot be disabled.");
    }
    call.context.tokens.update(id, change);
    return empty(204);
}

/** DELETE /api/v2/apiTokens/{id}: the id, or the whole token. */
export function deleteToken(call: Call, idOrToken: string): Reply {
    const caller = authenticate(call, needed.tokensWrite);
    const { tokens } = call.context;
    const token = publicPart(idOrToken) ? tokens.bySecret(idOrToken) : tokens.byId(idOrToken);
    if (token?.kind !== "access") return empty(404);
    if (token.id === caller.id) {
        const message = "The token that signs the call cannot be deleted.";
        return violated({ path: "id", message, parameterLocation: "PATH" });
    }
    tokens.delete(token.id);
    return empty(204);
}

/** POST /api/v2/apiTokens/lookup */
export async function lookupToken(call: Call): Promise<Reply> {
    authenticate(call, "any");
    return found(call.context.tokens.bySecret((await parseLookup(call)).token));
}

function found(token: TokenRecord | undefined): Reply {
    return token?.kind === "access" ? json(200, apiToken(token)) : empty(404);
}

/** The ApiToken object of the API. */
export function apiToken(token: TokenRecord): object {
    const shown: Partial<TokenRecord> = { ...token };
    delete shown.kind;
    return { ...shown, additionalMetadata: {} };
}
