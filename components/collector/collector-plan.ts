import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { CiliumArgs } from "./cilium";
import type { ConfigPlan, Plain } from "./config-plan";
import type { ExposurePlan } from "./ingress";
import type { OperatorPlan } from "./operator";
import type { Destination } from "./proxy";
import type { ScalingArgs } from "./scaling";
import type { MemoryPlan } from "./sizing";

/** The pods behind those that applications send to. */
export interface SecondTierPlan {
    replicas: number;
    cpuMillis: number;
    memory: MemoryPlan;
    ownConfig: Plain;
}

/** How senders get to the pods. */
export interface ReachPlan {
    /** Fields of the Service that go there as they are. */
    service: Pick<
        types.input.core.v1.ServiceSpec,
        | "type"
        | "loadBalancerSourceRanges"
        | "externalTrafficPolicy"
        | "internalTrafficPolicy"
        | "trafficDistribution"
        | "sessionAffinity"
    >;
    /** The ports are open on each node as well. */
    hostPorts: boolean;
    /** Ranges of addresses outside of the cluster that a network policy lets in. */
    fromAddresses: string[];
    warnings: string[];
}

/** Everything about a Collector that is decided before a cluster is asked: names, numbers, texts. */
export interface CollectorPlan extends ConfigPlan, ReachPlan {
    labels: Record<string, string>;
    /** Labels that select the pods; they never change for the life of the workload. */
    selector: Record<string, string>;
    image: string;
    imagePullPolicy: string;
    cpuMillis: number;
    scaling: pulumi.Unwrap<ScalingArgs>;
    exposure: ExposurePlan;
    /** Missing where Kubernetes runs the pods itself. */
    operator?: OperatorPlan;
    clusterRoleName: string;
    /** The account of the pods of all tiers. */
    accountName: string;
    /** Where the pods that send to Dynatrace connect to. */
    destination: Destination;
    fromNamespaces: string[];
    /** Labels of the pods of this namespace that alone may send; missing where namespaces decide. */
    fromPods?: Record<string, string>;
    apiServerPorts: number[];
    /** Missing where a NetworkPolicy closes the network. */
    cilium?: pulumi.Unwrap<CiliumArgs>;
    podAnnotations: Record<string, string>;
    /** The pods behind these, with `twoTier`. */
    secondTier?: SecondTierPlan;
    /** Addresses that applications send to. */
    grpcEndpoint: string;
    httpEndpoint: string;
    warnings: string[];
}
