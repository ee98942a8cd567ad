import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { CollectorPlan } from "../plan-types";
import { claimSpec } from "../features/persistent-queue";
import { headlessName, replicasOf } from "../two-tier";
import { type ManifestContext, metadataOf } from "./context";
import type { WorkloadPods } from "./pod-template";

/** A StatefulSet: its pods keep their names and volumes. All pods start in parallel. */
export function statefulSetSpec(plan: CollectorPlan, pods: WorkloadPods): k8s.types.input.apps.v1.StatefulSetSpec {
    const { queue, labels } = plan;
    return {
        replicas: replicasOf(plan),
        serviceName: headlessName(plan),
        podManagementPolicy: "Parallel",
        persistentVolumeClaimRetentionPolicy: queue?.retention,
        volumeClaimTemplates:
            queue === undefined ? [] : [{ metadata: { name: "queue", labels }, spec: claimSpec(queue) }],
        ...pods,
    };
}

export function createStatefulSet(
    { name, plan, options }: ManifestContext,
    pods: WorkloadPods,
    dependsOn: pulumi.Resource[],
): void {
    const statefulSet = { metadata: metadataOf(plan), spec: plan.apply((plain) => statefulSetSpec(plain, pods)) };
    new k8s.apps.v1.StatefulSet(`${name}-statefulset`, statefulSet, { parent: options.parent, dependsOn });
}
