import { overlapHasPassed, rememberRecorded } from "../api-token/handover";
import { isOtherLife, reasonOfAge, unknownFields, without } from "../lifetime";
import { isSame, type Properties } from "../properties";
import type { Run } from "../run";
import type { DiffResult } from "../steps";
import { readInputs, readOutputs } from "./state";

/** All inputs: also one that Dynatrace never sees is recorded, or a refresh would bring the old one back. */
const INPUTS = [
    ...(["scopes", "tokenName", "mark", "userUuid", "environments", "tags", "expiresAfterDays"] as const),
    ...(["expirationDate", "rotateAfterDays", "rotationKey", "retire", "overlapDays", "enabled"] as const),
    ...(["allowUnknownScopes", "accountUuid", "accountApiUrl", "ssoUrl"] as const),
];

/** The API changes expiry and status alone. */
const FIXED = ["scopes", "tokenName", "userUuid", "environments", "tags", "rotationKey", "accountUuid"] as const;

/**
 * Compares what is wanted with what was recorded or last read; only keys of our own, so a changed provider text is no change.
 * What a preview does not know yet counts as a change in place. No network. Says why where the inputs alone would not show it.
 */
export function diffPlatformToken(olds: Properties, news: Properties, run: Run): DiffResult {
    const outputs = readOutputs(olds);
    if (outputs.applied === undefined) return { changes: true, replaces: [] };
    rememberRecorded(run, outputs);

    const unknown = unknownFields(news);
    const wanted = readInputs(without(news, unknown));
    const recorded = readInputs({ ...outputs.applied });
    const now = run.clock.now();
    const differs = (field: (typeof INPUTS)[number]): boolean =>
        !unknown.includes(field) && !isSame(wanted[field], recorded[field]);

    const aged = reasonOfAge(outputs, wanted, now);
    const replaces = FIXED.filter(differs).map((field): string => field);
    if (aged.field !== undefined && !unknown.includes(aged.field)) replaces.push(aged.field);
    const updates = INPUTS.filter(differs);
    const retires = replaces.length === 0 && overlapHasPassed(outputs, wanted, now);

    const name = `platform token ${outputs.tokenId} (${outputs.actualName})`;
    if (replaces.length > 0 && aged.why) run.say(`${name} is replaced: ${aged.why}`);
    if (retires) run.say(`${name}: what it replaced is deleted once it is expired`);
    return {
        changes: retires || isOtherLife(wanted, recorded) || unknown.length + replaces.length + updates.length > 0,
        replaces,
    };
}
