import type { CheckedFault } from "./faults";
import { empty, envelope, html, type Reply } from "./http/reply";
import { resetAt, tooManyRequests } from "./rate-limit";

/** What a fault does to a call: the socket is cut when there is no reply. */
export interface Strike {
    /** Answer with this instead of doing the work; null cuts the socket. */
    instead?: Reply | null;
    /** Wait before going on. */
    delayMs?: number;
    /** Take no connection for so long. */
    downSeconds?: number;
    /** What to send after the work was done; null cuts the socket. */
    after?: (reply: Reply) => Reply | null;
}

export function strikeOf(fault: CheckedFault, now: number): Strike {
    switch (fault.kind) {
        case "429":
            return { instead: tooManyRequests(waitHeaders(fault.unit ?? "us", fault.delaySeconds ?? 1, now)) };
        case "503": {
            const reply = envelope(503, "Service temporarily unavailable.");
            const { retryAfterSeconds: seconds } = fault;
            const wait = seconds === undefined ? undefined : { "retry-after": String(Math.ceil(seconds)) };
            return { instead: { ...reply, headers: { ...reply.headers, ...wait } } };
        }
        case "status":
            return {
                instead: envelope(fault.status, fault.message ?? `The emulator was told to answer ${fault.status}.`),
            };
        case "html":
            return { instead: html(fault.status, fault.body ?? "<html><body><h1>Proxy error</h1></body></html>") };
        case "no-connection":
            return { instead: null };
        case "slow":
            return { delayMs: fault.delayMs };
        case "slow-body":
            return { after: (reply) => ({ ...reply, bodyDelayMs: fault.delayMs }) };
        case "down":
            return { instead: null, downSeconds: fault.seconds };
        case "lost-reply":
            return { after: () => null };
        case "empty":
            return { after: (reply) => (reply.status < 300 ? empty(reply.status) : reply) };
    }
}

function waitHeaders(unit: NonNullable<Extract<CheckedFault, { kind: "429" }>["unit"]>, seconds: number, now: number) {
    const at = now + seconds * 1000;
    if (unit === "none") return {} as Record<string, string>;
    if (unit === "retry-after-seconds") return { "retry-after": String(Math.ceil(seconds)) };
    if (unit === "retry-after-date") return { "retry-after": new Date(at).toUTCString() };
    return { "x-ratelimit-limit": "60", "x-ratelimit-remaining": "0", "x-ratelimit-reset": resetAt(at, unit) };
}
