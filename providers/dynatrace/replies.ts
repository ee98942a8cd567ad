/**
 * What a reply must look like. A zod schema is one; declarations name this interface, so that a program that compiles
 * this package's types needs no zod.
 */
export interface ReplySchema<T> {
    /** `data` is missing for a value of another shape. */
    safeParse(value: unknown): { data?: T };
}

/** A new access token or ActiveGate token, with its secret. */
export interface CreatedToken {
    id: string;
    token: string;
    expirationDate?: string;
}

/** An access token without its secret. */
export interface ApiTokenMetadata {
    id: string;
    name?: string;
    enabled?: boolean;
    owner?: string;
    scopes?: string[];
    personalAccessToken?: boolean;
    creationDate?: string;
    expirationDate?: string;
    lastUsedDate?: string;
}

/** One page of access tokens. */
export interface TokenPage {
    apiTokens: ApiTokenMetadata[];
    nextPageKey?: string;
}

/** A platform token as the list shows it. */
export interface ListedPlatformToken {
    id: string;
    name: string;
    scopes?: string[];
    expirationDate?: string;
    userUuid?: string;
    enabled?: boolean;
    creationDate?: string;
    lastUsedDate?: string;
}

/** One page of platform tokens. */
export interface PlatformTokenPage {
    pageNumber: number;
    total: number;
    results: ListedPlatformToken[];
}

/** An ActiveGate token without its secret. */
export interface ListedActiveGateToken {
    id: string;
    name: string;
    creationDate?: string;
    expirationDate?: string;
    lastUsedDate?: string;
}

/** One page of ActiveGate tokens. */
export interface ActiveGateTokenPage {
    activeGateTokens: ListedActiveGateToken[];
    nextPageKey?: string;
}

/** The tenant and the addresses that an ActiveGate connects to. */
export interface ConnectionInfo {
    tenantUUID: string;
    tenantToken: string;
    communicationEndpoints: string;
}
