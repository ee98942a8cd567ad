import type * as pulumi from "@pulumi/pulumi";

import { type Endpoint, type EndpointArgs, resolveEndpoint } from "../endpoint";
import { type Check } from "../shared/check";
import type { TokenSettingsArgs } from "../ingest-token/args";
import { SecretDelivery } from "../ingest-token/args";
import { Route } from "../endpoint/route";
import type { AuthorizationScheme } from "../shared/secrets";
import type { MetricsCronJobArgs, MetricsVariable } from "./args";

/** Variables that a sender of metric lines reads. */
export const VARIABLES = { url: "DT_METRICS_INGEST_URL", token: "DT_API_TOKEN" } as const;

/** @throws InputError for an endpoint that does not say at once whether it is a OneAgent, which has no token. */
export function metricsEndpoint(
    check: Check,
    args: pulumi.Unwrap<EndpointArgs> | undefined,
    expectsOneAgent: boolean,
): Endpoint {
    const endpoint = resolveEndpoint(check.at("endpoint"), args);
    if ((endpoint.route === Route.OneAgent) !== expectsOneAgent) {
        throw check
            .at("endpoint.route")
            .error(
                "oneagent decides whether a token is made, so it must be known when the program runs; give it as plain text",
            );
    }
    return endpoint;
}

/** What excludes what. Which arguments are given is known at once. */
export function checkShape(
    check: Check,
    oneAgent: boolean,
    args: { token?: TokenSettingsArgs; cronJob?: MetricsCronJobArgs },
): void {
    const fail = (field: string, problem: string): never => {
        throw check.at(field).error(problem);
    };
    if (oneAgent && args.token !== undefined)
        fail("token", "is not for the OneAgent, which takes lines without one; leave it out");
    if (oneAgent && args.cronJob !== undefined) {
        fail(
            "cronJob",
            "cannot reach a OneAgent, which listens on its own host only; use another route, or run the script on the host",
        );
    }
    if (args.cronJob !== undefined && args.token?.secretDelivery === SecretDelivery.None) {
        fail("token.secretDelivery", "none leaves the cronJob without a token; use managed or referenced");
    }
}

/** Variables of a container that sends lines. */
export function variables(url: string, secretName?: string, secretKey?: string): MetricsVariable[] {
    const where = { name: VARIABLES.url, value: url };
    // Empty with secretDelivery none, where a reference would keep the pod from starting.
    if (!secretName || secretKey === undefined) return [where];
    return [where, { name: VARIABLES.token, valueFrom: { secretKeyRef: { name: secretName, key: secretKey } } }];
}

/** A command that sends one line, for a shell with the variables. The token is in neither. */
export function curlCommand(scheme: AuthorizationScheme | undefined): string {
    const header = scheme === undefined ? [] : [`-H "Authorization: ${scheme} $${VARIABLES.token}"`];
    return [
        `curl -L -X POST "$${VARIABLES.url}"`,
        ...header,
        "-H 'Content-Type: text/plain; charset=utf-8'",
        "--data-raw 'cpu.temperature,cpu=1 55'",
    ].join(" ");
}
