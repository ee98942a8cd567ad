import type { InputProblem } from "./properties";

/** The two ways to say when a token expires; at most one is given. */
export interface ExpiryInputs {
    expiresAfterDays?: number;
    expirationDate?: string;
}

const MINUTES_PER_DAY = 24 * 60;
const RELATIVE = /^now\+(\d+)([mhdwMy])(\/[mhdwMy])?$/;
const ABSOLUTE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;
const FORMS = 'write "2027-01-31T12:00:00Z", milliseconds since 1970, or "now+90d" (m, h, d, w, M, y)';

/**
 * The expiry as the API takes it, in one form for one meaning, so that it can be compared: `now+30d`, or ISO 8601 in UTC.
 *
 * @returns undefined for a token that never expires.
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens/post-token (expirationDate)
 */
export function expiryRequest(inputs: ExpiryInputs): string | undefined {
    if (inputs.expiresAfterDays !== undefined) {
        const minutes = Math.round(inputs.expiresAfterDays * MINUTES_PER_DAY);
        return minutes % MINUTES_PER_DAY === 0 ? `now+${minutes / MINUTES_PER_DAY}d` : `now+${minutes}m`;
    }
    const text = inputs.expirationDate?.trim();
    const at = text === undefined ? undefined : absoluteTime(text);
    return at === undefined ? text : new Date(at).toISOString();
}

/** Everything that is wrong with the expiry, with the way out. @param now milliseconds since 1970. */
export function expiryProblems(inputs: ExpiryInputs, now: number): InputProblem[] {
    const problems: InputProblem[] = [];
    if (inputs.expiresAfterDays !== undefined && inputs.expirationDate !== undefined) {
        problems.push({ field: "expirationDate", problem: "stands beside expiresAfterDays; keep one of the two" });
    }
    const days = inputs.expiresAfterDays === undefined ? undefined : daysProblem(inputs.expiresAfterDays);
    if (days) problems.push({ field: "expiresAfterDays", problem: days });
    const date = inputs.expirationDate === undefined ? undefined : dateProblem(inputs.expirationDate, now);
    if (date) problems.push({ field: "expirationDate", problem: date });
    return problems;
}

/** Whether a token with this expiry is refused by now. @param expiresAt ISO 8601, undefined for never. */
export function isExpired(expiresAt: string | undefined, now: number): boolean {
    const at = expiresAt === undefined ? NaN : Date.parse(expiresAt);
    return !Number.isNaN(at) && at <= now;
}

function daysProblem(days: unknown): string | undefined {
    if (typeof days !== "number" || !Number.isFinite(days)) return `${String(days)} is not a number of days`;
    if (days <= 0) return `${days} is not positive; leave it out for a token without expiry`;
    if (days * MINUTES_PER_DAY < 0.5) return `${days} is less than a minute; the shortest is 1/1440`;
    if (days > 36500) return `${days} is more than a hundred years; leave it out for a token without expiry`;
    return undefined;
}

function dateProblem(given: unknown, now: number): string | undefined {
    if (typeof given !== "string") return `${String(given)} is not text; ${FORMS}`;
    const text = given.trim();
    const relative = RELATIVE.exec(text);
    if (relative) return relativeProblem(text, Number(relative[1]), relative[2] ?? "");
    if (text.startsWith("now-")) return `"${text}" is in the past; write "now+" and a time`;
    const at = absoluteTime(text);
    if (at === undefined) return `"${text}" is not a date; ${FORMS}`;
    if (at > now) return undefined;
    return `"${text}" is in the past; write a later date, or expiresAfterDays to count from when the token is made`;
}

/** `m` is minutes and `M` is months: under an hour in `m` is taken for the slip that it nearly always is. */
function relativeProblem(text: string, count: number, unit: string): string | undefined {
    if (count === 0) return `"${text}" is now; leave it out for a token without expiry`;
    if (unit !== "m" || count >= 60) return undefined;
    return (
        `"${text}" is ${count} minutes: m is minutes, M is months; ` +
        `write "now+${count}M" for months, or expiresAfterDays: ${count} / 1440 for minutes`
    );
}

/** Milliseconds since 1970 of an absolute date; no zone means UTC. Undefined for other text. */
function absoluteTime(text: string): number | undefined {
    if (/^\d{11,15}$/.test(text)) return Number(text);
    const match = ABSOLUTE.exec(text);
    if (!match) return undefined;
    const [, day = "", minute = "", second = ":00", zone = "Z"] = match;
    const wall = Date.parse(`${day}T${minute}${second}Z`);
    // Date.parse would take the 30th of February for the 2nd of March.
    if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(`${day}T${minute}`)) return undefined;
    const at = Date.parse(`${day}T${minute}${second}${zone}`);
    return Number.isNaN(at) ? undefined : at;
}
