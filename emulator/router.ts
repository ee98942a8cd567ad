import type { Call } from "./context";
import { empty, envelope, type Reply } from "./http/reply";
import { ingestLines } from "./lines/ingest";
import { ingestOtlp } from "./otlp/ingest";
import { createToken, deleteToken, getToken, lookupToken, updateToken } from "./tokens/api";
import { listTokens } from "./tokens/list";
import { withoutSecrets } from "./tokens/secret";

type Handler = (call: Call) => Reply | Promise<Reply>;

const tokensPath = "/api/v2/apiTokens";

/** Path to methods; the last part of a token's path is its id. */
const routes: [path: RegExp, signal: Call["signal"], methods: Record<string, Handler>][] = [
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
export function signalOf(apiPath: string): Call["signal"] {
    return routes.find(([path]) => path.test(apiPath))?.[1];
}

export async function route(call: Call): Promise<Reply> {
    const methods = routes.find(([path]) => path.test(call.apiPath))?.[2];
    if (!methods) return envelope(404, `There is no ${withoutSecrets(call.fullPath)} in this environment.`);
    const handler = methods[call.method];
    if (!handler) return empty(405, { allow: Object.keys(methods).join(", ") });
    return handler(call);
}

function withId(handler: (call: Call, id: string) => Reply | Promise<Reply>): Handler {
    return (call) => {
        const last = call.apiPath.slice(tokensPath.length + 1);
        try {
            return handler(call, decodeURIComponent(last));
        } catch (error) {
            if (error instanceof URIError) return envelope(400, "The path is not a valid URL.");
            throw error;
        }
    };
}
