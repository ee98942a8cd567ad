import { resolveAccount } from "../account-input";
import { resolveApiUrl } from "../api-url-input";
import { clientCredentials } from "../dynatrace/account";
import { tenantId, tenantKey } from "../dynatrace/api-url";
import { DynatraceSettingsError } from "../dynatrace/errors";
import { firstOf, TOKEN_SOURCES, type SettingsSources } from "../dynatrace/settings";
import { isUnknown, type InputProblem, type Properties } from "../properties";
import { accountProblem, environmentProblem, moveProblem } from "../own-place";
import type { Run } from "../run";
import { messageOf } from "../thrown";
import { TokenPlace } from "./kind";
import type { Address } from "./state";

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

/** Why the credentials of the run cannot be used for an address in the program, with the field; undefined if they can. */
export function foreignPlace(place: TokenPlace, address: Address, run: Run): InputProblem | undefined {
    const { apiUrl = "", accountUuid = "" } = address;
    const isAccount = place === TokenPlace.Account;
    const problem = isAccount ? accountProblem(accountUuid, run) : environmentProblem(apiUrl, run);
    return problem === undefined ? undefined : { field: isAccount ? "accountUuid" : "apiUrl", problem };
}

/** Why the recorded tokens cannot move to an address in the program; undefined if they can, or stay. @param before recorded inputs. */
export function moveRefused(place: TokenPlace, before: Properties, after: Address, run: Run): InputProblem | undefined {
    const recorded = addressIn(place, before);
    if (recorded === undefined) return undefined;
    if (place === TokenPlace.Account) {
        const problem = moveProblem(recorded.accountUuid ?? "", after.accountUuid ?? "", run.sources);
        return problem === undefined ? undefined : { field: "accountUuid", problem };
    }
    const [from = "", to = ""] = [recorded.apiUrl, after.apiUrl];
    // Behind a proxy the environment may be the same.
    if (tenantId(from) === undefined || tenantId(to) === undefined || tenantId(from) === tenantId(to)) return undefined;
    const problem = moveProblem(from, to, run.sources);
    return problem === undefined ? undefined : { field: "apiUrl", problem };
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
    return found ? undefined : `there is no bootstrap token; set ${TOKEN_SOURCES}`;
}
