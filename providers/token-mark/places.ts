import { resolveAccount } from "../account-input";
import { resolveApiUrl } from "../api-url-input";
import type { Listing } from "../api-token/strays";
import { accountUrl, parseAccountUrl } from "../dynatrace/account";
import { tenantKey } from "../dynatrace/api-url";
import { currentApiUrl, type SettingsSources } from "../dynatrace/settings";
import type { InputProblem, Properties } from "../properties";
import type { Run } from "../run";

/** Where one kind of tokens is: what of a TokenMark depends on whose tokens bear it. */
export interface Place {
    /** Inputs that say where. */
    fields: string[];
    /** Completes these inputs. @returns what is wrong with them. */
    resolve(inputs: Properties, sources: SettingsSources): InputProblem[];
    /** What is recorded: not under the names of inputs, which would erase it in a preview. */
    record(inputs: Properties): { recordedUrl: unknown; recordedSsoUrl?: unknown };
    /** The reverse. */
    inputs(recorded: Properties): Properties;
    /** The input that only a new mark can satisfy; undefined if the place is the same. */
    moved(recordedUrl: string, url: string): string | undefined;
    /** The tokens that are there. */
    listing(recorded: Properties, run: Run): Listing;
}

/* eslint-disable @typescript-eslint/no-require-imports -- axios and zod take long to load, and only a delete needs them */
const clients = (): typeof import("../run-client") => require("../run-client") as typeof import("../run-client");
const accounts = (): typeof import("../run-account") => require("../run-account") as typeof import("../run-account");
/* eslint-enable @typescript-eslint/no-require-imports */

const inEnvironment = (listing: (apiUrl: string, run: Run) => Listing): Place => ({
    fields: ["apiUrl"],
    resolve: resolveApiUrl,
    record: ({ apiUrl }) => ({ recordedUrl: apiUrl }),
    inputs: ({ recordedUrl }) => ({ apiUrl: recordedUrl }),
    moved: (before, after) => (tenantKey(before) === tenantKey(after) ? undefined : "apiUrl"),
    listing: ({ recordedUrl }, run) => listing(currentApiUrl(run.sources, String(recordedUrl)), run),
});

const inAccount: Place = {
    fields: ["accountUuid", "accountApiUrl", "ssoUrl"],
    resolve: resolveAccount,
    record: ({ accountUuid, accountApiUrl, ssoUrl }) => ({
        recordedUrl: accountUrl({ accountUuid: String(accountUuid), accountApiUrl: String(accountApiUrl) }),
        recordedSsoUrl: ssoUrl,
    }),
    inputs: ({ recordedUrl, recordedSsoUrl }) => ({
        ...parseAccountUrl(String(recordedUrl)),
        ssoUrl: recordedSsoUrl,
    }),
    moved: (before, after) => {
        const same = parseAccountUrl(before).accountUuid === parseAccountUrl(after).accountUuid;
        return same ? undefined : "accountUuid";
    },
    listing: ({ recordedUrl, recordedSsoUrl }, run) => {
        const address = { ...parseAccountUrl(String(recordedUrl)), ssoUrl: String(recordedSsoUrl) };
        return accounts().accountClientFor(address, run);
    },
};

/** @param of What bears the mark; undefined for ApiTokens. */
export function placeOf(of: unknown): Place {
    if (of === "PlatformToken") return inAccount;
    if (of === "ActiveGateToken") return inEnvironment((apiUrl, run) => clients().activeGateClientFor(apiUrl, run));
    return inEnvironment((apiUrl, run) => clients().clientFor(apiUrl, run));
}
