import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";
import { IP_FAMILY_FIELDS, type IpFamilyArgs } from "../../shared/ip-families";

/** Who can reach a Service. @see https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types */
export const CollectorServiceType = {
    /** Pods in the cluster. */
    ClusterIp: "ClusterIP",
    /** Anyone who can reach a node, on a port that Kubernetes chooses. */
    NodePort: "NodePort",
    /** Anyone who can reach the cloud's load balancer. */
    LoadBalancer: "LoadBalancer",
} as const;
export type CollectorServiceType = (typeof CollectorServiceType)[keyof typeof CollectorServiceType];

/** Which pods a node forwards traffic to. */
export const CollectorTrafficPolicy = {
    /** The pods of all nodes. */
    Cluster: "Cluster",
    /** Only the pods of the same node. A node without such a pod drops the traffic. */
    Local: "Local",
} as const;
export type CollectorTrafficPolicy = (typeof CollectorTrafficPolicy)[keyof typeof CollectorTrafficPolicy];

/** Which pods are preferred. @see https://kubernetes.io/docs/concepts/services-networking/service/#traffic-distribution */
export const CollectorTrafficDistribution = {
    /** Pods in the sender's zone. Kubernetes before 1.34 uses this name. */
    PreferClose: "PreferClose",
    /** Pods in the sender's zone. Needs Kubernetes 1.34 or later. */
    PreferSameZone: "PreferSameZone",
    /** Pods on the sender's node, then pods in the sender's zone. Needs Kubernetes 1.34 or later. */
    PreferSameNode: "PreferSameNode",
} as const;
export type CollectorTrafficDistribution =
    (typeof CollectorTrafficDistribution)[keyof typeof CollectorTrafficDistribution];

/** A port of a receiver in `extraConfig`. */
export interface CollectorServicePortArgs {
    /** Name of the port in the Service and in the container, e.g. `fluent`: at most 15 lower case letters, digits and `-`. */
    name: pulumi.Input<string>;
    /** Number of the port, which the receiver listens on. 13133 opens the health check, e.g. for a cloud's load balancer. */
    port: pulumi.Input<number>;
    /** Protocol. @default `TCP` */
    protocol?: pulumi.Input<CollectorPortProtocol | undefined>;
    /** Application protocol, e.g. `http`. @default - none @see https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol */
    appProtocol?: pulumi.Input<string | undefined>;
}

export const SERVICE_PORT_FIELDS: Fields<CollectorServicePortArgs> = {
    name: Field.NoFallback,
    port: Field.NoFallback,
    protocol: Field.Any,
    appProtocol: Field.Any,
};

/** Protocol of a port. */
export const CollectorPortProtocol = { Tcp: "TCP", Udp: "UDP" } as const;
export type CollectorPortProtocol = (typeof CollectorPortProtocol)[keyof typeof CollectorPortProtocol];

/**
 * The Service that applications send to. With `operator` the Operator creates it, and only `ports`, `trafficDistribution`,
 * `ipFamilyPolicy` and `ipFamilies` can be set. The address families also apply to the Services that give pods their DNS names.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/
 */
export interface CollectorServiceArgs extends IpFamilyArgs {
    /**
     * Service type. Any type except `ClusterIP` opens the Collector to addresses outside the cluster, and warns unless `receiver.bearer`
     * and `receiver.tls` are set.
     *
     * @default `ClusterIP`
     */
    type?: pulumi.Input<CollectorServiceType | undefined>;
    /** Annotations of the Service, e.g. settings of a cloud load balancer. @default {} */
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Address ranges that a `LoadBalancer` accepts, e.g. `203.0.113.0/24`. @default - all addresses */
    loadBalancerSourceRanges?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * Where a node forwards traffic from outside the cluster. `Local` keeps the sender's address.
     *
     * @default `Local` for a `LoadBalancer`, otherwise `Cluster`
     */
    externalTrafficPolicy?: pulumi.Input<CollectorTrafficPolicy | undefined>;
    /** Where a node forwards traffic from its own pods. @default `Local` for mode `daemonSet`, otherwise `Cluster` */
    internalTrafficPolicy?: pulumi.Input<CollectorTrafficPolicy | undefined>;
    /** Which pods are preferred. Reduces traffic between zones if senders and Collector pods run in the same zones. @default - any pod */
    trafficDistribution?: pulumi.Input<CollectorTrafficDistribution | undefined>;
    /**
     * Ports in addition to those of OTLP and `intake`, for receivers of `extraConfig`. They are open in the Service, in the container and,
     * for all senders, in the network policy.
     *
     * @default []
     */
    ports?: pulumi.Input<pulumi.Input<CollectorServicePortArgs>[] | undefined>;
}

export const SERVICE_FIELDS: Fields<CollectorServiceArgs> = {
    ...IP_FAMILY_FIELDS,
    type: Field.Any,
    annotations: Field.NoFallback,
    loadBalancerSourceRanges: Field.NoFallback,
    externalTrafficPolicy: Field.Any,
    internalTrafficPolicy: Field.Any,
    trafficDistribution: Field.Any,
    ports: [SERVICE_PORT_FIELDS],
};

/** TLS of an Ingress. @see https://kubernetes.io/docs/concepts/services-networking/ingress/#tls */
export interface CollectorIngressTlsArgs {
    /** Secret in the Collector's namespace with `tls.crt` and `tls.key` for the hosts. */
    secretName: pulumi.Input<string>;
}

/** An Ingress for one protocol. */
export interface CollectorIngressArgs {
    /** Host names that senders use, e.g. `otlp.example.com`. */
    hosts: pulumi.Input<pulumi.Input<string>[]>;
    /** IngressClass. @default - the cluster's default IngressClass */
    className?: pulumi.Input<string | undefined>;
    /** Encrypts the connections of senders to the Ingress. @default - no encryption */
    tls?: pulumi.Input<CollectorIngressTlsArgs | undefined>;
    /**
     * Annotations of the Ingress, e.g. settings of its controller. They take precedence over the defaults.
     *
     * @default - with `className` `nginx`, the protocol of the Collector and the largest request; otherwise none
     * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
     */
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
}

export const INGRESS_FIELDS: Fields<CollectorIngressArgs> = {
    hosts: Field.NoFallback,
    className: Field.NoFallback,
    tls: { secretName: Field.NoFallback },
    annotations: Field.NoFallback,
};

/** Routes of the Gateway API. @see https://gateway-api.sigs.k8s.io/ */
export interface CollectorGatewayArgs {
    /** Name of an existing Gateway. */
    name: pulumi.Input<string>;
    /** Namespace of the Gateway. @default - the Collector's namespace */
    namespace?: pulumi.Input<string | undefined>;
    /** Listener of the Gateway. @default - all listeners that match the host names */
    sectionName?: pulumi.Input<string | undefined>;
    /** Host names for OTLP over HTTP. @default - no HTTPRoute */
    httpHosts?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Host names for OTLP over gRPC. They must differ from `httpHosts`, or the Gateway rejects the route. @default - no GRPCRoute */
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
 * Access to the Collector from outside the cluster. Only the OTLP paths of the Collector's signals are open. Which of these fields are
 * set must be known when the program runs.
 */
export interface CollectorExposureArgs {
    /** Ingress for OTLP over HTTP. @default - none */
    httpIngress?: CollectorIngressArgs;
    /** Ingress for OTLP over gRPC. Needs an Ingress controller that supports gRPC. @default - none */
    grpcIngress?: CollectorIngressArgs;
    /** Routes of an existing Gateway. @default - none */
    gateway?: CollectorGatewayArgs;
    /** Namespace of the pods that forward requests, which the network policy then allows. @default - no further namespace */
    controllerNamespace?: pulumi.Input<string | undefined>;
}

export const EXPOSURE_FIELDS: Fields<CollectorExposureArgs> = {
    httpIngress: INGRESS_FIELDS,
    grpcIngress: INGRESS_FIELDS,
    gateway: GATEWAY_FIELDS,
    controllerNamespace: Field.Any,
};
