import { resolveAccount } from "../account-input";
import { resolveApiUrl } from "../api-url-input";
import { clientCredentials } from "../dynatrace/account";
import { tenantId, tenantKey } from "../dynatrace/api-url";
import { DynatraceSettingsError } from "../dynatrace/errors";
import { explicitProvider, firstOf, isExplicit, TOKEN_SOURCES, type SettingsSources } from "../dynatrace/settings";
import { isUnknown, type InputProblem, type Properties } from "../properties";
import { accountProblem, environmentProblem } from "../own-place";
import type { Run } from "../run";
import { messageOf } from "../thrown";
import { TokenPlace } from "./kind";
import { isElsewhere, type Address } from "./state";

/** Inputs of a TokenOwner that say where the tokens live. */
export const ADDRESS_FIELDS: Record<TokenPlace, readonly (keyof Address)[]> = {
    environment: ["apiUrl"],
    account: ["accountUuid", "accountApiUrl", "ssoUrl"],
};

/** Completes the address in the inputs; the tokens themselves warn of what was repaired. @returns what is wrong with it. */
export function completeAddress(place: TokenPlace, inputs: Properties, sources: SettingsSources): InputProblem[] {
    return place === TokenPlace.Account ? resolveAccount(inputs, sources) : resolveApiUrl(inputs, sources);
}

/** The address in inputs or outputs; undefined as long as a part is not known. */
export function addressIn(place: TokenPlace, bag: Properties): Address | undefined {
    const entries = ADDRESS_FIELDS[place].map((field) => [field, bag[field]] as const);
    if (entries.some(([, value]) => typeof value !== "string" || isUnknown(value))) return undefined;
    return Object.fromEntries(entries.map(([field, value]) => [field, String(value)]));
}

/** The field that names another place; undefined if both addresses lead to the same environment or account. */
export function movedBy(place: TokenPlace, before: Address, after: Address): keyof Address | undefined {
    if (place === TokenPlace.Account) return before.accountUuid === after.accountUuid ? undefined : "accountUuid";
    return tenantKey(before.apiUrl ?? "") === tenantKey(after.apiUrl ?? "") ? undefined : "apiUrl";
}

/**
 * Why tokens cannot follow to another environment or account; undefined for the same place. The credentials are those of the new place
 * alone, so the old tokens could not be deleted.
 */
export function moveProblem(before: Address | undefined, after: Address): string | undefined {
    if (before === undefined || !isElsewhere(before, after)) return undefined;
    // Behind a proxy the environment may be the same.
    const ids = [before, after].map(({ apiUrl }) => (apiUrl ? tenantId(apiUrl) : undefined));
    if (after.accountUuid === undefined && ids.includes(undefined)) return undefined;
    const [field, what] =
        after.accountUuid === undefined ? (["apiUrl", "environment"] as const) : (["accountUuid", "account"] as const);
    return (
        `${field}: names another ${what} (${before[field]} before, ${after[field]} now), whose credentials cannot delete the tokens ` +
        `that this stack has in the first; run \`pulumi destroy\` with the old settings first, or keep the old settings and give ` +
        `the components a new DynatraceProvider for the other ${what}`
    );
}

/** Why the credentials of the run cannot be used for an address in the program, with the field; undefined if they can. */
export function foreignPlace(place: TokenPlace, address: Address, run: Run): InputProblem | undefined {
    const { apiUrl = "", accountUuid = "" } = address;
    const isAccount = place === TokenPlace.Account;
    const problem = isAccount ? accountProblem(accountUuid, run) : environmentProblem(apiUrl, run);
    return problem === undefined ? undefined : { field: isAccount ? "accountUuid" : "apiUrl", problem };
}

/** What is not there to sign calls with; undefined if there is something, whatever it is worth. */
export function missingCredentials(place: TokenPlace, sources: SettingsSources): string | undefined {
    if (place === TokenPlace.Account) {
        try {
            clientCredentials(sources);
            return undefined;
        } catch (error) {
            // White space inside is a mistake; the call reports it.
            const missing = error instanceof DynatraceSettingsError && messageOf(error).startsWith("no OAuth client");
            return missing ? messageOf(error) : undefined;
        }
    }
    const found = firstOf(sources, ["DYNATRACE_API_TOKEN", "DT_API_TOKEN"], "dynatrace:apiToken");
    if (found) return undefined;
    const wayOut = isExplicit(sources) ? `give apiToken to the ${explicitProvider(sources)}` : `set ${TOKEN_SOURCES}`;
    return `there is no bootstrap token; ${wayOut}`;
}
