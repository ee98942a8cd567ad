import type * as pulumi from "@pulumi/pulumi";

import { Field, type Fields } from "../shared/fields";
import { SECRET_KEY_REF_FIELDS, type SecretKeyRef } from "../shared/references";

/** How a text is protected that must not be readable in Dynatrace. */
export const AiContentProtection = {
    /** The text is sent unchanged. */
    Off: "off",
    /** The text is removed. */
    Drop: "drop",
    /** Each line becomes `****`, which shows that there was a text. */
    Mask: "mask",
    /**
     * Each line becomes its HMAC-SHA256 with the key in `hashKey`: equal texts stay comparable without being readable.
     * Needs the contrib distribution 0.149 or the Dynatrace distribution 0.48, or later.
     */
    Hash: "hash",
    /** The first `truncateAtBytes` bytes of each part are kept. Not for identity, whose texts are short. */
    Truncate: "truncate",
} as const;
export type AiContentProtection = (typeof AiContentProtection)[keyof typeof AiContentProtection];

/** How prompts, answers and identities in a gateway's telemetry are protected. */
export interface AiContentArgs {
    /** Prompts, answers, documents, tools and their arguments. @default `drop` */
    protection?: pulumi.Input<AiContentProtection | undefined>;
    /** Users, keys, e-mail and IP addresses, request headers. @default `drop` */
    identity?: pulumi.Input<AiContentProtection | undefined>;
    /** Bytes of each text that are kept. @default - needed for `truncate`, rejected for other protections */
    truncateAtBytes?: pulumi.Input<number | undefined>;
    /**
     * Key of a Secret in the Collector's namespace that holds the key of `hash`. The Collector does not start if the value has fewer than 32
     * bytes. The default key is `key`.
     *
     * @default - needed for `hash`, rejected for other protections
     */
    hashKey?: pulumi.Input<SecretKeyRef | undefined>;
    /** Full names of attributes that are always sent unchanged. @default [] */
    keepKeys?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * Additional attributes with content. `.*` at the end stands for the name itself and all names below it, `N` for a number, `*`
     * elsewhere for any text without a dot.
     *
     * @default []
     */
    extraKeys?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Additional attributes with identities, in the same form. @default [] */
    extraIdentityKeys?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

export const AI_CONTENT_FIELDS: Fields<AiContentArgs> = {
    protection: Field.Any,
    identity: Field.Any,
    truncateAtBytes: Field.Any,
    hashKey: SECRET_KEY_REF_FIELDS,
    keepKeys: Field.Any,
    extraKeys: Field.NoFallback,
    extraIdentityKeys: Field.NoFallback,
};
