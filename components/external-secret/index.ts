import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { isInstanceOf } from "../shared/is-instance";
import { commonLabels, shortHash } from "../shared/kubernetes";
import { childOptions, lift } from "../shared/outputs";
import type { SecretKeyOutputs } from "../shared/references";
import type { AuthorizationScheme } from "../shared/secrets";
import type { TokenReferenceArgs } from "../shared/token-reference";
import * as types from "../shared/types";
import {
    REMOTE_REFERENCE_FIELDS,
    type SecretStoreRemoteReferenceArgs,
    SECRET_STORE_FIELDS,
    type SecretStoreReferenceArgs,
} from "./args";
import {
    defined,
    type ExternalSecretSettings,
    externalSecretSettings,
    type RemoteToken,
    remoteToken,
    secretNameFor,
    TOKEN_REVISION,
} from "./plan";

/** The Secret that External Secrets creates. */
export interface ExternalSecretTargetArgs {
    /**
     * A name that the Secret keeps when the token changes. Only for pods that read the token from a mounted file, which follows the
     * Secret. Pods that read the token from their environment would keep the old token. Whether it is given must be known when the
     * program runs.
     *
     * @default - `{name}-{hash}`, another name for each token
     */
    name?: pulumi.Input<string | undefined>;
    /** Key of the token in the Secret. @default `token` */
    key?: pulumi.Input<string | undefined>;
}

export interface ExternalTokenSecretArgs {
    /** The store that holds the token. */
    store: pulumi.Input<SecretStoreReferenceArgs>;
    /** The entry in the store, e.g. the output `remoteRef` of a `SecretsManagerToken`. */
    remoteRef: pulumi.Input<SecretStoreRemoteReferenceArgs>;
    /** Any string that changes with the token, e.g. its public id. Not a secret. @default - the version in `remoteRef` */
    revision?: pulumi.Input<string | undefined>;
    /** Namespace of the Secret and of the pods. @default - the default namespace of the Kubernetes provider */
    namespace?: pulumi.Input<string | undefined>;
    /** The Secret that holds the token. @default - another name for each token, and the key `token` */
    secret?: ExternalSecretTargetArgs;
    /**
     * Minutes after which the store is read again; 0 to read the store once. With a fixed name of the Secret, a rotated token must keep
     * working for longer than this (`overlapDays`).
     *
     * @default 60
     */
    refreshIntervalMinutes?: pulumi.Input<number | undefined>;
    /** The word before the token in the Authorization header. @default `Api-Token` */
    scheme?: pulumi.Input<AuthorizationScheme | undefined>;
}

const FIELDS: Fields<ExternalTokenSecretArgs> = {
    store: SECRET_STORE_FIELDS,
    remoteRef: REMOTE_REFERENCE_FIELDS,
    revision: Field.Any,
    namespace: Field.NoFallback,
    secret: { name: Field.NoFallback, key: Field.NoFallback },
    refreshIntervalMinutes: Field.NoFallback,
    scheme: Field.NoFallback,
};

/**
 * A Secret that External Secrets fills with a token from a store, for clusters whose manifests must hold only references. The cluster
 * needs the operator and the store. The component is a reference to the token, e.g. for an `OtlpCollector`.
 *
 * A new token gets a Secret with another name, so that new pods wait for the Secret while the old pods keep running.
 *
 * Throws an `InputError` for arguments that cannot work.
 *
 * @example
 * ```ts
 * import { ExternalTokenSecret, IngestToken, OtlpCollector, TokenSecretDelivery } from "pulumi-dynatrace-otlp";
 * import { SecretsManagerToken } from "pulumi-dynatrace-otlp/aws";
 *
 * const token = new IngestToken("checkout", { secretDelivery: TokenSecretDelivery.None });
 * const stored = new SecretsManagerToken("checkout-aws", { token: token.token });
 * const secret = new ExternalTokenSecret("checkout-token", { store: { name: "aws" }, remoteRef: stored.remoteRef, namespace: "shop" });
 * new OtlpCollector("gateway", { endpoint: { environment: "abc12345" }, token: secret, namespace: "shop" });
 * ```
 *
 * @see https://external-secrets.io/latest/api/externalsecret/
 */
export class ExternalTokenSecret extends pulumi.ComponentResource implements TokenReferenceArgs {
    /** Whether a value is an `ExternalTokenSecret`. */
    public static override isInstance(obj: unknown): obj is ExternalTokenSecret {
        return isInstanceOf(obj, types.ExternalTokenSecret);
    }

    /** Key of the Secret that will hold the token. The ExternalSecret has the same name. */
    public readonly secret: SecretKeyOutputs;
    /** Changes with the token. Not a secret. Empty with a fixed `secret.name`, because a restart could come too early. */
    public readonly revision: pulumi.Output<string>;
    /** The word before the token in the Authorization header. */
    public readonly scheme: pulumi.Output<AuthorizationScheme>;

    constructor(name: string, args: ExternalTokenSecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super(types.ExternalTokenSecret, name, {}, opts);

        const check = Check.of("ExternalTokenSecret", name, opts, FIELDS);
        const given = checkArguments(check, args);
        const fixedName = given.secret?.name !== undefined;
        const { remoteRef, revision, ...lasting } = given;
        const settings = lift(lasting, (plain) => externalSecretSettings(check, name, plain));
        const token = lift({ remoteRef, revision }, (plain) =>
            remoteToken(check, plain.remoteRef, plain.revision, fixedName),
        );
        const targetName = pulumi.all([settings, token]).apply(([plain, which]) => secretNameFor(plain, which));

        const secret = new k8s.apiextensions.CustomResource(
            `${name}-external-secret`,
            {
                apiVersion: "external-secrets.io/v1",
                kind: "ExternalSecret",
                metadata: {
                    name: targetName,
                    namespace: settings.namespace,
                    labels: commonLabels(name, "ingest-token"),
                    annotations: { [TOKEN_REVISION]: token.revision.apply(shortHash) },
                },
                spec: externalSecretSpec(settings, token, targetName),
            },
            childOptions(this, opts),
        );

        // From the created object, so that everything that uses the Secret depends on it.
        this.secret = { name: secret.metadata.name, key: settings.secretKey };
        this.revision = fixedName ? pulumi.output("") : token.revision;
        this.scheme = settings.scheme;
        this.registerOutputs({
            secret: this.secret,
            revision: this.revision,
            scheme: this.scheme,
        });
    }
}

/** Each value is lifted separately, so that a preview shows everything that does not depend on the token. */
function externalSecretSpec(
    settings: pulumi.Output<ExternalSecretSettings>,
    token: pulumi.Output<RemoteToken>,
    targetName: pulumi.Output<string>,
): Record<string, unknown> {
    const remoteRef = token.apply(({ key, version, property }) => defined({ key, version, property }));
    return {
        refreshInterval: settings.refreshInterval,
        secretStoreRef: settings.store,
        // The Secret is deleted with the ExternalSecret, and stays when the entry is deleted from the store.
        target: { name: targetName, creationPolicy: "Owner", deletionPolicy: "Retain" },
        data: [{ secretKey: settings.secretKey, remoteRef }],
    };
}
