import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "./check";
import { Field, type Fields } from "./fields";
import { type KnownKeyRef, SECRET_KEY_REF_FIELDS, type SecretKeyRef } from "./references";
import { type AuthorizationScheme, checkSecretKey, checkSecretName, DEFAULT_SECRET_KEY } from "./secrets";

/** A reference to a token in a Kubernetes Secret. It never holds the token. */
export interface TokenReferenceArgs {
    /** Key of a Secret that holds the token, in the namespace of the pods that use it. The default key is `token`. */
    secret: pulumi.Input<SecretKeyRef>;
    /**
     * Any string that changes with the token, e.g. its public id. A change restarts the pods that read the token from their environment.
     *
     * @default - pods restart only when the Secret's name changes
     */
    revision?: pulumi.Input<string | undefined>;
    /** Scheme of the Authorization header. @default `Api-Token` */
    scheme?: pulumi.Input<AuthorizationScheme | undefined>;
}

export const TOKEN_REFERENCE_FIELDS: Fields<TokenReferenceArgs> = {
    secret: { ...SECRET_KEY_REF_FIELDS, name: Field.Any },
    revision: Field.Any,
    scheme: Field.NoFallback,
};

/** The way out where no token is given. */
const WAY = "give an IngestToken, or secret with the name of a Secret that holds the token";

/**
 * Checks a reference to a token with known values. Pick the values from the arguments, because Pulumi does not unwrap a component.
 *
 * @param check check of the token.
 * @throws InputError if pods cannot read the Secret, or if the reference contains the token itself. The error does not contain the token.
 */
export function checkTokenReference(
    check: Check,
    token: { secret?: { name?: string; key?: string } } | undefined,
): KnownKeyRef {
    if (typeof token !== "object" || token === null) throw check.error(`is missing; ${WAY}`);
    const { name, key = DEFAULT_SECRET_KEY } = token.secret ?? {};
    const at = check.at("secret");
    return { name: checkSecretName(at.at("name"), name), key: checkSecretKey(at.at("key"), key) };
}
