import type * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint";
import type { TokenSettingsArgs } from "./args";
import { Route } from "../endpoint/route";

/**
 * Settings by which a token made here is made where its data goes.
 *
 * SaaS and Managed make their tokens where they take their data. The API of an ActiveGate may be out of reach of who runs
 * `pulumi up`, so there the provider's own sources for the URL stay in force.
 */
export function withMintingUrl(settings: TokenSettingsArgs, endpoint: pulumi.Output<Endpoint>): TokenSettingsArgs {
    const made = settings.token === undefined && settings.existingSecret === undefined;
    if (!made || settings.apiUrl !== undefined) return { ...settings };
    const direct: string[] = [Route.Saas, Route.Managed];
    const apiUrl = endpoint.apply(({ route, apiUrl: url }) => (direct.includes(route) ? url : undefined));
    return { ...settings, apiUrl };
}
