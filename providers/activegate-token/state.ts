import { TokenRetirement } from "../api-token/state";
import { present, type Properties, recordedAs } from "../properties";
import type { Predecessor } from "../run";

/** The life of an ActiveGate token that was given none: what the Dynatrace Operator gives its own. */
export const DEFAULT_EXPIRES_AFTER_DAYS = 60;
/** Its age at which it is replaced then: a month and a day before its end, so that Dynatrace never warns of that. */
export const DEFAULT_ROTATE_AFTER_DAYS = 29;

/** The inputs after check, with defaults. */
export interface ActiveGateTokenInputs {
    mark: string;
    tokenName: string;
    expiresAfterDays?: number;
    expirationDate?: string;
    rotateAfterDays?: number;
    rotationKey?: string;
    retire: TokenRetirement;
    overlapDays?: number;
    apiUrl: string;
}

/** What Dynatrace was last told: what diff compares with. */
export interface AppliedActiveGateToken extends ActiveGateTokenInputs {
    /** What makes the token's name unique. */
    nonce: string;
    /** Set by a refresh that found no token, or an expired one: only a new one helps. */
    gone?: boolean;
}

/** All that is recorded of a token. */
export interface ActiveGateTokenOutputs {
    tokenId: string;
    /** The secret itself. */
    token: string;
    actualName: string;
    /** ISO 8601. */
    expiresAt?: string;
    /** ISO 8601, by the clock of the machine that created it. */
    createdAt: string;
    tenantUuid: string;
    /** A secret. */
    tenantToken: string;
    communicationEndpoints: string;
    /** Replaced tokens that are not deleted and not expired yet. */
    retiring?: Predecessor[];
    applied: AppliedActiveGateToken;
}

/** Inputs that passed check, in one form: defaults filled in, nothing undefined. */
export function readInputs(inputs: Properties): ActiveGateTokenInputs {
    const given = recordedAs<Partial<ActiveGateTokenInputs>>(inputs);
    return present({
        mark: given.mark ?? "",
        tokenName: given.tokenName ?? "",
        expiresAfterDays: given.expiresAfterDays,
        expirationDate: given.expirationDate,
        rotateAfterDays: given.rotateAfterDays,
        rotationKey: given.rotationKey,
        retire: given.retire ?? TokenRetirement.Expire,
        overlapDays: given.overlapDays,
        apiUrl: given.apiUrl ?? "",
    });
}

/** The outputs an earlier step recorded. */
export function readOutputs(properties: Properties): ActiveGateTokenOutputs {
    return recordedAs<ActiveGateTokenOutputs>(properties);
}
