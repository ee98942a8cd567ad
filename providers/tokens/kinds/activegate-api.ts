import type { TokenInputs, TokenRetirement } from "../state";
import type { ActiveGateClient } from "../../dynatrace/activegate-client";
import { createToken } from "../../dynatrace/create-token";
import { currentApiUrl } from "../../dynatrace/settings";
import { expiryRequest } from "../../expiry";
import type { Properties } from "../../properties";
import type { Run } from "../../run";
import { activeGateClientFor } from "../../run-client";
import type { TokenApi } from "../kind";

/** The checked inputs of an ActiveGate token. */
export interface ActiveGateTokenInputs extends TokenInputs {
    apiUrl: string;
    retire: TokenRetirement;
}

/** The calls for ActiveGate tokens. @param apiUrl as recorded. */
export function activeGateTokenApi(apiUrl: string, run: Run): TokenApi<ActiveGateTokenInputs> {
    const client = activeGateClientFor(currentApiUrl(run.sources, apiUrl), run);
    return {
        listId: client.apiUrl,
        page: client.page,
        probe: (patient) => client.probe(patient),
        assertAble: () => client.assertCanCreate(),
        create: async (wanted, nameFor) => {
            const request = { expirationDate: expiryRequest(wanted) ?? "" };
            const made = await createToken(client, nameFor, request, run.clock);
            return { ...made, expiresAt: made.created.expirationDate };
        },
        finish: () => Promise.resolve(),
        change: () => Promise.resolve(true),
        details: () => connectionOf(client),
        get: (id) => client.getToken(id),
        list: (onPage) => client.listTokens(onPage),
        delete: (id) => client.deleteToken(id),
        seen: ({ applied }, { expirationDate }) => ({ expiresAt: expirationDate, applied }),
        // Nothing in Dynatrace can show a release.
        releasedUntil: (_found, { until, suspected }) => (suspected ? undefined : Date.parse(until)),
        keptBecause: async ({ tokenId }) => {
            const successor = await client.getToken(tokenId);
            return successor?.lastUsedDate === undefined ? `no ActiveGate has used ${tokenId} yet` : undefined;
        },
    };
}

async function connectionOf(client: ActiveGateClient): Promise<Properties> {
    const { tenantUUID, tenantToken, communicationEndpoints } = await client.connectionInfo();
    return { tenantUuid: tenantUUID, tenantToken, communicationEndpoints };
}
