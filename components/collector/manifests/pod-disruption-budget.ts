import * as k8s from "@pulumi/kubernetes";

import type { ScalingContext } from "../scaling";
import { scalingContext, scalingOf } from "../two-tier";
import { type ManifestContext, objectParts } from "./context";

/** A PodDisruptionBudget. */
export interface DisruptionBudget {
    apiVersion: "policy/v1";
    kind: "PodDisruptionBudget";
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: k8s.types.input.policy.v1.PodDisruptionBudgetSpec;
}

/** Limits how many pods a node drain may evict at once. @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
export function podDisruptionBudget(context: ScalingContext, maxUnavailable: number): DisruptionBudget {
    const { name, namespace, labels, selector } = context;
    return {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name, namespace, labels },
        // A pod that is not ready receives no data, so a drain does not wait for it.
        spec: { maxUnavailable, selector: { matchLabels: selector }, unhealthyPodEvictionPolicy: "AlwaysAllow" },
    };
}

/** Only for several pods: a budget for a single pod would block every drain. */
export function createPodDisruptionBudget({ name, check, several, plan, options }: ManifestContext): void {
    if (!several) return;
    const budget = objectParts(plan, (plain) =>
        podDisruptionBudget(scalingContext(plain), scalingOf(check, plain).maxUnavailable),
    );
    new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, budget, options);
}
