import { accountUrl, clientCredentials, type AccountAddress } from "./dynatrace/account";
import { AccountClient } from "./dynatrace/account-client";
import { assertOwnAccount } from "./own-place";
import type { Run } from "./run";

/**
 * One client, and so one bearer token and one gate for all calls, an account and OAuth client, for as long as the run lasts.
 *
 * @throws DynatraceSettingsError if the OAuth client is missing or cannot work, OtherPlaceError if it belongs to another account.
 */
export function accountClientFor(address: AccountAddress, run: Run): AccountClient {
    const credentials = clientCredentials(run.sources);
    assertOwnAccount(address.accountUuid, run);
    const { clock, timeout } = run;
    const parts = [accountUrl(address), address.ssoUrl, credentials.clientId.value, credentials.clientSecret.value];
    const key = parts.join("\n");
    const gates = () => ({ gate: run.newGate(), signOnGate: run.newGate() });
    const client =
        run.accountClients.get(key) ?? new AccountClient({ address, credentials, clock, timeout, ...gates() });
    run.accountClients.set(key, client);
    return client;
}
