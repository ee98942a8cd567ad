import * as pulumi from "@pulumi/pulumi";

import { ApiToken, type ApiTokenArgs } from "../../providers/api-token";
import { publicTokenId } from "../../providers/dynatrace/redact";
import { lift } from "../shared/outputs";
import { normalizeSignals, scopesFor, type Signal } from "../shared/signals";
import { AuthorizationScheme, checkScheme, checkTokenText, schemeFor } from "../shared/secrets";
import type { ExistingSecretArgs, TokenSettingsArgs } from "./args";
import { type Check } from "../shared/check";

/** A token, wherever it comes from. */
export interface TokenSource {
    id: pulumi.Output<string | undefined>;
    token: pulumi.Output<string | undefined>;
    expiresAt: pulumi.Output<string | undefined>;
    scheme: pulumi.Output<AuthorizationScheme>;
}

/** A token made here. */
export function mintedSource(
    check: Check,
    name: string,
    args: TokenSettingsArgs & { signals?: pulumi.Input<pulumi.Input<Signal>[]> },
    parent: pulumi.Resource,
): TokenSource {
    const { expiresAfterDays, rotateAfterDays, rotationKey, retire, overlapDays, adoptToken, tokenName, apiUrl } = args;
    const minted = new ApiToken(
        `${name}-token`,
        {
            scopes: lift({ signals: args.signals }, ({ signals }) => scopesFor(normalizeSignals(check, signals))),
            ...{ expiresAfterDays, rotateAfterDays, rotationKey, retire, overlapDays, adoptToken, tokenName, apiUrl },
        } as ApiTokenArgs,
        { parent },
    );
    return {
        id: minted.tokenId,
        token: minted.token,
        expiresAt: minted.expiresAt,
        scheme: pulumi.output(AuthorizationScheme.ApiToken),
    };
}

const NOTHING: pulumi.Output<undefined> = pulumi.output(undefined);

/** A token made elsewhere, given as text. */
export function givenSource(check: Check, given: pulumi.Input<string>): TokenSource {
    const token = lift({ given }, (plain) => checkTokenText(check.at("token"), plain.given));
    const publicPart = <T>(pick: (text: string) => T): pulumi.Output<T> =>
        pulumi.unsecret(token.apply(pick)) as pulumi.Output<T>;
    return {
        id: publicPart(publicTokenId),
        token: pulumi.secret(token),
        expiresAt: NOTHING,
        scheme: publicPart(schemeFor),
    };
}

/** A token in a Secret made elsewhere. */
export function existingSource(check: Check, existing: ExistingSecretArgs): TokenSource {
    const scheme = lift({ scheme: existing.scheme }, (plain) =>
        checkScheme(check.at("existingSecret.scheme"), plain.scheme),
    );
    return { id: NOTHING, token: NOTHING, expiresAt: NOTHING, scheme };
}
