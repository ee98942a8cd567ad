import { tenantKey } from "../dynatrace/api-url";
import { expiryRequest } from "../expiry";
import { DAY, isOtherLife, reasonOfAge, unknownFields, without } from "../lifetime";
import { isSame, type Properties } from "../properties";
import type { Run } from "../run";
import type { DiffResult } from "../steps";
import type { Kind, Reason } from "./kind";
import { actualTokenName, slotOf } from "./names";
import { isOver, rememberRecorded } from "./rotation";
import { readOutputs, type Applied, type TokenInputs, type TokenOutputs } from "./state";

/**
 * Compares what is wanted with what was recorded or last read. Compares only inputs of this package, so another provider text is no
 * change. A value that a preview does not know yet counts as a change in place. No network. Prints why a token is replaced.
 */
export function diffToken<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    olds: Properties,
    news: Properties,
    run: Run,
): DiffResult {
    const outputs = readOutputs<Inputs>(olds);
    const { applied } = outputs;
    if (applied === undefined) return { changes: true, replaces: [] };

    const unknown = unknownFields(news);
    const wanted = kind.read(without(news, unknown));
    const recorded = kind.read({ ...applied });
    rememberRecorded(run, outputs, slotOf(wanted));
    const now = run.clock.now();
    const differing = kind.fields.filter(
        (field) => !unknown.includes(field) && !isSame(wanted[field], recorded[field]),
    );
    const open = unknown.some(isExpiry) ? [...unknown, "expiresAfterDays", "expirationDate"] : unknown;
    const reasons = reasonsToReplace(kind, outputs, wanted, recorded, now).filter(({ field }) => !open.includes(field));
    const renamed = kind.renames && !unknown.some(isInName) && nameFor(wanted, applied) !== outputs.actualName;
    const retires = reasons.length === 0 && (outputs.retiring ?? []).some((entry) => isOver(entry, now));
    say(kind, outputs, { reasons, inPlace: renamed || differing.length > 0, retires }, run);
    warnOfClock(kind, outputs, wanted, reasons, run);
    return {
        changes: renamed || retires || unknown.length + reasons.length + differing.length > 0,
        replaces: [...new Set(reasons.map(({ field }) => field))],
    };
}

/** The name of a token that is recorded. */
export function nameFor(wanted: TokenInputs, { nonce }: Applied): string {
    return actualTokenName({ prefix: wanted.tokenName, mark: wanted.mark, key: wanted.key, nonce });
}

function isInName(field: string): boolean {
    return ["tokenName", "mark", "key"].includes(field);
}

function isExpiry(field: string): boolean {
    return field === "expiresAfterDays" || field === "expirationDate";
}

function reasonsToReplace<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    outputs: TokenOutputs<Inputs>,
    wanted: Inputs,
    recorded: Inputs,
    now: number,
): Reason[] {
    const reasons: Reason[] = [];
    const aged = reasonOfAge(outputs, wanted, now);
    const lifeField = wanted.expirationDate === undefined ? "expiresAfterDays" : "expirationDate";
    if (kind.lifeIsFixed && isOtherLife(wanted, recorded))
        reasons.push({ field: lifeField, why: `${lifeField} changed` });
    else if (aged.field !== undefined && aged.why !== undefined) reasons.push({ field: aged.field, why: aged.why });
    for (const field of kind.fixed) {
        if (!isSame(wanted[field], recorded[field])) reasons.push({ field, why: `${field} changed` });
    }
    if (wanted.apiUrl && recorded.apiUrl && tenantKey(wanted.apiUrl) !== tenantKey(recorded.apiUrl)) {
        reasons.push({ field: "apiUrl", why: "apiUrl names another environment" });
    }
    for (const field of kind.fields) {
        const asked = wanted.replaceOn?.some((path) => path === field || path === "*" || path.startsWith(`${field}[`));
        if (!asked || field === "replaceOn" || isSame(wanted[field], recorded[field])) continue;
        reasons.push({ field, why: `${field} changed, which replaceOnChanges names` });
    }
    return [...reasons, ...(kind.reasons?.(outputs, wanted) ?? [])];
}

function say(
    { noun }: { noun: string },
    { tokenId, actualName }: TokenOutputs,
    { reasons, inPlace, retires }: { reasons: Reason[]; inPlace: boolean; retires: boolean },
    run: Run,
): void {
    const subject = `${noun} ${tokenId} (${actualName})`;
    if (reasons.length > 0) {
        run.say(`${subject} is replaced: ${[...new Set(reasons.map(({ why }) => why))].join("; ")}`);
    } else if (inPlace) run.say(`${subject}: changed in place; the token stays`);
    else if (retires) run.say(`${subject}: the overlap of a token that it replaced is over; the token stays`);
}

/** A date that is computed from the clock is another at each `up`, and replaces the token each time. */
function warnOfClock<Inputs extends TokenInputs>(
    { noun, lifeIsFixed }: Kind<Inputs>,
    outputs: TokenOutputs<Inputs>,
    wanted: Inputs,
    reasons: Reason[],
    run: Run,
): void {
    const { tokenId, createdAt, expiresAt, applied } = outputs;
    if (!lifeIsFixed || reasons.some(({ field }) => field !== "expirationDate") || reasons.length === 0) return;
    const before = Date.parse(expiryRequest(applied) ?? "");
    const after = Date.parse(expiryRequest(wanted) ?? "");
    const [distance, earlier] = [after - run.clock.now(), Date.parse(expiresAt ?? "") - Date.parse(createdAt)];
    // Comparisons with NaN are false, so relative dates never warn.
    if (!(before !== after && Math.abs(distance - earlier) <= Math.max(earlier / 50, 60_000))) return;
    const days = distance / DAY;
    const [text, count] =
        days >= 1 ? [`now+${Math.round(days)}d`, Math.round(days)] : [`now+${Math.round(days * 24)}h`, days];
    run.say(
        `warning: ${noun} ${tokenId}: expirationDate looks computed from the clock, so each \`up\` creates another token; ` +
            `write expirationDate: "${text}" or expiresAfterDays: ${Number(count.toFixed(2))}`,
    );
}
