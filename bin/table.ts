import { redact } from "../providers/dynatrace/redact";

const DAY = 24 * 60 * 60 * 1000;

/** Text that somebody else chose, fit for a terminal and a log: no control characters, no token but its public id. */
export function shown(text: string): string {
    return redact(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}

/** Columns of equal width with a line of headings; the last column is as wide as it likes. */
export function table(headings: string[], rows: string[][]): string {
    const all = [headings, ...rows];
    const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
    const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
    return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** The day of a date, or `never`. @param date ISO 8601. */
export function dayOf(date: string | undefined): string {
    return date === undefined ? "never" : shown(date.slice(0, 10));
}

/** Days from now until a date, rounded down to a tenth, below two days to a hundredth; negative for the past. @param date ISO 8601. */
export function daysUntil(date: string, now: number): number {
    const days = (Date.parse(date) - now) / DAY;
    const parts = days < 2 ? 100 : 10;
    return Math.floor(days * parts) / parts;
}

/** `30.0 days`, below two days `12 hours`. */
export function timeLeft(days: number): string {
    return days < 2 ? `${Math.floor(days * 24)} hours` : `${days.toFixed(1)} days`;
}

/** `1 token`, `2 tokens`. */
export function counted(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
