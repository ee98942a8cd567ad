import { ambientAddress } from "./dynatrace/account";
import { isLoopback, parseApiUrl, tenantId } from "./dynatrace/api-url";
import { DynatraceSettingsError } from "./dynatrace/errors";
import { ambientApiUrl, findBootstrapToken } from "./dynatrace/settings";
import type { Run } from "./run";

/*
 * A bootstrap token belongs to one environment, and an OAuth client to one account: the ones that the same settings name, otherwise
 * the first that a run asks for. They are never sent to another one. The id of an environment behind a proxy is not known; such an
 * address is not refused.
 */

/** The credentials of a run belong to another environment or account; nothing was sent. */
export class OtherPlaceError extends DynatraceSettingsError {}

const PROVIDERS =
    "give the tokens of each environment or account a DynatraceProvider with its own address and credentials";

/** What to do about a recorded address, for which no program is needed. */
const RECORDED =
    "set the address and the credentials to those of the recorded address for this run. " +
    `For a program with both, ${PROVIDERS}. If the recorded one no longer exists, remove the resource with pulumi state delete`;

/** Why an address in a program cannot have the bootstrap token; undefined if it can. Remembers the address. */
export function environmentProblem(apiUrl: string, run: Run): string | undefined {
    const other = otherEnvironment(apiUrl, run, true);
    return other && `${other}; ${PROVIDERS}`;
}

/** As {@link environmentProblem}, for a recorded address. @throws OtherPlaceError if it cannot have the bootstrap token. */
export function assertOwnEnvironment(apiUrl: string, run: Run): void {
    const other = otherEnvironment(apiUrl, run, false);
    if (other !== undefined) throw new OtherPlaceError(`apiUrl: ${other}; ${RECORDED}`);
}

/** Why an account in a program cannot have the OAuth client; undefined if it can. Remembers the account. */
export function accountProblem(accountUuid: string, run: Run): string | undefined {
    const other = otherAccount(accountUuid, run);
    return other && `${other}; ${PROVIDERS}`;
}

/** As {@link accountProblem}, for a recorded account. @throws OtherPlaceError if it cannot have the OAuth client. */
export function assertOwnAccount(accountUuid: string, run: Run): void {
    const other = otherAccount(accountUuid, run);
    if (other !== undefined) throw new OtherPlaceError(`accountUuid: ${other}; ${RECORDED}`);
}

/** @param program whether a program gives the address: ports of this machine are then told apart too. */
function otherEnvironment(apiUrl: string, run: Run, program: boolean): string | undefined {
    if (!URL.canParse(apiUrl)) return undefined;
    const ambient = ambientApiUrl(run.sources);
    const ambientUrl = ambient && parseApiUrl(ambient.value).url;
    const { urls } = run.ownPlaces;
    const own = [...(ambientUrl === undefined ? urls : [ambientUrl])].find((url) => isOther(url, apiUrl, program));
    if (own === undefined) {
        urls.add(apiUrl);
        return undefined;
    }
    const token = findBootstrapToken(run.sources);
    const why = ambientUrl === undefined ? "which this run used first" : `which is set in ${ambient?.source}`;
    return (
        `${apiUrl} is another environment than ${own}, ${why}: the bootstrap token${token ? ` in ${token.source}` : ""} ` +
        "belongs to one environment, and was not sent to the other"
    );
}

function isOther(one: string, other: string, program: boolean): boolean {
    const [first, second] = [tenantId(one), tenantId(other)];
    if (first !== undefined && second !== undefined) return first !== second;
    if (!program || first !== second) return false;
    const [here, there] = [new URL(one), new URL(other)];
    return isLoopback(here.hostname) && isLoopback(there.hostname) && here.port !== there.port;
}

function otherAccount(accountUuid: string, run: Run): string | undefined {
    const ambient = ambientAddress(run.sources, "accountUuid");
    const uuid = ambient && /[0-9a-f-]{36}$/i.exec(ambient.value)?.[0].toLowerCase();
    const own = uuid ?? (run.ownPlaces.account ??= accountUuid);
    if (own === accountUuid) return undefined;
    const why = uuid === undefined ? "which this run used first" : `which is set in ${ambient?.source}`;
    return (
        `${accountUuid} is another account than ${own}, ${why}: ` +
        "the OAuth client belongs to one account, and its secret was not sent for the other"
    );
}
