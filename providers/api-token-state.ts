/** What Pulumi writes for a value that a preview does not know yet, also where a list or a number is expected. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything in it, is not known yet. */
export function isUnknown(value: unknown): boolean {
    if (Array.isArray(value)) return value.some(isUnknown);
    return value === UNKNOWN;
}

/** A bag of properties as the engine hands it over: plain data, secrets in clear, absent or null for undefined. */
export type Properties = Record<string, unknown>;

/** The inputs after check, with defaults. */
export interface CheckedInputs {
    scopes: string[];
    tokenName: string;
    expiresAfterDays?: number;
    expirationDate?: string;
    rotateAfterDays?: number;
    rotationKey?: string;
    enabled: boolean;
    personalAccessToken: boolean;
    allowUnknownScopes?: boolean;
    apiUrl: string;
}

/** What Dynatrace was last told, or last told us: what diff compares with. Not keyed as the inputs, which would erase it (pulumi/pulumi#6587). */
export interface AppliedState extends CheckedInputs {
    /** What makes the token's name unique; kept when the name changes. */
    nonce: string;
}

/** All that is recorded of a token. */
export interface TokenOutputs {
    tokenId: string;
    /** The secret itself. */
    token: string;
    actualName: string;
    /** ISO 8601; absent for never. */
    expiresAt?: string;
    /** ISO 8601, by the clock of whoever made it. */
    createdAt: string;
    applied: AppliedState;
}

/** Inputs that passed check, in one form: scopes sorted, defaults filled in, nothing undefined. */
export function readInputs(inputs: Properties): CheckedInputs {
    const given = inputs as Partial<CheckedInputs>;
    return present({
        scopes: [...new Set(given.scopes ?? [])].sort(),
        tokenName: given.tokenName ?? "",
        expiresAfterDays: given.expiresAfterDays,
        expirationDate: given.expirationDate,
        rotateAfterDays: given.rotateAfterDays,
        rotationKey: given.rotationKey,
        enabled: given.enabled ?? true,
        personalAccessToken: given.personalAccessToken ?? false,
        allowUnknownScopes: given.allowUnknownScopes,
        apiUrl: given.apiUrl ?? "",
    });
}

/** The outputs an earlier step recorded. */
export function readOutputs(properties: Properties): TokenOutputs {
    return properties as unknown as TokenOutputs;
}

/** Without the keys that hold undefined or null, which the engine's wire format cannot carry. */
export function present<T extends object>(bag: T): T {
    return Object.fromEntries(
        Object.entries(bag).filter(([, value]) => value !== undefined && value !== null),
    ) as unknown as T;
}
