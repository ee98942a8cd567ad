import type * as pulumi from "@pulumi/pulumi";

import { type CaCertificateArgs, DEFAULT_CA_KEY } from "../../shared/ca";
import { type Check } from "../../shared/check";
import { dataKey, objectName } from "../../shared/kubernetes";
import { refParts, type SecretKeyRef } from "../../shared/references";
import { checkSecretKey, checkSecretName } from "../../shared/secrets";
import type { ExporterClientCertificateArgs } from "./args";
import { onto } from "./later";

// Each name is checked separately when it is known, so that a preview shows everything that does not depend on it.

/** A checked key of a Secret or ConfigMap. */
export interface CheckedReference {
    name: pulumi.Input<string>;
    key: pulumi.Input<string>;
}

/** CA certificates in a Secret or ConfigMap. One of the two is set. */
export interface CheckedCa {
    secret?: CheckedReference;
    configMap?: CheckedReference;
}

/** A reference to a token or a password. @throws InputError if pods cannot read a Secret with it. */
export function checkedReference(
    check: Check,
    secret: pulumi.Input<SecretKeyRef | undefined>,
    defaultKey: string,
): CheckedReference {
    const { name, key } = refParts(secret);
    return {
        name: onto(name, (plain) => checkSecretName(check.at("name"), plain)),
        key: onto(key, (plain) => checkSecretKey(check.at("key"), plain ?? defaultKey)),
    };
}

/** Where the CA certificates are. @throws InputError for an invalid name of a ConfigMap, Secret or key. */
export function checkedCa(check: Check, ca: CaCertificateArgs | undefined): CheckedCa | undefined {
    if (ca === undefined) return undefined;
    const source = ca.configMap === undefined ? "secret" : "configMap";
    const at = check.at(source);
    const { name, key } = refParts(ca[source]);
    return {
        [source]: {
            name: onto(name, (plain) => objectName(at.at("name"), plain)),
            key: onto(key, (plain) => dataKey(at.at("key"), plain ?? DEFAULT_CA_KEY)),
        },
    };
}

/** Where the client certificate is. @throws InputError for an invalid name of a Secret. */
export function checkedCertificate(
    check: Check,
    own: ExporterClientCertificateArgs | undefined,
): ExporterClientCertificateArgs | undefined {
    return own && { ...own, secretName: onto(own.secretName, (plain) => objectName(check.at("secretName"), plain)) };
}
