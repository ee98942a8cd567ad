import { parseArgs, type ParseArgsConfig } from "node:util";

import { messageOf } from "../providers/thrown";
import { UsageError } from "./command";

const HOUR = 60 * 60 * 1000;
const HOURS_PER_UNIT: Record<string, number> = { h: 1, d: 24, w: 7 * 24 };

/** The options of a command by their names. @throws UsageError for one that it does not know, or without its value. */
export function optionsOf<const T extends NonNullable<ParseArgsConfig["options"]>>(args: string[], options: T) {
    try {
        return parseArgs({ args, options }).values;
    } catch (error) {
        throw new UsageError(messageOf(error));
    }
}

/** Milliseconds of an age, as `36h`, `1d`, `2w`. @throws UsageError for other text, and for less than an hour. */
export function ageOf(option: string, text: string): number {
    const [, count = "", unit = ""] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
    const age = Number(count) * (HOURS_PER_UNIT[unit] ?? 0) * HOUR;
    if (age >= HOUR) return age;
    throw new UsageError(`${option} ${text}: is not an age of an hour or more; write 12h, 1d or 2w`);
}

/** A positive number of days. @throws UsageError for other text. */
export function daysOf(option: string, text: string): number {
    const days = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (days > 0 && days <= 36500) return days;
    throw new UsageError(`${option} ${text}: is not a positive number of days; write 14`);
}

/** What a token's name has to start with. @throws UsageError for a text so short that it would match others' tokens. */
export function prefixOf(option: string, text: string): string {
    if (text.trim().length >= 3) return text;
    throw new UsageError(
        `${option} "${text}": is shorter than 3 characters and would match too much; write shop-prod-`,
    );
}
