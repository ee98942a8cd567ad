import { ActiveGateClient } from "./dynatrace/activegate-client";
import { DynatraceClient } from "./dynatrace/client";
import { bootstrapToken } from "./dynatrace/settings";
import { assertOwnEnvironment } from "./own-place";
import type { Run } from "./run";

/**
 * One client, and so one gate for all calls, an address and token, for as long as the run lasts.
 *
 * @throws DynatraceSettingsError if the token is missing or cannot work, OtherPlaceError if it belongs to another environment.
 */
export function clientFor(apiUrl: string, run: Run): DynatraceClient {
    const token = bootstrapToken(run.sources);
    assertOwnEnvironment(apiUrl, run);
    const key = `${apiUrl}\n${token.value}`;
    const { clock, timeout } = run;
    const client =
        run.clients.get(key) ??
        new DynatraceClient({
            ...{ apiUrl, token, gate: run.newGate(), clock, timeout, warn: run.say },
            isOneOfSeveral: () => [...run.clients.values()].some((other) => other.apiUrl !== apiUrl),
        });
    run.clients.set(key, client);
    return client;
}

/** ActiveGate tokens by the same client. */
export function activeGateClientFor(apiUrl: string, run: Run): ActiveGateClient {
    return new ActiveGateClient(clientFor(apiUrl, run));
}
