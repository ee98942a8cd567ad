import * as pulumi from "@pulumi/pulumi";

import { EXPLICIT_PROVIDER } from "./dynatrace/settings";

/** Arguments of a {@link DynatraceProvider}. It reads neither environment variables nor the stack's configuration. */
export interface DynatraceProviderArgs {
    /** Base URL of the API, e.g. `https://abc12345.live.dynatrace.com/api`. @default - none; needed for access tokens and ActiveGate tokens */
    apiUrl?: pulumi.Input<string | undefined>;
    /** Bootstrap token of that environment; a secret, encrypted in the state. @default - none; needed with `apiUrl` */
    apiToken?: pulumi.Input<string | undefined>;
    /** UUID of the account. @default - none; needed for platform tokens */
    accountUuid?: pulumi.Input<string | undefined>;
    /** Id of the OAuth client that signs calls to the account. @default - none; needed for platform tokens */
    clientId?: pulumi.Input<string | undefined>;
    /** Secret of that client, encrypted in the state. @default - none; needed for platform tokens */
    clientSecret?: pulumi.Input<string | undefined>;
    /** Base URL of the account API. @default - https://api.dynatrace.com */
    accountApiUrl?: pulumi.Input<string | undefined>;
    /** Where the OAuth client gets its bearer tokens. @default - https://sso.dynatrace.com/sso/oauth2/token */
    ssoUrl?: pulumi.Input<string | undefined>;
}

/**
 * Address and credentials for the tokens of one environment or account, for a program with several of them, or with
 * `pulumi:disable-default-providers`. Give it as `provider` or in `providers`.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { ApiToken, DynatraceProvider } from "pulumi-dynatrace-otlp";
 *
 * const staging = new DynatraceProvider("staging", {
 *     apiUrl: "https://abc12345.live.dynatrace.com/api",
 *     apiToken: new pulumi.Config().requireSecret("stagingToken"),
 * });
 * new ApiToken("checkout", { scopes: ["logs.ingest"] }, { provider: staging });
 * ```
 */
export class DynatraceProvider extends pulumi.ProviderResource {
    constructor(name: string, args: DynatraceProviderArgs, opts?: pulumi.ResourceOptions) {
        const { apiToken, clientSecret, ...plain } = args;
        const secret = (value: pulumi.Input<string | undefined>) =>
            value === undefined ? undefined : pulumi.secret(value);
        const all = { ...plain, apiToken: secret(apiToken), clientSecret: secret(clientSecret) };
        const props: Record<string, pulumi.Input<string | undefined>> = { [EXPLICIT_PROVIDER]: name };
        for (const [key, value] of Object.entries(all)) props[`dynatrace:${key}`] = value;
        super("pulumi-nodejs", name, props, opts);
        SETTINGS.set(this, pulumi.output(props));
    }
}

const SETTINGS = new WeakMap<pulumi.ProviderResource, pulumi.Output<Record<string, string | undefined>>>();

/** Settings of a provider resource by `namespace:key`; undefined for one of another class. */
export function settingsOf(
    provider: pulumi.ProviderResource,
): pulumi.Output<Record<string, string | undefined>> | undefined {
    return SETTINGS.get(provider);
}
