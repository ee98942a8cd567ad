import * as pulumi from "@pulumi/pulumi";

import { ApiToken } from "../../providers/tokens/api-token";
import { setContext } from "../../providers/tokens/context";
import { publicTokenId } from "../../providers/dynatrace/redact";
import type { EndpointArgs } from "../endpoint";
import { type ChildOptions, lift } from "../shared/outputs";
import { normalizeSignals, scopesFor, type Signal } from "../shared/signals";
import { AuthorizationScheme, checkScheme, checkTokenText, schemeFor } from "../shared/secrets";
import { type Check } from "../shared/check";
import { checkedApiUrl } from "./api-url";
import { checkCredentials } from "./credentials";
import type { ExistingTokenSecretArgs, IngestTokenSettingsArgs } from "./args";

/** A token from any source. */
export interface TokenSource {
    id: pulumi.Output<string | undefined>;
    token: pulumi.Output<string | undefined>;
    expiresAt: pulumi.Output<string | undefined>;
    scheme: pulumi.Output<AuthorizationScheme>;
}

/** A token that the component creates. */
export function createdSource(
    check: Check,
    name: string,
    args: IngestTokenSettingsArgs & {
        signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
        endpoint?: EndpointArgs;
    },
    child: ChildOptions,
): TokenSource {
    setContext(child.parent, { component: check.component });
    const { expiresAfterDays, rotateAfterDays, rotationKey, retire, overlapDays, adoptToken, tokenName } = args;
    const apiUrl = checkedApiUrl(check, args, child.parent);
    checkCredentials(check, child.parent);
    const created = new ApiToken(
        `${name}-token`,
        {
            scopes: lift({ signals: args.signals }, ({ signals }) => scopesFor(normalizeSignals(check, signals))),
            ...{ expiresAfterDays, rotateAfterDays, rotationKey, retire, overlapDays, adoptToken, tokenName },
            apiUrl,
        },
        child,
    );
    return {
        id: created.tokenId,
        token: created.token,
        expiresAt: created.expiresAt,
        scheme: pulumi.output(AuthorizationScheme.ApiToken),
    };
}

const NOTHING: pulumi.Output<undefined> = pulumi.output(undefined);

/** A token that was created elsewhere, given as text. */
export function givenSource(check: Check, given: pulumi.Input<string | undefined>): TokenSource {
    const token = lift({ given }, (plain) => checkTokenText(check.at("token"), check.at("token").text(plain.given)));
    const publicPart = <T>(pick: (text: string) => T): pulumi.Output<T> =>
        pulumi.unsecret(token.apply((it) => pick(it)));
    return {
        id: publicPart(publicTokenId),
        token: pulumi.secret(token),
        expiresAt: NOTHING,
        scheme: publicPart(schemeFor),
    };
}

/** A token in a Secret that was created elsewhere. */
export function existingSource(check: Check, existing: ExistingTokenSecretArgs): TokenSource {
    const scheme = lift({ scheme: existing.scheme }, (plain) =>
        checkScheme(check.at("existingSecret.scheme"), plain.scheme),
    );
    return { id: NOTHING, token: NOTHING, expiresAt: NOTHING, scheme };
}
