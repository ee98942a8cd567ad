import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { SecretStoreReferenceArgs } from "../external-secret/args";
import { checkEntry, defined, refreshInterval, storeReference, type StoreReference } from "../external-secret/plan";
import { Check } from "../shared/check";
import { lift } from "../shared/outputs";
import { commonLabels, kubernetesName, kubernetesNamespace } from "../shared/kubernetes";
import { checkNoToken, checkTokenReference, DEFAULT_SECRET_KEY, type TokenReferenceArgs } from "../shared/secrets";
import * as types from "../shared/types";

/** What becomes of the entry in the store when the PushSecret goes. */
export const PushDeletionPolicy = {
    /** It stays; the token in it is refused once Pulumi has deleted the token. */
    None: "None",
    /** It goes as well. */
    Delete: "Delete",
} as const;
export type PushDeletionPolicy = (typeof PushDeletionPolicy)[keyof typeof PushDeletionPolicy];

/** Where in the store the token goes. */
export interface PushDestinationArgs {
    /** Name of the entry in the store. One that External Secrets did not make is left alone, and the push fails. */
    key: pulumi.Input<string>;
    /** Key in the entry, which becomes a JSON object. @default - the token is the whole entry */
    property?: pulumi.Input<string>;
}

export interface PushTokenSecretArgs {
    /** The token in its Secret, e.g. an `IngestToken`. */
    token: TokenReferenceArgs;
    /** The store it is written to. */
    store: pulumi.Input<SecretStoreReferenceArgs>;
    /** Where in the store. */
    remoteRef: pulumi.Input<PushDestinationArgs>;
    /** Namespace of the Secret. @default - the Kubernetes provider's */
    namespace?: pulumi.Input<string>;
    /** Minutes after which the store is compared again; 0 for once. @default 60 */
    refreshIntervalMinutes?: pulumi.Input<number>;
    /** @default `None` */
    deletionPolicy?: pulumi.Input<PushDeletionPolicy>;
    /**
     * Settings of the store's kind, as its page has them. AWS needs some: Secrets Manager keeps binary data unless
     * `secretPushFormat` is `string`, Parameter Store keeps it in the clear unless `secretType` is `SecureString`.
     *
     * @default - the store's own
     * @see https://external-secrets.io/latest/guides/pushsecrets/
     */
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- of another form for each kind of store
    metadata?: pulumi.Input<Record<string, any>>;
}

/**
 * Writes a token from its Secret in the cluster to a store, for what runs elsewhere and reads it there. Needs External Secrets
 * and a store it may write to.
 *
 * Throws an `InputError` where the arguments cannot work.
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
    /** Name of the entry in the store. */
    public readonly remoteKey: pulumi.Output<string>;

    constructor(name: string, args: PushTokenSecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super(types.PushTokenSecret, name, {}, opts);

        const check = Check.of("PushTokenSecret", name, opts);
        const { token, ...lasting } = args;
        const settings = lift(lasting, (plain) => pushSecretSettings(check, name, plain));
        const { secretName, secretKey } = token ?? {};
        const source = lift({ secretName, secretKey }, (plain) => sourceOf(check, plain));

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
            // Pulumi does not hand a component's dependsOn down to its children.
            { parent: this, dependsOn: opts?.dependsOn },
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
    deletionPolicy: PushDeletionPolicy;
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

interface Source {
    name: string;
    key: string;
}

function pushSecretSettings(check: Check, name: string, args: PlainSettings): PushSecretSettings {
    const { namespace, remoteRef, deletionPolicy = PushDeletionPolicy.None, metadata } = args;
    checkNoToken(check.at("metadata"), metadata);
    if (!Object.values<string>(PushDeletionPolicy).includes(deletionPolicy)) {
        throw check.at("deletionPolicy").error(`"${deletionPolicy}" is not known; use None or Delete`);
    }
    return {
        name: kubernetesName(check, name),
        namespace: namespace === undefined ? undefined : kubernetesNamespace(check.at("namespace"), namespace),
        store: storeReference(check, args.store),
        remoteRef: checkEntry(check, remoteRef),
        refreshInterval: refreshInterval(check, args.refreshIntervalMinutes),
        deletionPolicy: deletionPolicy as PushDeletionPolicy,
        metadata,
    };
}

function sourceOf(check: Check, token: { secretName?: string; secretKey?: string } | undefined): Source {
    if (token?.secretName === "") {
        throw check
            .at("token.secretName")
            .error(
                "is empty, as with secretDelivery none: there is no Secret to push; use managed, or write the output token to the store",
            );
    }
    checkTokenReference(check.at("token"), token);
    return { name: token?.secretName ?? "", key: token?.secretKey ?? DEFAULT_SECRET_KEY };
}

function pushSecretSpec(settings: PushSecretSettings, source: Source): Record<string, unknown> {
    const { key, property } = settings.remoteRef;
    const match = { secretKey: source.key, remoteRef: defined({ remoteKey: key, property }) };
    return {
        refreshInterval: settings.refreshInterval,
        // An entry that is there already is overwritten, or a new token would never arrive.
        updatePolicy: "Replace",
        deletionPolicy: settings.deletionPolicy,
        secretStoreRefs: [settings.store],
        selector: { secret: { name: source.name } },
        data: [defined({ match, metadata: settings.metadata })],
    };
}
