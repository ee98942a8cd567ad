import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../../shared/check";
import { dataKey, objectName } from "../../shared/kubernetes";
import { checkSecretKey, checkSecretName } from "../../shared/secrets";
import type { ExporterCaCertificateArgs, ExporterClientCertificateArgs, ExporterTokenArgs } from "./args";
import { onto } from "./later";

// Each name is checked separately when it is known, so that a preview shows everything that does not depend on it.

/** A checked reference to a token or a password. */
export interface CheckedReference {
    secretName: pulumi.Input<string>;
    secretKey: pulumi.Input<string>;
}

/** A reference to a token or a password. @throws InputError if pods cannot read a Secret with it. */
export function checkedReference(
    check: Check,
    { secretName, secretKey }: ExporterTokenArgs,
    defaultKey: string,
): CheckedReference {
    return {
        secretName: onto(secretName, (name) => checkSecretName(check.at("secretName"), name)),
        secretKey: onto(secretKey, (key) => checkSecretKey(check.at("secretKey"), key ?? defaultKey)),
    };
}

/** Where the CA certificates are. @throws InputError for an invalid name of a ConfigMap, Secret or key. */
export function checkedCa(
    check: Check,
    ca: ExporterCaCertificateArgs | undefined,
): ExporterCaCertificateArgs | undefined {
    if (ca === undefined) return undefined;
    const { configMapName, secretName, key } = ca;
    return {
        ...(configMapName !== undefined && { configMapName: checkedName(check.at("configMapName"), configMapName) }),
        ...(secretName !== undefined && { secretName: checkedName(check.at("secretName"), secretName) }),
        ...(key !== undefined && { key: onto(key, (plain) => dataKey(check.at("key"), plain)) }),
    };
}

/** Where the client certificate is. @throws InputError for an invalid name of a Secret. */
export function checkedCertificate(
    check: Check,
    own: ExporterClientCertificateArgs | undefined,
): ExporterClientCertificateArgs | undefined {
    return own && { ...own, secretName: checkedName(check.at("secretName"), own.secretName) };
}

function checkedName(check: Check, name: pulumi.Input<string | undefined>): pulumi.Input<string> {
    return onto(name, (plain) => objectName(check, plain));
}
