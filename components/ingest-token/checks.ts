import * as pulumi from "@pulumi/pulumi";

import type { EndpointArgs } from "../endpoint";
import { type Check } from "../shared/check";
import { lift } from "../shared/outputs";
import { namespaceName } from "../shared/kubernetes";
import { refuseRendered } from "../shared/rendering";
import { checkSecretKey, checkSecretName, DEFAULT_SECRET_KEY } from "../shared/secrets";
import { createsToken } from "./api-url";
import { MINTING_FIELDS, TokenSecretDelivery, type IngestTokenSettingsArgs } from "./args";

/**
 * Checks that the token has one source and one delivery.
 *
 * @throws InputError for the field to remove, or for the missing one.
 */
export function checkSources(check: Check, args: IngestTokenSettingsArgs & { endpoint?: EndpointArgs }): void {
    const conflict = (field: string, problem: string): never => {
        throw check.at(field).error(problem);
    };
    const { secretDelivery: delivery, existingSecret, token } = args;
    if (delivery !== undefined) check.at("secretDelivery").oneOf(delivery, TokenSecretDelivery);
    const named = { ...args, secret: args.secret?.name ?? args.secret?.key };
    if (existingSecret !== undefined) {
        for (const field of ["token", "secret", "secretDelivery", "endpoint", ...MINTING_FIELDS] as const) {
            if (named[field] !== undefined)
                conflict(field, "cannot be combined with existingSecret; remove one of the two");
        }
    }
    if (token !== undefined) {
        for (const field of ["apiUrl", "endpoint", ...MINTING_FIELDS] as const) {
            if (args[field] !== undefined) {
                conflict(
                    field,
                    "is only for a token created here, and cannot be combined with token; remove one of the two",
                );
            }
        }
    }
    if (delivery === TokenSecretDelivery.Referenced && args.secret?.name === undefined) {
        conflict(
            "secret.name",
            "is missing, and required with secretDelivery referenced; name the Secret that another tool fills with the token",
        );
    }
    if (delivery === TokenSecretDelivery.None && args.secret?.name !== undefined) {
        conflict("secret.name", "cannot be combined with secretDelivery none; remove one of the two");
    }
}

/**
 * Refuses a Secret that the component would write to rendered files. See {@link refuseRendered}.
 *
 * @param check check of the settings.
 * @param component the component that creates the Secret, or the component around it.
 */
export function refuseRenderedToken(
    check: Check,
    component: pulumi.Resource,
    settings: IngestTokenSettingsArgs,
): pulumi.Output<pulumi.Resource[]> | undefined {
    if (!makesSecret(settings) || settings.allowRenderedSecret === true) return undefined;
    return refuseRendered(component, (setting) =>
        check
            .at("secretDelivery")
            .fail(
                `managed would write the token in plain text into the rendered files (${setting}); ` +
                    "use referenced with secret.name, or allowRenderedSecret: true if nobody else reads these files",
            ),
    );
}

/**
 * Checks that Pulumi will delete the token.
 *
 * @throws InputError for `deletedWith`: Pulumi then does not delete the component's resources one by one, so the token stays.
 */
export function refuseDeletedWith(
    check: Check,
    args: IngestTokenSettingsArgs,
    opts: pulumi.ComponentResourceOptions | undefined,
): void {
    if (!createsToken(args) || opts?.deletedWith === undefined) return;
    throw check
        .at("deletedWith")
        .error("would leave the token in Dynatrace, because Pulumi does not delete it then; remove deletedWith");
}

/** Whether the component creates a Secret. */
export function makesSecret({
    existingSecret,
    secretDelivery = TokenSecretDelivery.Managed,
}: IngestTokenSettingsArgs): boolean {
    return existingSecret === undefined && secretDelivery === TokenSecretDelivery.Managed;
}

/** Where pods find the token, and what changes with the token. */
export interface SecretNames {
    /** Undefined for a Secret that Pulumi names. */
    name?: pulumi.Output<string>;
    key: pulumi.Output<string>;
    /** Undefined for the default namespace of the Kubernetes provider. */
    namespace?: pulumi.Output<string>;
    /** Of an existing Secret. */
    revision: pulumi.Output<string | undefined>;
}

/** The given names, each checked when its value is known. @throws InputError for an invalid name, and for the token itself. */
export function secretNames(
    check: Check,
    args: IngestTokenSettingsArgs & { namespace?: pulumi.Input<string | undefined> },
): SecretNames {
    const { existingSecret: existing, namespace } = args;
    const at = check.at(existing === undefined ? "secret" : "existingSecret");
    const { name, key } = existing ?? args.secret ?? {};
    return {
        ...((name !== undefined || existing !== undefined) && {
            name: lift({ name }, (plain) => checkSecretName(at.at("name"), plain.name)),
        }),
        ...(namespace !== undefined && {
            namespace: lift({ namespace }, (plain) => namespaceName(check.at("namespace"), plain.namespace)),
        }),
        key: lift({ key }, (plain) => checkSecretKey(at.at("key"), plain.key ?? DEFAULT_SECRET_KEY)),
        revision: pulumi.output(existing?.revision),
    };
}
