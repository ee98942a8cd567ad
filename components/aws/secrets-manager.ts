import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";

import type { SecretStoreRemoteReference } from "../external-secret/args";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { isInstanceOf } from "../shared/is-instance";
import { childOptions, lift } from "../shared/outputs";
import * as types from "../shared/types";
import { STORED_TOKEN_FIELDS, type StoredTokenArgs, storedTags, storedText } from "./token";

export interface SecretsManagerTokenArgs extends StoredTokenArgs {
    /** Name of the secret in AWS. For a name of your own, see `recoveryWindowInDays`. @default - made from the component's name */
    name?: pulumi.Input<string | undefined>;
    /** Key, alias or ARN in KMS that encrypts the secret. @default - `aws/secretsmanager` */
    kmsKeyId?: pulumi.Input<string | undefined>;
    /**
     * Days that AWS keeps a deleted secret, 7 to 30. A secret with the same name cannot be created in that time. 0 deletes immediately.
     *
     * @default 30
     */
    recoveryWindowInDays?: pulumi.Input<number | undefined>;
    /** Stores a JSON object that holds the token under this key, e.g. `token`. @default - only the token, not as JSON */
    jsonKey?: pulumi.Input<string | undefined>;
}

const FIELDS: Fields<SecretsManagerTokenArgs> = {
    ...STORED_TOKEN_FIELDS,
    name: Field.NoFallback,
    kmsKeyId: Field.NoFallback,
    recoveryWindowInDays: Field.NoFallback,
    jsonKey: Field.NoFallback,
};

/**
 * A token in AWS Secrets Manager. A new token becomes a new version of the same secret. The previous token stays readable by its version,
 * and as `AWSPREVIOUS`.
 *
 * Throws an `InputError` for arguments that cannot work.
 *
 * @example
 * ```ts
 * import { IngestToken, TokenSecretDelivery } from "pulumi-dynatrace-otlp";
 * import { SecretsManagerToken } from "pulumi-dynatrace-otlp/aws";
 *
 * const token = new IngestToken("checkout", { secretDelivery: TokenSecretDelivery.None });
 * const stored = new SecretsManagerToken("checkout-aws", { token: token.token, tokenId: token.tokenId });
 * ```
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
export class SecretsManagerToken extends pulumi.ComponentResource {
    /** Whether a value is a `SecretsManagerToken`. */
    public static override isInstance(obj: unknown): obj is SecretsManagerToken {
        return isInstanceOf(obj, types.SecretsManagerToken);
    }

    /** ARN of the secret. */
    public readonly arn: pulumi.Output<string>;
    /** Name of the secret, the same for each token. */
    public readonly name: pulumi.Output<string>;
    /** Id of the version that holds this token. */
    public readonly versionId: pulumi.Output<string>;
    /** The entry and version with this token, for an `ExternalTokenSecret`. */
    public readonly remoteRef: pulumi.Output<SecretStoreRemoteReference>;

    constructor(name: string, args: SecretsManagerTokenArgs, opts?: pulumi.ComponentResourceOptions) {
        // Without the arguments: Pulumi would store them in the state in plain text, including the token.
        super(types.SecretsManagerToken, name, {}, opts);

        const check = Check.of("SecretsManagerToken", name, opts, FIELDS);
        const given = checkArguments(check, args);
        const { recoveryWindowInDays, jsonKey } = given;
        const checked = lift({ recoveryWindowInDays, jsonKey }, (plain) => checkSettings(check, plain));
        const text = storedText(check, given.token);
        const child = childOptions(this, opts);

        const secret = new secretsmanager.Secret(
            `${name}-secret`,
            {
                name: given.name,
                description: "Dynatrace access token",
                kmsKeyId: given.kmsKeyId,
                recoveryWindowInDays: checked.recoveryWindowInDays,
                tags: storedTags(given),
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
        throw check.at("recoveryWindowInDays").error(`${days} is invalid; use 7 to 30, or 0 for no recovery`);
    }
    // External Secrets reads other characters as operators of a path.
    if (jsonKey !== undefined && !/^[A-Za-z0-9_-]+$/.test(jsonKey)) {
        throw check
            .at("jsonKey")
            .error(`"${jsonKey}" cannot be read by External Secrets; use letters, digits, "_" and "-"`);
    }
    return { recoveryWindowInDays: days, jsonKey };
}

function secretText(token: string, jsonKey: string | undefined): string {
    return jsonKey === undefined ? token : JSON.stringify({ [jsonKey]: token });
}

/** @see https://external-secrets.io/latest/provider/aws-secrets-manager/#secret-versions */
function remoteReference(key: string, versionId: string, jsonKey: string | undefined): SecretStoreRemoteReference {
    const version = `uuid/${versionId}`;
    return jsonKey === undefined ? { key, version } : { key, version, property: jsonKey };
}
