import { DynatraceSettingsError } from "./errors";
import { assertTrust, firstOf, type Setting, type SettingsSources } from "./settings";

/** Where an account's API is, and where its OAuth clients get bearer tokens. */
export interface AccountAddress {
    accountUuid: string;
    /** Base, without `/iam/…`. */
    accountApiUrl: string;
    ssoUrl: string;
}

/** The OAuth client that signs calls to the account API. */
export interface ClientCredentials {
    clientId: Setting;
    clientSecret: Setting;
}

export const DEFAULT_ACCOUNT_API_URL = "https://api.dynatrace.com";
export const DEFAULT_SSO_URL = "https://sso.dynatrace.com/sso/oauth2/token";
/** What the OAuth client must be allowed to ask for: the first for all calls, the second to create. */
export const ACCOUNT_SCOPES: readonly string[] = ["platform-token:tokens:manage", "platform-token:tokens:write"];

const CLIENT_ID = ["DYNATRACE_CLIENT_ID", "DT_CLIENT_ID"];
const CLIENT_SECRET = ["DYNATRACE_CLIENT_SECRET", "DT_CLIENT_SECRET"];

/** Where each part of the address is looked for: variables, then the configuration. */
const ADDRESS_SOURCES: Record<keyof AccountAddress, string[]> = {
    accountUuid: ["DYNATRACE_ACCOUNT_UUID", "DT_ACCOUNT_UUID"],
    accountApiUrl: ["DYNATRACE_ACCOUNT_API_URL", "DT_ACCOUNT_API_URL"],
    ssoUrl: ["DYNATRACE_SSO_URL", "DT_SSO_URL"],
};

/** Where the account is looked for, in words. */
export const ACCOUNT_SOURCES = "DYNATRACE_ACCOUNT_UUID, DT_ACCOUNT_UUID or `pulumi config set dynatrace:accountUuid`";
/** Where the OAuth client is looked for, in words. */
export const CLIENT_SOURCES =
    "DYNATRACE_CLIENT_ID and DYNATRACE_CLIENT_SECRET, or `pulumi config set dynatrace:clientId` and " +
    "`pulumi config set --secret dynatrace:clientSecret`,";

/** A part of the address from the environment, else from the stack's configuration, as it was written there. */
export function ambientAddress(sources: SettingsSources, part: keyof AccountAddress): Setting | undefined {
    return firstOf(sources, ADDRESS_SOURCES[part], `dynatrace:${part}`);
}

/**
 * The OAuth client of the account; read at each step, never recorded.
 *
 * @throws DynatraceSettingsError if a part is missing or cannot work.
 */
export function clientCredentials(sources: SettingsSources): ClientCredentials {
    const clientId = firstOf(sources, CLIENT_ID, "dynatrace:clientId");
    const clientSecret = firstOf(sources, CLIENT_SECRET, "dynatrace:clientSecret");
    if (!clientId || !clientSecret) {
        const missing = clientId ? "secret" : "id";
        throw new DynatraceSettingsError(
            `no OAuth client to sign calls to the account with (its ${missing} is missing); set ${CLIENT_SOURCES} ` +
                `to a client with the scopes ${ACCOUNT_SCOPES.join(" and ")}`,
        );
    }
    for (const { value, source } of [clientId, clientSecret]) {
        if (/^[\x21-\x7e]+$/.test(value)) continue;
        throw new DynatraceSettingsError(
            `the text in ${source} holds white space or other characters that it cannot contain; remove them`,
            [value],
        );
    }
    assertTrust(sources);
    return { clientId, clientSecret };
}

/** Everything secret about the OAuth client, for redaction. */
export function accountSecrets({ env, config }: SettingsSources): string[] {
    return [...CLIENT_SECRET.map((name) => env[name]), config?.get("dynatrace:clientSecret")]
        .filter((secret) => secret !== undefined)
        .map((secret) => secret.trim());
}

/** Base URL of everything in one account; what tells it from another. */
export function accountUrl({ accountApiUrl, accountUuid }: Omit<AccountAddress, "ssoUrl">): string {
    return `${accountApiUrl}/iam/v1/accounts/${accountUuid}`;
}

/** The reverse of {@link accountUrl}. */
export function parseAccountUrl(url: string): Omit<AccountAddress, "ssoUrl"> {
    const [, accountApiUrl = url, accountUuid = ""] = /^(.*)\/iam\/v1\/accounts\/([^/]+)$/.exec(url) ?? [];
    return { accountApiUrl, accountUuid };
}
