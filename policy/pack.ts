import * as policy from "@pulumi/policy";
// The index of @pulumi/policy 1.20 and 1.21 does not compile without skipLibCheck, so declarations name the file behind it.
import type { EnforcementLevel, Policies, PolicyPack, PolicyPackConfig } from "@pulumi/policy/policy";

import { otlpEndpoint } from "./endpoint";
import { collectorNetworkPolicy } from "./network-policy";
import { noTokenInClear } from "./no-token-in-clear";
import { tokenExpiry } from "./token-expiry";
import { tokenScopes } from "./token-scopes";
import { tokenSecretOutput } from "./token-secret-output";

/** All policies of this package. */
export const policies: Policies = [
    noTokenInClear,
    tokenScopes,
    tokenExpiry,
    tokenSecretOutput,
    otlpEndpoint,
    collectorNetworkPolicy,
];

/** Arguments of {@link dynatraceOtlpPolicyPack}. */
export interface DynatraceOtlpPolicyPackArgs {
    /** Policies of your own, beside those of this package. @default - none */
    morePolicies?: Policies;
    /** For policies of your own that name no level. @default `advisory` */
    enforcementLevel?: EnforcementLevel;
    /**
     * Levels and configuration by a policy's name, e.g. `{ "dynatrace-otlp-network-policy": "advisory" }`. What the CLI or
     * Pulumi Cloud is given wins over it.
     *
     * @default - each policy's own
     */
    initialConfig?: PolicyPackConfig;
}

/**
 * The policy pack. To be called once, in the entry file of a pack.
 *
 * @param name letters, digits, `-`, `_` and `.`.
 * @example
 * ```ts
 * import { dynatraceOtlpPolicyPack } from "pulumi-dynatrace-otlp/policy";
 *
 * dynatraceOtlpPolicyPack("acme", { initialConfig: { "dynatrace-otlp-token-expiry": { required: "always", maxDays: 30 } } });
 * ```
 * @see https://www.pulumi.com/docs/insights/policy/
 */
export function dynatraceOtlpPolicyPack(
    name: string = "dynatrace-otlp",
    args: DynatraceOtlpPolicyPackArgs = {},
): PolicyPack {
    const all = [...policies, ...(args.morePolicies ?? [])];
    return new policy.PolicyPack(
        name,
        {
            description:
                "Dynatrace tokens stay secret, narrow and short-lived, and OTLP goes where Dynatrace takes it.",
            policies: all,
            enforcementLevel: args.enforcementLevel,
        },
        withLevels(all, args.initialConfig),
    );
}

/**
 * Configuration in which every policy that is configured has its level: where the level is left out, the engine takes it for
 * `advisory`, whatever the policy says of itself.
 */
export function withLevels(all: Policies, config: PolicyPackConfig = {}): PolicyPackConfig {
    return Object.fromEntries(
        Object.entries(config).map(([name, given]) => {
            const own = all.find((policy) => policy.name === name)?.enforcementLevel;
            if (typeof given === "string" || own === undefined) return [name, given];
            return [name, { enforcementLevel: own, ...given }];
        }),
    );
}
