import type * as pulumi from "@pulumi/pulumi";

import { Field, type Fields } from "../shared/fields";

/** Scope of a secret store of External Secrets. */
export const SecretStoreKind = {
    /** One namespace: that of the object that uses the store. */
    SecretStore: "SecretStore",
    /** The whole cluster. */
    ClusterSecretStore: "ClusterSecretStore",
} as const;
export type SecretStoreKind = (typeof SecretStoreKind)[keyof typeof SecretStoreKind];

/** A secret store that External Secrets has access to. @see https://external-secrets.io/latest/api/secretstore/ */
export interface SecretStoreReferenceArgs {
    /** Name of the store. */
    name: pulumi.Input<string>;
    /** @default `SecretStore` */
    kind?: pulumi.Input<SecretStoreKind | undefined>;
}

export const SECRET_STORE_FIELDS: Fields<SecretStoreReferenceArgs> = { name: Field.Any, kind: Field.NoFallback };

/** The entry of a store that holds a token. */
export interface SecretStoreRemoteReferenceArgs {
    /** Name of the entry in the store. */
    key: pulumi.Input<string>;
    /**
     * Version of the entry in the store's own form: `uuid/{versionId}` in AWS Secrets Manager, a number in AWS Parameter Store and most
     * other stores. With a version, the Secret cannot hold another token.
     *
     * @default - the newest version at the time of reading
     */
    version?: pulumi.Input<string | undefined>;
    /** Key in an entry that is a JSON object. @default - the whole entry */
    property?: pulumi.Input<string | undefined>;
}

export const REMOTE_REFERENCE_FIELDS: Fields<SecretStoreRemoteReferenceArgs> = {
    key: Field.Any,
    version: Field.NoFallback,
    property: Field.NoFallback,
};

/** The entry of a store that holds a token, as the output of a component. */
export interface SecretStoreRemoteReference {
    key: string;
    version: string;
    property?: string;
}
