import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** Where a cluster with Cilium resolves names. Cilium learns the addresses of a host from the answers. */
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

/** What may talk to the Collector, and what the Collector may talk to. */
export interface CollectorNetworkPolicyArgs {
    /** Must be known when the program runs. @default true */
    enabled?: boolean;
    /** Namespaces whose pods may send, by name. @default - every namespace of the cluster */
    fromNamespaces?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * Addresses outside of the cluster that may send, as `203.0.113.0/24`, e.g. those of a load balancer that hides who sends.
     *
     * @default - none with `service.type` `ClusterIP`; else those of `service.loadBalancerSourceRanges` where `service.externalTrafficPolicy` is
     * `Local`, which keeps the sender's address, or every one
     */
    fromAddresses?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /**
     * Allows only Dynatrace's host instead of a port of every host, in a cluster with Cilium: creates a `CiliumNetworkPolicy` instead of a
     * NetworkPolicy.
     * Whether it is given must be known when the program runs.
     *
     * @default - a NetworkPolicy
     */
    cilium?: CollectorCiliumArgs;
    /** Ports of the Kubernetes API server, as it is reached behind its Service. @default [443, 6443] */
    apiServerPorts?: pulumi.Input<pulumi.Input<number>[] | undefined>;
}

export const NETWORK_POLICY_FIELDS: Fields<CollectorNetworkPolicyArgs> = {
    enabled: Field.Any,
    fromNamespaces: Field.NoFallback,
    fromAddresses: Field.NoFallback,
    cilium: CILIUM_FIELDS,
    apiServerPorts: Field.NoFallback,
};
