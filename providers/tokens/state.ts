import { tenantKey } from "../dynatrace/api-url";
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

/** Whether two addresses are of two environments, or of two accounts. */
export function isElsewhere(one: Address, other: Address): boolean {
    if (one.accountUuid !== other.accountUuid) return true;
    return tenantKeyOf(one) !== tenantKeyOf(other);
}

function tenantKeyOf({ apiUrl }: Address): string | undefined {
    return apiUrl === undefined || apiUrl === "" ? undefined : tenantKey(apiUrl);
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

/** A token in Dynatrace, without its secret. */
export interface SeenToken {
    id: string;
    name: string;
    /** ISO 8601; undefined for never. */
    expirationDate?: string;
    /** ISO 8601; undefined where the API does not report it. */
    creationDate?: string;
    /** ISO 8601; undefined for a token that was never used. */
    lastUsedDate?: string;
    enabled?: boolean;
    scopes?: string[];
}

/** Whether the address and the credentials of a place work. */
export interface Probe {
    works?: boolean;
    /** Why they do not work. */
    problem?: string;
    /** Why Dynatrace could not be asked. */
    unchecked?: string;
    /** Whether there are no credentials at all. */
    missing?: boolean;
}

/** What is known of the tokens of a stack in one run. A slot is one token resource: ownership mark and key. */
export interface RunTokens {
    /** The token that the state records, by slot. */
    recorded: Map<string, Recorded>;
    /** The token created in this run, by slot. */
    successors: Map<string, { tokenId: string; rules: Rules }>;
    /** What is to happen to replaced tokens when the engine asks to delete them, by id. */
    releases: Map<string, Rules>;
    /** Ids that the state names, as far as the engine has shown it. */
    known: Set<string>;
    /** Ids of tokens created in this run. */
    created: Set<string>;
    /** Ids of tokens adopted in this run. */
    adopted: Set<string>;
    /** Ids of tokens deleted in this run. */
    deleted: Set<string>;
}

/** A token in the state. */
export interface Recorded {
    tokenId: string;
    expiresAt?: string;
    address: Address;
    /** Whether the engine will not ask to delete it when another token replaces it. */
    retained?: boolean;
    retiring: Retiring[];
}

/** The inputs that every kind of token has, with defaults. */
export function readTokenInputs({
    mark = "",
    key = "",
    tokenName = "",
    expiresAfterDays,
    expirationDate,
    rotateAfterDays,
    rotationKey,
    retire,
    overlapDays,
    replaceOn,
    retained,
}: Partial<TokenInputs>) {
    const lifetime = { expiresAfterDays, expirationDate, rotateAfterDays, rotationKey, retire, overlapDays };
    return { mark, key, tokenName, ...lifetime, replaceOn, retained };
}

/** How a replaced token goes. */
export type Rules = Pick<TokenInputs, "retire" | "overlapDays">;
