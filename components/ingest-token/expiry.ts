import * as pulumi from "@pulumi/pulumi";

import type { IngestTokenSettingsArgs } from "./args";
import { type Check } from "../shared/check";

const DAY = 24 * 60 * 60 * 1000;
const WARN_BEFORE_DAYS = 14;

/** Settings that decide when to warn, in days. */
export interface ExpirySettings {
    warnBeforeDays?: number | undefined;
    rotateAfterDays?: number | undefined;
    expiresAfterDays?: number | undefined;
}

/**
 * Whole days until a time, negative once it has passed.
 *
 * @param expiresAt ISO 8601, undefined for never.
 * @param now milliseconds since 1970.
 */
export function daysLeft(expiresAt: string | undefined, now: number): number | undefined {
    const at = Date.parse(expiresAt ?? "");
    return Number.isNaN(at) ? undefined : Math.floor((at - now) / DAY);
}

/** The warning about a token that expires soon; undefined for any other token. */
export function expiryWarning(
    check: Check,
    expiresAt: string | undefined,
    settings: ExpirySettings,
    now: number,
): string | undefined {
    const left = (Date.parse(expiresAt ?? "") - now) / DAY;
    // A token that lives for a week always expires within 14 days.
    const byDefault = Math.min(WARN_BEFORE_DAYS, (settings.expiresAfterDays ?? Infinity) / 3);
    if (Number.isNaN(left) || left >= (settings.warnBeforeDays ?? byDefault)) return undefined;
    const wayOut =
        settings.rotateAfterDays === undefined
            ? "change rotationKey to rotate the token, or set rotateAfterDays so that `pulumi up` rotates the token in time"
            : "run `pulumi up` again when rotateAfterDays have passed, or lower rotateAfterDays";
    return `${check.component}: the token ${whenText(left)}, at ${expiresAt}; ${wayOut}`;
}

function whenText(days: number): string {
    const hours = Math.floor(days * 24);
    if (days < 0) return "expired";
    return `expires in ${days < 2 ? `${hours} ${hours === 1 ? "hour" : "hours"}` : `${Math.floor(days)} days`}`;
}

/** Logs a warning on the component when its token expires soon. */
export function warnOfExpiry(
    check: Check,
    expiresAt: pulumi.Output<string | undefined>,
    { warnBeforeDays, rotateAfterDays, expiresAfterDays }: IngestTokenSettingsArgs,
    resource: pulumi.Resource,
): void {
    pulumi.all([expiresAt, { warnBeforeDays, rotateAfterDays, expiresAfterDays }]).apply(([at, settings]) => {
        const warning = expiryWarning(check, at, settings, Date.now());
        if (warning) void pulumi.log.warn(warning, resource);
    });
}
