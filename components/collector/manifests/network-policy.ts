import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { Check } from "../../shared/check";
import { policyOf } from "../../shared/network-policy";
import { collectorFlows } from "../flows";
import type { CollectorPlan } from "../plan-types";
import { type ManifestContext, metadataOf } from "./context";

/** Allows only the flows of the Collector's features, and the user's own rules. */
export function networkPolicySpec(plan: CollectorPlan): k8s.types.input.networking.v1.NetworkPolicySpec {
    return policyOf(plan.selector, collectorFlows(new Check(plan.name), plan), plan.ownRules);
}

export function createNetworkPolicy({ name, args, plan, options }: ManifestContext): pulumi.Resource[] {
    const { enabled = true, cilium } = args.network?.networkPolicy ?? {};
    if (!enabled || cilium !== undefined) return [];
    const policy = { metadata: metadataOf(plan), spec: plan.apply(networkPolicySpec) };
    return [new k8s.networking.v1.NetworkPolicy(`${name}-policy`, policy, options)];
}
