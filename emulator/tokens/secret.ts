import { createHash, randomBytes } from "node:crypto";

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** Any Dynatrace token with a secret part; ActiveGate tokens have a shorter public part. */
const anyToken = /(dt0[a-zA-Z]\d{2}\.[A-Z0-9]{8,24})\.[A-Z0-9]{64}/g;

/** How many characters the public part has, by prefix. */
const publicLength = { dt0c01: 24, dt0s16: 24, dt0s02: 8, dt0g02: 8 };

/** A new token or OAuth client: `{prefix}.{public}.{64 secret}`. */
export function newTokenText(prefix: keyof typeof publicLength): { id: string; token: string } {
    const id = `${prefix}.${randomText(publicLength[prefix])}`;
    return { id, token: `${id}.${randomText(64)}` };
}

export function sha256(token: string): string {
    return createHash("sha256").update(token, "utf8").digest("hex");
}

/** Prefix and public part of a whole token; undefined when the text is none. */
export function publicPart(token: string): string | undefined {
    return /^(dt0[a-zA-Z]\d{2}\.(?:[A-Z0-9]{24}|[A-Z0-9]{8}))\.[A-Z0-9]{64}$/.exec(token)?.[1];
}

/** The text with every token cut to its public part. */
export function withoutSecrets(text: string): string {
    return text.replace(anyToken, "$1.***");
}

export function randomText(length: number): string {
    return Array.from(randomBytes(length), (byte) => base32[byte & 31]).join("");
}
