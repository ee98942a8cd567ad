import { recordedAs, type Properties } from "../properties";

/** What happens to a token after it was replaced. */
export const TokenRetirement = {
    /** The first `up` after the overlap deletes it. */
    Delete: "delete",
    /** It is left to expire. */
    Expire: "expire",
} as const;
export type TokenRetirement = (typeof TokenRetirement)[keyof typeof TokenRetirement];

/** Overlap where none is given. */
export const DEFAULT_OVERLAP_DAYS = 1;

/** Where a token lives: an environment has `apiUrl`, an account the other fields. Recorded, so that `destroy` does not need the program. */
export interface Address {
    apiUrl?: string;
    accountUuid?: string;
    accountApiUrl?: string;
    ssoUrl?: string;
}

/** The checked inputs that every kind of token has, with defaults. */
export interface TokenInputs extends Address {
    /** Ownership mark of the stack. */
    mark: string;
    /** Identifies the resource in its stack. */
    key: string;
    tokenName: string;
    expiresAfterDays?: number;
    expirationDate?: string;
    rotateAfterDays?: number;
    rotationKey?: string;
    retire?: TokenRetirement;
    overlapDays?: number;
    /** Inputs that replace the token when they change, although they could be changed in place. */
    replaceOn?: string[];
    /** Whether the resource has `retainOnDelete`: the engine then never asks to delete the token. */
    retained?: boolean;
}

/**
 * The inputs that Dynatrace was last told, or last reported: what diff compares with. Not recorded under the names of the inputs: an
 * input that becomes undefined would erase the output of the same name (pulumi/pulumi#6587).
 */
export type Applied<Inputs extends TokenInputs = TokenInputs> = Inputs & {
    /** Makes the token's name unique; kept when the name changes. */
    nonce: string;
    /** Id of the token that was adopted. */
    adopted?: string;
    /** Set by a refresh that found no token, or an expired token. */
    gone?: boolean;
};

/** A token that was replaced and still works. */
export interface Retiring {
    tokenId: string;
    /** Where it lives, if not where its successor lives. */
    apiUrl?: string;
    /** End of the overlap, ISO 8601. */
    until: string;
    /** When it expires, ISO 8601; absent for never. */
    expiresAt?: string;
    /** Not known to be released: only found in Dynatrace by its name, or retained. It is deleted only if Dynatrace shows its release. */
    suspected?: boolean;
    /** The overlap is over, and the engine had not asked to delete the token. */
    awaited?: boolean;
}

/** Everything that is recorded of a token. */
export interface TokenOutputs<Inputs extends TokenInputs = TokenInputs> {
    tokenId: string;
    /** The secret itself. */
    token: string;
    actualName: string;
    /** ISO 8601; absent for never. */
    expiresAt?: string;
    /** ISO 8601, by the clock of the machine that created it. */
    createdAt: string;
    retiring?: Retiring[];
    applied: Applied<Inputs>;
}

/** The outputs that an earlier step recorded. */
export function readOutputs<Inputs extends TokenInputs>(properties: Properties): TokenOutputs<Inputs> {
    return recordedAs<TokenOutputs<Inputs>>(properties);
}
