import { present, type Properties, recordedAs } from "../properties";
import type { Predecessor } from "../run";

/** What becomes of a token once its successor has been handed out. */
export const TokenRetirement = {
    /** Deleted by the first `up` after the overlap. */
    Delete: "delete",
    /** Left alone until it expires. */
    Expire: "expire",
} as const;
export type TokenRetirement = (typeof TokenRetirement)[keyof typeof TokenRetirement];

/** The inputs after check, with defaults. */
export interface CheckedInputs {
    mark: string;
    scopes: string[];
    tokenName: string;
    expiresAfterDays?: number;
    expirationDate?: string;
    rotateAfterDays?: number;
    rotationKey?: string;
    retire?: TokenRetirement;
    overlapDays?: number;
    enabled: boolean;
    personalAccessToken: boolean;
    allowUnknownScopes?: boolean;
    /** A token to take over, a secret. */
    adoptToken?: string;
    apiUrl: string;
}

/** What Dynatrace was last told, or last told us: what diff compares with. Not keyed as the inputs, which would erase it (pulumi/pulumi#6587). */
export interface AppliedState extends Omit<CheckedInputs, "adoptToken"> {
    /** What makes the token's name unique; kept when the name changes. */
    nonce: string;
    /** Id of the token that was taken over, where one was. */
    adopted?: string;
    /** Set by a refresh that found no token, or an expired one: only a new one helps. */
    gone?: boolean;
}

/** All that is recorded of a token. */
export interface TokenOutputs {
    tokenId: string;
    /** The secret itself. */
    token: string;
    actualName: string;
    /** ISO 8601; absent for never. */
    expiresAt?: string;
    /** ISO 8601, by the clock of the machine that created it. */
    createdAt: string;
    /** Replaced tokens that still serve. */
    retiring?: Predecessor[];
    applied: AppliedState;
}

/** Inputs that passed check, in one form: scopes sorted, defaults filled in, nothing undefined. */
export function readInputs(inputs: Properties): CheckedInputs {
    const given = recordedAs<Partial<CheckedInputs>>(inputs);
    return present({
        mark: given.mark ?? "",
        scopes: [...new Set(given.scopes ?? [])].sort(),
        tokenName: given.tokenName ?? "",
        expiresAfterDays: given.expiresAfterDays,
        expirationDate: given.expirationDate,
        rotateAfterDays: given.rotateAfterDays,
        rotationKey: given.rotationKey,
        retire: given.retire,
        overlapDays: given.overlapDays,
        enabled: given.enabled ?? true,
        personalAccessToken: given.personalAccessToken ?? false,
        allowUnknownScopes: given.allowUnknownScopes,
        adoptToken: given.adoptToken,
        apiUrl: given.apiUrl ?? "",
    });
}

/** Overlap where none was given. */
export const DEFAULT_OVERLAP_DAYS = 1;

/** The outputs an earlier step recorded. */
export function readOutputs(properties: Properties): TokenOutputs {
    return recordedAs<TokenOutputs>(properties);
}

/** What is recorded of a set of inputs: all but the secret. */
export function recordable(inputs: CheckedInputs): Omit<CheckedInputs, "adoptToken"> {
    const recorded = { ...inputs };
    delete recorded.adoptToken;
    return recorded;
}
