import type { Call } from "../context";
import { Refuse } from "../http/refuse";
import { badQuery, empty, envelope, json, type Reply } from "../http/reply";
import { limits } from "../limits";
import type { TokenRecord } from "../types";
import { parseCreate, parseExpiry, parseStatus } from "./payload";

/*
 * The account API has an OpenAPI description of bodies and successes; it names no failure. Statuses and texts of refusals are the
 * emulator's own, in the envelope of the environment's API.
 * See https://docs.dynatrace.com/docs/dynatrace-api/account-management-api/platform-tokens-api
 */

const manage = ["platform-token:tokens:manage"];

/** GET …/platform-tokens */
export function listPlatformTokens(call: Call): Reply {
    authorize(call, manage);
    const { firstPage = 1 } = call.context.account.options;
    const { defaultPageSize, maxPageSize } = limits.platformTokens;
    const known = ["searchTerm", "status", "page", "size"];
    const unknown = [...call.query.keys()].find((name) => !known.includes(name));
    if (unknown !== undefined) throw new Refuse(badQuery(unknown, "There is no such query parameter."));

    const pageNumber = wholeNumber(call, "page", firstPage, firstPage);
    const pageSize = Math.min(wholeNumber(call, "size", defaultPageSize, 1), maxPageSize);
    const all = tokensOf(call).filter(filterOf(call.query));
    const start = (pageNumber - firstPage) * pageSize;
    const results = all.slice(start, start + pageSize).map((token) => dtoOf(call, token));
    return json(200, { pageSize, pageNumber, total: all.length, results });
}

/** POST …/platform-tokens */
export async function createPlatformToken(call: Call): Promise<Reply> {
    authorize(call, [...manage, "platform-token:tokens:write"]);
    const { name, scope, resource, tags, expirationDate, userUuid } = await parseCreate(call);
    const { perUser } = limits.platformTokens;
    if (tokensOf(call).filter((token) => token.userUuid === userUuid).length >= perUser) {
        return envelope(400, "The maximum number of platform tokens is reached.");
    }
    const { id, token } = call.context.tokens.create({
        kind: "platform",
        name,
        scopes: scope,
        resource,
        tags,
        expirationDate,
        userUuid,
    });
    return json(200, { name, tokenId: id, token });
}

/** DELETE …/platform-tokens/{id}; expired tokens stay until then. */
export function deletePlatformToken(call: Call, id: string): Reply {
    authorize(call, manage);
    call.context.tokens.delete(tokenOf(call, id).id);
    return empty(200);
}

/** PUT …/platform-tokens/{id}/expiration-date */
export async function putExpirationDate(call: Call, id: string): Promise<Reply> {
    authorize(call, manage);
    const expirationDate = await parseExpiry(call);
    const token = tokenOf(call, id);
    if (call.context.tokens.isExpired(token)) return envelope(400, "The platform token is expired.");
    call.context.tokens.setExpiry(token.id, expirationDate);
    return empty(200);
}

/** PUT …/platform-tokens/{id}/status; at once, where Dynatrace takes up to five minutes. */
export async function putStatus(call: Call, id: string): Promise<Reply> {
    authorize(call, manage);
    const enabled = await parseStatus(call);
    call.context.tokens.update(tokenOf(call, id).id, { enabled });
    return empty(204);
}

/** @throws Refuse with 401 for a bearer token that does not work, 403 for a missing scope or another account. */
function authorize(call: Call, needed: string[]): void {
    const { account } = call.context;
    const [, bearer = ""] = /^Bearer +(\S+)$/i.exec(call.request.headers.authorization ?? "") ?? [];
    const scopes = account.scopesOf(bearer);
    if (!scopes) throw new Refuse(envelope(401, "The bearer token is missing, unknown or expired."));
    const missing = needed.filter((scope) => !scopes.includes(scope));
    if (missing.length > 0) throw new Refuse(envelope(403, `Missing scope: ${missing.join(", ")}`));
    const uuid = /^\/iam\/v1\/accounts\/([^/]+)/.exec(call.fullPath)?.[1];
    if (uuid !== account.accountUuid) throw new Refuse(envelope(403, "The bearer token is for another account."));
}

function tokensOf(call: Call): TokenRecord[] {
    return call.context.tokens.all().filter(({ kind }) => kind === "platform");
}

function tokenOf(call: Call, id: string): TokenRecord {
    const token = tokensOf(call).find((each) => each.id === id);
    if (!token) throw new Refuse(envelope(404, "There is no such platform token."));
    return token;
}

function filterOf(query: URLSearchParams): (token: TokenRecord) => boolean {
    const [term, status] = [query.get("searchTerm"), query.get("status")];
    return ({ id, name, owner, scopes, enabled }) =>
        (term === null || [id, name, owner, ...scopes].some((text) => text.includes(term))) &&
        (status === null || status === (enabled ? "ACTIVE" : "INACTIVE"));
}

function wholeNumber({ query }: Call, name: string, fallback: number, least: number): number {
    const text = query.get(name);
    if (text === null) return fallback;
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= least)) throw new Refuse(badQuery(name, `must be a whole number from ${least}`));
    return value;
}

/** PlatformTokenDto. */
function dtoOf(call: Call, token: TokenRecord): object {
    const { account } = call.context;
    const { id, name, scopes, tags = [], resource = [], expirationDate, userUuid, enabled } = token;
    return {
        tokenId: id,
        accountUuid: account.accountUuid,
        description: "",
        name,
        scope: scopes,
        tags,
        resource,
        expirationDate,
        userUuid,
        metadata: { lastUsedAt: token.lastUsedDate, lastClientIp: token.lastUsedIpAddress },
        ...(account.options.listShowsStatus && { status: enabled ? "ACTIVE" : "INACTIVE" }),
    };
}
