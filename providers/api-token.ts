import * as pulumi from "@pulumi/pulumi";

import type { TokenRetirement } from "./api-token/state";
import { defaultTokenName } from "./names";
import { InstalledResource } from "./shim";
import { secretOutputsOf } from "./token-kinds";
import { TokenMark } from "./token-mark";

const KIND = "ApiToken";

/** Arguments of an {@link ApiToken}. */
export interface ApiTokenArgs {
    /** What the token may do, e.g. `logs.ingest`; case-sensitive, in any order. At least one. Changed in place. */
    scopes: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * What the token's name in Dynatrace starts with; twelve random digits follow that only this stack's state knows, then eight
     * for each token, so that a token can be found by its name. Cut so that the whole has 100 characters at most. Changed in place.
     *
     * @default `{project}-{stack}-{name}`
     */
    tokenName?: pulumi.Input<string | undefined>;
    /**
     * Days from the creation of the token until Dynatrace refuses it; a fraction is rounded to minutes. A change creates a new token;
     * so does an `up` after it expired. Cannot be combined with `expirationDate`.
     *
     * @default - never
     */
    expiresAfterDays?: pulumi.Input<number | undefined>;
    /**
     * When Dynatrace refuses the token: ISO 8601 as `2027-01-31T12:00:00Z` (UTC if no zone is given), milliseconds since 1970, or
     * `now+90d` with m, h, d, w, M or y, where `m` is minutes. A change creates a new token. Cannot be combined with `expiresAfterDays`.
     *
     * @default - never
     */
    expirationDate?: pulumi.Input<string | undefined>;
    /**
     * Age in days at which an `up` rotates the token: it creates a new one, updates what depends on it, and then retires the old one
     * as `retire` says. Less than `expiresAfterDays`.
     *
     * @default - not rotated by age
     */
    rotateAfterDays?: pulumi.Input<number | undefined>;
    /** Any string. Change it to rotate the token. It is stored in plain text, so do not put a secret in it. @default - none */
    rotationKey?: pulumi.Input<string | undefined>;
    /**
     * What happens to a replaced token after its overlap. `delete`: the first `up` after the overlap deletes it; `expire`, which
     * needs an expiry: it is left to expire. `destroy` always deletes it.
     *
     * @default `delete`
     */
    retire?: pulumi.Input<TokenRetirement | undefined>;
    /** Days that a replaced token still works after everything that depends on it has the new one; a fraction is an hour or so. @default 1 */
    overlapDays?: pulumi.Input<number | undefined>;
    /**
     * The secret of an existing token to take over, instead of creating the first one. The token gets the name, the scopes and the
     * state that these arguments ask for. From then on it belongs to this stack: `destroy` deletes it. You can remove the argument later.
     *
     * @default - a token is created
     */
    adoptToken?: pulumi.Input<string | undefined>;
    /** Whether the token works. Changed in place. @default true */
    enabled?: pulumi.Input<boolean | undefined>;
    /** Whether it is a personal access token, which cannot hold an ingest scope. A change creates a new token. @default false */
    personalAccessToken?: pulumi.Input<boolean | undefined>;
    /** Accepts scopes that this package does not know, e.g. newer ones. @default false */
    allowUnknownScopes?: pulumi.Input<boolean | undefined>;
    /**
     * Base URL of the API, e.g. `https://abc12345.live.dynatrace.com/api`. Another environment creates a new token; another host or
     * port of the same environment does not. It is recorded, so that `destroy` does not need the program.
     *
     * @default - DYNATRACE_API_URL, then DT_API_URL, then the stack's configuration dynatrace:apiUrl
     */
    apiUrl?: pulumi.Input<string | undefined>;
}

/**
 * A Dynatrace access token with exactly these scopes.
 *
 * The provider authenticates with a bootstrap token from DYNATRACE_API_TOKEN, DT_API_TOKEN or the stack's configuration dynatrace:apiToken,
 * which needs the scopes apiTokens.read and apiTokens.write; it is not recorded with the resource. A replacement is created before
 * the old token is deleted. Only for programs that run in Node.js; `import` and `get` are not possible, as the API never
 * shows a token's secret again.
 *
 * Wrong arguments fail in the preview; a failed call fails the step with the status, the call, and what to do.
 *
 * @example
 * ```ts
 * import { ApiToken } from "pulumi-dynatrace-otlp";
 *
 * const token = new ApiToken("checkout", { scopes: ["logs.ingest", "metrics.ingest"], expiresAfterDays: 90 });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens
 */
export class ApiToken extends InstalledResource {
    /** Public id, `dt0c01.` and 24 characters; safe to show. */
    declare public readonly tokenId: pulumi.Output<string>;
    /** The token itself; a secret, encrypted in the state. */
    declare public readonly token: pulumi.Output<string>;
    /** Name of the token in Dynatrace. */
    declare public readonly actualName: pulumi.Output<string>;
    /** When Dynatrace refuses the token, ISO 8601; undefined for never. */
    declare public readonly expiresAt: pulumi.Output<string | undefined>;
    /** When the token was created, ISO 8601. */
    declare public readonly createdAt: pulumi.Output<string>;

    constructor(name: string, args: ApiTokenArgs, opts?: pulumi.CustomResourceOptions) {
        // A sibling of the token, not its child: it has to be recorded before the token is created.
        const { mark } = new TokenMark(`${name}-mark`, { apiUrl: args.apiUrl }, markOptions(opts));
        const outputs = { tokenId: undefined, token: undefined, actualName: undefined, expiresAt: undefined };
        super(
            KIND,
            name,
            {
                ...args,
                adoptToken: args.adoptToken === undefined ? undefined : pulumi.secret(args.adoptToken),
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

/** Options of the ownership mark: a token that stays in Dynatrace keeps its mark, or it would be taken for an orphaned token. */
export function markOptions(opts: MarkedOptions = {}): MarkedOptions {
    const { parent, provider: given, providers, retainOnDelete, deletedWith } = opts;
    return { parent, provider: given, providers, retainOnDelete, deletedWith };
}

/** A program in JavaScript may give `providers` too. */
type MarkedOptions = pulumi.CustomResourceOptions & Pick<pulumi.ComponentResourceOptions, "providers">;

/** Default name of a token in Dynatrace. */
export function defaultName(name: string): string {
    return defaultTokenName({ project: pulumi.getProject(), stack: pulumi.getStack(), name });
}
