import { z } from "zod";
import { authenticate } from "../auth";
import type { Call } from "../context";
import { Refuse } from "../http/refuse";
import { badBody, badQuery, empty, envelope, json, type Reply } from "../http/reply";
import { limits } from "../limits";
import { parseDate } from "../tokens/dates";
import { checkExpirationDate, parse } from "../tokens/payload";
import { needed } from "../tokens/scopes";
import type { TokenRecord } from "../types";

/* See https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/activegate-tokens */

const create = z.object({
    name: z.string("must not be null").refine((text) => text.trim() !== "", "must not be empty"),
    activeGateType: z.enum(["ENVIRONMENT", "CLUSTER"], "must be ENVIRONMENT or CLUSTER"),
    seedToken: z.boolean().nullish(),
    expirationDate: z.union([z.string(), z.number()]).nullish(),
});

/** POST /api/v2/activeGateTokens */
export async function createActiveGateToken(call: Call): Promise<Reply> {
    const { owner } = authenticate(call, needed.activeGateTokensCreate);
    const { name, activeGateType, seedToken, expirationDate } = await parse(call, create);
    const now = call.context.settings.now();
    const expires = checkExpirationDate(expirationDate == null ? undefined : String(expirationDate), now);
    const latest = parseDate(`now+${limits.activeGateTokenYears}y`, now) ?? now;
    if (expires !== undefined && Date.parse(expires) > latest) {
        return badBody("expirationDate", `must be within ${limits.activeGateTokenYears} years`);
    }
    const { id, token } = call.context.tokens.create({
        kind: "activeGate",
        name,
        owner,
        activeGateType,
        seedToken: seedToken ?? false,
        expirationDate: expires,
    });
    return json(201, { id, token, ...(expires && { expirationDate: expires }) });
}

/** GET /api/v2/activeGateTokens */
export function listActiveGateTokens(call: Call): Reply {
    authenticate(call, needed.activeGateTokensRead);
    const { offset, pageSize } = pageOf(call.query);
    const all = tokensOf(call);
    const page = all.slice(offset, offset + pageSize);
    const next = offset + page.length;
    return json(200, {
        totalCount: all.length,
        pageSize,
        activeGateTokens: page.map(shown),
        nextPageKey: next < all.length ? Buffer.from(`${next}/${pageSize}`).toString("base64url") : null,
    });
}

/** GET /api/v2/activeGateTokens/{id} */
export function getActiveGateToken(call: Call, id: string): Reply {
    authenticate(call, needed.activeGateTokensRead);
    return json(200, shown(tokenOf(call, id)));
}

/** DELETE /api/v2/activeGateTokens/{id} */
export function deleteActiveGateToken(call: Call, id: string): Reply {
    authenticate(call, needed.activeGateTokensWrite);
    call.context.tokens.delete(tokenOf(call, id).id);
    return empty(204);
}

function tokensOf(call: Call): TokenRecord[] {
    return call.context.tokens.all().filter(({ kind }) => kind === "activeGate");
}

/** Unlike for access tokens, a 404 has a body. */
function tokenOf(call: Call, id: string): TokenRecord {
    const token = tokensOf(call).find((each) => each.id === id);
    if (!token) throw new Refuse(envelope(404, "There is no such ActiveGate token."));
    return token;
}

function pageOf(query: URLSearchParams): { offset: number; pageSize: number } {
    const unknown = [...query.keys()].find((name) => !["nextPageKey", "pageSize"].includes(name));
    if (unknown !== undefined) throw new Refuse(badQuery(unknown, "There is no such query parameter."));
    const [key, size] = [query.get("nextPageKey"), query.get("pageSize")];
    if (key !== null) {
        if (size !== null) throw new Refuse(badQuery("nextPageKey", "Drop all other parameters with nextPageKey."));
        const [, offset, pageSize] = /^(\d+)\/(\d+)$/.exec(Buffer.from(key, "base64url").toString("utf8")) ?? [];
        if (offset === undefined) throw new Refuse(badQuery("nextPageKey", "The page key is not valid."));
        return { offset: Number(offset), pageSize: Number(pageSize) };
    }
    const { minPageSize, maxPageSize, defaultPageSize } = limits.activeGateTokenList;
    const pageSize = size === null ? defaultPageSize : Number(size);
    if (!(pageSize >= minPageSize && pageSize <= maxPageSize)) {
        throw new Refuse(badQuery("pageSize", `must be between ${minPageSize} and ${maxPageSize}`));
    }
    return { offset: 0, pageSize };
}

function shown(token: TokenRecord): object {
    const { id, name, owner, creationDate, expirationDate, lastUsedDate, seedToken, activeGateType } = token;
    return { id, name, owner, creationDate, expirationDate, lastUsedDate, seedToken, activeGateType };
}
