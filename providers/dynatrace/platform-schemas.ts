import { z } from "zod";

import type { CreatedToken, PlatformTokenPage, ReplySchema } from "./replies";
import { optional } from "./schemas";

/** Reply to POST platform-tokens. @see https://docs.dynatrace.com/docs/dynatrace-api/account-management-api/platform-tokens-api/post-platform-token */
export const createdPlatformTokenSchema: ReplySchema<CreatedToken> = z
    .object({ tokenId: z.string().min(1), token: z.string().min(1) })
    .transform(({ tokenId, token }) => ({ id: tokenId, token, expirationDate: undefined }));

/** A token as the list shows it; `status` and `createdAt` are not in the documentation, but Dynatrace's own command line reads them. */
const platformTokenSchema = z
    .object({
        tokenId: z.string().min(1),
        name: optional(z.string()),
        scope: optional(z.array(z.string())),
        expirationDate: optional(z.string()),
        userUuid: optional(z.string()),
        status: optional(z.string()),
        createdAt: optional(z.string()),
        metadata: optional(z.object({ lastUsedAt: optional(z.string()) })),
    })
    .transform(({ tokenId, name, scope, expirationDate, userUuid, status, createdAt, metadata }) => ({
        id: tokenId,
        name: name ?? "",
        scopes: scope,
        expirationDate,
        userUuid,
        enabled: status === undefined ? undefined : status !== "INACTIVE",
        creationDate: createdAt,
        lastUsedDate: metadata?.lastUsedAt || undefined,
    }));

/** One page of GET platform-tokens. @see https://docs.dynatrace.com/docs/dynatrace-api/account-management-api/platform-tokens-api/get-all-platform-tokens */
export const platformTokenPageSchema: ReplySchema<PlatformTokenPage> = z.object({
    pageNumber: z.number(),
    total: z.number(),
    results: z.array(platformTokenSchema),
});
