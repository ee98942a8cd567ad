import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { Field, type Fields } from "../../shared/fields";

/** How pods are spread over zones and nodes. */
export const CollectorSpread = {
    /** Evenly if possible. */
    Prefer: "prefer",
    /** Evenly. A pod stays pending until this is possible. */
    Require: "require",
    /** No constraint; the scheduler decides. */
    Off: "off",
} as const;
export type CollectorSpread = (typeof CollectorSpread)[keyof typeof CollectorSpread];

/** Nodes that the pods run on, for both tiers with `twoTier`. */
export interface CollectorSchedulingArgs {
    /** Node labels that the pods require, in addition to `kubernetes.io/os: linux`. @default { "kubernetes.io/os": "linux" } */
    nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /**
     * Node taints that the pods tolerate. If applications run on tainted nodes and send to a `daemonSet`, add the same tolerations here.
     * Otherwise no Collector pod runs on these nodes. `{ operator: "Exists" }` tolerates all taints.
     *
     * @default - none, except the tolerations that Kubernetes adds to a `daemonSet`
     * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
     */
    tolerations?: pulumi.Input<pulumi.Input<types.input.core.v1.Toleration>[] | undefined>;
    /** Node and pod affinity. @default - none; `spread` spreads the pods */
    affinity?: pulumi.Input<types.input.core.v1.Affinity | undefined>;
    /** Name of an existing PriorityClass, e.g. `system-node-critical` for an agent. @default - the cluster's default */
    priorityClassName?: pulumi.Input<string | undefined>;
    /** How pods are spread over zones and nodes. A `daemonSet` runs on each node instead. @default `prefer` */
    spread?: pulumi.Input<CollectorSpread | undefined>;
}

export const SCHEDULING_FIELDS: Fields<CollectorSchedulingArgs> = {
    nodeSelector: Field.NoFallback,
    tolerations: Field.Any,
    affinity: Field.Any,
    priorityClassName: Field.Any,
    spread: Field.Any,
};
