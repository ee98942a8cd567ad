import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import type { ChildOptions } from "../../shared/outputs";
import type { CollectorSettingsArgs } from "../args";
import type { CollectorPlan } from "../plan-types";

/** What the objects of a tier are made from. */
export interface ManifestContext {
    /** Start of the names of the Pulumi resources. */
    name: string;
    check: Check;
    /** Decides which objects exist: known before the plan is. */
    args: CollectorSettingsArgs;
    /** The tier can have more than one pod: known before the plan is. */
    several: boolean;
    plan: pulumi.Output<CollectorPlan>;
    options: ChildOptions;
}

/** Metadata of the objects that have the name of their tier. */
export function metadataOf(plan: pulumi.Output<CollectorPlan>): k8s.types.input.meta.v1.ObjectMeta {
    return { name: plan.name, namespace: plan.namespace, labels: plan.labels };
}

/** Metadata and specification of an object that a plan holds complete. */
export function objectParts<M, S>(
    plan: pulumi.Output<CollectorPlan>,
    pick: (plan: CollectorPlan) => { metadata: M; spec: S },
): { metadata: pulumi.Output<M>; spec: pulumi.Output<S> } {
    return { metadata: plan.apply((plain) => pick(plain).metadata), spec: plan.apply((plain) => pick(plain).spec) };
}

/** A part that the plan holds because the arguments ask for it. */
export function required<T>(part: T | undefined, what: string): T {
    if (part === undefined) throw new Error(`the plan of the Collector holds no ${what}`);
    return part;
}
