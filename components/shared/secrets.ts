import * as pulumi from "@pulumi/pulumi";

import { InputError } from "./check";
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
export function checkTokenText(component: string, field: string, token: string): string {
    if (token !== token.trim()) {
        throw new InputError(component, field, "has white space before or after it; remove that");
    }
    if (token === "" || !/^[\x21-\x7e]+$/.test(token) || /[,;"]/.test(token)) {
        throw new InputError(
            component,
            field,
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
export function checkTokenReference(
    component: string,
    field: string,
    ref: { secretName?: string; secretKey?: string } | undefined,
): void {
    if (typeof ref !== "object" || ref === null) {
        const way = "give an IngestToken, or secretName of a Secret that holds the token";
        throw new InputError(component, field, `is missing; ${way}`);
    }
    checkSecretName(component, `${field}.secretName`, ref.secretName);
    if (ref.secretKey !== undefined) checkSecretKey(component, `${field}.secretKey`, ref.secretKey);
}

/** The name of a Secret that pods read a token from. @throws InputError if there is none, or if it is the token itself. */
export function checkSecretName(component: string, field: string, name: string | undefined): string {
    if (name === undefined) throw new InputError(component, field, "is missing; name the Secret that holds the token");
    if (name === "") {
        const problem = "is empty, as with secretDelivery none: there is no Secret that pods could read";
        throw new InputError(component, field, `${problem}; use another secretDelivery, or name a Secret`);
    }
    checkNoToken(component, field, name);
    return objectName(component, field, name);
}

/** The key in that Secret. @throws InputError if there can be none of this name, or if it is the token itself. */
export function checkSecretKey(component: string, field: string, key: string): string {
    checkNoToken(component, field, key);
    return dataKey(component, field, key);
}

/** @throws InputError if a value that goes into objects or the state in the clear holds a token. */
export function checkNoToken(component: string, field: string, value: unknown): void {
    if (!holdsToken(value)) return;
    const problem = "holds a token of Dynatrace, which whoever reads objects of the cluster or the state could read";
    throw new InputError(component, field, `${problem}; put it in a Secret, and revoke it if it was stored anywhere`);
}

/** The scheme asked for, `Api-Token` if none is. @throws InputError for another word. */
export function checkScheme(
    component: string,
    field: string,
    scheme: string = AuthorizationScheme.ApiToken,
): AuthorizationScheme {
    if (!Object.values(AuthorizationScheme).includes(scheme as AuthorizationScheme)) {
        throw new InputError(component, field, `"${scheme}" is not a scheme; use Api-Token or Bearer`);
    }
    return scheme as AuthorizationScheme;
}
