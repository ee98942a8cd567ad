import { z } from "zod";

const match = z
    .strictObject({
        /** HTTP method, any case. */
        method: z.string().optional(),
        /** Start of the path (from `/api` or the whole one), or the source of a regular expression. */
        path: z.string().optional(),
        signal: z.enum(["traces", "metrics", "logs", "metricLines", "tokens"]).optional(),
    })
    .optional();

const common = {
    match,
    /** How many matching calls it strikes; over HTTP write "Infinity" for always. @default 1 */
    times: z
        .union([z.literal("Infinity").transform(() => Infinity), z.literal(Infinity), z.number().int().positive()])
        .optional(),
};

/** What a fault looks like, in the program and at `POST /_emulator/faults`. */
export const faultSchema = z.discriminatedUnion("kind", [
    /** Too many requests; `unit` says in which of the known ways the wait is told. */
    z.strictObject({
        ...common,
        kind: z.literal("429"),
        unit: z.enum(["s", "ms", "us", "none", "retry-after-seconds", "retry-after-date"]).optional(),
        delaySeconds: z.number().nonnegative().optional(),
    }),
    z.strictObject({ ...common, kind: z.literal("503"), retryAfterSeconds: z.number().nonnegative().optional() }),
    /** The work is done and kept, then the socket is destroyed without an answer. */
    z.strictObject({ ...common, kind: z.literal("lost-reply") }),
    /** The socket is destroyed before any work. */
    z.strictObject({ ...common, kind: z.literal("no-connection") }),
    /** The call waits, then goes on as usual. */
    z.strictObject({ ...common, kind: z.literal("slow"), delayMs: z.number().nonnegative() }),
    /** The work is done and the status is sent at once; the end of the body comes later. */
    z.strictObject({ ...common, kind: z.literal("slow-body"), delayMs: z.number().nonnegative() }),
    /** The first call that matches is the last for a while: all connections are cut, and none is taken until the time is over. */
    z.strictObject({ ...common, kind: z.literal("down"), seconds: z.number().positive() }),
    /** A proxy between answers with its own page. */
    z.strictObject({
        ...common,
        kind: z.literal("html"),
        status: z.number().int().min(200).max(599),
        body: z.string().optional(),
    }),
    /** The work is done, the body of the 2xx is missing. */
    z.strictObject({ ...common, kind: z.literal("empty") }),
    /** Any status with an error envelope, without any work. */
    z.strictObject({
        ...common,
        kind: z.literal("status"),
        status: z.number().int().min(400).max(599),
        message: z.string().optional(),
    }),
]);

/** A fault to strike the next matching API calls; see `faultSchema` for the kinds. */
export type FaultRule = z.input<typeof faultSchema>;
type CheckedFault = z.output<typeof faultSchema>;

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
