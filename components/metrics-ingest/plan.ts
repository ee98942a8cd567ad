import type * as pulumi from "@pulumi/pulumi";

import { type Endpoint, type EndpointArgs, resolveEndpoint } from "../endpoint";
import { type Check } from "../shared/check";
import type { IngestTokenSettingsArgs } from "../ingest-token/args";
import { TokenSecretDelivery } from "../ingest-token/args";
import { EndpointRoute } from "../endpoint/route";
import type { KnownKeyRef } from "../shared/references";
import type { AuthorizationScheme } from "../shared/secrets";
import type { MetricsCronJobArgs, MetricsVariable } from "./args";

/** Variables that a sender of metric lines reads. */
export const VARIABLES = { url: "DT_METRICS_INGEST_URL", token: "DT_API_TOKEN" } as const;

/** @throws InputError for an endpoint that is invalid, or a OneAgent only when a value is known: whether it is one decides about the token. */
export function metricsEndpoint(
    check: Check,
    args: pulumi.Unwrap<EndpointArgs> | undefined,
    expectsOneAgent: boolean,
): Endpoint {
    const endpoint = resolveEndpoint(check.at("endpoint"), args);
    if ((endpoint.route === EndpointRoute.OneAgent) !== expectsOneAgent) {
        throw check
            .at("endpoint.route")
            .error(
                "oneagent decides whether a token is created, so it must be known when the program runs; give it as a plain string",
            );
    }
    return endpoint;
}

/** Checks which arguments are given. @throws InputError for arguments that cannot be combined. */
export function checkGiven(
    check: Check,
    oneAgent: boolean,
    args: { token?: IngestTokenSettingsArgs; cronJob?: MetricsCronJobArgs },
): void {
    if (oneAgent && args.token !== undefined)
        check.at("token").fail("is not for the OneAgent, which accepts lines without a token; leave it out");
    if (oneAgent && args.cronJob !== undefined) {
        const problem = "cannot reach a OneAgent, which listens only on its own host";
        check.at("cronJob").fail(`${problem}; use another route, or run the script on the host`);
    }
    if (args.cronJob !== undefined && args.token?.secretDelivery === TokenSecretDelivery.None) {
        check.at("token.secretDelivery").fail("none leaves the cronJob without a token; use managed or referenced");
    }
}

/** Variables of a container that sends lines. */
export function variables(url: string, secret?: Partial<KnownKeyRef>): MetricsVariable[] {
    const { name, key } = secret ?? {};
    const where = { name: VARIABLES.url, value: url };
    // The name is empty with secretDelivery none; a reference would prevent the pod from starting.
    if (!name || key === undefined) return [where];
    return [where, { name: VARIABLES.token, valueFrom: { secretKeyRef: { name, key } } }];
}

/** A shell command that sends one line. It reads the token from a variable. */
export function curlCommand(scheme: AuthorizationScheme | undefined): string {
    const header = scheme === undefined ? [] : [`-H "Authorization: ${scheme} $${VARIABLES.token}"`];
    return [
        `curl -L -X POST "$${VARIABLES.url}"`,
        ...header,
        "-H 'Content-Type: text/plain; charset=utf-8'",
        "--data-raw 'cpu.temperature,cpu=1 55'",
    ].join(" ");
}
