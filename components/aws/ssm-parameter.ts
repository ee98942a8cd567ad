import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";

import type { RemoteReference } from "../external-secret/args";
import { Check } from "../shared/check";
import { lift } from "../shared/outputs";
import { type StoredTokenArgs, storedTags, storedText } from "./token";
import * as types from "../shared/types";

/** Tier of a parameter. @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
export const SsmParameterTier = {
    Standard: "Standard",
    Advanced: "Advanced",
    IntelligentTiering: "Intelligent-Tiering",
} as const;
export type SsmParameterTier = (typeof SsmParameterTier)[keyof typeof SsmParameterTier];

export interface SsmParameterTokenArgs extends StoredTokenArgs {
    /** Name of the parameter, with "/" before it if there is one in it. @default - made from the component's name */
    name?: pulumi.Input<string>;
    /** Key, alias or ARN in KMS that encrypts the parameter. @default - `alias/aws/ssm` */
    kmsKeyId?: pulumi.Input<string>;
    /** @default `Standard` */
    tier?: pulumi.Input<SsmParameterTier>;
}

/**
 * A token in AWS Systems Manager Parameter Store, as a SecureString. A new token becomes a new version of the same parameter;
 * the one before stays readable by its number.
 *
 * Throws an `InputError` where the arguments cannot work.
 *
 * @example
 * ```ts
 * import { IngestToken, SecretDelivery } from "pulumi-dynatrace-otlp";
 * import { SsmParameterToken } from "pulumi-dynatrace-otlp/aws";
 *
 * const token = new IngestToken("checkout", { secretDelivery: SecretDelivery.None });
 * const stored = new SsmParameterToken("checkout-aws", { name: "/shop/dynatrace", token: token.token, tokenId: token.tokenId });
 * ```
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export class SsmParameterToken extends pulumi.ComponentResource {
    /** ARN of the parameter. */
    public readonly arn: pulumi.Output<string>;
    /** Name of the parameter, the same for each token. */
    public readonly name: pulumi.Output<string>;
    /** Number of the version that holds this token. */
    public readonly versionId: pulumi.Output<string>;
    /** Where External Secrets finds just this token, for an `ExternalTokenSecret`. */
    public readonly remoteRef: pulumi.Output<RemoteReference>;

    constructor(name: string, args: SsmParameterTokenArgs, opts?: pulumi.ComponentResourceOptions) {
        // No arguments: Pulumi would write them to the state as they are, the token included.
        super(types.SsmParameterToken, name, {}, opts);

        const check = Check.of("SsmParameterToken", name, opts);
        const checked = lift({ name: args.name, tier: args.tier }, (plain) => checkSettings(check, plain));
        const text = storedText(check, args.token);

        const parameter = new ssm.Parameter(
            `${name}-parameter`,
            {
                name:
                    args.name === undefined
                        ? undefined
                        : (checked.apply((plain) => plain.name) as pulumi.Output<string>),
                description: "Dynatrace access token",
                type: "SecureString",
                value: text,
                keyId: args.kmsKeyId,
                tier: checked.apply((plain) => plain.tier),
                tags: storedTags(args),
            },
            // Pulumi does not hand a component's dependsOn down to its children.
            { parent: this, dependsOn: opts?.dependsOn, additionalSecretOutputs: ["value"] },
        );

        this.arn = parameter.arn;
        this.name = parameter.name;
        this.versionId = parameter.version.apply(String);
        this.remoteRef = pulumi
            .all([parameter.name, this.versionId])
            .apply(([key, version]): RemoteReference => ({ key, version }));
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
                `"${name}" cannot name a parameter; use letters, digits, "_", ".", "-" between "/", and another start than aws or ssm`,
            );
    }
    if (name?.includes("/") && !name.startsWith("/")) {
        throw check.at("name").error(`"${name}" is a path and has to start with "/"; use "/${name}"`);
    }
    if (!Object.values<string>(SsmParameterTier).includes(tier)) {
        throw check.at("tier").error(`"${tier}" is not known; use Standard, Advanced or Intelligent-Tiering`);
    }
    return { name, tier: tier as SsmParameterTier };
}
