import { type Check } from "./check";
import { dataKey, objectName } from "./kubernetes";

/** Scheme of the Authorization header. */
export const AuthorizationScheme = {
    /** Access tokens, `dt0c01.…`. */
    ApiToken: "Api-Token",
    /** Platform tokens, `dt0s16.…`. */
    Bearer: "Bearer",
} as const;
export type AuthorizationScheme = (typeof AuthorizationScheme)[keyof typeof AuthorizationScheme];

/** Default key of a token in a Secret. */
export const DEFAULT_SECRET_KEY = "token";

/** The scheme that Dynatrace expects for a token, derived from its prefix. */
export function schemeFor(token: string): AuthorizationScheme {
    return token.startsWith("dt0s16.") ? AuthorizationScheme.Bearer : AuthorizationScheme.ApiToken;
}

/** Whether a string, or any string in a value, contains a complete Dynatrace token. */
export function holdsToken(value: unknown): boolean {
    return /dt0[a-z]\d{2}\.[a-z0-9]+\.[a-z0-9]+/i.test(JSON.stringify(value) ?? "");
}

/**
 * Returns the token unchanged.
 *
 * @throws InputError if the token is not valid in a header. The error does not contain the token.
 */
export function checkTokenText(check: Check, token: string): string {
    check.text(token);
    if (token !== token.trim()) {
        throw check.error("has white space before or after it; remove the white space");
    }
    if (token === "" || !/^[\x21-\x7e]+$/.test(token) || /[,;"]/.test(token)) {
        throw check.error(
            "is empty or holds characters that no token has; set only the token, without Api-Token or quotes",
        );
    }
    return token;
}

/** The name of the Secret that pods read a token from. @throws InputError for a missing or invalid name, and for the token itself. */
export function checkSecretName(check: Check, name: string | undefined): string {
    if (name === undefined) throw check.error("is missing; name the Secret that holds the token");
    if (name === "") {
        const problem = "is empty, as with secretDelivery none, so pods have no Secret to read";
        throw check.error(`${problem}; use another secretDelivery, or name a Secret`);
    }
    checkNoToken(check, name);
    return objectName(check, name);
}

/** The key in the Secret. @throws InputError for an invalid key, and for the token itself. */
export function checkSecretKey(check: Check, key: string): string {
    checkNoToken(check, key);
    return dataKey(check, key);
}

/** The problem with an argument that contains a token and is stored in plain text. */
export const TOKEN_IN_CLEAR =
    "holds a token of Dynatrace, which readers of the cluster or the state could see; put it in a Secret, and revoke it if it was stored anywhere";

/** @throws InputError if a value that is stored in plain text, in objects or in the state, contains a token. */
export function checkNoToken(check: Check, value: unknown): void {
    if (holdsToken(value)) throw check.error(TOKEN_IN_CLEAR);
}

/** The scheme, `Api-Token` by default. @throws InputError for an unknown scheme. */
export function checkScheme(check: Check, scheme: string = AuthorizationScheme.ApiToken): AuthorizationScheme {
    return check.oneOf(scheme, AuthorizationScheme);
}
