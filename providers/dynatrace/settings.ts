import { parseApiUrl, tenantKey } from "./api-url";
import { DynatraceSettingsError } from "./errors";

/** Where settings come from, read at the moment of each call: in a `destroy` the configuration is that of the last `up`. */
export interface SettingsSources {
    env: Record<string, string | undefined>;
    /** The stack's configuration, by `namespace:key`. */
    config?: { get(key: string): string | undefined };
}

/** A setting and where it was found, for error texts. */
export interface Setting {
    value: string;
    source: string;
}

/** Where the bootstrap token is looked for, in words. */
export const TOKEN_SOURCES = "DYNATRACE_API_TOKEN, DT_API_TOKEN or `pulumi config set --secret dynatrace:apiToken`";
/** Where the base URL is looked for, in words. */
export const URL_SOURCES = "DYNATRACE_API_URL, DT_API_URL or `pulumi config set dynatrace:apiUrl`";

/** Key under which a provider resource of this package tells its name; it takes settings from nowhere else. */
export const EXPLICIT_PROVIDER = "dynatrace:provider";

/** The first of these variables that is set, else the configuration. An explicit provider has its own settings only. */
export function firstOf(sources: SettingsSources, variables: string[], key: string): Setting | undefined {
    const explicit = sources.config?.get(EXPLICIT_PROVIDER);
    for (const name of explicit === undefined ? variables : []) {
        const value = sources.env[name]?.trim();
        if (value) return { value, source: name };
    }
    const value = sources.config?.get(key)?.trim();
    if (!value) return undefined;
    const source =
        explicit === undefined ? `configuration ${key}` : `${key.split(":")[1]} of the provider "${explicit}"`;
    return { value, source };
}

/** Base URL of the API from the environment, else from the stack's configuration, as it was written there. */
export function ambientApiUrl(sources: SettingsSources): Setting | undefined {
    return firstOf(sources, ["DYNATRACE_API_URL", "DT_API_URL"], "dynatrace:apiUrl");
}

/**
 * The base URL for a token made earlier: the recorded one, unless another for the same environment is set now, as the host may have moved.
 */
export function currentApiUrl(sources: SettingsSources, recorded: string): string {
    const ambient = ambientApiUrl(sources);
    const url = ambient && parseApiUrl(ambient.value).url;
    return url && tenantKey(url) === tenantKey(recorded) ? url : recorded;
}

/**
 * The token that signs all calls; needs the scopes apiTokens.read and apiTokens.write.
 *
 * @throws DynatraceSettingsError if there is none, or one that cannot work.
 */
export function bootstrapToken(sources: SettingsSources): Setting {
    const found = firstOf(sources, ["DYNATRACE_API_TOKEN", "DT_API_TOKEN"], "dynatrace:apiToken");
    if (!found) {
        throw new DynatraceSettingsError(
            `no token to sign calls to Dynatrace with; set ${TOKEN_SOURCES} to an access token with the scopes apiTokens.read and apiTokens.write`,
        );
    }
    const problem = tokenProblem(found.value);
    if (problem) throw new DynatraceSettingsError(`the token in ${found.source} ${problem}`, [found.value]);
    return found;
}

/** Tokens of the time before `dt0c01`, which some environments still have. */
const CLASSIC = /^[A-Za-z0-9_-]{20,}$/;

function tokenProblem(token: string): string | undefined {
    if (!/^[\x21-\x7e]+$/.test(token))
        return "holds characters that no token has; give the token alone, without Api-Token";
    if (token.startsWith("dt0s16.")) {
        return "is a platform token, which the access tokens API does not take; use an access token (dt0c01) instead";
    }
    if (/^dt0[a-z]\d\d\./i.test(token) && !token.startsWith("dt0c01.")) {
        return `is of the kind ${token.slice(0, 6)}, which the access tokens API does not take; use an access token (dt0c01)`;
    }
    if (!token.startsWith("dt0c01.") && !CLASSIC.test(token)) {
        return "is not a Dynatrace token; use an access token (dt0c01)";
    }
    return undefined;
}
