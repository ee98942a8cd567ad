import type { ResourceValidationPolicy } from "@pulumi/policy/policy";

import { ALL_SIGNALS } from "../components/shared/signals";
import { ACCESS_TOKEN_SCOPES, isIngestScope } from "../providers/dynatrace/scopes";
import { isKnown } from "./plain";
import { isToken, type Subject, subjectOf, violation } from "./resources";

/** Configuration of {@link tokenScopes}. */
export interface TokenScopesConfig {
    /** Scopes that a token may hold. @default all that can send data and do nothing else */
    allowedScopes: string[];
}

const DEFAULTS: TokenScopesConfig = {
    allowedScopes: [
        ...ACCESS_TOKEN_SCOPES.filter(isIngestScope),
        // The same of a platform token.
        ...ALL_SIGNALS.map((signal) => `openpipeline:${signal}:ingest`),
    ],
};

const NAME = "dynatrace-otlp-token-scopes";

/** Refuses a Dynatrace token that can do more than send data. */
export const tokenScopes: ResourceValidationPolicy = {
    name: NAME,
    displayName: "Dynatrace tokens hold allowed scopes only",
    description: "A Dynatrace token holds none but the allowed scopes; by default those that can send data.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps: "Leave the scope out, or add it to allowedScopes in the policy's configuration.",
    configSchema: {
        properties: {
            allowedScopes: { type: "array", items: { type: "string" }, default: DEFAULTS.allowedScopes },
        },
    },
    validateResource: (args, report) => {
        const { allowedScopes } = { ...DEFAULTS, ...args.getConfig<Partial<TokenScopesConfig>>() };
        if (isToken(args.type)) scopeViolations(subjectOf(args), allowedScopes).forEach((message) => report(message));
    },
};

/** One message for each scope that is not allowed. */
export function scopeViolations({ type, name, properties }: Subject, allowedScopes: string[]): string[] {
    const scopes = Array.isArray(properties.scopes) ? properties.scopes.filter(isKnown).map(String) : [];
    return scopes
        .filter((scope) => !allowedScopes.includes(scope))
        .map((scope) =>
            violation(
                type,
                name,
                "scopes",
                `${scope} is not allowed; leave it out, or add it to allowedScopes of the policy ${NAME}`,
            ),
        );
}
