import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { InputError } from "../input-error";
import { Signal } from "../signals";
import { CollectorMode } from "./args";
import type { CollectorNetworkPolicyArgs } from "./args";
import { addressRange, oneOf } from "./part-checks";
import { PORTS } from "./places";
import type { CollectorPlan } from "./plan";

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

/** What about the rest of the Collector this depends on. */
export interface ReachSurroundings {
    mode: CollectorMode;
    signals: Signal[];
    /** Whether the receiver itself takes TLS alone. */
    receiverTls: boolean;
    /** Whether senders have to show a token, password or certificate. */
    receiverAuth: boolean;
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

/** Whatever address there is. */
export const ANYWHERE = ["0.0.0.0/0", "::/0"];

/** The arguments that decide it, of all that a Collector has. */
export interface ReachInputs {
    service?: pulumi.Unwrap<CollectorServiceArgs>;
    hostPorts?: boolean;
    networkPolicy?: pulumi.Unwrap<CollectorNetworkPolicyArgs>;
    cumulativeToDelta?: boolean;
    operator?: object;
}

/**
 * Decides how senders get to the pods.
 *
 * @throws InputError for what would have no effect, what the Operator has no field for, and what would send wrong numbers.
 */
export function planReach(component: string, args: ReachInputs, around: ReachSurroundings): ReachPlan {
    const { service = {}, hostPorts = false, networkPolicy } = args;
    const refuse = (field: string, problem: string): never => {
        throw new InputError(component, field, problem);
    };
    const agent = around.mode === CollectorMode.DaemonSet;
    if (hostPorts && !agent)
        refuse("hostPorts", `mode ${around.mode} would let one pod run on a node; set mode to daemonSet`);
    if (args.operator !== undefined) checkForOperator(service, refuse);
    const one = <T extends string>(key: keyof CollectorServiceArgs, known: Record<string, T>): T | undefined =>
        service[key] === undefined ? undefined : oneOf(component, `service.${key}`, service[key] as string, known);

    const type = one("type", ServiceType);
    const outside = type !== undefined && type !== ServiceType.ClusterIp;
    const balanced = type === ServiceType.LoadBalancer;
    const external = one("externalTrafficPolicy", TrafficPolicy) ?? (balanced ? TrafficPolicy.Local : undefined);
    const internal = one("internalTrafficPolicy", TrafficPolicy) ?? (agent ? TrafficPolicy.Local : undefined);
    const distribution = one("trafficDistribution", TrafficDistribution);
    if (external !== undefined && !outside) {
        refuse("service.externalTrafficPolicy", "has no effect with type ClusterIP; leave it out, or set service.type");
    }
    if (service.loadBalancerSourceRanges !== undefined && !balanced) {
        refuse("service.loadBalancerSourceRanges", "needs service.type LoadBalancer; set it, or leave this out");
    }
    if (distribution !== undefined && internal === TrafficPolicy.Local) {
        refuse(
            "service.trafficDistribution",
            "has no effect where senders reach the pod of their own node; leave it out",
        );
    }
    if (agent && (args.cumulativeToDelta ?? true) && around.signals.includes(Signal.Metrics)) {
        const elsewhere =
            "would bring a series to several pods, which each compute wrong deltas; leave it out, set mode to twoTier, or set cumulativeToDelta to false";
        if (internal !== TrafficPolicy.Local) refuse("service.internalTrafficPolicy", `${internal ?? ""} ${elsewhere}`);
        if (balanced) refuse("service.type", `LoadBalancer ${elsewhere}`);
        if (outside && external !== TrafficPolicy.Local) {
            refuse("service.externalTrafficPolicy", `Cluster ${elsewhere}, or set this to Local`);
        }
    }
    const ranges = service.loadBalancerSourceRanges?.map((range, index) =>
        addressRange(component, `service.loadBalancerSourceRanges[${index}]`, range),
    );
    const plan = {
        service: {
            type,
            loadBalancerSourceRanges: ranges,
            externalTrafficPolicy: external,
            internalTrafficPolicy: internal,
            trafficDistribution: distribution,
            sessionAffinity: one("sessionAffinity", SessionAffinity),
        },
        hostPorts,
        fromAddresses: fromAddresses(component, networkPolicy, outside, external === "Local" ? ranges : undefined),
    };
    return { ...plan, warnings: warningsOf(component, plan, args, around) };
}

/** URLs of the Service's load balancer, without `/v1/...`; a cloud gives it an address, a name, or neither yet. */
export function balancerUrls(
    plan: pulumi.Output<CollectorPlan>,
    status: pulumi.Output<types.output.core.v1.ServiceStatus | undefined>,
): pulumi.Output<string[]> {
    return pulumi.all([plan.service.type, plan.receiver.sender.urlScheme, status]).apply(([type, scheme, known]) => {
        if (type !== ServiceType.LoadBalancer) return [];
        return (known?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname = ip }) => {
            if (hostname === undefined) return [];
            return [`${scheme}://${hostname.includes(":") ? `[${hostname}]` : hostname}:${PORTS.http}`];
        });
    });
}

/** A balancer that keeps the sender's address lets in whom it lets through; behind others a sender can have any address. */
function fromAddresses(
    component: string,
    networkPolicy: ReachInputs["networkPolicy"],
    outside: boolean,
    ranges?: string[],
): string[] {
    const given = networkPolicy?.fromAddresses?.map((range, index) =>
        addressRange(component, `networkPolicy.fromAddresses[${index}]`, range),
    );
    return [...(given ?? (outside ? (ranges ?? ANYWHERE) : []))].sort();
}

function checkForOperator(service: object, refuse: (field: string, problem: string) => never): void {
    const found = Object.entries(service).find(([key, value]) => key !== "trafficDistribution" && value !== undefined);
    if (found === undefined) return;
    refuse(
        `service.${found[0]}`,
        "the Operator makes the Service, and has no field for it; leave it out, or leave operator out",
    );
}

function warningsOf(
    component: string,
    { service, hostPorts, fromAddresses: open }: Omit<ReachPlan, "warnings">,
    { networkPolicy }: ReachInputs,
    { mode, receiverTls, receiverAuth }: ReachSurroundings,
): string[] {
    const outside = service.type !== undefined && service.type !== ServiceType.ClusterIp;
    const ways = [...(outside ? [`service.type: ${service.type as string}`] : []), ...(hostPorts ? ["hostPorts"] : [])];
    const ofNodes = service.internalTrafficPolicy === TrafficPolicy.Local && mode !== CollectorMode.DaemonSet;
    const chosen = (networkPolicy?.fromNamespaces ?? []).length > 0 && open.includes(ANYWHERE[0] as string);
    return [
        ...ways.flatMap((way) => [
            ...(receiverTls
                ? []
                : [
                      `${component}: ${way}: telemetry crosses the network unencrypted; give a certificate with receiver.tls`,
                  ]),
            ...(receiverAuth
                ? []
                : [
                      `${component}: ${way}: whoever reaches it may send at your cost; ask for a token with receiver.bearer`,
                  ]),
        ]),
        ...(ofNodes
            ? [
                  `${component}: service.internalTrafficPolicy: what is sent on a node without a pod of the Collector is lost; use mode daemonSet, or trafficDistribution`,
              ]
            : []),
        ...(chosen
            ? [
                  `${component}: networkPolicy.fromNamespaces: service.type opens the ports to every address, other namespaces' included; name those that may send in networkPolicy.fromAddresses`,
              ]
            : []),
    ];
}
