import { expiryRequest, isExpired, type ExpiryInputs } from "./expiry";
import { isUnknown, type Properties } from "./properties";

const MINUTE = 60_000;
/** Milliseconds in a day. */
export const DAY = 24 * 60 * MINUTE;
const UNITS: Record<string, number> = { m: MINUTE, h: 60 * MINUTE, d: DAY, w: 7 * DAY };
const RELATIVE = /^now\+(\d+)([mhdwMy])(\/[mhdwMy])?$/;

/**
 * When a token that is asked for now expires.
 *
 * @param request as {@link expiryRequest} gives it.
 * @returns milliseconds since 1970.
 */
export function expiryTime(request: string, now: number): number {
    const [, count, unit = ""] = RELATIVE.exec(request) ?? [];
    if (count === undefined) return Date.parse(request);
    const fixed = UNITS[unit];
    return fixed === undefined ? plusMonths(now, Number(count) * (unit === "y" ? 12 : 1)) : now + Number(count) * fixed;
}

/** The last of January plus a month is the last of February. */
function plusMonths(at: number, months: number): number {
    const date = new Date(at);
    const day = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + months);
    const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    return date.setUTCDate(Math.min(day, lastDay));
}

/** What a record says of a token's age. */
export interface Aging {
    /** ISO 8601. */
    createdAt: string;
    /** ISO 8601. */
    expiresAt?: string;
    applied: { gone?: boolean };
}

/** What time alone has brought about, which no input shows, and in which input the engine is to show it. */
export function reasonOfAge(
    { createdAt, expiresAt, applied }: Aging,
    wanted: ExpiryInputs & { rotateAfterDays?: number },
    now: number,
): { field?: string; why?: string } {
    const field = wanted.expirationDate === undefined ? "expiresAfterDays" : "expirationDate";
    if (applied.gone) return { field, why: "the last refresh found it gone or expired" };
    if (isExpired(expiresAt, now)) return { field, why: `it expired at ${expiresAt}` };
    const days = wanted.rotateAfterDays;
    if (days === undefined || Date.parse(createdAt) + days * DAY > now) return {};
    return {
        field: "rotateAfterDays",
        why: `it was made at ${createdAt}, longer ago than rotateAfterDays: ${days}`,
    };
}

/** Whether another life is wanted than was recorded. */
export function isOtherLife(wanted: ExpiryInputs, recorded: ExpiryInputs): boolean {
    return expiryRequest(wanted) !== expiryRequest(recorded);
}

/** Inputs that a preview does not know yet. */
export function unknownFields(news: Properties): string[] {
    return Object.keys(news).filter((field) => field !== "__provider" && isUnknown(news[field]));
}

/** The bag without some of its fields. */
export function without(bag: Properties, fields: string[]): Properties {
    return Object.fromEntries(Object.entries(bag).filter(([field]) => !fields.includes(field)));
}
