import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import { ciliumSpec, type CiliumSpec } from "../../shared/cilium-network-policy";
import { collectorFlows } from "../flows";
import type { CollectorPlan } from "../plan-types";
import { type ManifestContext, objectParts } from "./context";

/** A complete CiliumNetworkPolicy. */
export interface CiliumNetworkPolicy {
    apiVersion: "cilium.io/v2";
    kind: "CiliumNetworkPolicy";
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: CiliumSpec;
}

/**
 * Allows only the flows of the Collector's features and the user's own rules, and only Dynatrace's host instead of a port of every host. It replaces the
 * NetworkPolicy. With both, the NetworkPolicy would still allow every host.
 *
 * @throws InputError for a destination without a known host.
 */
export function ciliumPolicy(check: Check, plan: CollectorPlan): CiliumNetworkPolicy {
    const { name, namespace, labels } = plan;
    return {
        apiVersion: "cilium.io/v2",
        kind: "CiliumNetworkPolicy",
        metadata: { name, namespace, labels },
        spec: ciliumSpec(check, plan, collectorFlows(check, plan), plan.ownRules),
    };
}

export function createCiliumNetworkPolicy({ name, check, args, plan, options }: ManifestContext): pulumi.Resource[] {
    const { enabled = true, cilium } = args.network?.networkPolicy ?? {};
    if (!enabled || cilium === undefined) return [];
    const parts = objectParts(plan, (plain) => ciliumPolicy(check, plain));
    const object = { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", ...parts };
    return [new k8s.apiextensions.CustomResource(`${name}-policy`, object, options)];
}
