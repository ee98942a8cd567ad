import type * as pulumi from "@pulumi/pulumi";

/** Where a store of External Secrets is known. */
export const SecretStoreKind = {
    /** In the namespace of the object that uses it. */
    SecretStore: "SecretStore",
    /** In the whole cluster. */
    ClusterSecretStore: "ClusterSecretStore",
} as const;
export type SecretStoreKind = (typeof SecretStoreKind)[keyof typeof SecretStoreKind];

/** A store that External Secrets has been given access to. @see https://external-secrets.io/latest/api/secretstore/ */
export interface SecretStoreReferenceArgs {
    name: pulumi.Input<string>;
    /** @default `SecretStore` */
    kind?: pulumi.Input<SecretStoreKind>;
}

/** Where a token lies in a store. */
export interface RemoteReferenceArgs {
    /** Name of the entry in the store. */
    key: pulumi.Input<string>;
    /**
     * Version of the entry, in the store's own form: `uuid/{versionId}` in AWS Secrets Manager, a number in AWS Parameter
     * Store and most others. With it the Secret cannot hold another token than the one that is meant.
     *
     * @default - the newest, whenever it is read
     */
    version?: pulumi.Input<string>;
    /** Key in the entry, if that is a JSON object. @default - the whole entry */
    property?: pulumi.Input<string>;
}

/** The same, as a component gives it out. */
export interface RemoteReference {
    key: string;
    version: string;
    property?: string;
}
