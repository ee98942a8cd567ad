import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { RemoteReferenceArgs, SecretStoreReferenceArgs } from "./args";
import {
    defined,
    type ExternalSecretSettings,
    externalSecretSettings,
    type RemoteToken,
    remoteToken,
    secretNameFor,
    TOKEN_REVISION,
} from "./plan";
import { lift } from "../shared/outputs";
import { commonLabels, shortHash } from "../shared/kubernetes";
import type { AuthorizationScheme, TokenReferenceArgs } from "../shared/secrets";
import { Check } from "../shared/check";
import * as types from "../shared/types";

export interface ExternalTokenSecretArgs {
    /** The store that holds the token. */
    store: pulumi.Input<SecretStoreReferenceArgs>;
    /** Where in the store, e.g. the output `remoteRef` of a `SecretsManagerToken`. */
    remoteRef: pulumi.Input<RemoteReferenceArgs>;
    /** Anything that changes when the token does, e.g. its public id. Not a secret. @default - the version in `remoteRef` */
    revision?: pulumi.Input<string>;
    /** Namespace of the Secret, where the pods are. @default - the Kubernetes provider's */
    namespace?: pulumi.Input<string>;
    /** Key in the Secret. @default `token` */
    secretKey?: pulumi.Input<string>;
    /**
     * A name that the Secret keeps from token to token: only for pods that read the token from a mounted file, which follows
     * the Secret. Pods that read it from their environment would be left with the old token. Whether it is given must be known
     * when the program runs.
     *
     * @default - `{name}-{hash}`, another one for each token
     */
    secretName?: pulumi.Input<string>;
    /**
     * Minutes after which the store is read again; 0 for once. A replaced token must serve on for longer than this
     * (`overlapDays`) where the Secret has a fixed name.
     *
     * @default 60
     */
    refreshIntervalMinutes?: pulumi.Input<number>;
    /** The word before the token in the Authorization header. @default `Api-Token` */
    scheme?: pulumi.Input<AuthorizationScheme>;
}

/**
 * A Secret that External Secrets fills with a token from a store, for clusters whose manifests must hold references only.
 * Needs the operator and its store in the cluster. Itself a reference to the token, e.g. for an `OtlpCollector`.
 *
 * A new token gets a Secret of another name, so that new pods wait for it and the old ones run on until they are ready.
 *
 * Throws an `InputError` where the arguments cannot work.
 *
 * @example
 * ```ts
 * import { ExternalTokenSecret, IngestToken, OtlpCollector, SecretDelivery } from "pulumi-dynatrace-otlp";
 * import { SecretsManagerToken } from "pulumi-dynatrace-otlp/aws";
 *
 * const token = new IngestToken("checkout", { secretDelivery: SecretDelivery.None });
 * const stored = new SecretsManagerToken("checkout-aws", { token: token.token });
 * const secret = new ExternalTokenSecret("checkout-token", { store: { name: "aws" }, remoteRef: stored.remoteRef, namespace: "shop" });
 * new OtlpCollector("gateway", { endpoint: { environment: "abc12345" }, token: secret, namespace: "shop" });
 * ```
 *
 * @see https://external-secrets.io/latest/api/externalsecret/
 */
export class ExternalTokenSecret extends pulumi.ComponentResource implements TokenReferenceArgs {
    /** Name of the Secret that will hold the token, and of the ExternalSecret. */
    public readonly secretName: pulumi.Output<string>;
    /** Key in that Secret. */
    public readonly secretKey: pulumi.Output<string>;
    /** Changes when the token does; not a secret. Empty with a fixed `secretName`, where a restart could come too early. */
    public readonly revision: pulumi.Output<string>;
    /** The word before the token in the Authorization header. */
    public readonly scheme: pulumi.Output<AuthorizationScheme>;

    constructor(name: string, args: ExternalTokenSecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super(types.ExternalTokenSecret, name, {}, opts);

        const check = Check.of("ExternalTokenSecret", name, opts);
        const fixedName = args.secretName !== undefined;
        const { remoteRef, revision, ...lasting } = args;
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
            // Pulumi does not hand a component's dependsOn down to its children.
            { parent: this, dependsOn: opts?.dependsOn },
        );

        // From the object made, so that what uses the Secret comes after it.
        this.secretName = secret.metadata.name;
        this.secretKey = settings.secretKey;
        this.revision = fixedName ? pulumi.output("") : token.revision;
        this.scheme = settings.scheme;
        this.registerOutputs({
            secretName: this.secretName,
            secretKey: this.secretKey,
            revision: this.revision,
            scheme: this.scheme,
        });
    }
}

/** Each leaf is lifted on its own, so that a preview shows all that does not depend on the token. */
function externalSecretSpec(
    settings: pulumi.Output<ExternalSecretSettings>,
    token: pulumi.Output<RemoteToken>,
    targetName: pulumi.Output<string>,
): Record<string, unknown> {
    const remoteRef = token.apply(({ key, version, property }) => defined({ key, version, property }));
    return {
        refreshInterval: settings.refreshInterval,
        secretStoreRef: settings.store,
        // The Secret goes with the ExternalSecret, and stays if the store loses the entry.
        target: { name: targetName, creationPolicy: "Owner", deletionPolicy: "Retain" },
        data: [{ secretKey: settings.secretKey, remoteRef }],
    };
}
