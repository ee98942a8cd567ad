import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { Signal } from "../shared/signals";
import { CollectorMode } from "./args";
import type { CollectorNetworkPolicyArgs } from "./args";
import {
    type CollectorServiceArgs,
    ServiceType,
    SessionAffinity,
    TrafficDistribution,
    TrafficPolicy,
} from "./args-service";
import { addressRange } from "../shared/kubernetes";
import { PORTS } from "./places";
import type { CollectorPlan, ReachPlan } from "./collector-plan";

/** What about the rest of the Collector this depends on. */
export interface ReachSurroundings {
    mode: CollectorMode;
    signals: Signal[];
    /** Whether the receiver itself takes TLS alone. */
    receiverTls: boolean;
    /** Whether senders have to show a token, password or certificate. */
    receiverAuth: boolean;
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
export function planReach(check: Check, args: ReachInputs, around: ReachSurroundings): ReachPlan {
    const { service = {}, hostPorts = false, networkPolicy } = args;
    const refuse = (field: string, problem: string): never => {
        throw check.at(field).error(problem);
    };
    const agent = around.mode === CollectorMode.DaemonSet;
    if (hostPorts && !agent)
        refuse("hostPorts", `mode ${around.mode} would let one pod run on a node; set mode to daemonSet`);
    if (args.operator !== undefined) checkOperatorService(check, service);
    const one = <T extends string>(key: keyof CollectorServiceArgs, known: Record<string, T>): T | undefined =>
        service[key] === undefined ? undefined : check.at(`service.${key}`).oneOf(service[key] as string, known);

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
    const ranges = addressRanges(check.at("service.loadBalancerSourceRanges"), service.loadBalancerSourceRanges);
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
        fromAddresses: fromAddresses(check, networkPolicy, outside, external === "Local" ? ranges : undefined),
    };
    return { ...plan, warnings: warningsOf(check, plan, args, around) };
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
    check: Check,
    networkPolicy: ReachInputs["networkPolicy"],
    outside: boolean,
    ranges?: string[],
): string[] {
    const given = addressRanges(check.at("networkPolicy.fromAddresses"), networkPolicy?.fromAddresses);
    return [...(given ?? (outside ? (ranges ?? ANYWHERE) : []))].sort();
}

function addressRanges(check: Check, given: string[] | undefined): string[] | undefined {
    if (given === undefined) return undefined;
    const ranges = check.list(given, '["203.0.113.0/24"]');
    return ranges.map((range, index) => addressRange(check.at(index), range));
}

/** @throws InputError for what the Operator's Service cannot have. */
export function checkOperatorService(check: Check, service: object): void {
    const found = Object.entries(service).find(([key, value]) => key !== "trafficDistribution" && value !== undefined);
    if (found === undefined) return;
    const problem = "the Operator makes the Service, and has no field for it; leave it out, or leave operator out";
    throw check.at(`service.${found[0]}`).error(problem);
}

function warningsOf(
    check: Check,
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
                      check
                          .at(way)
                          .warning(`telemetry crosses the network unencrypted; give a certificate with receiver.tls`),
                  ]),
            ...(receiverAuth
                ? []
                : [
                      check
                          .at(way)
                          .warning(`whoever reaches it may send at your cost; ask for a token with receiver.bearer`),
                  ]),
        ]),
        ...(ofNodes
            ? [
                  check
                      .at("service.internalTrafficPolicy")
                      .warning(
                          `what is sent on a node without a pod of the Collector is lost; use mode daemonSet, or trafficDistribution`,
                      ),
              ]
            : []),
        ...(chosen
            ? [
                  check
                      .at("networkPolicy.fromNamespaces")
                      .warning(
                          `service.type opens the ports to every address, other namespaces' included; name those that may send in networkPolicy.fromAddresses`,
                      ),
              ]
            : []),
    ];
}
