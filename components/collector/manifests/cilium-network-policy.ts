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

/** The part of the Collector's plan that the policy depends on. */
export interface CiliumContext {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    /** Labels that select the pods. */
    selector: Record<string, string>;
    /** Namespaces whose pods may send; empty for every one. */
    fromNamespaces: string[];
    /** Labels of the pods of this namespace that alone may send; missing where namespaces decide. */
    fromPods?: Record<string, string>;
    /** Ranges of addresses outside of the cluster that may send; missing or empty for none. */
    fromAddresses?: string[];
    /** Ports that they send to. */
    ports: number[];
    /** The same over UDP. @default [] */
    udpPorts?: number[];
    /** Namespaces whose pods may read the metrics, empty for every one; missing where there is no port for them. */
    metricsFrom?: string[];
    /** Whether the Collector reads from the API server. */
    apiServer: boolean;
    /** Where it connects to in the cluster. */
    egress: Egress[];
    /** Pods of this namespace that it sends on to, over gRPC. */
    toPods?: Record<string, string>;
    /** Where it connects to besides: Dynatrace, an ActiveGate or a proxy (`directDestination`, `ProxyPlan.destination`). */
    destinations: Destination[];
}

/** The object, whole. */
export interface CiliumNetworkPolicy {
    apiVersion: "cilium.io/v2";
    kind: "CiliumNetworkPolicy";
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: object;
}

/** Label by which Cilium knows the namespace of a pod. */
const NAMESPACE_LABEL = "k8s:io.kubernetes.pod.namespace";

/**
 * Closes the pods' network like `networkPolicySpec`, but to the one host of Dynatrace instead of a port of every host. It stands in
 * the place of the other: beside it, it would close nothing, since what either allows is allowed.
 *
 * Cilium learns a host's addresses from the answers of the DNS server, which is why lookups pass through it. Every name may be looked
 * up: a refused lookup in a search domain makes some resolvers give up.
 *
 * @param field where the arguments stand in those of the component, for the error text.
 * @throws InputError for a destination whose host is not known.
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

/** The policy of a tier. @throws InputError for a destination whose host is unknown. */
export function ciliumPolicy(
    check: Check,
    args: pulumi.Unwrap<CollectorCiliumArgs>,
    plan: CollectorPlan,
): CiliumNetworkPolicy {
    const { apiServer, egress } = featureParts(plan);
    return ciliumNetworkPolicy(check.at("networkPolicy.cilium"), args, {
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
    const { enabled = true, cilium } = args.networkPolicy ?? {};
    if (!enabled || cilium === undefined) return [];
    const parts = objectParts(plan, (plain) => ciliumPolicy(check, plain.cilium ?? {}, plain));
    const object = { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", ...parts };
    return [new k8s.apiextensions.CustomResource(`${name}-policy`, object, options)];
}

function intoPorts({ ports, udpPorts = [] }: CiliumContext): object[] {
    const udp = udpPorts.map((port) => ({ port: String(port), protocol: "UDP" }));
    return [{ ports: [...ports.map((port) => ({ port: String(port), protocol: "TCP" })), ...udp] }];
}

// Without a word on the namespace, Cilium would take the policy's own.
const ANY_POD = { matchExpressions: [{ key: NAMESPACE_LABEL, operator: "Exists" }] };

function senders({ fromPods, fromNamespaces }: CiliumContext): object[] {
    if (fromPods !== undefined) return [{ matchLabels: fromPods }];
    return namespaces(fromNamespaces);
}

/** Every namespace, where none is named. */
function namespaces(names: string[]): object[] {
    return names.length === 0 ? [ANY_POD] : names.map((name) => ({ matchLabels: { [NAMESPACE_LABEL]: name } }));
}

/** What a node hands on comes from that node, as Cilium sees it. */
function fromOutside(context: CiliumContext): object[] {
    const { fromPods, fromAddresses = [] } = context;
    if (fromPods !== undefined || fromAddresses.length === 0) return [];
    const anywhere = fromAddresses.some((range) => range.endsWith("/0"));
    const from = anywhere ? { fromEntities: ["world", "host", "remote-node"] } : { fromCIDR: fromAddresses };
    return [{ ...from, toPorts: intoPorts(context) }];
}

/** Cilium knows nodes as entities, the pod's own apart from the others. */
function inCluster(egress: Egress): object {
    if (egress.to === "pods") return { toEndpoints: [ANY_POD] };
    if (egress.to === "address") return { toCIDR: [`${egress.address}/32`], toPorts: tcp(egress.port) };
    return { toEntities: ["host", "remote-node"], toPorts: tcp(egress.port) };
}

function nameResolution(check: Check, args: pulumi.Unwrap<CollectorCiliumArgs>): object {
    const dnsLabels = args.dnsLabels ?? { "k8s-app": "kube-dns" };
    if (Object.keys(dnsLabels).length === 0) {
        const problem = "is empty, so that every pod there would count as DNS server; give its labels, or leave it out";
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

/** Cilium judges a connection to a Service by its pods, for which there is no host name. */
function peer(check: Check, { host, inCluster }: Destination, namespace: string): object {
    if (host === undefined) {
        const problem =
            "is needed beside a CiliumNetworkPolicy, which closes the network to all hosts but this; give it";
        throw check.top.at("proxy.secretHost").error(problem);
    }
    const version = isIP(host.replace(/^\[|\]$/g, ""));
    if (version !== 0) return { toCIDR: [`${host.replace(/^\[|\]$/g, "")}/${version === 4 ? 32 : 128}`] };
    if (!inCluster) return { toFQDNs: [{ matchName: hostName(check.top.at("endpoint.host"), host) }] };
    return { toEndpoints: [{ matchLabels: { [NAMESPACE_LABEL]: host.split(".")[1] ?? namespace } }] };
}

function tcp(...ports: number[]): object[] {
    return [{ ports: ports.map((port) => ({ port: String(port), protocol: "TCP" })) }];
}
