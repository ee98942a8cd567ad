import type { Call } from "./context";
import { Refuse } from "./http/refuse";
import { envelope } from "./http/reply";
import type { Needed } from "./tokens/scopes";
import type { TokenRecord } from "./types";

/**
 * The token that signs a call. `Api-Token` for access tokens, `Bearer` for platform tokens (dt0s16).
 * @param need scopes to hold; "any" when any valid access token will do.
 * @throws Refuse with 401 (no, unknown, disabled or expired token, wrong scheme) or the status for a missing scope.
 */
export function authenticate(call: Call, need: Needed | "any"): TokenRecord {
    const { context, request } = call;
    if (call.query.has("api-token")) {
        throw unauthorized(
            "A token in the URL ends up in logs: the emulator takes it in the Authorization header only.",
        );
    }
    const header = request.headers.authorization;
    if (!header) throw unauthorized("Missing authorization parameter.");
    const [, scheme = "", secret = ""] = /^(\S+) +(\S+)$/.exec(header) ?? [];
    const token = context.tokens.bySecret(secret);
    // An ActiveGate token is for the ActiveGate's own connection.
    if (!token || token.kind === "activeGate") throw unauthorized("Token Authentication failed");

    const wanted = token.kind === "platform" ? "Bearer" : "Api-Token";
    if (scheme.toLowerCase() !== wanted.toLowerCase()) {
        throw unauthorized(`Token Authentication failed: this kind of token needs the scheme ${wanted}.`);
    }
    if (!token.enabled) throw unauthorized("Token Authentication failed: the token is disabled.");
    if (context.tokens.isExpired(token)) {
        if (token.kind === "platform") throw new Refuse(envelope(403, "The platform token is expired."));
        throw unauthorized("Token Authentication failed: the token is expired.");
    }
    call.tokenId = token.id;
    requireScope(call, token, need);
    context.tokens.used(token.id, request.socket.remoteAddress ?? "127.0.0.1");
    return token;
}

function requireScope({ context }: Call, token: TokenRecord, need: Needed | "any"): void {
    if (token.kind === "platform" && (need === "any" || !need.platform)) {
        throw new Refuse(envelope(403, "Platform tokens are not accepted by this API."));
    }
    if (need === "any") return;
    const { environmentId, missingScopeStatus } = context.settings;
    const scopes = token.kind === "platform" ? [need.platform] : [need.access, need.orAccess];
    const enough = scopes.filter((scope) => scope !== undefined);
    if (!enough.some((scope) => token.scopes.includes(scope))) {
        throw new Refuse(
            envelope(missingScopeStatus, `Token is missing required scope. Use one of: ${enough.join(", ")}`),
        );
    }
    const places = [`urn:dtenvironment:${environmentId}`, `urn:dtaccount:${context.account.accountUuid}`];
    if (token.resource && !places.some((place) => token.resource?.includes(place))) {
        throw new Refuse(envelope(403, "The platform token is not valid for this environment."));
    }
}

function unauthorized(message: string): Refuse {
    return new Refuse(envelope(401, message));
}
