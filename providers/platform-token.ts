import * as pulumi from "@pulumi/pulumi";

import { defaultName, markOptions } from "./api-token";
import type { TokenRetirement } from "./api-token/state";
import { InstalledResource } from "./shim";
import { secretOutputsOf } from "./token-kinds";
import { TokenMark } from "./token-mark";

const KIND = "PlatformToken";

/** Arguments of a {@link PlatformToken}. */
export interface PlatformTokenArgs {
    /**
     * What the token may do, within what its user may, e.g. `openpipeline:traces:ingest`; case counts, order does not. At least
     * one. A change creates a new token.
     */
    scopes: pulumi.Input<pulumi.Input<string>[]>;
    /** UUID of the user or service user whose permissions bound the token. A change creates a new token. */
    userUuid: pulumi.Input<string>;
    /**
     * Ids of the environments in which the token works, e.g. `abc12345`. A change creates a new token.
     *
     * @default - all of the account
     */
    environments?: pulumi.Input<pulumi.Input<string>[]>;
    /** Tags of the token in Dynatrace, free text. A change creates a new token. @default - none */
    tags?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * What the token's name in Dynatrace starts with; random digits follow, by which it can be found. Cut so that the whole has 100
     * characters at most. A change creates a new token.
     *
     * @default `{project}-{stack}-{name}`
     */
    tokenName?: pulumi.Input<string>;
    /**
     * Days until Dynatrace refuses the token, from its creation or from a change of this number; a fraction is rounded to minutes.
     * Changed in place; an `up` after the token expired creates a new one. Either this or `expirationDate`.
     *
     * @default - as `expirationDate` says
     */
    expiresAfterDays?: pulumi.Input<number>;
    /**
     * When Dynatrace refuses the token: ISO 8601 as `2027-01-31T12:00:00Z` (UTC if no zone is given), milliseconds since 1970, or
     * `now+90d` with m, h, d, w, M or y, where `m` is minutes. Changed in place. Either this or `expiresAfterDays`.
     *
     * @default - as `expiresAfterDays` says
     */
    expirationDate?: pulumi.Input<string>;
    /**
     * Age in days at which an `up` rotates the token: it creates a new one, updates what depends on it, and then retires the old one
     * as `retire` says. Less than `expiresAfterDays`.
     *
     * @default - not rotated by age
     */
    rotateAfterDays?: pulumi.Input<number>;
    /** Any string. Change it to rotate the token. It is stored in plain text, so do not put a secret in it. @default - none */
    rotationKey?: pulumi.Input<string>;
    /**
     * What happens to a replaced token. `delete`: its expiry is moved to the end of the overlap, which needs no further `up`;
     * `expire`: its expiry is left as it is. In either case the first `up` after it expired, or `destroy`, deletes it.
     *
     * @default `delete`
     */
    retire?: pulumi.Input<TokenRetirement>;
    /** Days that a replaced token still works after everything that depends on it has the new one; a fraction is an hour or so. @default 1 */
    overlapDays?: pulumi.Input<number>;
    /** Whether the token works. Changed in place; Dynatrace takes up to five minutes. @default true */
    enabled?: pulumi.Input<boolean>;
    /** Let scopes through that are not for ingest, or that this package does not know. @default false */
    allowUnknownScopes?: pulumi.Input<boolean>;
    /**
     * UUID of the account. A change creates a new token. It is recorded, so that `destroy` does not need the program.
     *
     * @default - DYNATRACE_ACCOUNT_UUID, then DT_ACCOUNT_UUID, then the stack's configuration dynatrace:accountUuid
     */
    accountUuid?: pulumi.Input<string>;
    /**
     * Base URL of the account API, without `/iam`. Recorded.
     *
     * @default - DYNATRACE_ACCOUNT_API_URL, then DT_ACCOUNT_API_URL, then dynatrace:accountApiUrl, then https://api.dynatrace.com
     */
    accountApiUrl?: pulumi.Input<string>;
    /**
     * Where the OAuth client gets its bearer tokens. Recorded.
     *
     * @default - DYNATRACE_SSO_URL, then DT_SSO_URL, then dynatrace:ssoUrl, then https://sso.dynatrace.com/sso/oauth2/token
     */
    ssoUrl?: pulumi.Input<string>;
}

/**
 * A Dynatrace platform token, which goes into the header `Authorization: Bearer …`.
 *
 * Calls are signed with an OAuth client from DYNATRACE_CLIENT_ID and DYNATRACE_CLIENT_SECRET (or DT_CLIENT_ID, DT_CLIENT_SECRET),
 * or from the stack's configuration dynatrace:clientId and dynatrace:clientSecret, which needs the scopes
 * platform-token:tokens:manage and platform-token:tokens:write; it is not recorded. A user can have ten platform tokens in an
 * account, and a rotation needs room for one more. Only for programs that run in Node.js; `import` and `get` are not possible, as
 * the API never shows a token's secret again.
 *
 * Dynatrace does not document how the account API refuses, from which number it counts pages, and how it writes a token without
 * expiry: this class relies on none of these, and makes no token without expiry.
 *
 * @example
 * ```ts
 * import { PlatformToken } from "pulumi-dynatrace-otlp";
 *
 * const token = new PlatformToken("checkout", {
 *     scopes: ["openpipeline:logs:ingest"],
 *     userUuid: "0aa0aa0a-1bb1-4cc2-8dd3-4ee4ee4ee4ee",
 *     environments: ["abc12345"],
 *     expiresAfterDays: 90,
 *     rotateAfterDays: 30,
 * });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/account-management-api/platform-tokens-api
 */
export class PlatformToken extends InstalledResource {
    /** Public id, `dt0s16.` and more; safe to show. */
    declare public readonly tokenId: pulumi.Output<string>;
    /** The token itself; a secret, encrypted in the state. */
    declare public readonly token: pulumi.Output<string>;
    /** Name of the token in Dynatrace. */
    declare public readonly actualName: pulumi.Output<string>;
    /** When Dynatrace refuses the token, ISO 8601. */
    declare public readonly expiresAt: pulumi.Output<string>;
    /** When the token was created, ISO 8601. */
    declare public readonly createdAt: pulumi.Output<string>;

    constructor(name: string, args: PlatformTokenArgs, opts?: pulumi.CustomResourceOptions) {
        const { accountUuid, accountApiUrl, ssoUrl } = args;
        // A sibling of the token, not its child: it has to be recorded before the token is created.
        const { mark } = new TokenMark(
            `${name}-mark`,
            { of: KIND, accountUuid, accountApiUrl, ssoUrl },
            markOptions(opts),
        );
        const outputs = { tokenId: undefined, token: undefined, actualName: undefined, expiresAt: undefined };
        super(
            KIND,
            name,
            {
                ...args,
                mark,
                tokenName: pulumi.output(args.tokenName).apply((given) => given ?? defaultName(name)),
                ...outputs,
                createdAt: undefined,
                retiring: undefined,
                applied: undefined,
            },
            pulumi.mergeOptions({ additionalSecretOutputs: secretOutputsOf(KIND) }, opts),
        );
    }
}
