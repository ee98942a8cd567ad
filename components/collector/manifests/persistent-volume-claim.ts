import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { CollectorMode } from "../args";
import type { CollectorPlan } from "../plan-types";
import { claimSpec } from "../features/persistent-queue";
import { type ManifestContext, metadataOf, required } from "./context";

/** Name of the PersistentVolumeClaim of a Deployment. */
export function claimName({ name }: Pick<CollectorPlan, "name">): string {
    return `${name}-queue`;
}

/** The volume of a Deployment. A StatefulSet claims its own volumes; a DaemonSet uses a directory of the node. */
export function createPersistentVolumeClaim({ name, args, plan, options }: ManifestContext): pulumi.Resource[] {
    const { mode = CollectorMode.Deployment, persistentQueue } = args;
    if (mode !== CollectorMode.Deployment || persistentQueue === undefined) return [];
    const metadata = {
        ...metadataOf(plan),
        name: plan.apply(claimName),
        // A volume that binds to the node of its first pod stays pending until the pod exists.
        annotations: { "pulumi.com/skipAwait": "true" },
    };
    const spec = plan.apply(({ queue }) => claimSpec(required(queue, "queue")));
    return [new k8s.core.v1.PersistentVolumeClaim(`${name}-queue`, { metadata, spec }, options)];
}
