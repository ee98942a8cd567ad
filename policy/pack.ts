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
    /** Policies of your own, in addition to those of this package. @default - none */
    morePolicies?: Policies;
    /** Level of your own policies that have none. @default `advisory` */
    enforcementLevel?: EnforcementLevel;
    /**
     * Levels and configuration by a policy's name, e.g. `{ "dynatrace-otlp-network-policy": "advisory" }`. The
     * configuration of the CLI or of Pulumi Cloud wins over it.
     *
     * @default - each policy's own
     */
    initialConfig?: PolicyPackConfig;
}

/**
 * Creates the policy pack. Call it once, in the entry file of a pack.
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
 * Adds its level to the configuration of every policy: without a level there, the engine uses `advisory`, whatever the policy itself
 * says.
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
