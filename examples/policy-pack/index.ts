import type { ResourceValidationPolicy } from "@pulumi/policy";
import { dynatraceOtlpPolicyPack } from "pulumi-dynatrace-otlp/policy";

/** The team's own policy, in addition to the policies of the package. */
const namespacesHaveAnOwner: ResourceValidationPolicy = {
    name: "namespaces-have-an-owner",
    description: "Namespaces say in the label owner who is to be asked.",
    enforcementLevel: "advisory",
    validateResource: ({ type, props }, report) => {
        const { metadata } = props as { metadata?: { labels?: Record<string, string> } };
        const isNamespace = type === "kubernetes:core/v1:Namespace";
        if (isNamespace && metadata?.labels?.owner === undefined) report("add the label owner");
    },
};

dynatraceOtlpPolicyPack("platform", {
    initialConfig: {
        // Tokens of every stack must expire, not only tokens of preview stacks.
        "dynatrace-otlp-token-expiry": { required: "always", maxDays: 90 },
        // The ports of your ActiveGates.
        "dynatrace-otlp-endpoint": { ports: [443, 9999] },
    },
    morePolicies: [namespacesHaveAnOwner],
});
