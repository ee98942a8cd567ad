import { isUnknown, readInputs, readOutputs, type CheckedInputs, type Properties } from "./api-token-state";
import { tenantKey } from "./dynatrace/api-url";
import { expiryRequest, isExpired } from "./expiry";
import { actualTokenName } from "./names";

/** What diff tells the engine. Never deleteBeforeReplace: the old token serves until all that depends on it has the new one. */
export interface DiffResult {
    changes: boolean;
    /** Inputs that only a new token can satisfy. */
    replaces: string[];
}

/** All inputs: also one that Dynatrace never sees is recorded, or a refresh would bring the old one back. */
const INPUTS: (keyof CheckedInputs)[] = [
    ...(["scopes", "tokenName", "expiresAfterDays", "expirationDate", "rotateAfterDays", "rotationKey"] as const),
    ...(["enabled", "personalAccessToken", "allowUnknownScopes", "apiUrl"] as const),
];
const DAY = 24 * 60 * 60 * 1000;

/**
 * Compares what is wanted with what was recorded or last read; only keys of our own, so a changed provider text is no change.
 * What a preview does not know yet counts as a change in place. No network.
 *
 * @param now milliseconds since 1970.
 */
export function diffApiToken(olds: Properties, news: Properties, now: number): DiffResult {
    const outputs = readOutputs(olds);
    const { applied } = outputs;
    if (applied === undefined) return { changes: true, replaces: [] };

    const unknown = Object.keys(news).filter((field) => field !== "__provider" && isUnknown(news[field]));
    const wanted = readInputs(Object.fromEntries(Object.entries(news).filter(([field]) => !unknown.includes(field))));
    const recorded = readInputs({ ...applied });
    const differing = (conditions: Record<string, boolean>): string[] =>
        Object.keys(conditions).filter((field) => conditions[field] && !unknown.includes(field));

    const replaces = differing({
        [expiryField(wanted, unknown)]:
            expiryRequest(wanted) !== expiryRequest(recorded) ||
            isExpired(outputs.expiresAt, now) ||
            (expiryRequest(wanted) !== undefined && outputs.expiresAt === undefined),
        rotateAfterDays: isOlderThan(outputs.createdAt, wanted.rotateAfterDays, now),
        rotationKey: wanted.rotationKey !== recorded.rotationKey,
        personalAccessToken: wanted.personalAccessToken !== recorded.personalAccessToken,
        apiUrl: !unknown.includes("apiUrl") && tenantKey(wanted.apiUrl) !== tenantKey(recorded.apiUrl),
    });
    const updates = differing(
        Object.fromEntries(INPUTS.map((field) => [field, !isSame(wanted[field], recorded[field])])),
    );
    const renamed =
        !unknown.includes("tokenName") && actualTokenName(wanted.tokenName, applied.nonce) !== outputs.actualName;
    return { changes: renamed || unknown.length + replaces.length + updates.length > 0, replaces };
}

function isSame(one: unknown, other: unknown): boolean {
    return JSON.stringify(one) === JSON.stringify(other);
}

/** The input that carries the expiry; the one not known yet, if one is not. */
function expiryField(wanted: CheckedInputs, unknown: string[]): string {
    const open = unknown.find((field) => field === "expiresAfterDays" || field === "expirationDate");
    return open ?? (wanted.expirationDate === undefined ? "expiresAfterDays" : "expirationDate");
}

function isOlderThan(createdAt: string, days: number | undefined, now: number): boolean {
    return days !== undefined && Date.parse(createdAt) + days * DAY <= now;
}
