import { envelope, type Reply } from "./http/reply";
import type { RateLimit } from "./types";

type ResetUnit = "s" | "ms" | "us";
const perSecond: Record<ResetUnit, number> = { s: 1, ms: 1e3, us: 1e6 };

/** X-RateLimit-Reset: the docs say microseconds, Dynatrace's own client reads seconds. */
export function resetAt(atMs: number, unit: ResetUnit): string {
    return String(Math.ceil((atMs / 1000) * perSecond[unit]));
}

export function tooManyRequests(headers: Record<string, string>): Reply {
    const reply = envelope(429, "Too many requests.");
    return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** Counts calls in windows of a fixed length. */
export class RateWindow {
    private endsAt = 0;
    private used = 0;

    constructor(
        private readonly limit: RateLimit,
        private readonly now: () => number,
    ) {}

    /** Takes one call in. @returns the headers every answer carries, and whether the call is let through. */
    take(): { allowed: boolean; headers: Record<string, string> } {
        const now = this.now();
        if (now >= this.endsAt) {
            this.endsAt = now + this.limit.perSeconds * 1000;
            this.used = 0;
        }
        this.used += 1;
        const allowed = this.used <= this.limit.requests;
        return { allowed, headers: { ...this.rateHeaders(), ...(!allowed && this.retryAfter(now)) } };
    }

    private rateHeaders(): Record<string, string> {
        const { requests, perSeconds, resetUnit = "us" } = this.limit;
        if (resetUnit === "none") return {};
        return {
            "x-ratelimit-limit": String(Math.max(1, Math.round((requests * 60) / perSeconds))),
            "x-ratelimit-remaining": String(Math.max(0, requests - this.used)),
            "x-ratelimit-reset": resetAt(this.endsAt, resetUnit),
        };
    }

    private retryAfter(now: number): Record<string, string> {
        return this.limit.retryAfter
            ? { "retry-after": String(Math.max(1, Math.ceil((this.endsAt - now) / 1000))) }
            : {};
    }
}
