import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import type { ChildOptions } from "../../shared/outputs";
import type { CollectorSettingsArgs } from "../args";
import type { CollectorPlan } from "../plan-types";

/** The inputs for the objects of a tier. */
export interface ManifestContext {
    /** Prefix of the names of the Pulumi resources. */
    name: string;
    check: Check;
    /** Determines which objects exist. Known before the plan. */
    args: CollectorSettingsArgs;
    /** Whether the tier can have more than one pod. Known before the plan. */
    several: boolean;
    plan: pulumi.Output<CollectorPlan>;
    options: ChildOptions;
}

/** Metadata of objects that have the same name as their tier. */
export function metadataOf(plan: pulumi.Output<CollectorPlan>): k8s.types.input.meta.v1.ObjectMeta {
    return { name: plan.name, namespace: plan.namespace, labels: plan.labels };
}

/** Metadata and spec of an object that the plan contains. */
export function objectParts<M, S>(
    plan: pulumi.Output<CollectorPlan>,
    pick: (plan: CollectorPlan) => { metadata: M; spec: S },
): { metadata: pulumi.Output<M>; spec: pulumi.Output<S> } {
    return { metadata: plan.apply((plain) => pick(plain).metadata), spec: plan.apply((plain) => pick(plain).spec) };
}

/** A part of the plan that exists because the arguments ask for it. */
export function required<T>(part: T | undefined, what: string): T {
    if (part === undefined) throw new Error(`the plan of the Collector holds no ${what}`);
    return part;
}
