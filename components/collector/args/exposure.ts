import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** Who can reach a Service. @see https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types */
export const CollectorServiceType = {
    /** Only the cluster. */
    ClusterIp: "ClusterIP",
    /** Anyone who can reach a node, on a port that Kubernetes chooses. */
    NodePort: "NodePort",
    /** Anyone who can reach the cloud's load balancer. */
    LoadBalancer: "LoadBalancer",
} as const;
export type CollectorServiceType = (typeof CollectorServiceType)[keyof typeof CollectorServiceType];

/** Which pods a node sends to. */
export const CollectorTrafficPolicy = {
    /** Those of any node. */
    Cluster: "Cluster",
    /** Only its own pods; traffic to a node without one is dropped. */
    Local: "Local",
} as const;
export type CollectorTrafficPolicy = (typeof CollectorTrafficPolicy)[keyof typeof CollectorTrafficPolicy];

/** Which pods are preferred. @see https://kubernetes.io/docs/concepts/services-networking/service/#traffic-distribution */
export const CollectorTrafficDistribution = {
    /** Of the sender's zone. The name that Kubernetes had before 1.34. */
    PreferClose: "PreferClose",
    /** Of the sender's zone; Kubernetes 1.34 and later. */
    PreferSameZone: "PreferSameZone",
    /** Of the sender's node, then of its zone; Kubernetes 1.34 and later. */
    PreferSameNode: "PreferSameNode",
} as const;
export type CollectorTrafficDistribution =
    (typeof CollectorTrafficDistribution)[keyof typeof CollectorTrafficDistribution];

/** Whether a sender stays with a pod. */
export const CollectorSessionAffinity = {
    /** With each connection any pod. */
    None: "None",
    /** The same pod for all connections from an address, for three hours. */
    ClientIp: "ClientIP",
} as const;
export type CollectorSessionAffinity = (typeof CollectorSessionAffinity)[keyof typeof CollectorSessionAffinity];

/**
 * The Service that applications send to. With `operator` the Operator creates it, and only `trafficDistribution` can be set.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/
 */
export interface CollectorServiceArgs {
    /** Anything except `ClusterIP` opens the Collector to addresses outside the cluster, with a warning without `receiver.bearer` and `receiver.tls`. @default `ClusterIP` */
    type?: pulumi.Input<CollectorServiceType | undefined>;
    /** E.g. settings of a cloud's load balancer. @default {} */
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Address ranges that a `LoadBalancer` accepts, e.g. `203.0.113.0/24`. @default - every address */
    loadBalancerSourceRanges?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** What a node does with what comes from outside. @default `Local` for a `LoadBalancer`, which keeps the sender's address; else `Cluster` */
    externalTrafficPolicy?: pulumi.Input<CollectorTrafficPolicy | undefined>;
    /** What a node does with what its own pods send. @default `Local` for a `daemonSet`, else `Cluster` */
    internalTrafficPolicy?: pulumi.Input<CollectorTrafficPolicy | undefined>;
    /** Saves traffic between zones, as long as pods are where senders are. @default - any pod */
    trafficDistribution?: pulumi.Input<CollectorTrafficDistribution | undefined>;
    /** @default `None` */
    sessionAffinity?: pulumi.Input<CollectorSessionAffinity | undefined>;
}

export const SERVICE_FIELDS: Fields<CollectorServiceArgs> = {
    type: Field.Any,
    annotations: Field.NoFallback,
    loadBalancerSourceRanges: Field.NoFallback,
    externalTrafficPolicy: Field.Any,
    internalTrafficPolicy: Field.Any,
    trafficDistribution: Field.Any,
    sessionAffinity: Field.Any,
};

/** An Ingress of one protocol. */
export interface CollectorIngressArgs {
    /** Host names that senders use, e.g. `otlp.example.com`. */
    hosts: pulumi.Input<pulumi.Input<string>[]>;
    /** @default - the cluster's default IngressClass */
    className?: pulumi.Input<string | undefined>;
    /** Secret with the certificate for the hosts, in the Collector's namespace. @default - no encryption */
    tlsSecretName?: pulumi.Input<string | undefined>;
    /**
     * Settings of the Ingress controller, e.g. `nginx.ingress.kubernetes.io/backend-protocol: GRPC` for gRPC.
     *
     * @default {}
     */
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
}

export const INGRESS_FIELDS: Fields<CollectorIngressArgs> = {
    hosts: Field.NoFallback,
    className: Field.NoFallback,
    tlsSecretName: Field.NoFallback,
    annotations: Field.NoFallback,
};

/** Routes of the Gateway API. @see https://gateway-api.sigs.k8s.io/ */
export interface CollectorGatewayArgs {
    /** Gateway that exists already. */
    name: pulumi.Input<string>;
    /** @default - the Collector's namespace */
    namespace?: pulumi.Input<string | undefined>;
    /** Listener of the Gateway. @default - all that fit the host names */
    sectionName?: pulumi.Input<string | undefined>;
    /** Host names for OTLP over HTTP. @default - no HTTPRoute */
    httpHosts?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Host names for OTLP over gRPC; not those of HTTP, which a Gateway would refuse. @default - no GRPCRoute */
    grpcHosts?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

export const GATEWAY_FIELDS: Fields<CollectorGatewayArgs> = {
    name: Field.NoFallback,
    namespace: Field.NoFallback,
    sectionName: Field.NoFallback,
    httpHosts: Field.NoFallback,
    grpcHosts: Field.NoFallback,
};

/**
 * Ways to the Collector from outside the cluster. Only the paths of OTLP are open, only for the signals it takes. Which of them there are
 * must be known when the program runs.
 */
export interface CollectorExposureArgs {
    /** OTLP over HTTP by an Ingress. @default - none */
    httpIngress?: CollectorIngressArgs;
    /** OTLP over gRPC by an Ingress; needs a controller that speaks it. @default - none */
    grpcIngress?: CollectorIngressArgs;
    /** @default - none */
    gateway?: CollectorGatewayArgs;
    /** Namespace of the pods that forward, to be let in by the network policy. @default - what the policy lets in anyway */
    controllerNamespace?: pulumi.Input<string | undefined>;
}

export const EXPOSURE_FIELDS: Fields<CollectorExposureArgs> = {
    httpIngress: INGRESS_FIELDS,
    grpcIngress: INGRESS_FIELDS,
    gateway: GATEWAY_FIELDS,
    controllerNamespace: Field.Any,
};
