import { z } from "zod";

interface Common {
    match?: {
        /** HTTP method, in any case. */
        method?: string;
        /** Start of the path (from `/api` or the whole one), or the source of a regular expression. */
        path?: string;
        signal?: "traces" | "metrics" | "logs" | "metricLines" | "tokens";
    };
}

type Kind =
    /** Too many requests. `unit` selects one of the known ways to announce the wait. */
    | {
          kind: "429";
          unit?: "s" | "ms" | "us" | "none" | "retry-after-seconds" | "retry-after-date";
          delaySeconds?: number;
      }
    | { kind: "503"; retryAfterSeconds?: number }
    /** The work is done and kept, then the socket is destroyed without an answer. */
    | { kind: "lost-reply" }
    /** The socket is destroyed before any work. */
    | { kind: "no-connection" }
    /** The call waits, then goes on as usual. */
    | { kind: "slow"; delayMs: number }
    /** The work is done and the status is sent at once. The end of the body comes later. */
    | { kind: "slow-body"; delayMs: number }
    /** The first matching call is the last for a while: all connections are cut, and new ones are refused until the time is over. */
    | { kind: "down"; seconds: number }
    /** A proxy in between answers with its own page. */
    | { kind: "html"; status: number; body?: string }
    /** The work is done, the body of the 2xx is missing. */
    | { kind: "empty" }
    /** Any status with an error envelope, without any work. */
    | { kind: "status"; status: number; message?: string };

/** A fault for the next matching API calls, in the program and at `POST /_emulator/faults`. */
export type FaultRule = Kind &
    Common & {
        /** How many matching calls get the fault. Over HTTP write "Infinity" for all. @default 1 */
        times?: number | "Infinity";
    };
/** A rule that was checked. */
export type CheckedFault = Kind & Common & { times?: number };

const common = {
    match: z
        .strictObject({
            method: z.string().optional(),
            path: z.string().optional(),
            signal: z.enum(["traces", "metrics", "logs", "metricLines", "tokens"]).optional(),
        })
        .optional(),
    times: z
        .union([z.literal("Infinity").transform(() => Infinity), z.literal(Infinity), z.number().int().positive()])
        .optional(),
};
const status = z.number().int();
const duration = z.number().nonnegative();

const faultSchema: z.ZodType<CheckedFault, FaultRule> = z.discriminatedUnion("kind", [
    z.strictObject({
        ...common,
        kind: z.literal("429"),
        unit: z.enum(["s", "ms", "us", "none", "retry-after-seconds", "retry-after-date"]).optional(),
        delaySeconds: duration.optional(),
    }),
    z.strictObject({ ...common, kind: z.literal("503"), retryAfterSeconds: duration.optional() }),
    z.strictObject({ ...common, kind: z.literal("lost-reply") }),
    z.strictObject({ ...common, kind: z.literal("no-connection") }),
    z.strictObject({ ...common, kind: z.literal("slow"), delayMs: duration }),
    z.strictObject({ ...common, kind: z.literal("slow-body"), delayMs: duration }),
    z.strictObject({ ...common, kind: z.literal("down"), seconds: z.number().positive() }),
    z.strictObject({
        ...common,
        kind: z.literal("html"),
        status: status.min(200).max(599),
        body: z.string().optional(),
    }),
    z.strictObject({ ...common, kind: z.literal("empty") }),
    z.strictObject({
        ...common,
        kind: z.literal("status"),
        status: status.min(400).max(599),
        message: z.string().optional(),
    }),
]);

/** What of a call a fault can be matched with. */
export interface FaultTarget {
    method: string;
    apiPath: string;
    fullPath: string;
    signal?: string;
}

/** The faults still to strike, in the order in which they were set. */
export class Faults {
    private rules: { rule: CheckedFault; left: number }[] = [];

    /** @throws ZodError when the rule is not one of the kinds. */
    add(rule: unknown): void {
        const checked = faultSchema.parse(rule);
        this.rules.push({ rule: checked, left: checked.times ?? 1 });
    }

    clear(): void {
        this.rules = [];
    }

    pending(): CheckedFault[] {
        return this.rules.map(({ rule }) => rule);
    }

    /** The first fault that matches, with one strike used up. */
    take(target: FaultTarget): CheckedFault | undefined {
        const found = this.rules.find(({ rule }) => matches(rule, target));
        if (!found) return undefined;
        found.left -= 1;
        if (found.left <= 0) this.rules = this.rules.filter((other) => other !== found);
        return found.rule;
    }
}

function matches({ match }: CheckedFault, target: FaultTarget): boolean {
    if (match?.method && match.method.toUpperCase() !== target.method) return false;
    if (match?.signal && match.signal !== target.signal) return false;
    return !match?.path || [target.apiPath, target.fullPath].some((path) => pathMatches(match.path as string, path));
}

function pathMatches(pattern: string, path: string): boolean {
    if (path.startsWith(pattern)) return true;
    try {
        return new RegExp(pattern).test(path);
    } catch {
        return false;
    }
}
