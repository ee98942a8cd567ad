const absolute = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?$/;
const relative = /^now(?:([+-])(\d{1,6})([mhdwMy]))?(?:\/([mhdwMy]))?$/;

const unitMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * A date in any form the API takes: milliseconds since the epoch, ISO 8601 (blank for T allowed, no zone is UTC, seconds optional)
 * or `now+14d`, `now-1y/w`. `M` is months, `m` is minutes.
 * @returns milliseconds since the epoch, undefined when the text is none of these.
 */
export function parseDate(text: string, now: number): number | undefined {
    if (/^\d{1,15}$/.test(text)) return Number(text);
    return parseAbsolute(text) ?? parseRelative(text, now);
}

/** ISO 8601 as Dynatrace writes it. */
export function isoDate(at: number): string {
    return new Date(at).toISOString();
}

function parseAbsolute(text: string): number | undefined {
    const found = absolute.exec(text);
    if (!found) return undefined;
    const [, year, month, day, hour, minute, second = "00", fraction = "", zone = "Z"] = found;
    const millis = fraction.slice(0, 3).padEnd(3, "0");
    const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}`;
    const asUtc = Date.parse(`${wall}Z`);
    // JavaScript turns 31 February into March: such a date is none.
    if (Number.isNaN(asUtc) || new Date(asUtc).toISOString() !== `${wall}Z`) return undefined;
    const at = Date.parse(wall + zone);
    return Number.isNaN(at) ? undefined : at;
}

function parseRelative(text: string, now: number): number | undefined {
    const found = relative.exec(text);
    if (!found) return undefined;
    const [, sign = "+", amount = "0", unit = "m", align] = found;
    const shifted = shift(now, Number(amount) * (sign === "-" ? -1 : 1), unit);
    const at = align ? alignDown(shifted, align) : shifted;
    return Number.isNaN(at) || Math.abs(at) > 8.64e15 ? undefined : at;
}

function shift(at: number, amount: number, unit: string): number {
    const fixed = unitMs[unit];
    if (fixed !== undefined) return at + amount * fixed;
    const from = new Date(at);
    const months = unit === "y" ? amount * 12 : amount;
    const to = new Date(at);
    to.setUTCDate(1);
    to.setUTCMonth(to.getUTCMonth() + months);
    // 31 January plus a month is the last day of February.
    const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
    to.setUTCDate(Math.min(from.getUTCDate(), lastDay));
    return to.getTime();
}

function alignDown(at: number, unit: string): number {
    const date = new Date(at);
    if (unit === "m" || unit === "h") return at - (at % (unitMs[unit] as number));
    date.setUTCHours(0, 0, 0, 0);
    if (unit === "w") date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7)); // weeks start on Monday
    if (unit === "M" || unit === "y") date.setUTCDate(1);
    if (unit === "y") date.setUTCMonth(0);
    return date.getTime();
}
