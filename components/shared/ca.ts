import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "./check";
import { Field, type Fields } from "./fields";
import {
    CONFIG_MAP_KEY_REF_FIELDS,
    type ConfigMapKeyRef,
    configMapKeyRef,
    type KnownKeyRef,
    SECRET_KEY_REF_FIELDS,
    type SecretKeyRef,
    secretKeyRef,
} from "./references";

/** Default key of CA certificates in a Secret or ConfigMap. */
export const DEFAULT_CA_KEY = "ca.crt";

/** CA certificates in PEM format. Set one of the three fields. */
export interface CaCertificateArgs {
    /** Concatenated certificates in PEM format. @default - none */
    pem?: pulumi.Input<string | undefined>;
    /** Key of a Secret with the certificates. The default key is `ca.crt`. @default - none */
    secret?: pulumi.Input<SecretKeyRef | undefined>;
    /** Key of a ConfigMap with the certificates, e.g. of trust-manager. The default key is `ca.crt`. @default - none */
    configMap?: pulumi.Input<ConfigMapKeyRef | undefined>;
}

export const CA_CERTIFICATE_FIELDS: Fields<CaCertificateArgs> = {
    pem: Field.NoFallback,
    secret: SECRET_KEY_REF_FIELDS,
    configMap: CONFIG_MAP_KEY_REF_FIELDS,
};

/** The same, for a field that an Output without a value leaves unset: only the system's certificates are then trusted. */
export const OPTIONAL_CA_CERTIFICATE_FIELDS: Fields<CaCertificateArgs> = {
    pem: Field.Any,
    secret: { name: Field.Any, key: Field.Any },
    configMap: { name: Field.Any, key: Field.Any },
};

/** CA certificates in PEM format: one of the three fields is set. */
export interface CaCertificate {
    /** Concatenated certificates in PEM format. */
    pem?: string;
    /** Key of a Secret with the certificates. */
    secret?: KnownKeyRef;
    /** Key of a ConfigMap with the certificates. */
    configMap?: KnownKeyRef;
}

/** Where CA certificates come from. */
export const CA_SOURCES = ["pem", "secret", "configMap"] as const;
export type CaSource = (typeof CA_SOURCES)[number];

/** The field that is set, undefined without one. @throws InputError for more than one. */
export function caSource(check: Check, ca: { [source in CaSource]?: unknown } | undefined): CaSource | undefined {
    const [source, second] = CA_SOURCES.filter((it) => ca?.[it] !== undefined);
    if (second !== undefined) {
        const problem = `cannot be combined with ${source ?? ""}; put all certificates into one of the two`;
        throw check.at(second).error(problem);
    }
    return source;
}

/** The CA certificates, undefined if no field is set. @throws InputError for two sources, and for invalid certificates and references. */
export function caCertificate(
    check: Check,
    ca: pulumi.Unwrap<CaCertificateArgs> | undefined,
): CaCertificate | undefined {
    switch (caSource(check, ca)) {
        case "pem":
            checkCertificate(check.at("pem"), ca?.pem);
            return { pem: ca?.pem };
        case "secret":
            return { secret: secretKeyRef(check.at("secret"), ca?.secret, DEFAULT_CA_KEY) };
        case "configMap":
            return { configMap: configMapKeyRef(check.at("configMap"), ca?.configMap, DEFAULT_CA_KEY) };
        case undefined:
            return undefined;
    }
}

/**
 * The text of CA certificates.
 *
 * @param reader what needs the text, e.g. `the CronJob`.
 * @throws InputError for a reference to a Secret or ConfigMap.
 */
export function caPem(check: Check, ca: CaCertificate | undefined, reader: string): string | undefined {
    for (const source of ["secret", "configMap"] as const) {
        if (ca?.[source] === undefined) continue;
        check.at(source).fail(`cannot be used, because ${reader} needs the certificates themselves; set pem instead`);
    }
    return ca?.pem;
}

/** @throws InputError unless the text holds certificates in PEM form, and no private key. */
export function checkCertificate(check: Check, pem?: string): void {
    if (pem === undefined) return;
    if (/PRIVATE KEY/.test(pem)) {
        throw check.error("holds a private key; give the certificates alone");
    }
    if (!/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(pem)) {
        throw check.error("is not PEM; it starts with -----BEGIN CERTIFICATE-----");
    }
}
