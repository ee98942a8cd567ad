import { tenantKey } from "../dynatrace/api-url";
import { publicTokenId } from "../dynatrace/redact";
import { expiryRequest, isExpired } from "../expiry";
import { actualTokenName } from "../names";
import { isSame, isUnknown, type Properties } from "../properties";
import type { Run } from "../run";
import type { DiffResult } from "../steps";
import { overlapHasPassed, rememberRecorded } from "./handover";
import { readInputs, readOutputs, type CheckedInputs, type TokenOutputs } from "./state";

/** All inputs: also one that Dynatrace never sees is recorded, or a refresh would bring the old one back. */
const INPUTS = [
    ...([
        "scopes",
        "tokenName",
        "mark",
        "expiresAfterDays",
        "expirationDate",
        "rotateAfterDays",
        "rotationKey",
    ] as const),
    ...(["retire", "overlapDays", "enabled", "personalAccessToken", "allowUnknownScopes", "apiUrl"] as const),
];
const DAY = 24 * 60 * 60 * 1000;

/**
 * Compares what is wanted with what was recorded or last read; only keys of our own, so a changed provider text is no change.
 * What a preview does not know yet counts as a change in place. No network. Says why where the inputs alone would not show it.
 */
export function diffApiToken(olds: Properties, news: Properties, run: Run): DiffResult {
    const outputs = readOutputs(olds);
    const { applied } = outputs;
    if (applied === undefined) return { changes: true, replaces: [] };
    rememberRecorded(run, outputs);

    const unknown = Object.keys(news).filter((field) => field !== "__provider" && isUnknown(news[field]));
    const wanted = readInputs(Object.fromEntries(Object.entries(news).filter(([field]) => !unknown.includes(field))));
    const recorded = readInputs({ ...applied });
    const now = run.clock.now();
    const aged = reasonOfAge(outputs, wanted, now);
    const differing = (conditions: Record<string, boolean>): string[] =>
        Object.keys(conditions).filter((field) => conditions[field] && !unknown.includes(field));

    const replaces = differing({
        [expiryField(wanted, unknown)]: expiryRequest(wanted) !== expiryRequest(recorded) || aged.field === "expiry",
        rotateAfterDays: aged.field === "rotateAfterDays",
        rotationKey: wanted.rotationKey !== recorded.rotationKey,
        personalAccessToken: wanted.personalAccessToken !== recorded.personalAccessToken,
        adoptToken: adoptsAnother(outputs, wanted),
        apiUrl: !unknown.includes("apiUrl") && tenantKey(wanted.apiUrl) !== tenantKey(recorded.apiUrl),
    });
    const updates = differing(
        Object.fromEntries(INPUTS.map((field) => [field, !isSame(wanted[field], recorded[field])])),
    );
    const named = ["tokenName", "mark"].some((field) => unknown.includes(field))
        ? outputs.actualName
        : actualTokenName({ prefix: wanted.tokenName, mark: wanted.mark, nonce: applied.nonce });
    const retires = replaces.length === 0 && overlapHasPassed(outputs, wanted, now);

    if (replaces.length > 0 && aged.why)
        run.say(`token ${outputs.tokenId} (${outputs.actualName}) is replaced: ${aged.why}`);
    if (retires)
        run.say(
            `token ${outputs.tokenId} (${outputs.actualName}): what it replaced is deleted, its overlap has passed`,
        );
    return {
        changes: named !== outputs.actualName || retires || unknown.length + replaces.length + updates.length > 0,
        replaces,
    };
}

/** What time alone has brought about, which no input shows. */
function reasonOfAge(
    outputs: TokenOutputs,
    wanted: CheckedInputs,
    now: number,
): { field?: "expiry" | "rotateAfterDays"; why?: string } {
    const { expiresAt, applied, createdAt, tokenId } = outputs;
    if (applied.gone) return { field: "expiry", why: "the last refresh found it gone or expired" };
    if (isExpired(expiresAt, now)) return { field: "expiry", why: `it expired at ${expiresAt}` };
    if (expiryRequest(wanted) !== undefined && expiresAt === undefined && applied.adopted !== tokenId) {
        return { field: "expiry", why: "it was given no expiry, although one was asked for" };
    }
    const days = wanted.rotateAfterDays;
    if (days === undefined || Date.parse(createdAt) + days * DAY > now) return {};
    return { field: "rotateAfterDays", why: `it was made at ${createdAt}, longer ago than rotateAfterDays: ${days}` };
}

/** Whether a token is to be taken over that is neither this one nor the one this began with. */
function adoptsAnother({ tokenId, applied }: TokenOutputs, { adoptToken }: CheckedInputs): boolean {
    const id = adoptToken && (publicTokenId(adoptToken) ?? "");
    return id !== undefined && id !== "" && id !== tokenId && id !== applied.adopted;
}

/** The input that carries the expiry; the one not known yet, if one is not. */
function expiryField(wanted: CheckedInputs, unknown: string[]): string {
    const open = unknown.find((field) => field === "expiresAfterDays" || field === "expirationDate");
    return open ?? (wanted.expirationDate === undefined ? "expiresAfterDays" : "expirationDate");
}
