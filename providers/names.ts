import { randomBytes } from "node:crypto";

/** Longest name given to a token, in characters. Dynatrace names no limit for access tokens; for platform tokens it is 255. */
export const MAX_TOKEN_NAME_LENGTH = 100;

const MARK_LENGTH = 12;
const NONCE_LENGTH = 8;
/** Of `-{mark}-{nonce}`. */
const TAIL_LENGTH = MARK_LENGTH + NONCE_LENGTH + 2;
const NAME = /^(.*)-([0-9a-f]{12})-([0-9a-f]{8})$/s;
const UNTIL = /^(.*)-until-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/s;

/** What the name of a token in Dynatrace is made of. */
export interface TokenNameParts {
    /** What a person reads, e.g. `shop-prod-checkout`. */
    prefix: string;
    /** Twelve hexadecimal digits, recorded in the state before any token is made: which ApiToken of which stack it belongs to. */
    mark: string;
    /** Eight hexadecimal digits: which attempt at making a token. Names in Dynatrace are not unique. */
    nonce: string;
    /** Milliseconds since 1970 until when a replaced token serves; undefined for one that was not replaced. */
    until?: number;
}

/** The prefix for a token that was given none. */
export function defaultTokenName(identity: { project: string; stack: string; name: string }): string {
    return `${identity.project}-${identity.stack}-${identity.name}`;
}

/** @returns twelve random hexadecimal digits. */
export function newMark(): string {
    return randomBytes(MARK_LENGTH / 2).toString("hex");
}

/** @returns eight random hexadecimal digits. */
export function newNonce(): string {
    return randomBytes(NONCE_LENGTH / 2).toString("hex");
}

/**
 * The name of a token in Dynatrace: `{prefix}-{mark}-{nonce}`, with `-until-{time}` behind the prefix of one that was replaced.
 * At most {@link MAX_TOKEN_NAME_LENGTH} characters; what is cut is the prefix.
 */
export function actualTokenName({ prefix, mark, nonce, until }: TokenNameParts): string {
    const time = until === undefined ? "" : new Date(until).toISOString().replace(/[-:]|\.\d+/g, "");
    const stamp = time && `-until-${time}`;
    return `${prefix.slice(0, MAX_TOKEN_NAME_LENGTH - TAIL_LENGTH - stamp.length)}${stamp}-${mark}-${nonce}`;
}

/** Takes the name of a token apart; undefined for a name that is not of this package's making. */
export function parseTokenName(name: string): TokenNameParts | undefined {
    const [, head, mark, nonce] = NAME.exec(name) ?? [];
    if (head === undefined || mark === undefined || nonce === undefined) return undefined;
    const [, prefix, year, month, day, hours, minutes, seconds] = UNTIL.exec(head) ?? [];
    if (prefix === undefined) return { prefix: head, mark, nonce };
    const until = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
    return Number.isNaN(until) ? { prefix: head, mark, nonce } : { prefix, mark, nonce, until };
}
