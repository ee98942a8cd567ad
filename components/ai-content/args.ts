import type * as pulumi from "@pulumi/pulumi";

/** What becomes of a text that is not to be read in Dynatrace. */
export const Protection = {
    /** It is sent on as it is. */
    Off: "off",
    /** It is taken out. */
    Drop: "drop",
    /** Each line of it becomes `****`, so that one sees that there was something. */
    Mask: "mask",
    /**
     * Each line of it becomes its HMAC-SHA256, so that equal texts can be found without being read. The key is `hashKey`.
     * Needs a Collector of 0.149 or the Dynatrace Collector of 0.48, or later.
     */
    Hash: "hash",
    /** The first bytes of it are kept, `truncateAtBytes` of each part. Not for identity, whose texts are short. */
    Truncate: "truncate",
} as const;
export type Protection = (typeof Protection)[keyof typeof Protection];

/** A Secret with the key of `hash`, in the Collector's namespace. */
export interface HashKeyArgs {
    secretName: pulumi.Input<string>;
    /** Its value has 32 bytes at least, or the Collector does not start. @default `key` */
    secretKey?: pulumi.Input<string>;
}

/** What is kept of the prompts, the answers and the people that a gateway tells of. */
export interface AiContentArgs {
    /** Prompts, answers, documents, tools and what they are given. @default `drop` */
    protection?: pulumi.Input<Protection>;
    /** Users, keys, e-mail and IP addresses, headers of requests. @default `drop` */
    identity?: pulumi.Input<Protection>;
    /** Bytes of each text that are kept. @default - needed for `truncate`, not taken for the others */
    truncateAtBytes?: pulumi.Input<number>;
    /** @default - needed for `hash`, not taken for the others */
    hashKey?: pulumi.Input<HashKeyArgs>;
    /** Attributes that are sent on as they are all the same, by their full names. @default [] */
    keepKeys?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Further attributes with content. `.*` at the end is the name itself and all below it, `N` a number, `*` elsewhere any text
     * without a dot.
     *
     * @default []
     */
    extraKeys?: pulumi.Input<pulumi.Input<string>[]>;
    /** Further attributes that tell who it was, in the same form. @default [] */
    extraIdentityKeys?: pulumi.Input<pulumi.Input<string>[]>;
}
