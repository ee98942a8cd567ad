import type { ResourceValidationPolicy } from "@pulumi/policy/policy";

import { secretOutputsOf, tokenKindOf } from "../providers/tokens/registry";
import { type Subject, subjectOf, violation } from "./resources";

/** Refuses a Dynatrace token of this package whose secrets Pulumi would store as plain text in its state. */
export const tokenSecretOutput: ResourceValidationPolicy = {
    name: "dynatrace-otlp-token-secret-output",
    displayName: "Dynatrace tokens are secrets in Pulumi's state",
    description: "A Dynatrace token declares its secret outputs, e.g. `token`, in additionalSecretOutputs.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Create tokens with ApiToken, PlatformToken, ActiveGateToken or IngestToken of pulumi-dynatrace-otlp.",
    validateResource: (args, report) => {
        const found = secretOutputViolation(subjectOf(args));
        if (found !== undefined) report(found);
    },
};

/** What is wrong with a token's options; undefined if nothing is, and for a resource of another type. */
export function secretOutputViolation({ type, name, additionalSecretOutputs }: Subject): string | undefined {
    const kind = tokenKindOf(type);
    if (kind === undefined) return undefined;
    const missing = secretOutputsOf(kind).filter((output) => !additionalSecretOutputs.includes(output));
    if (missing.length === 0) return undefined;
    const problem = `lacks ${missing.join(", ")}, so the state would hold it as plain text`;
    const wayOut = `create the token with ${kind} of pulumi-dynatrace-otlp, or add it`;
    return violation(type, name, "additionalSecretOutputs", `${problem}; ${wayOut}`);
}
