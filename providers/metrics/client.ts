import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { DynatraceSettingsError } from "../dynatrace/errors";
import { backoff, type Clock, Gate, systemClock } from "../dynatrace/limits";
import { redact } from "../dynatrace/redact";
import { type Answer, type Failure, Transport } from "../dynatrace/transport";
import { type BatchLimits, batchesOf, bodyOf, type IndexedLine } from "./batches";
import { refusedBeforeSending } from "./lines";
import { emptyOutcome, mergeOutcomes, returned, type SendOutcome } from "./outcome";
import { ONEAGENT_URL, type Target, targetOf } from "./target";
import { verdictOf } from "./verdict";

/** What to do with lines whose reply was lost. Dynatrace cannot tell a line from its copy. */
export const LostReply = {
    /** Each line counts at most once; those in doubt are handed back. */
    Report: "report",
    /** Each line counts at least once. For gauges, where a copy changes neither minimum, maximum nor average. */
    Resend: "resend",
} as const;
export type LostReply = (typeof LostReply)[keyof typeof LostReply];

/** Where metric lines go, and how. */
export interface MetricsClientOptions {
    /** Full URL, e.g. `https://abc12345.live.dynatrace.com/api/v2/metrics/ingest`. @default - the OneAgent on this host */
    url?: string;
    /** A token with the scope `metrics.ingest`. @default - none, for the OneAgent */
    token?: string;
    /** Most bytes of a request, before compression. @default 1000000 */
    maxBytes?: number;
    /** Most lines of a request; a OneAgent takes no more than 1000. @default 1000 */
    maxLines?: number;
    /** Compresses requests, until one is refused for that: the API's page says nothing of compression. @default false */
    gzip?: boolean;
    /** @default `report` */
    lostReply?: LostReply;
    /** Seconds to wait for an answer. @default 30 */
    timeoutSeconds?: number;
    /** For tests. @default - the system's */
    clock?: Clock;
}

/** The API's limit is 1 MB, and does not say which: this is the smaller. */
const MAX_BYTES = 1_000_000;
const MAX_LINES = 1_000;
/** Tries of a request that got no further than a broken server, or none. */
const TRIES = 5;

/**
 * Sends metric lines, each at most once unless told otherwise, and accounts for every one of them.
 *
 * @example
 * ```ts
 * import { countLine, gaugeLine, MetricsClient } from "pulumi-dynatrace-otlp/metrics";
 *
 * const { invalid } = await new MetricsClient({ url, token }).send([gaugeLine("shop.load", 0.8), countLine("shop.orders", 5)]);
 * ```
 *
 * @see https://docs.dynatrace.com/docs/shortlink/api-metrics-v2-post-datapoints
 */
export class MetricsClient {
    private readonly target: Target;
    private readonly limits: BatchLimits;
    private readonly secrets: string[];
    private readonly lostReply: LostReply;
    private readonly clock: Clock;
    private readonly gate: Gate;
    private readonly transport: Transport;
    private compress: boolean;

    /** @throws DynatraceSettingsError for an address or a token that cannot work. */
    constructor(options: MetricsClientOptions = {}) {
        this.target = targetOf(options.url ?? ONEAGENT_URL, options.token);
        if (this.target.warning !== undefined) process.emitWarning(this.target.warning);
        this.limits = limitsOf(options, this.target.oneAgent);
        this.secrets = options.token === undefined ? [] : [options.token];
        this.lostReply = options.lostReply ?? LostReply.Report;
        this.clock = options.clock ?? systemClock;
        this.compress = options.gzip ?? false;
        this.gate = new Gate(this.clock);
        const headers = { ...this.target.headers, "Content-Type": "text/plain; charset=utf-8" };
        this.transport = new Transport(this.target.url, headers, (options.timeoutSeconds ?? 30) * 1000);
    }

    /**
     * Sends lines and says what became of each. Waits while Dynatrace is busy, at most five minutes without progress.
     *
     * @param lines data lines, and metadata lines that start with `#`. Blank ones are left out.
     */
    async send(lines: readonly string[]): Promise<SendOutcome> {
        const { outcome, good } = this.sort(lines);
        const parts: Partial<SendOutcome>[] = [outcome];
        const waiting = batchesOf(good, this.limits);
        for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
            const { halves, stop, outcome: part } = await this.deliver(batch);
            parts.push(part);
            waiting.unshift(...(halves ?? []));
            if (stop !== undefined) parts.push({ notAccepted: returned(waiting.splice(0).flat(), stop) });
        }
        return mergeOutcomes(parts);
    }

    /** Lines that no Dynatrace takes are not sent. */
    private sort(lines: readonly string[]): { outcome: SendOutcome; good: IndexedLine[] } {
        const given = lines.map((line, index) => ({ index, line })).filter(({ line }) => line.trim() !== "");
        const outcome = { ...emptyOutcome(), sent: given.length };
        const good = given.filter((line) => {
            const reason = refusedBeforeSending(line.line, this.limits.maxBytes);
            if (reason !== undefined) outcome.invalid.push({ ...line, reason });
            return reason === undefined;
        });
        const lonely = this.target.oneAgent ? undefined : good.find(({ line }) => /,\s*dt\.process\.id=/.test(line));
        if (lonely !== undefined) {
            const warning =
                "dt.process.id has effect at the OneAgent's own endpoint alone, here it is a plain dimension";
            outcome.warnings.push({ ...lonely, warning });
        }
        return { outcome, good };
    }

    private async deliver(batch: IndexedLine[]): Promise<Delivered> {
        let again = false;
        for (let tries = 1; ; again = true) {
            const { answer, compressed, mayTryAgain } = await this.post(batch, again);
            const verdict = verdictOf(answer, batch, compressed);
            const why = "reason" in verdict ? redact(verdict.reason, this.secrets) : "";
            switch (verdict.kind) {
                case "judged":
                    return { outcome: verdict.outcome };
                case "tooLarge":
                    return halved(batch);
                case "uncompressed":
                    this.compress = false;
                    continue;
                case "busy":
                    if (mayTryAgain) continue;
                    return undelivered(batch, why);
                case "hopeless":
                    return undelivered(batch, why);
                case "failed":
                    if (tries < TRIES) break;
                    return undelivered(batch, why);
                case "doubtful":
                    if (tries < TRIES && this.lostReply === LostReply.Resend) break;
                    return { outcome: { inDoubt: returned(batch, why) } };
            }
            await this.clock.sleep(backoff(tries++, this.clock));
        }
    }

    private async post(
        batch: IndexedLine[],
        again: boolean,
    ): Promise<{ answer: Answer | Failure; compressed: boolean; mayTryAgain: boolean }> {
        await this.gate.enter(again);
        const compressed = this.compress;
        const plain = bodyOf(batch);
        const body = compressed ? await promisify(gzip)(plain) : plain;
        const headers = compressed ? { "Content-Encoding": "gzip" } : undefined;
        const answer = await this.transport.send({ method: "POST", path: "", body, headers });
        if (answer.status === 429 || answer.status === 503) {
            return { answer, compressed, mayTryAgain: this.gate.leaveRefused(answer.headers) };
        }
        this.gate.leave(answer.status === undefined ? "failed" : "through");
        return { answer, compressed, mayTryAgain: true };
    }
}

function limitsOf(
    { maxBytes = MAX_BYTES, maxLines = MAX_LINES }: MetricsClientOptions,
    oneAgent: boolean,
): BatchLimits {
    const all: [field: string, value: number, limit: number][] = [
        ["maxBytes", maxBytes, MAX_BYTES],
        ["maxLines", maxLines, oneAgent ? MAX_LINES : Infinity],
    ];
    for (const [field, value, limit] of all) {
        if (Number.isInteger(value) && value > 0 && value <= limit) continue;
        const upTo = limit === Infinity ? "" : ` up to ${limit}`;
        throw new DynatraceSettingsError(
            `MetricsClient: ${field}: ${value} is out of range; use whole numbers from 1${upTo}`,
        );
    }
    return { maxBytes, maxLines };
}

/** What became of a request. */
interface Delivered {
    outcome: Partial<SendOutcome>;
    /** Smaller requests to send in its place. */
    halves?: IndexedLine[][];
    /** Why the requests after it would fare no better. */
    stop?: string;
}

function undelivered(batch: IndexedLine[], reason: string): Delivered {
    return { outcome: { notAccepted: returned(batch, reason) }, stop: reason };
}

function halved(batch: IndexedLine[]): Delivered {
    const middle = Math.ceil(batch.length / 2);
    if (batch.length > 1) return { outcome: {}, halves: [batch.slice(0, middle), batch.slice(middle)] };
    return { outcome: { invalid: returned(batch, "answered 413: is larger than a request may be") } };
}

/**
 * A client by the variables that `MetricsIngest` gives to pods: DT_METRICS_INGEST_URL and DT_API_TOKEN; the OneAgent on this host without them.
 *
 * @throws DynatraceSettingsError for an address or a token that cannot work.
 */
export function metricsClientFromEnv(
    options: Omit<MetricsClientOptions, "url" | "token"> = {},
    env: Record<string, string | undefined> = process.env,
): MetricsClient {
    // A token from a mounted file often ends with a line break.
    const url = env["DT_METRICS_INGEST_URL"]?.trim();
    return new MetricsClient({ ...options, url, token: url === undefined ? undefined : env["DT_API_TOKEN"]?.trim() });
}
