import type { Call } from "../context";
import { mediaType } from "../http/body";
import { json, type Reply } from "../http/reply";

/**
 * POST /sso/oauth2/token, OAuth 2.0 client credentials.
 * @see https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/oauth-clients
 */
export function issueBearer(call: Call): Reply {
    const { account } = call.context;
    if (mediaType(call.request) !== "application/x-www-form-urlencoded") {
        return refused(415, "invalid_request", "use application/x-www-form-urlencoded");
    }
    const form = new URLSearchParams(call.raw?.toString("utf8"));
    if (form.get("grant_type") !== "client_credentials") {
        return refused(400, "unsupported_grant_type", "grant_type must be client_credentials");
    }
    if (form.get("client_id") !== account.clientId || form.get("client_secret") !== account.clientSecret) {
        return refused(401, "invalid_client", "client_id or client_secret is wrong");
    }
    if (form.get("resource") !== `urn:dtaccount:${account.accountUuid}`) {
        return refused(400, "invalid_target", "resource is not the account of this client");
    }
    const scopes = (form.get("scope") ?? "").split(" ").filter(Boolean);
    const denied = account.refusedScopes(scopes);
    if (scopes.length === 0 || denied.length > 0) {
        return refused(400, "invalid_scope", `the client may not ask for: ${denied.join(" ") || "nothing"}`);
    }
    return json(200, {
        scope: scopes.join(" "),
        token_type: "Bearer",
        expires_in: account.bearerSeconds,
        access_token: account.issue(scopes),
        resource: form.get("resource"),
    });
}

function refused(status: number, error: string, description: string): Reply {
    return json(status, { error, error_description: description });
}
