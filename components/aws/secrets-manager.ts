import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";

import type { RemoteReference } from "../external-secret/args";
import { Check } from "../shared/check";
import { lift } from "../shared/outputs";
import { type StoredTokenArgs, storedTags, storedText } from "./token";
import * as types from "../shared/types";

export interface SecretsManagerTokenArgs extends StoredTokenArgs {
    /** Name of the secret in AWS. With a name of your own see `recoveryWindowInDays`. @default - made from the component's name */
    name?: pulumi.Input<string>;
    /** Key, alias or ARN in KMS that encrypts the secret. @default - `aws/secretsmanager` */
    kmsKeyId?: pulumi.Input<string>;
    /**
     * Days that AWS keeps a deleted secret, 7 to 30; until then none of the same name can be made. 0 deletes at once.
     *
     * @default 30
     */
    recoveryWindowInDays?: pulumi.Input<number>;
    /** Stores a JSON object that holds the token under this key, e.g. `token`. @default - the token alone, as plain text */
    jsonKey?: pulumi.Input<string>;
}

/**
 * A token in AWS Secrets Manager. A new token becomes a new version of the same secret; the one before stays readable by its
 * version, and as `AWSPREVIOUS`.
 *
 * Throws an `InputError` where the arguments cannot work.
 *
 * @example
 * ```ts
 * import { IngestToken, SecretDelivery } from "pulumi-dynatrace-otlp";
 * import { SecretsManagerToken } from "pulumi-dynatrace-otlp/aws";
 *
 * const token = new IngestToken("checkout", { secretDelivery: SecretDelivery.None });
 * const stored = new SecretsManagerToken("checkout-aws", { token: token.token, tokenId: token.tokenId });
 * ```
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
export class SecretsManagerToken extends pulumi.ComponentResource {
    /** ARN of the secret. */
    public readonly arn: pulumi.Output<string>;
    /** Name of the secret, the same for each token. */
    public readonly name: pulumi.Output<string>;
    /** Id of the version that holds this token. */
    public readonly versionId: pulumi.Output<string>;
    /** Where External Secrets finds just this token, for an `ExternalTokenSecret`. */
    public readonly remoteRef: pulumi.Output<RemoteReference>;

    constructor(name: string, args: SecretsManagerTokenArgs, opts?: pulumi.ComponentResourceOptions) {
        // No arguments: Pulumi would write them to the state as they are, the token included.
        super(types.SecretsManagerToken, name, {}, opts);

        const check = Check.of("SecretsManagerToken", name, opts);
        const { recoveryWindowInDays, jsonKey } = args;
        const checked = lift({ recoveryWindowInDays, jsonKey }, (plain) => checkSettings(check, plain));
        const text = storedText(check, args.token);
        // Pulumi does not hand a component's dependsOn down to its children.
        const child = { parent: this, dependsOn: opts?.dependsOn };

        const secret = new secretsmanager.Secret(
            `${name}-secret`,
            {
                name: args.name,
                description: "Dynatrace access token",
                kmsKeyId: args.kmsKeyId,
                recoveryWindowInDays: checked.apply((plain) => plain.recoveryWindowInDays) as pulumi.Output<number>,
                tags: storedTags(args),
            },
            child,
        );
        const version = new secretsmanager.SecretVersion(
            `${name}-version`,
            {
                secretId: secret.id,
                secretString: pulumi.all([text, checked]).apply(([token, plain]) => secretText(token, plain.jsonKey)),
            },
            { ...child, additionalSecretOutputs: ["secretString"] },
        );

        this.arn = secret.arn;
        this.name = secret.name;
        this.versionId = version.versionId;
        this.remoteRef = pulumi
            .all([secret.name, version.versionId, checked])
            .apply(([key, versionId, plain]) => remoteReference(key, versionId, plain.jsonKey));
        this.registerOutputs({
            arn: this.arn,
            name: this.name,
            versionId: this.versionId,
            remoteRef: this.remoteRef,
        });
    }
}

// pure from here on: no pulumi, no I/O

interface Settings {
    recoveryWindowInDays?: number;
    jsonKey?: string;
}

function checkSettings(check: Check, settings: Settings): Settings {
    const { recoveryWindowInDays: days, jsonKey } = settings;
    if (days !== undefined && days !== 0 && !(Number.isInteger(days) && days >= 7 && days <= 30)) {
        throw check.at("recoveryWindowInDays").error(`${days} is not possible; use 7 to 30, or 0 for no recovery`);
    }
    // Other characters mean something in the path by which External Secrets looks a property up.
    if (jsonKey !== undefined && !/^[A-Za-z0-9_-]+$/.test(jsonKey)) {
        throw check.at("jsonKey").error(`"${jsonKey}" cannot be looked up; use letters, digits, "_" and "-"`);
    }
    return { recoveryWindowInDays: days, jsonKey };
}

function secretText(token: string, jsonKey: string | undefined): string {
    return jsonKey === undefined ? token : JSON.stringify({ [jsonKey]: token });
}

/** @see https://external-secrets.io/latest/provider/aws-secrets-manager/#secret-versions */
function remoteReference(key: string, versionId: string, jsonKey: string | undefined): RemoteReference {
    const version = `uuid/${versionId}`;
    return jsonKey === undefined ? { key, version } : { key, version, property: jsonKey };
}
