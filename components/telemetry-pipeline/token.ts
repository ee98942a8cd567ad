import * as pulumi from "@pulumi/pulumi";

import { CollectorTokenFrom } from "../collector/args";
import { checkedToken } from "../collector/token";
import { holdsText, IngestToken } from "../ingest-token";
import { TokenSecretDelivery, type IngestTokenSettingsArgs } from "../ingest-token/args";
import { type Check } from "../shared/check";
import { kubernetesName } from "../shared/kubernetes";
import type { SecretKeyOutputs } from "../shared/references";
import type { AuthorizationScheme } from "../shared/secrets";
import type { TokenReferenceArgs } from "../shared/token-reference";
import type { TelemetryPipelineArgs } from "./args";

/** The token of a pipeline: created by the pipeline, or elsewhere. */
export interface PipelineToken {
    /** For the Collector. */
    reference: TokenReferenceArgs;
    secret: SecretKeyOutputs;
    scheme: pulumi.Output<AuthorizationScheme>;
    /** The token, a secret; undefined if the pipeline cannot read it. */
    token: pulumi.Output<string | undefined>;
    tokenId: pulumi.Output<string | undefined>;
}

/** The token that a component of the pipeline delivers. */
export function deliveredToken(token: IngestToken): PipelineToken {
    return { reference: token, secret: token.secret, scheme: token.scheme, token: token.token, tokenId: token.tokenId };
}

/**
 * The token that a reference names.
 *
 * @param check check of the Collector, which reads the Secret.
 * @throws InputError if no pod could read the Secret.
 */
export function referencedToken(check: Check, reference: TokenReferenceArgs): PipelineToken {
    const { secret, scheme } = checkedToken(check, reference);
    const nothing: pulumi.Output<undefined> = pulumi.output(undefined);
    const { token, tokenId } = IngestToken.isInstance(reference) ? reference : { token: nothing, tokenId: nothing };
    return { reference, secret, scheme, token: pulumi.secret(token), tokenId };
}

/** Checks that the token has one source, and that the Collector and the check can read it. @throws InputError otherwise. */
export function checkToken(check: Check, { token, tokenReference, ingestCheck }: TelemetryPipelineArgs): void {
    if (token?.secretDelivery === TokenSecretDelivery.None) {
        check
            .at("token.secretDelivery")
            .fail(
                "none leaves the Collector without a token; use managed, or referenced with the name of a Secret that another tool fills",
            );
    }
    if (tokenReference === undefined) return;
    if (token !== undefined) check.at("tokenReference").fail("cannot be combined with token; remove one of the two");
    const checked = ingestCheck !== undefined && ingestCheck.enabled !== false;
    if (checked && holdsText(tokenReference) === false) {
        check
            .at("ingestCheck")
            .fail(
                "needs the token itself, which tokenReference does not hold; remove ingestCheck, and create an IngestCheck with the " +
                    "token and with dependsOn",
            );
    }
}

/** Text of a token that no API returned. */
const MOCKED_TOKEN = "mocked";

/** The token for the check. */
export function tokenForCheck(
    { token }: PipelineToken,
    { token: settings, tokenReference }: TelemetryPipelineArgs,
): pulumi.Output<string | undefined> {
    const has = tokenReference === undefined ? settings?.existingSecret === undefined : holdsText(tokenReference);
    // The API always returns a token. Pulumi's mocks return the inputs, which hold none.
    return has ? token.apply((text) => text ?? MOCKED_TOKEN) : token;
}

/** Token settings with a Secret name that stays: a mounted file follows its Secret only while the Secret keeps its name. */
export function withLastingSecret(check: Check, name: string, args: TelemetryPipelineArgs): IngestTokenSettingsArgs {
    const { token = {}, collector } = args;
    const { existingSecret, secret, secretDelivery = TokenSecretDelivery.Managed } = token;
    const named = existingSecret !== undefined || secret?.name !== undefined;
    if (collector?.tokenFrom !== CollectorTokenFrom.File || named || secretDelivery !== TokenSecretDelivery.Managed)
        return { ...token };
    return { ...token, secret: { ...secret, name: `${kubernetesName(check, name)}-ingest` } };
}

/** Longest time until the kubelet updates a mounted file, with a margin. */
const KUBELET_MINUTES = 5;
const MINUTES_A_DAY = 24 * 60;

/** Warnings about an overlap that is shorter than the kubelet needs to deliver the new token, one sentence each. */
export function overlapWarnings(check: Check, tokenFrom?: CollectorTokenFrom, overlapDays?: number): string[] {
    if (tokenFrom !== CollectorTokenFrom.File || overlapDays === undefined) return [];
    if (overlapDays * MINUTES_A_DAY >= KUBELET_MINUTES) return [];
    return [
        check
            .at("token.overlapDays")
            .warning(
                `${overlapDays} is less than the ${KUBELET_MINUTES} minutes that a mounted file needs to change, and data sent with a ` +
                    `deleted token is lost; use ${KUBELET_MINUTES}/${MINUTES_A_DAY} or more, or remove overlapDays`,
            ),
    ];
}
