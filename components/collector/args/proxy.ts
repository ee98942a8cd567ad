import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** A proxy between the Collector and Dynatrace: by its URL, or by a Secret if the URL holds a password. */
export interface CollectorProxyArgs {
    /** E.g. `http://proxy.example.com:3128`, without user and password. @default - `secretName` is needed */
    url?: pulumi.Input<string | undefined>;
    /** Secret with the URL, in the Collector's namespace. @default - `url` is needed */
    secretName?: pulumi.Input<string | undefined>;
    /** Key of the URL in the Secret. @default `proxy` */
    secretKey?: pulumi.Input<string | undefined>;
    /** Host in the Secret's URL, for policies that know host names. @default - not known */
    secretHost?: pulumi.Input<string | undefined>;
    /** TCP port in the Secret's URL, for network policies. @default 3128 */
    secretPort?: pulumi.Input<number | undefined>;
    /**
     * Anything that changes when the Secret does, e.g. its version: pods read the URL when they start.
     *
     * @default - a change there waits for the next restart of the pods
     */
    revision?: pulumi.Input<string | undefined>;
    /**
     * Host names (with all below them), addresses and networks to reach without the proxy, besides those in the cluster.
     *
     * @default []
     */
    noProxy?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** DNS domain of the cluster. @default `cluster.local` */
    clusterDomain?: pulumi.Input<string | undefined>;
}

export const PROXY_FIELDS: Fields<CollectorProxyArgs> = {
    url: Field.NoFallback,
    secretName: Field.NoFallback,
    secretKey: Field.NoFallback,
    secretHost: Field.NoFallback,
    secretPort: Field.NoFallback,
    revision: Field.Any,
    noProxy: Field.Any,
    clusterDomain: Field.Any,
};
