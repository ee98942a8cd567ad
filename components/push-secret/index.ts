import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { SECRET_STORE_FIELDS, type SecretStoreReferenceArgs } from "../external-secret/args";
import { checkEntry, defined, refreshInterval, storeReference, type StoreReference } from "../external-secret/plan";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { isInstanceOf } from "../shared/is-instance";
import { commonLabels, kubernetesName, namespaceName } from "../shared/kubernetes";
import { childOptions, lift } from "../shared/outputs";
import type { KnownKeyRef } from "../shared/references";
import { checkTokenReference, TOKEN_REFERENCE_FIELDS, type TokenReferenceArgs } from "../shared/token-reference";
import * as types from "../shared/types";

/** What happens to the entry in the store when the PushSecret is deleted. */
export const PushTokenDeletionPolicy = {
    /** The entry stays. Dynatrace rejects the token in it when Pulumi has deleted the token. */
    None: "None",
    /** The entry is deleted. */
    Delete: "Delete",
} as const;
export type PushTokenDeletionPolicy = (typeof PushTokenDeletionPolicy)[keyof typeof PushTokenDeletionPolicy];

/** The entry of the store that the token is written to. */
export interface PushTokenDestinationArgs {
    /** Name of the entry in the store. The push fails for an entry that External Secrets did not create. */
    key: pulumi.Input<string>;
    /** Key in the entry, which becomes a JSON object. @default - the token is the whole entry */
    property?: pulumi.Input<string | undefined>;
}

export interface PushTokenSecretArgs {
    /** Reference to the token in its Secret, e.g. an `IngestToken`. */
    token: TokenReferenceArgs;
    /** The store that the token is written to. */
    store: pulumi.Input<SecretStoreReferenceArgs>;
    /** The entry in the store. */
    remoteRef: pulumi.Input<PushTokenDestinationArgs>;
    /** Namespace of the Secret. @default - the default namespace of the Kubernetes provider */
    namespace?: pulumi.Input<string | undefined>;
    /** Minutes after which the store is compared again; 0 to write once. @default 60 */
    refreshIntervalMinutes?: pulumi.Input<number | undefined>;
    /** What happens to the entry when the PushSecret is deleted. @default `None` */
    deletionPolicy?: pulumi.Input<PushTokenDeletionPolicy | undefined>;
    /**
     * Settings for the store's kind, as described on its page. AWS requires some: Secrets Manager stores binary data unless
     * `secretPushFormat` is `string`, Parameter Store stores plain text unless `secretType` is `SecureString`.
     *
     * @default - the store's own
     * @see https://external-secrets.io/latest/guides/pushsecrets/
     */
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the form differs for each kind of store
    metadata?: pulumi.Input<Record<string, any> | undefined>;
}

const FIELDS: Fields<PushTokenSecretArgs> = {
    token: TOKEN_REFERENCE_FIELDS,
    store: SECRET_STORE_FIELDS,
    remoteRef: { key: Field.Any, property: Field.NoFallback },
    namespace: Field.NoFallback,
    refreshIntervalMinutes: Field.NoFallback,
    deletionPolicy: Field.NoFallback,
    metadata: Field.NoFallback,
};

/**
 * Writes a token from its Secret in the cluster to a store, for programs outside the cluster. The cluster needs External Secrets and a
 * store with write access.
 *
 * Throws an `InputError` for arguments that cannot work.
 *
 * @example
 * ```ts
 * import { IngestToken, PushTokenSecret } from "pulumi-dynatrace-otlp";
 *
 * const token = new IngestToken("checkout", { namespace: "shop" });
 * new PushTokenSecret("checkout-push", { token, store: { name: "vault" }, remoteRef: { key: "shop/dynatrace" }, namespace: "shop" });
 * ```
 *
 * @see https://external-secrets.io/latest/api/pushsecret/
 */
export class PushTokenSecret extends pulumi.ComponentResource {
    /** Whether a value is a `PushTokenSecret`. */
    public static override isInstance(obj: unknown): obj is PushTokenSecret {
        return isInstanceOf(obj, types.PushTokenSecret);
    }

    /** Name of the entry in the store. */
    public readonly remoteKey: pulumi.Output<string>;

    constructor(name: string, args: PushTokenSecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super(types.PushTokenSecret, name, {}, opts);

        const check = Check.of("PushTokenSecret", name, opts, FIELDS);
        const { token, ...lasting } = checkArguments(check, args);
        const settings = lift(lasting, (plain) => pushSecretSettings(check, name, plain));
        const source = lift({ secret: token?.secret }, (plain) => sourceOf(check, plain));

        new k8s.apiextensions.CustomResource(
            `${name}-push-secret`,
            {
                apiVersion: "external-secrets.io/v1alpha1",
                kind: "PushSecret",
                metadata: {
                    name: settings.name,
                    namespace: settings.namespace,
                    labels: commonLabels(name, "ingest-token"),
                },
                spec: pulumi.all([settings, source]).apply(([plain, from]) => pushSecretSpec(plain, from)),
            },
            childOptions(this, opts),
        );

        this.remoteKey = settings.remoteRef.key;
        this.registerOutputs({ remoteKey: this.remoteKey });
    }
}

// pure from here on: no pulumi, no I/O

interface PushSecretSettings {
    name: string;
    namespace?: string;
    store: StoreReference;
    remoteRef: { key: string; property?: string };
    refreshInterval: string;
    deletionPolicy: PushTokenDeletionPolicy;
    metadata?: Record<string, unknown>;
}

interface PlainSettings {
    namespace?: string;
    store: { name: string; kind?: string };
    remoteRef: { key: string; property?: string };
    refreshIntervalMinutes?: number;
    deletionPolicy?: string;
    metadata?: Record<string, unknown>;
}

function pushSecretSettings(check: Check, name: string, args: PlainSettings): PushSecretSettings {
    const { namespace, remoteRef, deletionPolicy = PushTokenDeletionPolicy.None, metadata } = args;
    return {
        name: kubernetesName(check, name),
        namespace: namespace === undefined ? undefined : namespaceName(check.at("namespace"), namespace),
        store: storeReference(check, args.store),
        remoteRef: checkEntry(check, remoteRef),
        refreshInterval: refreshInterval(check, args.refreshIntervalMinutes),
        deletionPolicy: check.at("deletionPolicy").oneOf(deletionPolicy, PushTokenDeletionPolicy),
        metadata,
    };
}

function sourceOf(check: Check, token: { secret?: { name?: string; key?: string } }): KnownKeyRef {
    if (token.secret?.name === "") {
        throw check
            .at("token.secret.name")
            .error(
                "is empty, as with secretDelivery none: there is no Secret to push; use managed, or write the output token to the store",
            );
    }
    return checkTokenReference(check.at("token"), token);
}

function pushSecretSpec(settings: PushSecretSettings, source: KnownKeyRef): Record<string, unknown> {
    const { key, property } = settings.remoteRef;
    const match = { secretKey: source.key, remoteRef: defined({ remoteKey: key, property }) };
    return {
        refreshInterval: settings.refreshInterval,
        // An existing entry is overwritten: without this, a new token would never be written.
        updatePolicy: "Replace",
        deletionPolicy: settings.deletionPolicy,
        secretStoreRefs: [settings.store],
        selector: { secret: { name: source.name } },
        data: [defined({ match, metadata: settings.metadata })],
    };
}
