/** Time and chance, so that a test can set them. */
export interface Clock {
    /** Milliseconds since 1970. */
    now(): number;
    /** Resolves after some milliseconds. */
    sleep(milliseconds: number): Promise<void>;
    /** At least 0, less than 1. */
    random(): number;
}

export const systemClock: Clock = {
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: () => Math.random(),
};

/** Most calls under way at once; Dynatrace answers 429 when its own pool and queue are full. */
export const MAX_CONCURRENT = 8;
/** Longest single wait, in milliseconds, whatever a header asks for. */
export const MAX_WAIT = 60_000;
/** A call is given up after so many milliseconds in which no call at all got through. */
export const GIVE_UP_AFTER = 5 * 60_000;

const FIRST_WAIT = 1_000;
const LEAST_WAIT = 100;
const JITTER = 250;

/** Headers of a reply, names in lower case. */
export type Headers = Record<string, string | undefined>;

/**
 * One gate for all calls of a process to one address. A refusal closes it for everybody until the time the refusal names;
 * then one call goes first and each that gets through doubles the number, so that a burst does not run into the limit again.
 */
export class Gate {
    private active = 0;
    private limit = MAX_CONCURRENT;
    private closedUntil = 0;
    private refusals = 0;
    private waking = false;
    private refusedSince?: number;
    private readonly queue: (() => void)[] = [];

    constructor(private readonly clock: Clock = systemClock) {}

    /** Waits for a turn. @param first Whether to stand before the others: a call that was refused keeps its place. */
    enter(first: boolean): Promise<void> {
        return new Promise((resolve) => {
            if (first) this.queue.unshift(resolve);
            else this.queue.push(resolve);
            this.admit();
        });
    }

    /** Gives the turn back of a call that got an answer, or none. */
    leave(passage: "through" | "failed"): void {
        this.active--;
        if (passage === "through") {
            this.refusedSince = undefined;
            this.refusals = 0;
            this.limit = Math.min(this.limit * 2, MAX_CONCURRENT);
        }
        this.admit();
    }

    /**
     * Gives the turn back of a call that was refused, and closes the gate for as long as its headers ask.
     *
     * @returns whether to try again; false once nothing got through for {@link GIVE_UP_AFTER}.
     */
    leaveRefused(headers: Headers): boolean {
        this.active--;
        const now = this.clock.now();
        this.refusedSince ??= now;
        const hopeless = now - this.refusedSince >= GIVE_UP_AFTER;
        if (hopeless) {
            // Whoever still waits gets one try, at once: nobody waits five minutes after another who did.
            this.limit = MAX_CONCURRENT;
            this.closedUntil = 0;
            if (this.active === 0 && this.queue.length === 0) this.refusedSince = undefined;
        } else {
            this.close(headers, now);
        }
        this.admit();
        return !hopeless;
    }

    private close(headers: Headers, now: number): void {
        // The calls that were under way when the limit was hit are one refusal, not eight.
        if (now >= this.closedUntil) this.refusals++;
        const growing = 2 ** Math.min(this.refusals - 1, 8);
        const asked = waitAskedFor(headers, now);
        const wait = asked === undefined ? FIRST_WAIT * growing : Math.max(asked, LEAST_WAIT * growing);
        const jitter = this.clock.random() * JITTER;
        this.closedUntil = Math.max(this.closedUntil, now + Math.min(wait + jitter, MAX_WAIT));
        this.limit = 1;
    }

    private admit(): void {
        const wait = this.closedUntil - this.clock.now();
        if (wait > 0) {
            if (!this.waking && this.queue.length > 0) void this.wake(wait);
            return;
        }
        while (this.active < this.limit && this.queue.length > 0) {
            this.active++;
            this.queue.shift()?.();
        }
    }

    private async wake(wait: number): Promise<void> {
        this.waking = true;
        await this.clock.sleep(wait);
        this.waking = false;
        this.admit();
    }
}

/**
 * Milliseconds a refusal asks to wait: `Retry-After` (seconds or a date), else `X-RateLimit-Reset`. Dynatrace documents the
 * latter as microseconds since 1970, its own Go client reads seconds; the size of the number tells. Undefined without either.
 *
 * @param now Milliseconds since 1970; replaced by the reply's own `Date` where the two clocks disagree.
 * @see https://docs.dynatrace.com/docs/dynatrace-api/basics/access-limit
 */
export function waitAskedFor(headers: Headers, now: number): number | undefined {
    const retryAfter = headers["retry-after"]?.trim();
    const reset = Number(headers["x-ratelimit-reset"]?.trim() || NaN);
    if (retryAfter && /^\d+(\.\d+)?$/.test(retryAfter)) return Number(retryAfter) * 1000;
    const at = retryAfter ? Date.parse(retryAfter) : NaN;
    if (!Number.isNaN(at)) return Math.max(at - serverNow(headers, now), 0);
    if (!Number.isFinite(reset) || reset < 0) return undefined;
    // Too small for a time since 1970: seconds to wait.
    if (reset < 1e8) return reset * 1000;
    const unit = reset >= 1e14 ? 1e-3 : reset >= 1e11 ? 1 : 1e3;
    return Math.max(reset * unit - serverNow(headers, now), 0);
}

function serverNow(headers: Headers, now: number): number {
    const date = Date.parse(headers.date ?? "");
    return Math.abs(date - now) > 5_000 ? date : now;
}

/** Milliseconds before the nth further try of a call that failed on the way: about 0.5, 1, 2, … seconds. */
export function backoff(attempt: number, clock: Clock): number {
    return 500 * 2 ** (attempt - 1) * (0.75 + clock.random() / 2);
}
