import { withId, type Route } from "../route";
import { connectionInfo } from "./connection-info";
import { createActiveGateToken, deleteActiveGateToken, getActiveGateToken, listActiveGateTokens } from "./tokens";

/** What a standalone ActiveGate needs: its token, and whom to connect to. */
export const activeGateRoutes: Route[] = [
    [/^\/api\/v2\/activeGateTokens$/, "tokens", { GET: listActiveGateTokens, POST: createActiveGateToken }],
    [
        /^\/api\/v2\/activeGateTokens\/[^/]+$/,
        "tokens",
        { GET: withId(getActiveGateToken), DELETE: withId(deleteActiveGateToken) },
    ],
    [/^\/api\/v1\/deployment\/installer\/gateway\/connectioninfo$/, "tokens", { GET: connectionInfo }],
];
