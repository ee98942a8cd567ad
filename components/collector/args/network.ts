import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";
import { EGRESS_RULE_FIELDS, INGRESS_RULE_FIELDS } from "../../shared/policy-rules";
import { type CollectorExposureArgs, type CollectorServiceArgs, EXPOSURE_FIELDS, SERVICE_FIELDS } from "./exposure";
import { type CollectorProxyArgs, PROXY_FIELDS } from "./proxy";
import { type CollectorTrustArgs, TRUST_FIELDS } from "./trust";

/**
 * DNS settings of a cluster with Cilium. Cilium learns the addresses of a host from DNS answers. Without any of these fields, the servers
 * of Kubernetes and of OpenShift are allowed.
 */
export interface CollectorCiliumArgs {
    /** Namespace of the DNS server's pods, e.g. `openshift-dns`. @default `kube-system` */
    dnsNamespace?: pulumi.Input<string | undefined>;
    /** Labels of the DNS server's pods. @default { "k8s-app": "kube-dns" } */
    dnsLabels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Port of the DNS server's pods, e.g. 5353. @default 53 */
    dnsPort?: pulumi.Input<number | undefined>;
}

export const CILIUM_FIELDS: Fields<CollectorCiliumArgs> = {
    dnsNamespace: Field.NoFallback,
    dnsLabels: Field.NoFallback,
    dnsPort: Field.Any,
};

/** Network policy: who may connect to the Collector, and where the Collector may connect to. */
export interface CollectorNetworkPolicyArgs {
    /** Creates a network policy. Must be known when the program runs. @default true */
    enabled?: boolean;
    /** Names of the namespaces whose pods may send. @default - every namespace of the cluster */
    fromNamespaces?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * Address ranges outside the cluster that may send, e.g. `203.0.113.0/24`, such as a load balancer that hides the sender's address.
     *
     * @default - none with `service.type` `ClusterIP`; `service.loadBalancerSourceRanges` if `service.externalTrafficPolicy` is `Local`,
     * which keeps the sender's address; otherwise all addresses
     */
    fromAddresses?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * Creates a `CiliumNetworkPolicy` instead of a NetworkPolicy. It allows only Dynatrace's host instead of a port of every host. Needs a
     * cluster with Cilium. Whether this field is set must be known when the program runs.
     *
     * @default - a NetworkPolicy
     */
    cilium?: CollectorCiliumArgs;
    /** Ports of the Kubernetes API server's endpoints, behind its Service. @default [443, 6443], with platform `minikube` also 8443 */
    apiServerPorts?: pulumi.Input<pulumi.Input<number>[] | undefined>;
    /**
     * Your own rules for connections to the pods, in addition, e.g. for a service mesh. They apply to both tiers, and to either kind of
     * policy. An empty list in a rule is an error, because Kubernetes would allow everything.
     *
     * @default []
     * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
     */
    ingress?: pulumi.Input<pulumi.Input<types.input.networking.v1.NetworkPolicyIngressRule>[] | undefined>;
    /** Your own rules for connections from the pods, e.g. to another backend of `extraConfig`. See `ingress`. @default [] */
    egress?: pulumi.Input<pulumi.Input<types.input.networking.v1.NetworkPolicyEgressRule>[] | undefined>;
}

export const NETWORK_POLICY_FIELDS: Fields<CollectorNetworkPolicyArgs> = {
    enabled: Field.Any,
    fromNamespaces: Field.NoFallback,
    fromAddresses: Field.NoFallback,
    cilium: CILIUM_FIELDS,
    apiServerPorts: Field.NoFallback,
    ingress: [INGRESS_RULE_FIELDS],
    egress: [EGRESS_RULE_FIELDS],
};

/** How senders reach the Collector, and how the Collector reaches Dynatrace. */
export interface CollectorNetworkArgs {
    /** The Service that applications send to. @default - a `ClusterIP` Service */
    service?: CollectorServiceArgs;
    /** Access to the Collector from outside the cluster. @default - none */
    exposure?: CollectorExposureArgs;
    /**
     * Also opens the Collector's ports on each node, for senders that cannot use a Service, e.g. a process on the node. Needs mode
     * `daemonSet`. The namespace must allow Pod Security `privileged`. Must be known when the program runs.
     *
     * @default false
     */
    hostPorts?: boolean;
    /** Proxy between the Collector and Dynatrace. @default - no proxy */
    proxy?: pulumi.Input<CollectorProxyArgs | undefined>;
    /** Your own CA. The Collector also trusts `ca` of the endpoint. @default - the system's certificates */
    trust?: pulumi.Input<CollectorTrustArgs | undefined>;
    /** Who may connect to the Collector, and where the Collector may connect to. @default - a NetworkPolicy; every namespace may send */
    networkPolicy?: CollectorNetworkPolicyArgs;
}

export const NETWORK_FIELDS: Fields<CollectorNetworkArgs> = {
    service: SERVICE_FIELDS,
    exposure: EXPOSURE_FIELDS,
    hostPorts: Field.Any,
    proxy: PROXY_FIELDS,
    trust: TRUST_FIELDS,
    networkPolicy: NETWORK_POLICY_FIELDS,
};
