import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { type ManifestContext, metadataOf } from "./context";
import type { WorkloadPods } from "./pod-template";

/** One pod on each node. */
export function daemonSetSpec(pods: WorkloadPods): k8s.types.input.apps.v1.DaemonSetSpec {
    return { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } }, ...pods };
}

export function createDaemonSet(
    { name, plan, options }: ManifestContext,
    pods: WorkloadPods,
    dependsOn: pulumi.Resource[],
): void {
    const daemonSet = { metadata: metadataOf(plan), spec: daemonSetSpec(pods) };
    new k8s.apps.v1.DaemonSet(`${name}-daemonset`, daemonSet, { parent: options.parent, dependsOn });
}
