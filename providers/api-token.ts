import * as pulumi from "@pulumi/pulumi";

import { ApiTokenProvider } from "./api-token-shim";
import { defaultTokenName } from "./names";

/** One for all resources: Pulumi serialises a provider once per object, at a third of a second each. */
const provider = new ApiTokenProvider();

const MODULE = "dynatrace";
const TYPE = "ApiToken";

/** Arguments of an {@link ApiToken}. */
export interface ApiTokenArgs {
    /** What the token may do, e.g. `logs.ingest`; case counts, order does not. At least one. Changed in place. */
    scopes: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * What the token's name in Dynatrace starts with; a hyphen and eight random digits follow, so that a token can be found by its
     * name. Cut so that the whole has 100 characters at most. Changed in place.
     *
     * @default `<project>-<stack>-<name>-<hash of the identity>`
     */
    tokenName?: pulumi.Input<string>;
    /**
     * Days from when the token is made until Dynatrace refuses it; a fraction is rounded to minutes. A change makes a new token;
     * so does an `up` after it expired. Not beside `expirationDate`.
     *
     * @default - never
     */
    expiresAfterDays?: pulumi.Input<number>;
    /**
     * When Dynatrace refuses the token: ISO 8601 as `2027-01-31T12:00:00Z` (UTC if no zone is given), milliseconds since 1970, or
     * `now+90d` with m, h, d, w, M or y, where `m` is minutes. A change makes a new token. Not beside `expiresAfterDays`.
     *
     * @default - never
     */
    expirationDate?: pulumi.Input<string>;
    /**
     * An `up` that finds the token older than so many days makes a new one, hands it to what depends on it, then deletes the old.
     * Less than `expiresAfterDays`.
     *
     * @default - not replaced for its age
     */
    rotateAfterDays?: pulumi.Input<number>;
    /** Any text; when it changes, a new token replaces this one. @default - none */
    rotationKey?: pulumi.Input<string>;
    /** Whether the token works. Changed in place. @default true */
    enabled?: pulumi.Input<boolean>;
    /** Whether it is a personal access token, which can hold no ingest scope. A change makes a new token. @default false */
    personalAccessToken?: pulumi.Input<boolean>;
    /** Let scopes through that this package does not know, e.g. because they are newer. @default false */
    allowUnknownScopes?: pulumi.Input<boolean>;
    /**
     * Base URL of the API, e.g. `https://abc12345.live.dynatrace.com/api`. Another environment makes a new token, another host or
     * port of the same does not. Recorded, so that `destroy` needs no program.
     *
     * @default - DYNATRACE_API_URL, then DT_API_URL, then the stack's configuration dynatrace:apiUrl
     */
    apiUrl?: pulumi.Input<string>;
}

/**
 * A Dynatrace access token with exactly the scopes asked for.
 *
 * Calls are signed with a bootstrap token from DYNATRACE_API_TOKEN, DT_API_TOKEN or the stack's configuration dynatrace:apiToken,
 * which needs the scopes apiTokens.read and apiTokens.write; it is not recorded with the resource. Replacements are made before
 * the old token is deleted. Only for programs that run in Node.js; `import` and `get` are not possible, as the API never
 * shows a token's secret again.
 *
 * Wrong arguments fail in the preview; a failed call fails the step with the status, the call, and what to do.
 *
 * @example
 * ```ts
 * const token = new ApiToken("checkout", { scopes: ["logs.ingest", "metrics.ingest"], expiresAfterDays: 90 });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens
 */
export class ApiToken extends pulumi.dynamic.Resource {
    /** Public id, `dt0c01.` and 24 characters; safe to show. */
    declare public readonly tokenId: pulumi.Output<string>;
    /** The token itself; a secret, encrypted in the state. */
    declare public readonly token: pulumi.Output<string>;
    /** Name of the token in Dynatrace. */
    declare public readonly actualName: pulumi.Output<string>;
    /** When Dynatrace refuses the token, ISO 8601; undefined for never. */
    declare public readonly expiresAt: pulumi.Output<string | undefined>;
    /** When the token was made, ISO 8601. */
    declare public readonly createdAt: pulumi.Output<string>;

    constructor(name: string, args: ApiTokenArgs, opts?: pulumi.CustomResourceOptions) {
        const outputs = { tokenId: undefined, token: undefined, actualName: undefined, expiresAt: undefined };
        super(
            provider,
            name,
            {
                ...args,
                tokenName: tokenNameFor(name, args, opts),
                ...outputs,
                createdAt: undefined,
                applied: undefined,
            },
            pulumi.mergeOptions({ additionalSecretOutputs: ["token"], hideDiffs: ["__provider"] }, opts),
            MODULE,
            TYPE,
        );
    }
}

function tokenNameFor(
    name: string,
    args: ApiTokenArgs,
    opts: pulumi.CustomResourceOptions | undefined,
): pulumi.Output<string> {
    const chained = pulumi.createUrn(name, `pulumi-nodejs:dynamic/${MODULE}:${TYPE}`, opts?.parent);
    // The text alone, without what it comes from: it comes from the parent, and who depends on a component depends on all of its
    // children, so the token would wait for a sibling that waits for the token.
    const urn = new Promise<string>((resolve) => chained.apply(resolve));
    const organization = organizationOrDefault();
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    return pulumi
        .all([args.tokenName, urn])
        .apply(([given, plainUrn]) => given ?? defaultTokenName({ organization, project, stack, name, urn: plainUrn }));
}

/** Unit tests mock Pulumi without an organization; a backend without any calls its own `organization`. */
function organizationOrDefault(): string {
    try {
        return pulumi.getOrganization();
    } catch {
        return "organization";
    }
}
