import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "./check";
import { Field, type Fields } from "./fields";
import { addressRange, labelKey } from "./kubernetes";

export type IngressRule = types.input.networking.v1.NetworkPolicyIngressRule;
export type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;

/** The user's rules, in addition to the rules of flows. */
export interface OwnRules {
    ingress: pulumi.Unwrap<IngressRule>[];
    egress: pulumi.Unwrap<EgressRule>[];
}

type PlainPeer = pulumi.Unwrap<types.input.networking.v1.NetworkPolicyPeer>;
type PlainPort = pulumi.Unwrap<types.input.networking.v1.NetworkPolicyPort>;
type PlainSelector = pulumi.Unwrap<types.input.meta.v1.LabelSelector>;

/** A rule without its direction. */
export interface PlainRule {
    peers?: PlainPeer[];
    ports?: PlainPort[];
}

const PROTOCOLS = { Tcp: "TCP", Udp: "UDP", Sctp: "SCTP" } as const;
const OPERATORS = { In: "In", NotIn: "NotIn", Exists: "Exists", DoesNotExist: "DoesNotExist" } as const;

const SELECTOR_FIELDS = {
    matchLabels: Field.NoFallback,
    matchExpressions: [{ key: Field.NoFallback, operator: Field.NoFallback, values: Field.NoFallback }],
} as const;
const PEER_FIELDS = {
    podSelector: SELECTOR_FIELDS,
    namespaceSelector: SELECTOR_FIELDS,
    ipBlock: { cidr: Field.NoFallback, except: Field.NoFallback },
} as const;
const PORT_FIELDS = { port: Field.NoFallback, protocol: Field.NoFallback, endPort: Field.NoFallback } as const;
export const INGRESS_RULE_FIELDS: Fields<IngressRule> = { from: [PEER_FIELDS], ports: [PORT_FIELDS] };
export const EGRESS_RULE_FIELDS: Fields<EgressRule> = { to: [PEER_FIELDS], ports: [PORT_FIELDS] };

/** A rule of either direction. */
export function plainRule(rule: OwnRules["ingress"][number] | OwnRules["egress"][number]): PlainRule {
    const peers = "from" in rule ? rule.from : "to" in rule ? rule.to : undefined;
    return { peers, ports: rule.ports };
}

/**
 * Checks the user's rules.
 *
 * @param check the check of the network policy's arguments.
 * @throws InputError for a rule that Kubernetes rejects, and for an empty list, which would allow everything.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export function ownRules(check: Check, { ingress = [], egress = [] }: Partial<OwnRules>): OwnRules {
    const example = "[{ ports: [{ port: 15008 }] }]";
    check
        .at("ingress")
        .list(ingress, example)
        .forEach((rule, index) => checkRule(check.at("ingress").at(index), "from", plainRule(rule)));
    check
        .at("egress")
        .list(egress, example)
        .forEach((rule, index) => checkRule(check.at("egress").at(index), "to", plainRule(rule)));
    return { ingress, egress };
}

function checkRule(check: Check, side: "from" | "to", { peers, ports }: PlainRule): void {
    const [peersAt, portsAt] = [check.at(side), check.at("ports")];
    if (peers !== undefined) {
        peersAt
            .nonEmpty(peers, "[{ namespaceSelector: {} }]", "every address is allowed")
            .forEach((peer, index) => checkPeer(peersAt.at(index), peer));
    }
    if (ports !== undefined) {
        portsAt
            .nonEmpty(ports, "[{ port: 15008 }]", "every port is open")
            .forEach((port, index) => checkPort(portsAt.at(index), port));
    }
}

function checkPeer(check: Check, { podSelector, namespaceSelector, ipBlock }: PlainPeer): void {
    if (ipBlock === undefined) {
        if (podSelector === undefined && namespaceSelector === undefined) {
            check.fail("selects nothing; set podSelector, namespaceSelector or ipBlock");
        }
        if (podSelector !== undefined) checkSelector(check.at("podSelector"), podSelector);
        if (namespaceSelector !== undefined) checkSelector(check.at("namespaceSelector"), namespaceSelector);
        return;
    }
    const at = check.at("ipBlock");
    if (podSelector !== undefined || namespaceSelector !== undefined) {
        at.fail("cannot be combined with podSelector and namespaceSelector; write two items");
    }
    addressRange(at.at("cidr"), ipBlock.cidr);
    (ipBlock.except ?? []).forEach((range, index) => addressRange(at.at("except").at(index), range));
}

function checkSelector(check: Check, { matchLabels = {}, matchExpressions = [] }: PlainSelector): void {
    for (const key of Object.keys(matchLabels)) labelKey(check.at("matchLabels"), key);
    matchExpressions.forEach(({ key, operator, values = [] }, index) => {
        const at = check.at("matchExpressions").at(index);
        labelKey(at.at("key"), at.at("key").text(key));
        const { Exists, DoesNotExist } = OPERATORS;
        const found = at.at("operator").oneOf(operator, OPERATORS);
        const alone = found === Exists || found === DoesNotExist;
        if (alone === values.length > 0) {
            at.at("values").fail(
                alone ? `have no effect with ${found}; remove them` : `are missing for ${found}; give at least one`,
            );
        }
    });
}

function checkPort(check: Check, { port, protocol = PROTOCOLS.Tcp, endPort }: PlainPort): void {
    check.at("protocol").oneOf(protocol, PROTOCOLS);
    const at = check.at("port");
    if (typeof port === "number") at.wholeNumber(port, 1, 65535);
    else if (port !== undefined && !isPortName(port)) {
        at.fail(
            `"${port}" is not the name of a port; write a number without quotes, or a name of at most 15 characters`,
        );
    }
    if (endPort === undefined) return;
    if (typeof port !== "number") check.at("endPort").fail("needs port as a number; set port, or remove it");
    else check.at("endPort").wholeNumber(endPort, port, 65535);
}

/** Whether it is a name for a port of a container (IANA service name). */
export function isPortName(name: string): boolean {
    return /^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(name);
}
