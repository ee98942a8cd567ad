import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { CollectorPlan } from "../plan-types";
import { replicasOf } from "../two-tier";
import { type ManifestContext, metadataOf } from "./context";
import type { WorkloadPods } from "./pod-template";

/** A Deployment. With a queue on a volume, which two pods cannot mount, the old pod stops before the new pod starts. */
export function deploymentSpec(plan: CollectorPlan, pods: WorkloadPods): k8s.types.input.apps.v1.DeploymentSpec {
    return {
        replicas: replicasOf(plan),
        strategy:
            plan.queue === undefined
                ? // During a rollout, the new pod starts next to the old pod, so a pod is always available.
                  { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
                : { type: "Recreate" },
        ...pods,
    };
}

export function createDeployment(
    { name, plan, options }: ManifestContext,
    pods: WorkloadPods,
    dependsOn: pulumi.Resource[],
): void {
    const deployment = { metadata: metadataOf(plan), spec: plan.apply((plain) => deploymentSpec(plain, pods)) };
    new k8s.apps.v1.Deployment(`${name}-deployment`, deployment, { parent: options.parent, dependsOn });
}
