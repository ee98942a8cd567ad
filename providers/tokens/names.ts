import { createHash, randomBytes } from "node:crypto";

/** Longest name given to a token, in characters. Dynatrace names no limit for access tokens; for platform tokens it is 255. */
export const MAX_TOKEN_NAME_LENGTH = 100;

/** Length of the ownership mark, of the key and of the nonce, in hexadecimal digits. */
const DIGITS = 8;
/** Length of `-{mark}-{key}-{nonce}`. */
const TAIL_LENGTH = 3 * (DIGITS + 1);
const NAME = /^(.*)-([0-9a-f]{8})-([0-9a-f]{8})-([0-9a-f]{8})$/s;
const UNRECORDED = "-unrecorded";
const UNTIL = /^(.*)-until-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/s;

/** The parts of a token's name that never change with its life. */
export interface TokenIdentity {
    /** What a person reads, e.g. `shop-prod-checkout`. */
    prefix: string;
    /** The ownership mark, eight hexadecimal digits: which stack owns the token. The state records it before any token is created. */
    mark: string;
    /** Eight hexadecimal digits: which token resource of the stack. */
    key: string;
    /** Eight random hexadecimal digits: which token of that resource. Names in Dynatrace are not unique. */
    nonce: string;
}

/** What the name of a token in Dynatrace is made of. */
export interface TokenNameParts extends TokenIdentity {
    /** Whether no state was known to record the token when it got this name. */
    unrecorded?: boolean;
    /** Milliseconds since 1970 until when a replaced token keeps working; undefined for a token that was not replaced. */
    until?: number;
}

/** The prefix for a token without a given name. */
export function defaultTokenName(identity: { project: string; stack: string; name: string }): string {
    return `${identity.project}-${identity.stack}-${identity.name}`;
}

/** @returns eight random hexadecimal digits. */
export function newMark(): string {
    return randomBytes(DIGITS / 2).toString("hex");
}

/** @returns eight random hexadecimal digits. */
export function newNonce(): string {
    return randomBytes(DIGITS / 2).toString("hex");
}

/** The key of a token resource. @param path what identifies the resource in its stack: type and name. */
export function keyOf(path: string): string {
    return createHash("sha256").update(path).digest("hex").slice(0, DIGITS);
}

/** Identifies a token resource among those of all stacks. */
export function slotOf({ mark, key }: Pick<TokenIdentity, "mark" | "key">): string {
    return `${mark}/${key}`;
}

/**
 * The name of a token in Dynatrace: `{prefix}-{mark}-{key}-{nonce}`. A token that is not recorded yet has `-unrecorded` behind the
 * prefix, and a token that was replaced has `-until-{time}`. At most {@link MAX_TOKEN_NAME_LENGTH} characters; the prefix is cut.
 */
export function actualTokenName({ prefix, mark, key, nonce, unrecorded, until }: TokenNameParts): string {
    const stamp = until === undefined ? (unrecorded ? UNRECORDED : "") : `-until-${timeText(until)}`;
    return `${prefix.slice(0, MAX_TOKEN_NAME_LENGTH - TAIL_LENGTH - stamp.length)}${stamp}-${mark}-${key}-${nonce}`;
}

/** Splits the name of a token into its parts; undefined for a name that this package did not make. */
export function parseTokenName(name: string): TokenNameParts | undefined {
    const [, head, mark, key, nonce] = NAME.exec(name) ?? [];
    if (head === undefined || mark === undefined || key === undefined || nonce === undefined) return undefined;
    const tail = { mark, key, nonce };
    if (head.endsWith(UNRECORDED)) return { prefix: head.slice(0, -UNRECORDED.length), ...tail, unrecorded: true };
    const [, prefix, year, month, day, hours, minutes, seconds] = UNTIL.exec(head) ?? [];
    if (prefix === undefined) return { prefix: head, ...tail };
    const until = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
    return Number.isNaN(until) ? { prefix: head, ...tail } : { prefix, ...tail, until };
}

function timeText(at: number): string {
    return new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
}
