import { isIP } from "node:net";

import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import { kubernetesNamespace } from "../../shared/kubernetes";
import { hostName } from "../../shared/url";
import type { CollectorCiliumArgs } from "../args/network";
import type { Egress } from "../features/feature";
import { featureParts } from "../features";
import { PORTS } from "../constants";
import type { CollectorPlan } from "../plan-types";
import { usesToken } from "../features/self-telemetry";
import type { Destination } from "../proxy";
import { type ManifestContext, objectParts } from "./context";
import { portsOf, toPods } from "./network-policy";

/** The fields of the Collector's plan that the policy depends on. */
export interface CiliumContext {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    /** Labels that select the pods. */
    selector: Record<string, string>;
    /** Namespaces whose pods may send. An empty list means every namespace. */
    fromNamespaces: string[];
    /** Labels of the pods in the same namespace that may send. If undefined, `fromNamespaces` applies. */
    fromPods?: Record<string, string>;
    /** Address ranges outside the cluster that may send. Undefined or empty for none. */
    fromAddresses?: string[];
    /** TCP ports for senders. */
    ports: number[];
    /** UDP ports for senders. @default [] */
    udpPorts?: number[];
    /** Namespaces whose pods may read the metrics. An empty list means every namespace; undefined means there is no metrics port. */
    metricsFrom?: string[];
    /** Whether the Collector calls the API server. */
    apiServer: boolean;
    /** Connections within the cluster. */
    egress: Egress[];
    /** Labels of pods in the same namespace that the Collector sends to over gRPC. */
    toPods?: Record<string, string>;
    /** Connections to Dynatrace, an ActiveGate or a proxy (`directDestination`, `ProxyPlan.destination`). */
    destinations: Destination[];
}

/** A complete CiliumNetworkPolicy. */
export interface CiliumNetworkPolicy {
    apiVersion: "cilium.io/v2";
    kind: "CiliumNetworkPolicy";
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: object;
}

/** Label for the namespace of a pod in Cilium. */
const NAMESPACE_LABEL = "k8s:io.kubernetes.pod.namespace";

/**
 * Restricts the pods' network like `networkPolicySpec`, but allows only Dynatrace's host instead of a port of every host. It replaces the
 * NetworkPolicy. With both, the NetworkPolicy would still allow every host.
 *
 * Cilium learns a host's addresses from DNS answers, so DNS lookups pass through Cilium's proxy. The policy allows lookups of all names: a
 * rejected lookup in a search domain makes some resolvers give up.
 *
 * @param field path of the arguments, for errors.
 * @throws InputError for a destination without a known host.
 * @see https://docs.cilium.io/en/stable/security/policy/language/#dns-based
 */
export function ciliumNetworkPolicy(
    check: Check,
    args: pulumi.Unwrap<CollectorCiliumArgs>,
    context: CiliumContext,
): CiliumNetworkPolicy {
    const { name, namespace, labels } = context;
    return {
        apiVersion: "cilium.io/v2",
        kind: "CiliumNetworkPolicy",
        metadata: { name, namespace, labels },
        spec: {
            endpointSelector: { matchLabels: context.selector },
            ingress: [
                { fromEndpoints: senders(context), toPorts: intoPorts(context) },
                ...fromOutside(context),
                ...(context.metricsFrom === undefined
                    ? []
                    : [{ fromEndpoints: namespaces(context.metricsFrom), toPorts: tcp(PORTS.metrics) }]),
            ],
            egress: [
                nameResolution(check, args),
                ...(context.apiServer ? [{ toEntities: ["kube-apiserver"] }] : []),
                ...context.egress.map(inCluster),
                ...(context.toPods === undefined
                    ? []
                    : [{ toEndpoints: [{ matchLabels: context.toPods }], toPorts: tcp(PORTS.grpc) }]),
                ...context.destinations.map((it) => ({
                    ...peer(check, it, namespace),
                    toPorts: tcp(check.top.at("endpoint.port").wholeNumber(it.port, 1, 65535)),
                })),
            ],
        },
    };
}

/** The policy of a tier. @throws InputError for a destination without a known host. */
export function ciliumPolicy(
    check: Check,
    args: pulumi.Unwrap<CollectorCiliumArgs>,
    plan: CollectorPlan,
): CiliumNetworkPolicy {
    const { apiServer, egress } = featureParts(plan);
    return ciliumNetworkPolicy(check.at("network.networkPolicy.cilium"), args, {
        name: plan.name,
        namespace: plan.namespace,
        labels: plan.labels,
        selector: plan.selector,
        fromNamespaces: plan.fromNamespaces,
        fromPods: plan.fromPods,
        fromAddresses: plan.fromAddresses,
        ports: portsOf(plan, "TCP"),
        udpPorts: portsOf(plan, "UDP"),
        metricsFrom: plan.monitoring?.fromNamespaces,
        apiServer,
        egress,
        toPods: toPods(plan),
        destinations: usesToken(plan) ? [plan.destination] : [],
    });
}

export function createCiliumNetworkPolicy({ name, check, args, plan, options }: ManifestContext): pulumi.Resource[] {
    const { enabled = true, cilium } = args.network?.networkPolicy ?? {};
    if (!enabled || cilium === undefined) return [];
    const parts = objectParts(plan, (plain) => ciliumPolicy(check, plain.cilium ?? {}, plain));
    const object = { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", ...parts };
    return [new k8s.apiextensions.CustomResource(`${name}-policy`, object, options)];
}

function intoPorts({ ports, udpPorts = [] }: CiliumContext): object[] {
    const udp = udpPorts.map((port) => ({ port: String(port), protocol: "UDP" }));
    return [{ ports: [...ports.map((port) => ({ port: String(port), protocol: "TCP" })), ...udp] }];
}

// Without a namespace in the rule, Cilium uses the policy's own namespace.
const ANY_POD = { matchExpressions: [{ key: NAMESPACE_LABEL, operator: "Exists" }] };

function senders({ fromPods, fromNamespaces }: CiliumContext): object[] {
    if (fromPods !== undefined) return [{ matchLabels: fromPods }];
    return namespaces(fromNamespaces);
}

/** The namespaces, or every namespace for an empty list. */
function namespaces(names: string[]): object[] {
    return names.length === 0 ? [ANY_POD] : names.map((name) => ({ matchLabels: { [NAMESPACE_LABEL]: name } }));
}

/** Cilium attributes traffic that a node forwards to the node. */
function fromOutside(context: CiliumContext): object[] {
    const { fromPods, fromAddresses = [] } = context;
    if (fromPods !== undefined || fromAddresses.length === 0) return [];
    const anywhere = fromAddresses.some((range) => range.endsWith("/0"));
    const from = anywhere ? { fromEntities: ["world", "host", "remote-node"] } : { fromCIDR: fromAddresses };
    return [{ ...from, toPorts: intoPorts(context) }];
}

/** Cilium identifies nodes as entities, and the pod's own node as a separate entity. */
function inCluster(egress: Egress): object {
    if (egress.to === "pods") return { toEndpoints: [ANY_POD] };
    if (egress.to === "address") return { toCIDR: [`${egress.address}/32`], toPorts: tcp(egress.port) };
    return { toEntities: ["host", "remote-node"], toPorts: tcp(egress.port) };
}

function nameResolution(check: Check, args: pulumi.Unwrap<CollectorCiliumArgs>): object {
    const dnsLabels = args.dnsLabels ?? { "k8s-app": "kube-dns" };
    if (Object.keys(dnsLabels).length === 0) {
        const problem =
            "is empty, so every pod in the namespace would count as a DNS server; set its labels, or remove it";
        throw check.at("dnsLabels").error(problem);
    }
    const port = check.at("dnsPort").wholeNumber(args.dnsPort ?? 53, 1, 65535);
    const labels = Object.entries(dnsLabels).map(([key, value]) => [`k8s:${key}`, value] as const);
    const namespace = kubernetesNamespace(check.at("dnsNamespace"), args.dnsNamespace ?? "kube-system");
    return {
        toEndpoints: [{ matchLabels: { [NAMESPACE_LABEL]: namespace, ...Object.fromEntries(labels) } }],
        toPorts: [{ ports: [{ port: String(port), protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } }],
    };
}

/** Cilium evaluates a connection to a Service by its pods, which have no host name. */
function peer(check: Check, { host, inCluster }: Destination, namespace: string): object {
    if (host === undefined) {
        const problem = "is required with a CiliumNetworkPolicy, which blocks all other hosts; set it";
        throw check.top.at("network.proxy.secretHost").error(problem);
    }
    const version = isIP(host.replace(/^\[|\]$/g, ""));
    if (version !== 0) return { toCIDR: [`${host.replace(/^\[|\]$/g, "")}/${version === 4 ? 32 : 128}`] };
    if (!inCluster) return { toFQDNs: [{ matchName: hostName(check.top.at("endpoint.host"), host) }] };
    return { toEndpoints: [{ matchLabels: { [NAMESPACE_LABEL]: host.split(".")[1] ?? namespace } }] };
}

function tcp(...ports: number[]): object[] {
    return [{ ports: ports.map((port) => ({ port: String(port), protocol: "TCP" })) }];
}
