import * as pulumi from "@pulumi/pulumi";

import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { type Endpoint, ENDPOINT_FIELDS, type ResolvedEndpointArgs, resolveEndpoint as resolveAt } from ".";

/**
 * Computes all URLs and ports of a route to Dynatrace. A plain function: it creates no resource and calls nothing. Call it inside
 * `apply` for an argument that is an Output.
 *
 * @throws InputError when the arguments cannot be repaired; the text shows the right form.
 *
 * @example
 * ```ts
 * import { resolveEndpoint } from "pulumi-dynatrace-otlp";
 *
 * const { tracesUrl } = resolveEndpoint({ environment: "abc12345" });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api
 */
export function resolveEndpoint(args: ResolvedEndpointArgs): Endpoint {
    const check = new Check("resolveEndpoint", "", ENDPOINT_FIELDS);
    const given: object = checkArguments(check, args);
    for (const [field, value] of Object.entries(given)) {
        if (!pulumi.Output.isInstance(value)) continue;
        check.at(field).fail("is an Output; call resolveEndpoint inside its apply, with the plain value");
    }
    return resolveAt(check, given);
}
