import * as pulumi from "@pulumi/pulumi";

import { defaultName, markOptions } from "./api-token";
import type { TokenRetirement } from "./api-token/state";
import { InstalledResource } from "./shim";
import { secretOutputsOf } from "./token-kinds";
import { TokenMark } from "./token-mark";

const KIND = "ActiveGateToken";

/** Arguments of an {@link ActiveGateToken}. */
export interface ActiveGateTokenArgs {
    /**
     * What the token's name in Dynatrace starts with; random digits follow, by which it can be found. Cut so that the whole has 100
     * characters at most. A change creates a new token.
     *
     * @default `{project}-{stack}-{name}`
     */
    tokenName?: pulumi.Input<string>;
    /**
     * Days from the creation of the token until Dynatrace refuses it, two years at most; a fraction is rounded to minutes. A change
     * creates a new token; so does an `up` after it expired. Cannot be combined with `expirationDate`.
     *
     * @default 60, as the Dynatrace Operator gives its own; with neither this nor `expirationDate`
     */
    expiresAfterDays?: pulumi.Input<number>;
    /**
     * When Dynatrace refuses the token, within two years: ISO 8601 as `2027-01-31T12:00:00Z` (UTC if no zone is given),
     * milliseconds since 1970, or `now+90d` with m, h, d, w, M or y, where `m` is minutes. A change creates a new token. Cannot be combined with
     * `expiresAfterDays`.
     *
     * @default - as `expiresAfterDays` says
     */
    expirationDate?: pulumi.Input<string>;
    /**
     * Age in days at which an `up` rotates the token: it creates a new one, updates what depends on it, and then retires the old one
     * as `retire` says. Less than `expiresAfterDays`.
     *
     * @default 29, as the Dynatrace Operator does, where no expiry is given; else not rotated by age
     */
    rotateAfterDays?: pulumi.Input<number>;
    /** Any string. Change it to rotate the token. It is stored in plain text, so do not put a secret in it. @default - none */
    rotationKey?: pulumi.Input<string>;
    /**
     * What happens to a replaced token. `expire`: it is left to expire, as the Dynatrace Operator does; `delete`: the first `up`
     * after the overlap deletes it, once an ActiveGate has used the new one. `destroy` always deletes it.
     *
     * @default `expire`
     */
    retire?: pulumi.Input<TokenRetirement>;
    /**
     * Days from the creation of the new token that a replaced one still works with `retire: "delete"`; 0 deletes it as soon as everything that
     * depends on it has the new one.
     *
     * @default 1
     */
    overlapDays?: pulumi.Input<number>;
    /**
     * Base URL of the API, e.g. `https://abc12345.live.dynatrace.com/api`. Another environment creates a new token; another host or
     * port of the same environment does not. It is recorded, so that `destroy` does not need the program.
     *
     * @default - DYNATRACE_API_URL, then DT_API_URL, then the stack's configuration dynatrace:apiUrl
     */
    apiUrl?: pulumi.Input<string>;
}

/**
 * What an Environment ActiveGate without the Dynatrace Operator needs to connect: a token of its own, and whom to connect to as
 * which tenant.
 *
 * The provider authenticates with a bootstrap token from DYNATRACE_API_TOKEN, DT_API_TOKEN or the stack's configuration dynatrace:apiToken,
 * which needs the scopes activeGateTokenManagement.write, activeGateTokenManagement.read and InstallerDownload; it is not recorded.
 * The API changes nothing in such a token, so most changes make a new one, before the old one goes. Only for programs that run in
 * Node.js; `import` and `get` are not possible, as the API never shows a token's secret again.
 *
 * @example
 * ```ts
 * import { ActiveGateToken } from "pulumi-dynatrace-otlp";
 *
 * const { token, tenantToken, tenantUuid, communicationEndpoints } = new ActiveGateToken("edge", {});
 * ```
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/activegate-tokens
 */
export class ActiveGateToken extends InstalledResource {
    /** Public id, `dt0g02.` and 8 characters; safe to show. */
    declare public readonly tokenId: pulumi.Output<string>;
    /** The token itself; a secret, encrypted in the state. The image reads it from `tokens/auth-token`. */
    declare public readonly token: pulumi.Output<string>;
    /** Name of the token in Dynatrace. */
    declare public readonly actualName: pulumi.Output<string>;
    /** When Dynatrace refuses the token, ISO 8601. */
    declare public readonly expiresAt: pulumi.Output<string | undefined>;
    /** When the token was created, ISO 8601. */
    declare public readonly createdAt: pulumi.Output<string>;
    /** The environment's id; the image takes it as DT_TENANT. */
    declare public readonly tenantUuid: pulumi.Output<string>;
    /** A secret that all ActiveGates of the environment share. The image reads it from `tokens/tenant-token`. */
    declare public readonly tenantToken: pulumi.Output<string>;
    /** Whom to connect to, one text, as Dynatrace writes it; the image takes it as DT_SERVER. */
    declare public readonly communicationEndpoints: pulumi.Output<string>;

    constructor(name: string, args: ActiveGateTokenArgs = {}, opts?: pulumi.CustomResourceOptions) {
        // A sibling of the token, not its child: it has to be recorded before the token is created.
        const { mark } = new TokenMark(`${name}-mark`, { of: KIND, apiUrl: args.apiUrl }, markOptions(opts));
        const outputs = { tokenId: undefined, token: undefined, actualName: undefined, expiresAt: undefined };
        const connection = { tenantUuid: undefined, tenantToken: undefined, communicationEndpoints: undefined };
        super(
            KIND,
            name,
            {
                ...args,
                mark,
                tokenName: pulumi.output(args.tokenName).apply((given) => given ?? defaultName(name)),
                ...outputs,
                ...connection,
                createdAt: undefined,
                retiring: undefined,
                applied: undefined,
            },
            pulumi.mergeOptions({ additionalSecretOutputs: secretOutputsOf(KIND) }, opts),
        );
    }
}
