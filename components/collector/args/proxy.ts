import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";
import { SECRET_KEY_REF_FIELDS, type SecretKeyRef } from "../../shared/references";

/** A proxy between the Collector and Dynatrace. Give its URL, or a Secret if the URL contains a password. */
export interface CollectorProxyArgs {
    /** URL of the proxy, e.g. `http://proxy.example.com:3128`, without user and password. @default - `secret` is required */
    url?: pulumi.Input<string | undefined>;
    /** Key of a Secret in the Collector's namespace that holds the URL. The default key is `proxy`. @default - `url` is required */
    secret?: pulumi.Input<SecretKeyRef | undefined>;
    /** Host of the URL in the Secret, for policies by host name. @default - not known */
    secretHost?: pulumi.Input<string | undefined>;
    /** TCP port of the URL in the Secret, for network policies. @default 3128 */
    secretPort?: pulumi.Input<number | undefined>;
    /**
     * Any string that changes with the Secret, e.g. its version. A change restarts the pods, which read the URL when they start.
     *
     * @default - pods use a new URL after their next restart
     */
    revision?: pulumi.Input<string | undefined>;
    /**
     * Host names (including subdomains), addresses and networks to reach without the proxy, in addition to those in the cluster.
     *
     * @default []
     */
    noProxy?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** DNS domain of the cluster. @default `cluster.local` */
    clusterDomain?: pulumi.Input<string | undefined>;
}

export const PROXY_FIELDS: Fields<CollectorProxyArgs> = {
    url: Field.NoFallback,
    secret: SECRET_KEY_REF_FIELDS,
    secretHost: Field.NoFallback,
    secretPort: Field.NoFallback,
    revision: Field.Any,
    noProxy: Field.Any,
    clusterDomain: Field.Any,
};
