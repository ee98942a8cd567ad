import { authenticate } from "../auth";
import type { Call } from "../context";
import { Refuse } from "../http/refuse";
import { badQuery, json, type Reply } from "../http/reply";
import { limits } from "../limits";
import type { TokenRecord } from "../types";
import { apiToken } from "./api";
import { parseDate } from "./dates";
import { needed } from "./scopes";
import { parseSelector } from "./selector";

const parameters = ["pageSize", "nextPageKey", "apiTokenSelector", "fields", "sort", "from", "to"];
const defaultFields = ["id", "name", "enabled", "owner", "creationDate"];
const otherFields = [
    "personalAccessToken",
    "expirationDate",
    "lastUsedDate",
    "lastUsedIpAddress",
    "modifiedDate",
    "scopes",
    "additionalMetadata",
];
const sortable = ["name", "lastUsedDate", "creationDate", "expirationDate", "modifiedDate"] as const;

/** GET /api/v2/apiTokens */
export function listTokens(call: Call): Reply {
    authenticate(call, needed.tokensRead);
    const { query, offset } = pageOf(call.query);
    const pageSize = pageSizeOf(query.get("pageSize"));
    const selects = parseSelector(query.get("apiTokenSelector"));
    const used = usedWithin(query, call.context.settings.now());
    const fields = fieldsOf(query.get("fields"));
    const order = orderOf(query.get("sort"));

    const all = call.context.tokens.all().filter((token) => token.kind === "access" && selects(token) && used(token));
    // Newest first: a stable sort keeps that among equals.
    const sorted = all.reverse().sort(order);
    const page = sorted.slice(offset, offset + pageSize);
    const next = offset + page.length;
    return json(200, {
        apiTokens: page.map((token) => only(fields, apiToken(token))),
        nextPageKey: next < sorted.length ? pageKey(query, next) : null,
        pageSize,
        totalCount: sorted.length,
    });
}

/** The query to answer: with nextPageKey that of the first page, which the key carries. */
function pageOf(query: URLSearchParams): { query: URLSearchParams; offset: number } {
    const unknown = [...query.keys()].find((key) => !parameters.includes(key));
    if (unknown !== undefined) throw new Refuse(badQuery(unknown, "There is no such query parameter."));
    const key = query.get("nextPageKey");
    if (key === null) return { query, offset: 0 };
    const others = [...query.keys()].filter((name) => name !== "nextPageKey");
    if (others.length > 0) {
        throw new Refuse(badQuery("nextPageKey", `Drop all other parameters with nextPageKey: ${others.join(", ")}`));
    }
    const [, offset, first] = /^(\d+)\?(.*)$/s.exec(Buffer.from(key, "base64url").toString("utf8")) ?? [];
    if (offset === undefined) throw new Refuse(badQuery("nextPageKey", "The page key is not valid."));
    return { query: new URLSearchParams(first), offset: Number(offset) };
}

function pageKey(query: URLSearchParams, offset: number): string {
    return Buffer.from(`${offset}?${query.toString()}`, "utf8").toString("base64url");
}

function pageSizeOf(text: string | null): number {
    const { minPageSize, maxPageSize, defaultPageSize } = limits.tokenList;
    if (text === null) return defaultPageSize;
    const size = /^\d+$/.test(text) ? Number(text) : NaN;
    if (size >= minPageSize && size <= maxPageSize) return size;
    throw new Refuse(badQuery("pageSize", `must be between ${minPageSize} and ${maxPageSize}`));
}

function usedWithin(query: URLSearchParams, now: number): (token: TokenRecord) => boolean {
    const bound = (name: "from" | "to", fallback: number): number => {
        const text = query.get(name);
        const at = text === null ? fallback : parseDate(text, now);
        if (at === undefined) throw new Refuse(badQuery(name, `Unable to parse date '${text}'.`));
        return at;
    };
    const [from, to] = [bound("from", -Infinity), bound("to", Infinity)];
    if (!query.has("from") && !query.has("to")) return () => true;
    return ({ lastUsedDate }) => {
        const at = lastUsedDate === undefined ? NaN : Date.parse(lastUsedDate);
        return at >= from && at <= to;
    };
}

/** `+scopes,-owner`: added to and taken from the default fields. */
function fieldsOf(text: string | null): string[] {
    const fields = new Set(defaultFields);
    for (const part of text?.split(",") ?? []) {
        const [, sign, field = ""] = /^([+-])(\w+)$/.exec(part) ?? [];
        if (sign === undefined || ![...defaultFields, ...otherFields].includes(field)) {
            throw new Refuse(badQuery("fields", `'${part}' is not + or - and a field (encode + as %2B).`));
        }
        if (sign === "+") fields.add(field);
        else fields.delete(field);
    }
    return [...fields];
}

function orderOf(text: string | null): (a: TokenRecord, b: TokenRecord) => number {
    const [, sign, field] = /^([+-])(\w+)$/.exec(text ?? "-creationDate") ?? [];
    const key = sortable.find((name) => name === field);
    if (!key) throw new Refuse(badQuery("sort", `'${text}' is not + or - and one of ${sortable.join(", ")}.`));
    const direction = sign === "-" ? -1 : 1;
    return (a, b) => direction * compare(a[key] ?? "", b[key] ?? "");
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

function only(fields: string[], token: object): object {
    return Object.fromEntries(Object.entries(token).filter(([key]) => fields.includes(key)));
}
