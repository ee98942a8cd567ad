import { accountRoutes } from "./account/routes";
import { activeGateRoutes } from "./activegate/routes";
import type { Call } from "./context";
import { empty, envelope, type Reply } from "./http/reply";
import { ingestLines } from "./lines/ingest";
import { ingestOtlp } from "./otlp/ingest";
import { createToken, deleteToken, getToken, lookupToken, updateToken } from "./tokens/api";
import { listTokens } from "./tokens/list";
import { withId, type Route } from "./route";
import { withoutSecrets } from "./tokens/secret";

/** Paths of the environment's API. */
const routes: Route[] = [
    ...activeGateRoutes,
    [/^\/api\/v2\/otlp\/v1\/traces$/, "traces", { POST: (call) => ingestOtlp(call, "traces") }],
    [/^\/api\/v2\/otlp\/v1\/metrics$/, "metrics", { POST: (call) => ingestOtlp(call, "metrics") }],
    [/^\/api\/v2\/otlp\/v1\/logs$/, "logs", { POST: (call) => ingestOtlp(call, "logs") }],
    [/^\/api\/v2\/metrics\/ingest$/, "metricLines", { POST: ingestLines }],
    [/^\/api\/v2\/apiTokens$/, "tokens", { GET: listTokens, POST: createToken }],
    [/^\/api\/v2\/apiTokens\/lookup$/, "tokens", { POST: lookupToken }],
    [
        /^\/api\/v2\/apiTokens\/[^/]+$/,
        "tokens",
        { GET: withId(getToken), PUT: withId(updateToken), DELETE: withId(deleteToken) },
    ],
];

/** What kind of call a path is, for faults and records. */
export function signalOf(paths: Pick<Call, "apiPath" | "fullPath">): Call["signal"] {
    return routeOf(paths)?.[1];
}

function routeOf({ apiPath, fullPath }: Pick<Call, "apiPath" | "fullPath">): Route | undefined {
    // The account's API is on a host of its own, so no environment stands in its paths.
    return routes.find(([path]) => path.test(apiPath)) ?? accountRoutes.find(([path]) => path.test(fullPath));
}

export async function route(call: Call): Promise<Reply> {
    const methods = routeOf(call)?.[2];
    if (!methods) return envelope(404, `There is no ${withoutSecrets(call.fullPath)} in this environment.`);
    const handler = methods[call.method];
    if (!handler) return empty(405, { allow: Object.keys(methods).join(", ") });
    return handler(call);
}
