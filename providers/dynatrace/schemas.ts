import { z } from "zod";

import type { ApiTokenMetadata, CreatedToken, ReplySchema, TokenPage } from "./replies";

/** Dynatrace leaves a field out or sends null for nothing. */
export const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);

/** Reply to POST apiTokens. @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens/post-token */
export const createdTokenSchema: ReplySchema<CreatedToken> = z.object({
    id: z.string().min(1),
    token: z.string().min(1),
    expirationDate: optional(z.string()),
});

const apiToken = z.object({
    id: z.string().min(1),
    name: optional(z.string()),
    enabled: optional(z.boolean()),
    owner: optional(z.string()),
    scopes: optional(z.array(z.string())),
    personalAccessToken: optional(z.boolean()),
    creationDate: optional(z.string()),
    expirationDate: optional(z.string()),
    lastUsedDate: optional(z.string()),
});

/** A token without its secret. @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens/get-token */
export const apiTokenSchema: ReplySchema<ApiTokenMetadata> = apiToken;

/** One page of GET apiTokens. */
export const tokenPageSchema: ReplySchema<TokenPage> = z.object({
    apiTokens: z.array(apiToken),
    nextPageKey: optional(z.string()),
});

/** Body of a refusal, where there is one. */
const errorEnvelopeSchema = z.object({
    error: z.object({
        code: optional(z.number()),
        message: optional(z.string()),
        description: optional(z.string()),
        constraintViolations: optional(
            z.array(z.object({ path: optional(z.string()), message: optional(z.string()) })),
        ),
    }),
});

/** Body of a refusal by the sign-on (OAuth 2.0), or by the account API. */
const plainErrorSchema = z.object({
    error: optional(z.unknown()),
    error_description: optional(z.string()),
    message: optional(z.string()),
});

/** Reads a reply by a schema; undefined for HTML, an empty body, or anything else that is not what the schema says. */
export function parseBody<T>(schema: ReplySchema<T>, text: string): T | undefined {
    try {
        return schema.safeParse(JSON.parse(text)).data;
    } catch {
        return undefined;
    }
}

/** What a refusal says, in one line: message and violations; a hint for HTML; empty for no body. */
export function describeErrorBody(text: string): string {
    const error = parseBody(errorEnvelopeSchema, text)?.error;
    if (error) {
        const violations = (error.constraintViolations ?? []).map(
            ({ path, message }) => `${path ?? "?"}: ${message ?? "?"}`,
        );
        return [error.message ?? error.description, ...violations].filter(Boolean).join("; ").slice(0, 1000);
    }
    const plain = parseBody(plainErrorSchema, text);
    if (plain && (plain.message !== undefined || typeof plain.error === "string")) {
        return [plain.error, plain.error_description, plain.message]
            .filter((part) => typeof part === "string")
            .join(": ")
            .slice(0, 1000);
    }
    if (/^\s*</.test(text)) {
        const title = /<title[^>]*>([^<]{1,100})/i.exec(text)?.[1]?.trim();
        return `a web page${title ? ` ("${title}")` : ""} instead of JSON: a proxy or another server answered`;
    }
    return text.trim().slice(0, 200);
}
