import type * as pulumi from "@pulumi/pulumi";

/** Who can reach a Service. @see https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types */
export const ServiceType = {
    /** The cluster alone. */
    ClusterIp: "ClusterIP",
    /** Whoever reaches a node, on a port that Kubernetes chooses. */
    NodePort: "NodePort",
    /** Whoever reaches a load balancer that the cloud makes. */
    LoadBalancer: "LoadBalancer",
} as const;
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];

/** Which pods a node sends to. */
export const TrafficPolicy = {
    /** Those of any node. */
    Cluster: "Cluster",
    /** Its own alone, and none where it has none. */
    Local: "Local",
} as const;
export type TrafficPolicy = (typeof TrafficPolicy)[keyof typeof TrafficPolicy];

/** Which pods are preferred. @see https://kubernetes.io/docs/concepts/services-networking/service/#traffic-distribution */
export const TrafficDistribution = {
    /** Of the sender's zone. The name that Kubernetes had before 1.34. */
    PreferClose: "PreferClose",
    /** Of the sender's zone; Kubernetes 1.34 and later. */
    PreferSameZone: "PreferSameZone",
    /** Of the sender's node, then of its zone; Kubernetes 1.34 and later. */
    PreferSameNode: "PreferSameNode",
} as const;
export type TrafficDistribution = (typeof TrafficDistribution)[keyof typeof TrafficDistribution];

/** Whether a sender stays with a pod. */
export const SessionAffinity = {
    /** With each connection any pod. */
    None: "None",
    /** The same pod for all connections from an address, for three hours. */
    ClientIp: "ClientIP",
} as const;
export type SessionAffinity = (typeof SessionAffinity)[keyof typeof SessionAffinity];

/**
 * The Service that applications send to. With `operator` the Operator makes it, and `trafficDistribution` is all that can be asked for.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/
 */
export interface CollectorServiceArgs {
    /** Anything but `ClusterIP` opens the Collector to the world, as far as the network lets it; that warns without `receiver.bearer` and `receiver.tls`. @default `ClusterIP` */
    type?: pulumi.Input<ServiceType>;
    /** E.g. what a cloud wants to know of its load balancer. @default {} */
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Addresses that a `LoadBalancer` lets through, e.g. `203.0.113.0/24`. @default - every one */
    loadBalancerSourceRanges?: pulumi.Input<pulumi.Input<string>[]>;
    /** What a node does with what comes from outside. @default `Local` for a `LoadBalancer`, which keeps the sender's address; else `Cluster` */
    externalTrafficPolicy?: pulumi.Input<TrafficPolicy>;
    /** What a node does with what its own pods send. @default `Local` for a `daemonSet`, else `Cluster` */
    internalTrafficPolicy?: pulumi.Input<TrafficPolicy>;
    /** Saves traffic between zones, as long as pods are where senders are. @default - any pod */
    trafficDistribution?: pulumi.Input<TrafficDistribution>;
    /** @default `None` */
    sessionAffinity?: pulumi.Input<SessionAffinity>;
}

/** The account that the pods run under. @see https://kubernetes.io/docs/concepts/security/service-accounts/ */
export interface ServiceAccountArgs {
    /** E.g. `eks.amazonaws.com/role-arn`, for pods that use a role of a cloud. @default {} */
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /**
     * ServiceAccount in the Collector's namespace that exists already. It gets the rights that the Collector needs, and so does whoever else
     * runs under it. Whether it is given must be known when the program runs.
     *
     * @default - one is made, with the Collector's name
     */
    existingName?: pulumi.Input<string>;
}
