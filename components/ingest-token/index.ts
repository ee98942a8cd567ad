import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { TokenSettingsArgs } from "./args";
import { checkSources, makesSecret, type SecretNames, secretNames } from "./checks";
import { daysLeft, warnOfExpiry } from "./expiry";
import { existingSource, givenSource, mintedSource, type TokenSource } from "./source";
import { commonLabels } from "../shared/kubernetes";
import type { Signal } from "../shared/signals";
import type { AuthorizationScheme, TokenReferenceArgs } from "../shared/secrets";
import { Check } from "../shared/check";
import * as types from "../shared/types";

export interface IngestTokenArgs extends TokenSettingsArgs {
    /** What may be sent with the token; it gets exactly the scopes these need. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[]>;
    /** Namespace of the Secret. @default - the Kubernetes provider's */
    namespace?: pulumi.Input<string | undefined>;
}

/**
 * A Dynatrace access token that can ingest the signals asked for and nothing else, delivered to where pods read it.
 *
 * Throws an `InputError` where the arguments contradict each other.
 *
 * @example
 * ```ts
 * import { IngestToken } from "pulumi-dynatrace-otlp";
 *
 * const token = new IngestToken("checkout", { signals: ["traces"], expiresAfterDays: 90, namespace: "shop" });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens
 */
export class IngestToken extends pulumi.ComponentResource implements TokenReferenceArgs {
    /** Public id of the token, safe to show; undefined for a Secret made elsewhere. */
    public readonly tokenId: pulumi.Output<string | undefined>;
    /** The token itself, a secret; undefined for a Secret made elsewhere. */
    public readonly token: pulumi.Output<string | undefined>;
    /** When Dynatrace refuses the token, ISO 8601; undefined for never, and for tokens made elsewhere. */
    public readonly expiresAt: pulumi.Output<string | undefined>;
    /** Name of the Secret that holds the token; empty with `secretDelivery: none`. */
    public readonly secretName: pulumi.Output<string>;
    /** Key in that Secret. */
    public readonly secretKey: pulumi.Output<string>;
    /** Changes when the token does; not a secret. */
    public readonly revision: pulumi.Output<string>;
    /** The word before the token in the Authorization header. */
    public readonly scheme: pulumi.Output<AuthorizationScheme>;

    /** Whole days until Dynatrace refuses the token, by now; undefined for never, and for tokens made elsewhere. */
    public get daysLeft(): pulumi.Output<number | undefined> {
        return this.expiresAt.apply((at) => daysLeft(at, Date.now()));
    }

    constructor(name: string, args: IngestTokenArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        // No arguments: Pulumi would write them to the state as they are, a given token included.
        super(types.IngestToken, name, {}, opts);

        const check = Check.of("IngestToken", name, opts);
        checkSources(check, args);
        const names = secretNames(check, args);
        const source = this.tokenFrom(check, name, args);
        const secretName = makesSecret(args) ? this.secretWith(name, names, source, opts?.dependsOn) : names.name;

        this.tokenId = source.id;
        this.token = pulumi.secret(source.token);
        this.expiresAt = source.expiresAt;
        warnOfExpiry(check, source.expiresAt, args, this);
        this.scheme = source.scheme;
        this.secretName = secretName ?? pulumi.output("");
        this.secretKey = names.key;
        this.revision = pulumi.all([source.id, names.revision]).apply(([id, revision]) => revision ?? id ?? "");
        this.registerOutputs({
            tokenId: this.tokenId,
            token: this.token,
            expiresAt: this.expiresAt,
            secretName: this.secretName,
            secretKey: this.secretKey,
            revision: this.revision,
            scheme: this.scheme,
        });
    }

    private tokenFrom(check: Check, name: string, args: IngestTokenArgs): TokenSource {
        if (args.existingSecret !== undefined) return existingSource(check, args.existingSecret);
        if (args.token !== undefined) return givenSource(check, args.token as pulumi.Input<string>);
        return mintedSource(check, name, args, this);
    }

    private secretWith(
        name: string,
        names: SecretNames,
        source: TokenSource,
        dependsOn: pulumi.ResourceOptions["dependsOn"],
    ): pulumi.Output<string> {
        const secret = new k8s.core.v1.Secret(
            `${name}-secret`,
            {
                metadata: {
                    name: names.name,
                    namespace: names.namespace,
                    labels: commonLabels(name, "ingest-token"),
                },
                type: "Opaque",
                stringData: pulumi.all([names.key, source.token]).apply(([key, token]) => ({ [key]: token ?? "" })),
            },
            // Pulumi does not hand a component's dependsOn down to its children.
            { parent: this, dependsOn, additionalSecretOutputs: ["data", "stringData"] },
        );
        return secret.metadata.name;
    }
}
