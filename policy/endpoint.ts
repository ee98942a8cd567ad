import type { ResourceValidationPolicy } from "@pulumi/policy/policy";

import { endpointProblem } from "./endpoint-problem";
import { endpointsIn } from "./endpoints-in";
import { type Subject, subjectOf, violation } from "./resources";

/** Configuration of {@link otlpEndpoint}. */
export interface OtlpEndpointConfig {
    /** TCP ports of ActiveGates and of Dynatrace Managed; SaaS has 443 alone. @default 443 and 9999 */
    ports: number[];
}

const DEFAULTS: OtlpEndpointConfig = { ports: [443, 9999] };

/** Refuses an OTLP endpoint at Dynatrace that answers 404, or that tokens would be sent to unencrypted. */
export const otlpEndpoint: ResourceValidationPolicy = {
    name: "dynatrace-otlp-endpoint",
    displayName: "OTLP endpoints at Dynatrace are right",
    description:
        "OTLP endpoints at Dynatrace, in environment variables and Collector configurations, are https on a port that Dynatrace listens on, with the right host and path.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps: "Use OtlpCollector, or resolveEndpoint, which gives every URL of a route.",
    configSchema: {
        properties: { ports: { type: "array", items: { type: "integer" }, default: DEFAULTS.ports } },
    },
    validateResource: (args, report) => {
        const { ports } = { ...DEFAULTS, ...args.getConfig<Partial<OtlpEndpointConfig>>() };
        endpointViolations(subjectOf(args), ports).forEach((message) => report(message));
    },
};

/** One message for each endpoint that cannot work. */
export function endpointViolations({ type, name, properties }: Subject, ports: number[]): string[] {
    return endpointsIn(properties).flatMap((endpoint) => {
        const problem = endpointProblem(endpoint, ports);
        return problem === undefined ? [] : [violation(type, name, endpoint.field, problem)];
    });
}
