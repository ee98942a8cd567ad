import type * as pulumi from "@pulumi/pulumi";

import { CA_CERTIFICATE_FIELDS, type CaCertificateArgs } from "../../shared/ca";
import { Field, type Fields } from "../../shared/fields";

/** Which certificates the Collector trusts when it connects to Dynatrace, an ActiveGate or a proxy. */
export interface CollectorTrustArgs {
    /**
     * Your own CA. A Secret or ConfigMap must be in the Collector's namespace. The Collector also trusts `ca` of the endpoint. Both together
     * are possible only as `pem`.
     *
     * @default - `ca` of the endpoint
     */
    ca?: pulumi.Input<CaCertificateArgs | undefined>;
    /**
     * Any string that changes with the Secret or ConfigMap. A change restarts the pods, which read the certificates when they start.
     *
     * @default - pods use new certificates after their next restart
     */
    revision?: pulumi.Input<string | undefined>;
    /** Also trusts public CAs. @default true */
    systemCertificates?: pulumi.Input<boolean | undefined>;
    /** Days before a certificate of `ca.pem` expires from which each `pulumi up` warns. @default 30 */
    warnBeforeExpiryDays?: pulumi.Input<number | undefined>;
}

export const TRUST_FIELDS: Fields<CollectorTrustArgs> = {
    ca: CA_CERTIFICATE_FIELDS,
    revision: Field.Any,
    systemCertificates: Field.NoFallback,
    warnBeforeExpiryDays: Field.Any,
};
