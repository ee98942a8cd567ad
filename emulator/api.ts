import type { IncomingMessage } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Call, Context } from "./context";
import { readBody } from "./http/body";
import { Refuse } from "./http/refuse";
import { envelope, html, type Reply } from "./http/reply";
import { pathPrefix } from "./options";
import { RateWindow, tooManyRequests } from "./rate-limit";
import { route, signalOf } from "./router";
import { strikeOf, type Strike } from "./strike";
import { withoutSecrets } from "./tokens/secret";
import type { RequestRecord } from "./types";
import { stackOf } from "./thrown";
import { z } from "zod";

/** The API: what stands around every call. Null means that the socket is to be cut. */
export class Api {
    private readonly rate?: RateWindow;
    private inFlight = 0;

    constructor(
        private readonly context: Context,
        private readonly stopped: AbortSignal,
        private readonly goDown: (seconds: number) => void,
    ) {
        const { rateLimit, now } = context.settings;
        if (rateLimit) this.rate = new RateWindow(rateLimit, now);
    }

    async answer(request: IncomingMessage, url: URL): Promise<Reply | null> {
        const startedAt = performance.now();
        const { settings, arrivals } = this.context;
        const raw = await readBody(request);
        const apiPath = apiPathOf(url.pathname, pathPrefix(settings));
        const call: Call = {
            context: this.context,
            request,
            raw,
            method: request.method ?? "GET",
            fullPath: url.pathname,
            apiPath,
            query: url.searchParams,
            signal: signalOf({ apiPath, fullPath: url.pathname }),
        };
        const record: RequestRecord = {
            at: new Date(settings.now()).toISOString(),
            method: call.method,
            path: withoutSecrets(url.pathname),
            host: request.headers.host ?? "",
            status: null,
            ms: 0,
            ...(call.signal && call.signal !== "tokens" && { signal: call.signal }),
        };
        const fault = this.context.faults.take(call);
        if (fault) record.fault = fault.kind;
        try {
            const reply = await this.limited(call, fault ? strikeOf(fault, settings.now()) : {});
            record.status = reply?.status ?? null;
            return reply;
        } finally {
            record.ms = Math.round((performance.now() - startedAt) * 10) / 10;
            if (call.tokenId) record.tokenId = call.tokenId;
            arrivals.called(record);
        }
    }

    private async limited(call: Call, strike: Strike): Promise<Reply | null> {
        const { latencyMs, maxInFlight } = this.context.settings;
        const rate = this.rate?.take();
        this.inFlight += 1;
        try {
            const pause = latencyMs + (strike.delayMs ?? 0);
            const full = maxInFlight !== undefined && this.inFlight > maxInFlight;
            if (rate?.allowed === false || full) return this.refused(call, tooManyRequests(rate?.headers ?? {}));
            if (pause > 0) await wait(pause, undefined, { signal: this.stopped });
            const reply = await this.struck(call, strike);
            return reply && { ...reply, headers: { ...rate?.headers, ...reply.headers } };
        } finally {
            this.inFlight -= 1;
        }
    }

    private async struck(call: Call, { instead, after, downSeconds }: Strike): Promise<Reply | null> {
        if (downSeconds !== undefined) this.goDown(downSeconds);
        if (instead !== undefined) return instead && this.refused(call, instead);
        const reply = await this.worked(call);
        return after ? after(reply) : reply;
    }

    private async worked(call: Call): Promise<Reply> {
        try {
            if (isAppsHost(call.request)) return this.refused(call, html(404, "<html><body>Not found</body></html>"));
            return await route(call);
        } catch (error) {
            if (error instanceof Refuse) return this.refused(call, error.reply, error.count);
            console.error("dynatrace emulator:", withoutSecrets(stackOf(error)));
            return envelope(500, "Internal server error.");
        }
    }

    /** Notes that the whole call was turned away. */
    private refused({ signal, apiPath, tokenId }: Call, reply: Reply, count = 0): Reply {
        if (signal && signal !== "tokens") {
            const at = new Date(this.context.settings.now()).toISOString();
            const { status } = reply;
            const reason = reasonOf(reply);
            this.context.arrivals.refuse({
                signal,
                status,
                told: "response",
                reason,
                count,
                tokenId,
                path: apiPath,
                at,
            });
        }
        return reply;
    }
}

/** The path from `/api` on; "" when it is not under this environment. */
function apiPathOf(pathname: string, prefix: string): string {
    return pathname.startsWith(`${prefix}/api/`) ? pathname.slice(prefix.length) : "";
}

/** `.apps.` is the host of the web interface, which has no such API. */
function isAppsHost({ headers }: IncomingMessage): boolean {
    return (headers.host ?? "").toLowerCase().includes(".apps.");
}

const envelopeSchema = z.object({ error: z.object({ message: z.string() }) });

function reasonOf({ status, body }: Reply): string {
    try {
        return envelopeSchema.parse(JSON.parse(String(body))).error.message;
    } catch {
        return `HTTP ${status}`;
    }
}
