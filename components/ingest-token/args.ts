import type * as pulumi from "@pulumi/pulumi";

import type { Retire } from "../../providers/api-token/state";
import { Field, type Fields } from "../shared/fields";
import type { AuthorizationScheme } from "../shared/secrets";

/** How a token gets to the pods that send with it. */
export const SecretDelivery = {
    /** A Secret made here, under a name of its own for each token, so that a new token restarts what uses it. */
    Managed: "managed",
    /** A Secret that something else fills, e.g. External Secrets; only its name is written here. For rendered manifests. */
    Referenced: "referenced",
    /** Nothing in Kubernetes: the token is taken from the output `token`, e.g. into a store in the cloud. */
    None: "none",
} as const;
export type SecretDelivery = (typeof SecretDelivery)[keyof typeof SecretDelivery];

/** A Secret that holds a token already. */
export interface ExistingSecretArgs {
    name: pulumi.Input<string>;
    /** @default `token` */
    key?: pulumi.Input<string | undefined>;
    /** Anything that changes when the token in it does; a change restarts what uses it. @default - never restarts */
    revision?: pulumi.Input<string | undefined>;
    /** The word before the token in the Authorization header. @default `Api-Token` */
    scheme?: pulumi.Input<AuthorizationScheme | undefined>;
}

/** Where a token comes from and how it is delivered. */
export interface TokenSettingsArgs {
    /** Days until Dynatrace refuses the token. A change makes a new token. @default - never */
    expiresAfterDays?: pulumi.Input<number | undefined>;
    /**
     * An `up` that finds the token older than so many days makes a new one, delivers it, and lets the old one go as `retire` says.
     * Less than `expiresAfterDays`.
     *
     * @default - not replaced for its age
     */
    rotateAfterDays?: pulumi.Input<number | undefined>;
    /** Any text; when it changes, a new token replaces this one: rotation on demand. @default - none */
    rotationKey?: pulumi.Input<string | undefined>;
    /** What becomes of a replaced token after the overlap: deleted by the next `up`, or left to expire. @default `delete` */
    retire?: pulumi.Input<Retire | undefined>;
    /** Days that a replaced token serves on after the new one has been delivered. @default 1 */
    overlapDays?: pulumi.Input<number | undefined>;
    /** An `up` warns when the token expires in fewer days than this. @default - 14, or a third of `expiresAfterDays` if that is less */
    warnBeforeDays?: pulumi.Input<number | undefined>;
    /** A token that exists, to be taken over instead of making the first one: its secret. @default - a token is made */
    adoptToken?: pulumi.Input<string | undefined>;
    /**
     * What the token's name in Dynatrace starts with; twelve digits follow that tell it from all others, then eight for each token.
     *
     * @default `{project}-{stack}-{name}-token`, where an `IngestToken` within another component is named after that, e.g. `telemetry-ingest`
     */
    tokenName?: pulumi.Input<string | undefined>;
    /**
     * Base URL of the API that makes the token, ends with `/api`.
     *
     * @default - DYNATRACE_API_URL, then DT_API_URL, then the stack's configuration dynatrace:apiUrl
     */
    apiUrl?: pulumi.Input<string | undefined>;
    /** A token that was made elsewhere. None is made then. @default - a token is made */
    token?: pulumi.Input<string | undefined>;
    /** A Secret that was made elsewhere. Neither token nor Secret is made then. @default - a token and a Secret are made */
    existingSecret?: ExistingSecretArgs;
    /** Must be known when the program runs. @default `managed` */
    secretDelivery?: SecretDelivery;
    /** Name of the Secret. Needed with `referenced`; with `managed` a change of token then replaces the Secret in place. @default - made from the component's name */
    secretName?: pulumi.Input<string | undefined>;
    /** @default `token` */
    secretKey?: pulumi.Input<string | undefined>;
    /** Let a managed Secret through although manifests are rendered to files, where it stands in the clear. @default false */
    allowRenderedSecret?: boolean;
}

export const TOKEN_SETTINGS_FIELDS: Fields<TokenSettingsArgs> = {
    expiresAfterDays: Field.NoFallback,
    rotateAfterDays: Field.NoFallback,
    rotationKey: Field.Any,
    retire: Field.NoFallback,
    overlapDays: Field.Any,
    warnBeforeDays: Field.Any,
    adoptToken: Field.Secret,
    tokenName: Field.NoFallback,
    apiUrl: Field.Any,
    token: Field.Secret,
    existingSecret: { name: Field.NoFallback, key: Field.NoFallback, revision: Field.Any, scheme: Field.NoFallback },
    secretDelivery: Field.NoFallback,
    secretName: Field.NoFallback,
    secretKey: Field.NoFallback,
    allowRenderedSecret: Field.Any,
};

/** Arguments that shape a token made here, and nothing else. */
export const MINTING_FIELDS = [
    ...(["expiresAfterDays", "tokenName", "rotateAfterDays", "rotationKey"] as const),
    ...(["retire", "overlapDays", "warnBeforeDays", "adoptToken"] as const),
];
