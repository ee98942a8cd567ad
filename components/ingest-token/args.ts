import type * as pulumi from "@pulumi/pulumi";

import type { TokenRetirement } from "../../providers/tokens/state";
import { Field, type Fields } from "../shared/fields";
import { SECRET_KEY_REF_FIELDS, type SecretKeyRef } from "../shared/references";
import type { AuthorizationScheme } from "../shared/secrets";

/** How a token gets to the pods that send with it. */
export const TokenSecretDelivery = {
    /** The component creates a Secret. Each token gets a Secret with another name, so that a new token restarts the pods that use it. */
    Managed: "managed",
    /** Another tool fills the Secret, e.g. External Secrets. The component only refers to the Secret by name. For rendered manifests. */
    Referenced: "referenced",
    /** No Secret: the program passes the output `token` on, e.g. to a secret store of a cloud. */
    None: "none",
} as const;
export type TokenSecretDelivery = (typeof TokenSecretDelivery)[keyof typeof TokenSecretDelivery];

/** A key of a Secret that already holds a token. The default key is `token`. */
export interface ExistingTokenSecretArgs extends SecretKeyRef {
    /** Any string that changes with the token. A change restarts the pods that use the token. @default - pods are not restarted */
    revision?: pulumi.Input<string | undefined>;
    /** The word before the token in the Authorization header. @default `Api-Token` */
    scheme?: pulumi.Input<AuthorizationScheme | undefined>;
}

/** The Secret that a token is delivered in. */
export interface TokenSecretArgs {
    /**
     * Name of the Secret. Required with `secretDelivery: referenced`. With `managed`, a new token replaces the Secret in place.
     *
     * @default - made from the component's name
     */
    name?: pulumi.Input<string | undefined>;
    /** Key of the token in the Secret. @default `token` */
    key?: pulumi.Input<string | undefined>;
}

/** Where a token comes from, and how it is delivered. */
export interface IngestTokenSettingsArgs {
    /** Days until Dynatrace rejects the token; 0.25 is six hours. A change creates a new token. @default - the token never expires */
    expiresAfterDays?: pulumi.Input<number | undefined>;
    /**
     * Age in days at which the next `pulumi up` rotates the token: it creates a new token, delivers the new token, and retires the old
     * one as `retire` says. Less than `expiresAfterDays`.
     *
     * @default - the token is not rotated because of its age
     */
    rotateAfterDays?: pulumi.Input<number | undefined>;
    /**
     * Any string. Change it to rotate the token. It is stored in plain text, so do not put a secret in it.
     *
     * @default - none
     */
    rotationKey?: pulumi.Input<string | undefined>;
    /** What happens to a rotated token after the overlap: the next `pulumi up` deletes it, or it is left to expire. @default `delete` */
    retire?: pulumi.Input<TokenRetirement | undefined>;
    /** Days that a rotated token keeps working after the new token was delivered. @default 1 */
    overlapDays?: pulumi.Input<number | undefined>;
    /**
     * `pulumi up` warns when the token expires in fewer days than this.
     *
     * @default - 14, or a third of `expiresAfterDays` if that is less
     */
    warnBeforeDays?: pulumi.Input<number | undefined>;
    /** The secret of an existing token, which is adopted instead of creating the first token. @default - a token is created */
    adoptToken?: pulumi.Input<string | undefined>;
    /**
     * Prefix of the token's name in Dynatrace. Three groups of eight digits follow: the stack's ownership mark, the key of this resource,
     * and random digits.
     *
     * @default `{project}-{stack}-{name}-token`, where an `IngestToken` within another component is named after that, e.g. `telemetry-ingest`
     */
    tokenName?: pulumi.Input<string | undefined>;
    /**
     * Base URL of the API that creates the token, ends with `/api`. A host of the web interface (`.apps.`) is repaired, with a warning.
     *
     * @default - from `endpoint` for SaaS and Managed; otherwise DYNATRACE_API_URL, then DT_API_URL, then the stack's configuration
     * dynatrace:apiUrl
     */
    apiUrl?: pulumi.Input<string | undefined>;
    /** The text of a token that was created elsewhere. No token is created then. @default - a token is created */
    token?: pulumi.Input<string | undefined>;
    /** A Secret that was created elsewhere. Neither a token nor a Secret is created then. @default - a token and a Secret are created */
    existingSecret?: ExistingTokenSecretArgs;
    /** How the token is delivered. Must be known when the program runs. @default `managed` */
    secretDelivery?: TokenSecretDelivery;
    /** Name of the Secret, and key of the token in it. @default - a name made from the component's name, and the key `token` */
    secret?: TokenSecretArgs;
    /** Allows `managed` when manifests are rendered to files, which then hold the token in plain text. @default false */
    allowRenderedSecret?: boolean;
}

export const TOKEN_SETTINGS_FIELDS: Fields<IngestTokenSettingsArgs> = {
    expiresAfterDays: Field.NoFallback,
    rotateAfterDays: Field.NoFallback,
    rotationKey: Field.Any,
    retire: Field.NoFallback,
    overlapDays: Field.Any,
    warnBeforeDays: Field.Any,
    adoptToken: Field.Secret,
    tokenName: Field.Any,
    apiUrl: Field.NoFallback,
    token: Field.Secret,
    existingSecret: {
        ...SECRET_KEY_REF_FIELDS,
        revision: Field.Any,
        scheme: Field.NoFallback,
    },
    secretDelivery: Field.NoFallback,
    secret: { name: Field.NoFallback, key: Field.NoFallback },
    allowRenderedSecret: Field.Any,
};

/** Arguments that are only for a token created here. */
export const MINTING_FIELDS = [
    ...(["expiresAfterDays", "tokenName", "rotateAfterDays", "rotationKey"] as const),
    ...(["retire", "overlapDays", "warnBeforeDays", "adoptToken"] as const),
];
