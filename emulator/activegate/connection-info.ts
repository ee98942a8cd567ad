import { authenticate } from "../auth";
import type { Call } from "../context";
import { Refuse } from "../http/refuse";
import { badQuery, json, type Reply } from "../http/reply";
import { needed } from "../tokens/scopes";

/**
 * GET /api/v1/deployment/installer/gateway/connectioninfo
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/deployment/activegate/get-activegate-connectivity
 */
export function connectionInfo(call: Call): Reply {
    authenticate(call, needed.connectionInfo);
    const unknown = [...call.query.keys()].find((name) => !["networkZone", "defaultZoneFallback"].includes(name));
    if (unknown !== undefined) throw new Refuse(badQuery(unknown, "There is no such query parameter."));
    const { settings, tenantToken } = call.context;
    return json(200, {
        tenantUUID: settings.environmentId,
        tenantToken,
        communicationEndpoints: `https://${call.request.headers.host}/communication`,
    });
}
