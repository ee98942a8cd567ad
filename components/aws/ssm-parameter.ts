import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";

import type { SecretStoreRemoteReference } from "../external-secret/args";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { isInstanceOf } from "../shared/is-instance";
import { childOptions, lift } from "../shared/outputs";
import * as types from "../shared/types";
import { STORED_TOKEN_FIELDS, type StoredTokenArgs, storedTags, storedText } from "./token";

/** Tier of a parameter. @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
export const SsmParameterTier = {
    Standard: "Standard",
    Advanced: "Advanced",
    IntelligentTiering: "Intelligent-Tiering",
} as const;
export type SsmParameterTier = (typeof SsmParameterTier)[keyof typeof SsmParameterTier];

export interface SsmParameterTokenArgs extends StoredTokenArgs {
    /** Name of the parameter. A name that holds "/" also starts with "/". @default - made from the component's name */
    name?: pulumi.Input<string | undefined>;
    /** Key, alias or ARN in KMS that encrypts the parameter. @default - `alias/aws/ssm` */
    kmsKeyId?: pulumi.Input<string | undefined>;
    /** Tier of the parameter. @default `Standard` */
    tier?: pulumi.Input<SsmParameterTier | undefined>;
}

const FIELDS: Fields<SsmParameterTokenArgs> = {
    ...STORED_TOKEN_FIELDS,
    name: Field.NoFallback,
    kmsKeyId: Field.NoFallback,
    tier: Field.NoFallback,
};

/**
 * A token in AWS Systems Manager Parameter Store, as a SecureString. A new token becomes a new version of the same parameter. The previous
 * token stays readable by the number of its version.
 *
 * Throws an `InputError` for arguments that cannot work.
 *
 * @example
 * ```ts
 * import { IngestToken, TokenSecretDelivery } from "pulumi-dynatrace-otlp";
 * import { SsmParameterToken } from "pulumi-dynatrace-otlp/aws";
 *
 * const token = new IngestToken("checkout", { secretDelivery: TokenSecretDelivery.None });
 * const stored = new SsmParameterToken("checkout-aws", { name: "/shop/dynatrace", token: token.token, tokenId: token.tokenId });
 * ```
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export class SsmParameterToken extends pulumi.ComponentResource {
    /** Whether a value is a `SsmParameterToken`. */
    public static override isInstance(obj: unknown): obj is SsmParameterToken {
        return isInstanceOf(obj, types.SsmParameterToken);
    }

    /** ARN of the parameter. */
    public readonly arn: pulumi.Output<string>;
    /** Name of the parameter, the same for each token. */
    public readonly name: pulumi.Output<string>;
    /** Number of the version that holds this token. */
    public readonly versionId: pulumi.Output<string>;
    /** The entry and version with this token, for an `ExternalTokenSecret`. */
    public readonly remoteRef: pulumi.Output<SecretStoreRemoteReference>;

    constructor(name: string, args: SsmParameterTokenArgs, opts?: pulumi.ComponentResourceOptions) {
        // Without the arguments: Pulumi would store them in the state in plain text, including the token.
        super(types.SsmParameterToken, name, {}, opts);

        const check = Check.of("SsmParameterToken", name, opts, FIELDS);
        const given = checkArguments(check, args);
        const checked = lift({ name: given.name, tier: given.tier }, (plain) => checkSettings(check, plain));
        const text = storedText(check, given.token);

        const parameter = new ssm.Parameter(
            `${name}-parameter`,
            {
                name: checked.name,
                description: "Dynatrace access token",
                type: "SecureString",
                value: text,
                keyId: given.kmsKeyId,
                tier: checked.tier,
                tags: storedTags(given),
            },
            { ...childOptions(this, opts), additionalSecretOutputs: ["value"] },
        );

        this.arn = parameter.arn;
        this.name = parameter.name;
        this.versionId = parameter.version.apply(String);
        this.remoteRef = pulumi
            .all([parameter.name, this.versionId])
            .apply(([key, version]): SecretStoreRemoteReference => ({ key, version }));
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
    name?: string;
    tier: SsmParameterTier;
}

function checkSettings(check: Check, settings: { name?: string; tier?: string }): Settings {
    const { name, tier = SsmParameterTier.Standard } = settings;
    const path = name?.replace(/^\//, "");
    if (path !== undefined && (!/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/.test(path) || /^(aws|ssm)/i.test(path))) {
        throw check
            .at("name")
            .error(
                `"${name}" is not the name of a parameter; use letters, digits, "_", ".", "-" between "/", and do not start with aws or ssm`,
            );
    }
    if (name?.includes("/") && !name.startsWith("/")) {
        throw check.at("name").error(`"${name}" is a path and must start with "/"; use "/${name}"`);
    }
    return { name, tier: check.at("tier").oneOf(tier, SsmParameterTier) };
}
