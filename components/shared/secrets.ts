import * as pulumi from "@pulumi/pulumi";

import { type Check } from "./check";
import { Field, type Fields } from "./fields";
import { dataKey, objectName } from "./kubernetes";

/** The word before a token in the Authorization header. */
export const AuthorizationScheme = {
    /** Access tokens, `dt0c01.…`. */
    ApiToken: "Api-Token",
    /** Platform tokens, `dt0s16.…`. */
    Bearer: "Bearer",
} as const;
export type AuthorizationScheme = (typeof AuthorizationScheme)[keyof typeof AuthorizationScheme];

/** Key under which a token lies in a Secret, unless another is named. */
export const DEFAULT_SECRET_KEY = "token";

/** A token in a Kubernetes Secret, by reference: where it is, never what it is. */
export interface TokenReferenceArgs {
    /** Name of the Secret, in the namespace of the pods that use it. */
    secretName: pulumi.Input<string>;
    /** @default `token` */
    secretKey?: pulumi.Input<string>;
    /**
     * Anything that changes when the token does, e.g. its public id; a change restarts the pods that read it from their environment.
     *
     * @default - the Secret's name alone
     */
    revision?: pulumi.Input<string>;
    /** @default `Api-Token` */
    scheme?: pulumi.Input<AuthorizationScheme>;
}

export const TOKEN_REFERENCE_FIELDS: Fields<TokenReferenceArgs> = {
    secretName: Field.NoFallback,
    secretKey: Field.NoFallback,
    revision: Field.Any,
    scheme: Field.NoFallback,
};

/** The scheme that Dynatrace wants for a token, by its prefix. */
export function schemeFor(token: string): AuthorizationScheme {
    return token.startsWith("dt0s16.") ? AuthorizationScheme.Bearer : AuthorizationScheme.ApiToken;
}

/** Whether a text, or any text within a value, looks like a token of Dynatrace, whole. */
export function holdsToken(value: unknown): boolean {
    return /dt0[a-z]\d{2}\.[a-z0-9]+\.[a-z0-9]+/i.test(JSON.stringify(value) ?? "");
}

/**
 * A token as it was given.
 *
 * @throws InputError if it could not be sent in a header. The text of the token is not in the error.
 */
export function checkTokenText(check: Check, token: string): string {
    if (token !== token.trim()) {
        throw check.error("has white space before or after it; remove that");
    }
    if (token === "" || !/^[\x21-\x7e]+$/.test(token) || /[,;"]/.test(token)) {
        throw check.error(
            "is empty or holds characters that no token has; give the token alone, without Api-Token or quotes",
        );
    }
    return token;
}

/**
 * Checks a reference to a token, once its values are known: pick them from the arguments, since Pulumi does not unwrap a component.
 *
 * @param field where the reference stands, e.g. `token`.
 * @throws InputError if pods could read no Secret by it, or if it is the token itself. The text of the token is not in the error.
 */
export function checkTokenReference(check: Check, ref: { secretName?: string; secretKey?: string } | undefined): void {
    if (typeof ref !== "object" || ref === null) {
        const way = "give an IngestToken, or secretName of a Secret that holds the token";
        throw check.error(`is missing; ${way}`);
    }
    checkSecretName(check.at("secretName"), ref.secretName);
    if (ref.secretKey !== undefined) checkSecretKey(check.at("secretKey"), ref.secretKey);
}

/** The name of a Secret that pods read a token from. @throws InputError if there is none, or if it is the token itself. */
export function checkSecretName(check: Check, name: string | undefined): string {
    if (name === undefined) throw check.error("is missing; name the Secret that holds the token");
    if (name === "") {
        const problem = "is empty, as with secretDelivery none: there is no Secret that pods could read";
        throw check.error(`${problem}; use another secretDelivery, or name a Secret`);
    }
    checkNoToken(check, name);
    return objectName(check, name);
}

/** The key in that Secret. @throws InputError if there can be none of this name, or if it is the token itself. */
export function checkSecretKey(check: Check, key: string): string {
    checkNoToken(check, key);
    return dataKey(check, key);
}

/** The problem with an argument that holds a token and is stored in plain text. */
export const TOKEN_IN_CLEAR =
    "holds a token of Dynatrace, which anyone who reads objects of the cluster or the state could read; put it in a Secret, and revoke it if it was stored anywhere";

/** @throws InputError if a value that goes into objects or the state in plain text holds a token. */
export function checkNoToken(check: Check, value: unknown): void {
    if (holdsToken(value)) throw check.error(TOKEN_IN_CLEAR);
}

/** The scheme asked for, `Api-Token` if none is. @throws InputError for another word. */
export function checkScheme(check: Check, scheme: string = AuthorizationScheme.ApiToken): AuthorizationScheme {
    if (!Object.values(AuthorizationScheme).includes(scheme as AuthorizationScheme)) {
        throw check.error(`"${scheme}" is not a scheme; use Api-Token or Bearer`);
    }
    return scheme as AuthorizationScheme;
}
