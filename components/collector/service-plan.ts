import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { Signal } from "../shared/signals";
import { CollectorMode } from "./args";
import { addressRange } from "../shared/kubernetes";
import type { ServicePlan } from "./plan-types";
import type { CollectorNetworkPolicyArgs } from "./args/network";
import {
    type CollectorServiceArgs,
    CollectorServiceType,
    CollectorSessionAffinity,
    CollectorTrafficDistribution,
    CollectorTrafficPolicy,
} from "./args/exposure";

/** The part of the Collector's plan that this depends on. */
export interface ServiceContext {
    mode: CollectorMode;
    signals: Signal[];
    /** Whether the receiver itself takes TLS alone. */
    receiverTls: boolean;
    /** Whether senders have to show a token, password or certificate. */
    receiverAuth: boolean;
}

const ANYWHERE = "0.0.0.0/0";
/** Every address. */
const EVERY_ADDRESS = [ANYWHERE, "::/0"];

/** The arguments that decide it. */
export interface ServiceInputs {
    service?: pulumi.Unwrap<CollectorServiceArgs>;
    hostPorts?: boolean;
    networkPolicy?: pulumi.Unwrap<CollectorNetworkPolicyArgs>;
    cumulativeToDelta?: boolean;
    operator?: object;
}

/**
 * Decides how senders reach the pods.
 *
 * @throws InputError for what would have no effect, what the Operator has no field for, and what would send wrong numbers.
 */
export function planService(check: Check, args: ServiceInputs, context: ServiceContext): ServicePlan {
    const { service = {}, hostPorts = false, networkPolicy } = args;
    const refuse = (field: string, problem: string): never => {
        throw check.at(field).error(problem);
    };
    const agent = context.mode === CollectorMode.DaemonSet;
    if (hostPorts && !agent)
        refuse("hostPorts", `mode ${context.mode} would let one pod run on a node; set mode to daemonSet`);
    if (args.operator !== undefined) checkOperatorService(check, service);
    const one = <T extends string>(key: keyof CollectorServiceArgs, known: Record<string, T>): T | undefined =>
        service[key] === undefined ? undefined : check.at(`service.${key}`).oneOf(service[key], known);

    const type = one("type", CollectorServiceType);
    const outside = type !== undefined && type !== CollectorServiceType.ClusterIp;
    const balanced = type === CollectorServiceType.LoadBalancer;
    const external =
        one("externalTrafficPolicy", CollectorTrafficPolicy) ?? (balanced ? CollectorTrafficPolicy.Local : undefined);
    const internal =
        one("internalTrafficPolicy", CollectorTrafficPolicy) ?? (agent ? CollectorTrafficPolicy.Local : undefined);
    const distribution = one("trafficDistribution", CollectorTrafficDistribution);
    if (external !== undefined && !outside) {
        refuse("service.externalTrafficPolicy", "has no effect with type ClusterIP; leave it out, or set service.type");
    }
    if (service.loadBalancerSourceRanges !== undefined && !balanced) {
        refuse("service.loadBalancerSourceRanges", "needs service.type LoadBalancer; set it, or leave this out");
    }
    if (distribution !== undefined && internal === CollectorTrafficPolicy.Local) {
        refuse(
            "service.trafficDistribution",
            "has no effect where senders reach the pod of their own node; leave it out",
        );
    }
    if (agent && (args.cumulativeToDelta ?? true) && context.signals.includes(Signal.Metrics)) {
        const elsewhere =
            "would bring a series to several pods, which each compute wrong deltas; leave it out, set mode to twoTier, or set cumulativeToDelta to false";
        if (internal !== CollectorTrafficPolicy.Local)
            refuse("service.internalTrafficPolicy", `${internal ?? ""} ${elsewhere}`);
        if (balanced) refuse("service.type", `LoadBalancer ${elsewhere}`);
        if (outside && external !== CollectorTrafficPolicy.Local) {
            refuse("service.externalTrafficPolicy", `Cluster ${elsewhere}, or set this to Local`);
        }
    }
    const ranges = addressRanges(
        check.at("service.loadBalancerSourceRanges"),
        service.loadBalancerSourceRanges,
        "the load balancer accepts every address",
    );
    const plan = {
        service: {
            type,
            loadBalancerSourceRanges: ranges,
            externalTrafficPolicy: external,
            internalTrafficPolicy: internal,
            trafficDistribution: distribution,
            sessionAffinity: one("sessionAffinity", CollectorSessionAffinity),
        },
        hostPorts,
        fromAddresses: fromAddresses(check, networkPolicy, outside, external === "Local" ? ranges : undefined),
    };
    return { ...plan, warnings: warningsOf(check, plan, args, context) };
}

/** A balancer that keeps the sender's address lets in whom it lets through; behind others a sender can have any address. */
function fromAddresses(
    check: Check,
    networkPolicy: ServiceInputs["networkPolicy"],
    outside: boolean,
    ranges?: string[],
): string[] {
    const given = addressRanges(
        check.at("networkPolicy.fromAddresses"),
        networkPolicy?.fromAddresses,
        "service.type decides which addresses may send",
    );
    return [...(given ?? (outside ? (ranges ?? EVERY_ADDRESS) : []))].sort();
}

function addressRanges(check: Check, given: string[] | undefined, leftOut: string): string[] | undefined {
    if (given === undefined) return undefined;
    const ranges = check.nonEmpty(given, '["203.0.113.0/24"]', leftOut);
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
    { service, hostPorts, fromAddresses: open }: Omit<ServicePlan, "warnings">,
    { networkPolicy }: ServiceInputs,
    { mode, receiverTls, receiverAuth }: ServiceContext,
): string[] {
    const outside = service.type !== undefined && service.type !== CollectorServiceType.ClusterIp;
    const ways = [...(outside ? [`service.type: ${service.type as string}`] : []), ...(hostPorts ? ["hostPorts"] : [])];
    const ofNodes = service.internalTrafficPolicy === CollectorTrafficPolicy.Local && mode !== CollectorMode.DaemonSet;
    const chosen = (networkPolicy?.fromNamespaces ?? []).length > 0 && open.includes(ANYWHERE);
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
