import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/**
 * Your own CA, which the Collector trusts when it connects to Dynatrace, an ActiveGate or a proxy. Use one of the three sources. Together
 * with `caCertificatePem` of the endpoint, which is trusted too, only `caCertificatePem` is possible.
 */
export interface CollectorTrustArgs {
    /** Concatenated certificates in PEM format. @default - none */
    caCertificatePem?: pulumi.Input<string | undefined>;
    /** Secret with the certificates, in the Collector's namespace. @default - none */
    caSecretName?: pulumi.Input<string | undefined>;
    /** ConfigMap with the certificates, in the Collector's namespace, e.g. a bundle of trust-manager. @default - none */
    caConfigMapName?: pulumi.Input<string | undefined>;
    /** Key in the Secret or ConfigMap. @default `ca.crt` */
    caKey?: pulumi.Input<string | undefined>;
    /**
     * Any string that changes with the Secret or ConfigMap. A change restarts the pods, which read the certificates when they start.
     *
     * @default - pods use new certificates after their next restart
     */
    revision?: pulumi.Input<string | undefined>;
    /** Also trusts public CAs. @default true */
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
