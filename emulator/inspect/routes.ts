import type { IncomingMessage } from "node:http";
import { ZodError } from "zod";
import type { Context } from "../context";
import { readBody } from "../http/body";
import { empty, envelope, html, json, type Reply } from "../http/reply";
import { isLoopback } from "../options";
import { page } from "./page";

type Handler = (context: Context, request: IncomingMessage) => Reply | Promise<Reply>;

const routes: Record<string, Handler> = {
    "GET /_emulator/": (context) => withoutScripts(html(200, page(context))),
    "GET /_emulator/arrived": ({ arrivals }) => json(200, arrivals.arrived()),
    "GET /_emulator/refused": ({ arrivals }) => json(200, arrivals.refused()),
    "GET /_emulator/requests": ({ arrivals }) => json(200, arrivals.requests()),
    "GET /_emulator/tokens": ({ tokens }) => json(200, tokens.all()),
    "GET /_emulator/faults": ({ faults }) => json(200, faults.pending()),
    "POST /_emulator/faults": addFaults,
    "DELETE /_emulator/faults": ({ faults }) => {
        faults.clear();
        return empty(204);
    },
    "POST /_emulator/reset": ({ arrivals, faults }) => {
        arrivals.reset();
        faults.clear();
        return empty(204);
    },
};

/** Answers what is asked of the emulator itself; undefined for everything else. */
export function inspect(context: Context, request: IncomingMessage, { pathname }: URL): Promise<Reply> | undefined {
    if (pathname !== "/_emulator" && !pathname.startsWith("/_emulator/")) return undefined;
    return answer(context, request, pathname);
}

async function answer(context: Context, request: IncomingMessage, pathname: string): Promise<Reply> {
    // A web page elsewhere could otherwise point its own name at loopback and read what arrived.
    if (!isOwnName(request.headers.host, context.settings.tlsNames)) {
        return envelope(403, "The emulator's own pages are served under a loopback name only.");
    }
    if (pathname === "/_emulator") return empty(302, { location: "/_emulator/" });
    const handler = routes[`${request.method} ${pathname}`];
    return handler ? handler(context, request) : envelope(404, `There is no ${request.method} ${pathname}.`);
}

/** Takes one rule or a list of them. */
async function addFaults({ faults }: Context, request: IncomingMessage): Promise<Reply> {
    try {
        const body: unknown = JSON.parse(String(await readBody(request)));
        for (const rule of Array.isArray(body) ? body : [body]) faults.add(rule);
        return empty(204);
    } catch (error) {
        if (error instanceof SyntaxError) return envelope(400, "The fault is not JSON.");
        if (!(error instanceof ZodError)) throw error;
        const message = error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
        return envelope(400, `The fault is not one of the kinds: ${message}`);
    }
}

function withoutScripts(reply: Reply): Reply {
    const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    return { ...reply, headers: { ...reply.headers, "content-security-policy": policy, "cache-control": "no-store" } };
}

function isOwnName(host: string | undefined, names: string[]): boolean {
    const name = (host ?? "").replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
    return isLoopback(name) || names.includes(name);
}
