import type { TokenRetirement } from "../api-token/state";
import { accountUrl, type AccountAddress } from "../dynatrace/account";
import { present, type Properties, recordedAs } from "../properties";
import type { Predecessor } from "../run";

/** The inputs after check, with defaults. */
export interface PlatformTokenInputs extends AccountAddress {
    mark: string;
    scopes: string[];
    tokenName: string;
    userUuid: string;
    /** Ids; empty for the whole account. */
    environments: string[];
    tags: string[];
    expiresAfterDays?: number;
    expirationDate?: string;
    rotateAfterDays?: number;
    rotationKey?: string;
    retire?: TokenRetirement;
    overlapDays?: number;
    enabled: boolean;
    allowUnknownScopes?: boolean;
}

/** What Dynatrace was last told, or last told us: what diff compares with. */
export interface AppliedPlatformToken extends PlatformTokenInputs {
    /** What makes the token's name unique. */
    nonce: string;
    /** Base URL of the account, by which replaced tokens are found. */
    apiUrl: string;
    /** Set by a refresh that found no token, or an expired one: only a new one helps. */
    gone?: boolean;
}

/** All that is recorded of a token. */
export interface PlatformTokenOutputs {
    tokenId: string;
    /** The secret itself. */
    token: string;
    actualName: string;
    /** ISO 8601. */
    expiresAt: string;
    /** ISO 8601, by the clock of the machine that created it. */
    createdAt: string;
    /** Replaced tokens that are not deleted yet. */
    retiring?: Predecessor[];
    applied: AppliedPlatformToken;
}

/** Inputs that passed check, in one form: lists sorted, defaults filled in, nothing undefined. */
export function readInputs(inputs: Properties): PlatformTokenInputs {
    const given = recordedAs<Partial<PlatformTokenInputs>>(inputs);
    return present({
        mark: given.mark ?? "",
        scopes: sorted(given.scopes),
        tokenName: given.tokenName ?? "",
        userUuid: given.userUuid ?? "",
        environments: sorted(given.environments),
        tags: sorted(given.tags),
        expiresAfterDays: given.expiresAfterDays,
        expirationDate: given.expirationDate,
        rotateAfterDays: given.rotateAfterDays,
        rotationKey: given.rotationKey,
        retire: given.retire,
        overlapDays: given.overlapDays,
        enabled: given.enabled ?? true,
        allowUnknownScopes: given.allowUnknownScopes,
        accountUuid: given.accountUuid ?? "",
        accountApiUrl: given.accountApiUrl ?? "",
        ssoUrl: given.ssoUrl ?? "",
    });
}

/** The outputs an earlier step recorded. */
export function readOutputs(properties: Properties): PlatformTokenOutputs {
    return recordedAs<PlatformTokenOutputs>(properties);
}

/** What is recorded of a set of inputs. */
export function applied(inputs: PlatformTokenInputs, nonce: string): AppliedPlatformToken {
    return { ...inputs, nonce, apiUrl: accountUrl(inputs) };
}

/** Where the token works, as the API writes it. */
export function resourceOf({ environments, accountUuid }: PlatformTokenInputs): string[] {
    if (environments.length === 0) return [`urn:dtaccount:${accountUuid}`];
    return environments.map((id) => `urn:dtenvironment:${id}`);
}

function sorted(list: string[] = []): string[] {
    return [...new Set(list)].sort();
}
