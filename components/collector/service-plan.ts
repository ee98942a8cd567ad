import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { Signal } from "../shared/signals";
import { CollectorMode } from "./args";
import { ipFamiliesOf } from "../shared/ip-families";
import { addressRange } from "../shared/kubernetes";
import { isPortName } from "../shared/policy-rules";
import type { IntakePort } from "./plan-types";
import type { ServicePlan } from "./plan-types";
import type { CollectorNetworkPolicyArgs } from "./args/network";
import {
    CollectorPortProtocol,
    type CollectorServiceArgs,
    type CollectorServicePortArgs,
    CollectorServiceType,
    CollectorTrafficDistribution,
    CollectorTrafficPolicy,
} from "./args/exposure";

/** The fields of the Collector's plan that the Service depends on. */
export interface ServiceContext {
    mode: CollectorMode;
    signals: Signal[];
    /** Whether the receiver accepts only TLS. */
    receiverTls: boolean;
    /** Whether senders need a token, a password or a certificate. */
    receiverAuth: boolean;
    cumulativeToDelta: boolean;
    /** Set if the Operator creates the Service. */
    operator?: object;
}

const ANYWHERE = "0.0.0.0/0";
/** All addresses. */
const EVERY_ADDRESS = [ANYWHERE, "::/0"];

/** The arguments that the Service depends on. */
export interface ServiceInputs {
    service?: pulumi.Unwrap<CollectorServiceArgs>;
    hostPorts?: boolean;
    networkPolicy?: pulumi.Unwrap<CollectorNetworkPolicyArgs>;
}

/**
 * Plans how senders reach the pods.
 *
 * @throws InputError for arguments without effect, fields that the Operator does not have, and settings that would send wrong values.
 */
export function planService(at: Check, args: ServiceInputs, context: ServiceContext): ServicePlan {
    const { service = {}, hostPorts = false, networkPolicy } = args;
    const check = at.at("network");
    const refuse = (field: string, problem: string): never => {
        throw check.at(field).error(problem);
    };
    const agent = context.mode === CollectorMode.DaemonSet;
    if (hostPorts && !agent)
        refuse("hostPorts", `mode ${context.mode} would allow only one pod on each node; set mode to daemonSet`);
    if (context.operator !== undefined) checkOperatorService(check, service);
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
        refuse(
            "service.externalTrafficPolicy",
            "has no effect with type ClusterIP; remove it, or set network.service.type",
        );
    }
    if (service.loadBalancerSourceRanges !== undefined && !balanced) {
        refuse(
            "service.loadBalancerSourceRanges",
            "needs type LoadBalancer; set network.service.type, or remove loadBalancerSourceRanges",
        );
    }
    if (distribution !== undefined && internal === CollectorTrafficPolicy.Local) {
        refuse(
            "service.trafficDistribution",
            "has no effect because senders reach the pod of their own node; remove it",
        );
    }
    if (agent && context.cumulativeToDelta && context.signals.includes(Signal.Metrics)) {
        const elsewhere =
            "would send a series to several pods, which compute wrong deltas; remove it, set mode to twoTier, or set processing.cumulativeToDelta to false";
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
        },
        ipFamilies: ipFamiliesOf(check.at("service"), service),
        ownPorts: ownPorts(check.at("service.ports"), service.ports),
        hostPorts,
        fromAddresses: fromAddresses(check, networkPolicy, outside, external === "Local" ? ranges : undefined),
    };
    return { ...plan, warnings: warningsOf(check, plan, args, context) };
}

/** If the load balancer keeps the sender's address, its own ranges may send. Otherwise any address may send. */
function fromAddresses(
    check: Check,
    networkPolicy: ServiceInputs["networkPolicy"],
    outside: boolean,
    ranges?: string[],
): string[] {
    const given = addressRanges(
        check.at("networkPolicy.fromAddresses"),
        networkPolicy?.fromAddresses,
        "network.service.type decides which addresses may send",
    );
    return [...(given ?? (outside ? (ranges ?? EVERY_ADDRESS) : []))].sort();
}

function addressRanges(check: Check, given: string[] | undefined, leftOut: string): string[] | undefined {
    if (given === undefined) return undefined;
    const ranges = check.nonEmpty(given, '["203.0.113.0/24"]', leftOut);
    return ranges.map((range, index) => addressRange(check.at(index), range));
}

/** @throws InputError for an invalid name or number, and for two ports with the same name, or the same number and protocol. */
function ownPorts(check: Check, given: pulumi.Unwrap<CollectorServicePortArgs>[] = []): IntakePort[] {
    const ports = check.list(given, '[{ name: "fluent", port: 8006 }]').map((it, index): IntakePort => {
        const at = check.at(index);
        const name = at.at("name").text(it.name);
        if (!isPortName(name)) {
            const way = 'use at most 15 lower case letters, digits and "-", at least one letter';
            at.at("name").fail(`"${name}" is not the name of a port; ${way}`);
        }
        const port = at.at("port").wholeNumber(it.port, 1, 65535);
        const protocol = at.at("protocol").oneOf(it.protocol ?? CollectorPortProtocol.Tcp, CollectorPortProtocol);
        return { name, port, protocol, ...(it.appProtocol === undefined ? {} : { appProtocol: it.appProtocol }) };
    });
    return ports;
}

/** Fields of the Service that an OpenTelemetryCollector has too. */
const OF_OPERATOR = ["trafficDistribution", "ports", "ipFamilyPolicy", "ipFamilies"];

/** @throws InputError for fields that the Operator's Service does not have. */
export function checkOperatorService(check: Check, service: object): void {
    const found = Object.entries(service).find(([key, value]) => !OF_OPERATOR.includes(key) && value !== undefined);
    if (found === undefined) return;
    const problem =
        "cannot be combined with operator, because the Operator creates the Service and has no such field; remove one of the two";
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
                : [check.at(way).warning(`telemetry crosses the network unencrypted; set receiver.tls`)]),
            ...(receiverAuth
                ? []
                : [
                      check
                          .at(way)
                          .warning(
                              `anyone who can reach it can send at your cost; require a token with receiver.bearer`,
                          ),
                  ]),
        ]),
        ...(ofNodes
            ? [
                  check
                      .at("service.internalTrafficPolicy")
                      .warning(
                          `data sent on a node without a Collector pod is lost; use mode daemonSet, or trafficDistribution`,
                      ),
              ]
            : []),
        ...(chosen
            ? [
                  check
                      .at("networkPolicy.fromNamespaces")
                      .warning(
                          `has no effect, because network.service.type opens the ports to all addresses; set network.networkPolicy.fromAddresses`,
                      ),
              ]
            : []),
    ];
}
