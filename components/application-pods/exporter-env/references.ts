import type * as pulumi from "@pulumi/pulumi";

import { dataKey, objectName } from "../../shared/kubernetes";
import { checkNoToken, checkSecretKey, checkSecretName } from "../../shared/secrets";
import type { CaCertificateArgs, ClientCertificateArgs, CollectorTokenArgs } from "./args";
import { COMPONENT } from "./checks";
import { onto, ontoOr } from "./later";
import { Check } from "../../shared/check";

// Each name is checked on its own, as soon as it is known, so that a preview shows all that does not depend on it.

/** A reference to a token or a password. @throws InputError if pods could read no Secret by it, or if it is the token itself. */
export function checkedReference(
    field: string,
    { secretName, secretKey }: CollectorTokenArgs,
    defaultKey: string,
): CollectorTokenArgs {
    return {
        secretName: onto(secretName, (name) => checkSecretName(new Check(COMPONENT, `${field}.secretName`), name)),
        secretKey: ontoOr(secretKey, defaultKey, (key) =>
            checkSecretKey(new Check(COMPONENT, `${field}.secretKey`), key),
        ),
    };
}

/** Where the CA certificates are. @throws InputError for a name that no ConfigMap, Secret or key can have. */
export function checkedCa(ca: CaCertificateArgs | undefined): CaCertificateArgs | undefined {
    if (ca === undefined) return undefined;
    const { configMapName, secretName, key } = ca;
    const at = (name: string): string => `caCertificate.${name}`;
    return {
        ...(configMapName !== undefined && { configMapName: checkedName(at("configMapName"), configMapName) }),
        ...(secretName !== undefined && { secretName: checkedName(at("secretName"), secretName) }),
        ...(key !== undefined && { key: checkedName(at("key"), key, dataKey) }),
    };
}

/** Where the application's own certificate is. @throws InputError for a name that no Secret can have. */
export function checkedCertificate(own: ClientCertificateArgs | undefined): ClientCertificateArgs | undefined {
    return own && { ...own, secretName: checkedName("clientCertificate.secretName", own.secretName) };
}

/** A text that stands in pods in the clear. @throws InputError if it holds a token. */
export function checkedText(field: string, text: pulumi.Input<string>): pulumi.Input<string> {
    return onto(text, (plain) => {
        checkNoToken(new Check(COMPONENT, field), plain);
        return plain;
    });
}

function checkedName(field: string, name: pulumi.Input<string>, check = objectName): pulumi.Input<string> {
    return onto(checkedText(field, name), (plain) => check(new Check(COMPONENT, field), plain));
}
