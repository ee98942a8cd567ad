import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/**
 * A CA of your own, that the Collector trusts when it connects to Dynatrace, an ActiveGate or a proxy. One source of the three; beside
 * `caCertificatePem` of the endpoint, which is trusted as well, `caCertificatePem` alone.
 */
export interface CollectorTrustArgs {
    /** Certificates in PEM form, one after the other. @default - none */
    caCertificatePem?: pulumi.Input<string | undefined>;
    /** Secret with the certificates, in the Collector's namespace. @default - none */
    caSecretName?: pulumi.Input<string | undefined>;
    /** ConfigMap with the certificates, in the Collector's namespace, e.g. a bundle of trust-manager. @default - none */
    caConfigMapName?: pulumi.Input<string | undefined>;
    /** Key in the Secret or ConfigMap. @default `ca.crt` */
    caKey?: pulumi.Input<string | undefined>;
    /**
     * Anything that changes when the Secret or ConfigMap does: the Collector reads the certificates when it starts.
     *
     * @default - a change there waits for the next restart of the pods
     */
    revision?: pulumi.Input<string | undefined>;
    /** Goes on trusting public CAs as well. @default true */
    systemCertificates?: pulumi.Input<boolean | undefined>;
    /** Days before a certificate of `caCertificatePem` expires from which each `pulumi up` warns. @default 30 */
    warnBeforeExpiryDays?: pulumi.Input<number | undefined>;
}

export const TRUST_FIELDS: Fields<CollectorTrustArgs> = {
    caCertificatePem: Field.NoFallback,
    caSecretName: Field.NoFallback,
    caConfigMapName: Field.NoFallback,
    caKey: Field.NoFallback,
    revision: Field.Any,
    systemCertificates: Field.NoFallback,
    warnBeforeExpiryDays: Field.Any,
};
