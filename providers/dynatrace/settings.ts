import { readFileSync } from "node:fs";

import { codeOf } from "../thrown";
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

/** Whether settings come from a provider resource alone. */
export function isExplicit({ config }: SettingsSources): boolean {
    return config?.get(EXPLICIT_PROVIDER) !== undefined;
}

/** The provider resource that settings come from, for texts. */
export function explicitProvider({ config }: SettingsSources): string {
    return `DynatraceProvider("${config?.get(EXPLICIT_PROVIDER)}")`;
}

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

/** What to set when there is no bootstrap token. */
export const TOKEN_WAY_OUT = `set ${TOKEN_SOURCES} to an access token with the scopes apiTokens.read and apiTokens.write`;

/**
 * The token that signs all calls. It needs the scopes apiTokens.read and apiTokens.write.
 *
 * @throws DynatraceSettingsError if there is no token, or if the token or NODE_EXTRA_CA_CERTS cannot work.
 */
export function bootstrapToken(sources: SettingsSources): Setting {
    const found = findBootstrapToken(sources);
    if (!found) throw new DynatraceSettingsError(`no token to sign calls to Dynatrace with; ${TOKEN_WAY_OUT}`);
    const problem = tokenProblem(found.value);
    if (problem) throw new DynatraceSettingsError(`the token in ${found.source} ${problem}`, [found.value]);
    assertTrust(sources);
    return found;
}

/** The bootstrap token as it is set, without a check. Undefined if no bootstrap token is set. */
export function findBootstrapToken(sources: SettingsSources): Setting | undefined {
    return firstOf(sources, ["DYNATRACE_API_TOKEN", "DT_API_TOKEN"], "dynatrace:apiToken");
}

/** The variable that names a file with CA certificates that Node.js trusts in addition to its own. */
export const CA_FILE_VARIABLE = "NODE_EXTRA_CA_CERTS";

/** @throws DynatraceSettingsError for a file of CA certificates that Node.js would ignore. */
export function assertTrust({ env }: SettingsSources): void {
    const problem = caFileProblem(env);
    if (problem) throw new DynatraceSettingsError(`${CA_FILE_VARIABLE}: ${problem}`);
}

/** The problem with the file in NODE_EXTRA_CA_CERTS, which Node.js ignores with a warning. Undefined if the file works or is not set. */
export function caFileProblem(env: SettingsSources["env"]): string | undefined {
    const file = env[CA_FILE_VARIABLE];
    if (!file) return undefined;
    const wayOut = "set it to a PEM file with the CA certificates that Dynatrace or the proxy needs, or unset it";
    try {
        if (/-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(readFileSync(file, "utf8"))) return undefined;
    } catch (error) {
        if (codeOf(error) === "ENOENT") return `the file ${file} does not exist; ${wayOut}`;
        return `the file ${file} cannot be read (${codeOf(error) ?? "unknown error"}); ${wayOut}`;
    }
    return `the file ${file} holds no certificate; ${wayOut}`;
}

/** Why a text cannot be a token for the access tokens API, with the way out. Undefined if it can be one. */
export function tokenProblem(token: string): string | undefined {
    if (!/^[\x21-\x7e]+$/.test(token))
        return "holds characters that no token has; give the token alone, without Api-Token";
    if (token.startsWith("dt0s16.")) {
        return "is a platform token, which the access tokens API does not take; use an access token (dt0c01) instead";
    }
    if (/^dt0[a-z]\d\d\./i.test(token) && !token.startsWith("dt0c01.")) {
        return `is of the kind ${token.slice(0, 6)}, which the access tokens API does not take; use an access token (dt0c01)`;
    }
    // Tokens from before version 1.210 have no prefix and 21 characters.
    if (!/^dt0c01\.[a-z0-9]+\.[a-z0-9]+$/i.test(token) && !/^[\w-]{20,}$/.test(token)) {
        return "is no access token; give the whole token, which is dt0c01, a dot, 24 characters, a dot and 64 characters";
    }
    return undefined;
}
