import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { lift } from "../shared/outputs";
import { kubernetesNamespace } from "../shared/kubernetes";
import { rendersToFiles } from "../shared/rendering";
import { checkNoToken, checkSecretKey, checkSecretName, DEFAULT_SECRET_KEY } from "../shared/secrets";
import { MINTING_FIELDS, SecretDelivery, type TokenSettingsArgs } from "./args";

/**
 * One source and one delivery: two would leave it open which of them counts.
 *
 * @throws InputError naming the field that has to go, or is missing.
 */
export function checkSources(check: Check, args: TokenSettingsArgs): void {
    const conflict = (field: string, problem: string): never => {
        throw check.at(field).error(problem);
    };
    const { secretDelivery: delivery, existingSecret, token } = args;
    if (delivery !== undefined && !Object.values(SecretDelivery).includes(delivery)) {
        conflict("secretDelivery", `"${String(delivery)}" is not known; use managed, referenced or none`);
    }
    if (existingSecret !== undefined) {
        for (const field of ["token", "secretName", "secretKey", "secretDelivery", ...MINTING_FIELDS] as const) {
            if (args[field] !== undefined) conflict(field, "has no effect beside existingSecret; keep one of the two");
        }
    }
    if (token !== undefined) {
        for (const field of ["apiUrl", ...MINTING_FIELDS] as const) {
            if (args[field] !== undefined) {
                conflict(field, "is only for a token made here, but token gives one; keep one of the two");
            }
        }
    }
    if (delivery === SecretDelivery.Referenced && args.secretName === undefined) {
        conflict(
            "secretName",
            "is needed with secretDelivery referenced: the name of the Secret that something else fills with the token",
        );
    }
    if (delivery === SecretDelivery.None && args.secretName !== undefined) {
        conflict("secretName", "has no effect with secretDelivery none; keep one of the two");
    }
    if (makesSecret(args) && args.allowRenderedSecret !== true && rendersToFiles()) {
        conflict(
            "secretDelivery",
            "managed would write the token in the clear into the rendered files (kubernetes:renderYamlToDirectory is set); " +
                "use referenced with a secretName, or allowRenderedSecret: true if nobody else reads these files",
        );
    }
}

/** Whether a Secret is made here. */
export function makesSecret({ existingSecret, secretDelivery = SecretDelivery.Managed }: TokenSettingsArgs): boolean {
    return existingSecret === undefined && secretDelivery === SecretDelivery.Managed;
}

/** By what pods find the token, and tell it from another. */
export interface SecretNames {
    /** Undefined for a Secret that Pulumi names. */
    name?: pulumi.Output<string>;
    key: pulumi.Output<string>;
    /** Undefined for the Kubernetes provider's. */
    namespace?: pulumi.Output<string>;
    /** Of a Secret made elsewhere. */
    revision: pulumi.Output<string | undefined>;
}

/** The names that were given, each checked once it is known. @throws InputError for a name that nothing can have, and for the token itself. */
export function secretNames(
    check: Check,
    args: TokenSettingsArgs & { namespace?: pulumi.Input<string | undefined> },
): SecretNames {
    const { existingSecret: existing, namespace } = args;
    const at = existing === undefined ? { name: "secretName", key: "secretKey" } : EXISTING;
    const name = existing === undefined ? args.secretName : (existing.name as pulumi.Input<string> | undefined);
    const key = existing === undefined ? args.secretKey : existing.key;
    return {
        ...((name !== undefined || existing !== undefined) && {
            name: lift({ name }, (plain) => checkSecretName(check.at(at.name), plain.name)),
        }),
        ...(namespace !== undefined && {
            namespace: lift({ namespace }, (plain) =>
                kubernetesNamespace(check.at("namespace"), plain.namespace ?? ""),
            ),
        }),
        key: lift({ key }, (plain) => checkSecretKey(check.at(at.key), plain.key ?? DEFAULT_SECRET_KEY)),
        revision: lift({ revision: existing?.revision }, ({ revision }) => {
            checkNoToken(check.at("existingSecret.revision"), revision);
            return revision;
        }),
    };
}

const EXISTING = { name: "existingSecret.name", key: "existingSecret.key" };
