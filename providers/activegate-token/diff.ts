import { overlapHasPassed, rememberRecorded } from "../api-token/handover";
import { tenantKey } from "../dynatrace/api-url";
import { isOtherLife, reasonOfAge, unknownFields, without } from "../lifetime";
import { isSame, type Properties } from "../properties";
import type { Run } from "../run";
import type { DiffResult } from "../steps";
import { readInputs, readOutputs } from "./state";

/** All inputs: also one that Dynatrace never sees is recorded, or a refresh would bring the old one back. */
const INPUTS = [
    ...(["tokenName", "mark", "expiresAfterDays", "expirationDate", "rotateAfterDays"] as const),
    ...(["rotationKey", "retire", "overlapDays", "apiUrl"] as const),
];

/**
 * Compares what is wanted with what was recorded or last read; the API changes nothing in an ActiveGate token, so another name or
 * life needs another token. What a preview does not know yet counts as a change in place. No network.
 */
export function diffActiveGateToken(olds: Properties, news: Properties, run: Run): DiffResult {
    const outputs = readOutputs(olds);
    if (outputs.applied === undefined) return { changes: true, replaces: [] };
    rememberRecorded(run, outputs);

    const unknown = unknownFields(news);
    const wanted = readInputs(without(news, unknown));
    const recorded = readInputs({ ...outputs.applied });
    const now = run.clock.now();
    const aged = reasonOfAge(outputs, wanted, now);
    const lifeField = wanted.expirationDate === undefined ? "expiresAfterDays" : "expirationDate";
    const lifeIsKnown = !["expiresAfterDays", "expirationDate"].some((field) => unknown.includes(field));

    const conditions: Record<string, boolean> = {
        tokenName: wanted.tokenName !== recorded.tokenName,
        rotationKey: wanted.rotationKey !== recorded.rotationKey,
        apiUrl: !unknown.includes("apiUrl") && tenantKey(wanted.apiUrl) !== tenantKey(recorded.apiUrl),
        [lifeField]: lifeIsKnown && isOtherLife(wanted, recorded),
    };
    if (aged.field !== undefined) conditions[aged.field] = true;
    const replaces = Object.keys(conditions).filter((field) => conditions[field] && !unknown.includes(field));
    const updates = INPUTS.filter((field) => !unknown.includes(field) && !isSame(wanted[field], recorded[field]));
    const retires = replaces.length === 0 && overlapHasPassed(outputs, wanted, now);

    const name = `ActiveGate token ${outputs.tokenId} (${outputs.actualName})`;
    if (replaces.length > 0 && aged.why) run.say(`${name} is replaced: ${aged.why}`);
    return { changes: retires || unknown.length + replaces.length + updates.length > 0, replaces };
}
