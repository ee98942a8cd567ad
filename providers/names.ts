import { createHash, randomBytes } from "node:crypto";

/** Longest name given to a token, in characters. Dynatrace names no limit for access tokens; for platform tokens it is 255. */
export const MAX_TOKEN_NAME_LENGTH = 100;

const NONCE_LENGTH = 8;
const HASH_LENGTH = 6;
const MAX_PREFIX_LENGTH = MAX_TOKEN_NAME_LENGTH - NONCE_LENGTH - 1;

/** What identifies a resource across all stacks that use one environment. */
export interface TokenIdentity {
    organization: string;
    project: string;
    stack: string;
    /** Name of the resource in the program. */
    name: string;
    /** URN, which tells apart resources of one name under two parents. */
    urn: string;
}

/**
 * The prefix for a token that was given none, `<project>-<stack>-<name>-<hash of the identity>`: readable, and never another stack's.
 * The readable part is cut where it is too long, the hash never.
 */
export function defaultTokenName(identity: TokenIdentity): string {
    const readable = `${identity.project}-${identity.stack}-${identity.name}`;
    const hash = createHash("sha256").update(`${identity.organization}\n${identity.urn}`).digest("hex");
    return `${readable.slice(0, MAX_PREFIX_LENGTH - HASH_LENGTH - 1)}-${hash.slice(0, HASH_LENGTH)}`;
}

/** Eight random hexadecimal digits: names in Dynatrace are not unique, so this is what tells one attempt from all others. */
export function newNonce(): string {
    return randomBytes(NONCE_LENGTH / 2).toString("hex");
}

/** The name of a token in Dynatrace, at most {@link MAX_TOKEN_NAME_LENGTH} characters; what is cut is the prefix. */
export function actualTokenName(prefix: string, nonce: string): string {
    return `${prefix.slice(0, MAX_PREFIX_LENGTH)}-${nonce}`;
}
