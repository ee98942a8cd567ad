import * as pulumi from "@pulumi/pulumi";

import { type Check } from "./check";
import { Field, type Fields } from "./fields";
import { dataKey, objectName } from "./kubernetes";
import { checkNoToken } from "./secrets";

/** A key of a Secret. The reference never holds the value. @see https://kubernetes.io/docs/concepts/configuration/secret/ */
export interface SecretKeyRef {
    /** Name of the Secret, in the namespace of the pods that use it. */
    name: pulumi.Input<string>;
    /** Key in the Secret. @default - see the field that holds the reference */
    key?: pulumi.Input<string | undefined>;
}

/** A key of a ConfigMap. @see https://kubernetes.io/docs/concepts/configuration/configmap/ */
export interface ConfigMapKeyRef {
    /** Name of the ConfigMap, in the namespace of the pods that use it. */
    name: pulumi.Input<string>;
    /** Key in the ConfigMap. @default - see the field that holds the reference */
    key?: pulumi.Input<string | undefined>;
}

export const SECRET_KEY_REF_FIELDS: Fields<SecretKeyRef> = { name: Field.NoFallback, key: Field.NoFallback };
export const CONFIG_MAP_KEY_REF_FIELDS: Fields<ConfigMapKeyRef> = { name: Field.NoFallback, key: Field.NoFallback };

/** The key of a Secret as the output of a component. It fits every argument of the type `SecretKeyRef`. */
export interface SecretKeyOutputs {
    /** Name of the Secret. */
    name: pulumi.Output<string>;
    /** Key in the Secret. */
    key: pulumi.Output<string>;
}

/** The key of a Secret or ConfigMap, with known values. */
export interface KnownKeyRef {
    /** Name of the Secret or ConfigMap. */
    name: string;
    /** Key in it. */
    key: string;
}

type PlainRef = pulumi.Unwrap<SecretKeyRef>;

/**
 * Checks a reference to a key of a Secret.
 *
 * @throws InputError for a missing or invalid name or key, and for a token instead of a name.
 */
export function secretKeyRef(check: Check, ref: Partial<PlainRef> | undefined, defaultKey: string): KnownKeyRef {
    const { name, key = defaultKey } = given(check, ref, "Secret");
    checkNoToken(check.at("name"), name);
    checkNoToken(check.at("key"), key);
    return { name: objectName(check.at("name"), name), key: dataKey(check.at("key"), key) };
}

/** Checks a reference to a key of a ConfigMap. @throws InputError for a missing or invalid name or key. */
export function configMapKeyRef(check: Check, ref: Partial<PlainRef> | undefined, defaultKey: string): KnownKeyRef {
    const { name, key = defaultKey } = given(check, ref, "ConfigMap");
    return { name: objectName(check.at("name"), name), key: dataKey(check.at("key"), key) };
}

function given(check: Check, ref: Partial<PlainRef> | undefined, kind: string): Partial<PlainRef> {
    if (typeof ref === "object" && ref !== null) return ref;
    return check.fail(`is missing; name the ${kind}, e.g. { name: "example" }`);
}

/** Name and key of a reference. Each is known as soon as its own value is known. */
export function refParts(ref: pulumi.Input<SecretKeyRef | undefined>): {
    name: pulumi.Input<string | undefined>;
    key: pulumi.Input<string | undefined>;
} {
    if (pulumi.Output.isInstance(ref) || ref instanceof Promise) {
        const later = pulumi.output(ref);
        return { name: later.apply((plain) => plain?.name), key: later.apply((plain) => plain?.key) };
    }
    return { name: ref?.name, key: ref?.key };
}
