import { ActiveGateClient } from "./dynatrace/activegate-client";
import { DynatraceClient } from "./dynatrace/client";
import { Gate } from "./dynatrace/limits";
import { bootstrapToken } from "./dynatrace/settings";
import type { Run } from "./run";

/** One client, and so one gate for all calls, an address and token, for as long as the run lasts. */
export function clientFor(apiUrl: string, run: Run): DynatraceClient {
    const token = bootstrapToken(run.sources);
    const key = `${apiUrl}\n${token.value}`;
    const { clock, timeout } = run;
    const client =
        run.clients.get(key) ??
        new DynatraceClient({ apiUrl, token, gate: new Gate(clock), clock, timeout, warn: run.say });
    run.clients.set(key, client);
    return client;
}

/** ActiveGate tokens by the same client. */
export function activeGateClientFor(apiUrl: string, run: Run): ActiveGateClient {
    return new ActiveGateClient(clientFor(apiUrl, run));
}
