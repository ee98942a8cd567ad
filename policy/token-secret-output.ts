import type { ResourceValidationPolicy } from "@pulumi/policy/policy";

import { isOwnToken, type Subject, subjectOf, violation } from "./resources";

/** Refuses a Dynatrace token whose secret Pulumi would write to its state as plain text. */
export const tokenSecretOutput: ResourceValidationPolicy = {
    name: "dynatrace-otlp-token-secret-output",
    displayName: "Dynatrace tokens are secrets in Pulumi's state",
    description: "A Dynatrace token declares its output `token` as a secret.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps: "Make tokens with ApiToken or IngestToken of pulumi-dynatrace-otlp.",
    validateResource: (args, report) => {
        const found = isOwnToken(args.type) ? secretOutputViolation(subjectOf(args)) : undefined;
        if (found !== undefined) report(found);
    },
};

/** What is wrong with a token's options, undefined for nothing. */
export function secretOutputViolation({ type, name, additionalSecretOutputs }: Subject): string | undefined {
    if (additionalSecretOutputs.includes("token")) return undefined;
    return violation(
        type,
        name,
        "additionalSecretOutputs",
        "lacks token, so the state would hold it as plain text; make it with ApiToken of pulumi-dynatrace-otlp, or add it",
    );
}
