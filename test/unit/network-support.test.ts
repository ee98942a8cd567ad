// The evaluator of policies in the tests follows Kubernetes' own rules, one row for each sentence of its documentation.
// https://kubernetes.io/docs/concepts/services-networking/network-policies/
import { type End, isAllowed } from "../support/network";

const DB: End = { ip: "10.0.0.1", namespace: "shop", labels: { app: "db" }, portNames: { sql: 5432 } };
const WEB: End = { ip: "10.0.0.2", namespace: "shop", labels: { app: "web" } };
const FAR: End = { ip: "10.0.0.3", namespace: "far", labels: { app: "web" }, namespaceLabels: { team: "far" } };
const HOST: End = { ip: "203.0.113.7" };

type Rule = Record<string, unknown>;
const policy = (spec: object, podSelector: object = { matchLabels: { app: "db" } }): object => ({
    kind: "NetworkPolicy",
    metadata: { name: "p", namespace: "shop" },
    spec: { podSelector, ...spec },
});
const into = (...ingress: Rule[]): object => policy({ policyTypes: ["Ingress"], ingress });
const out = (...egress: Rule[]): object => policy({ policyTypes: ["Egress"], egress });
const sends = (policies: object[], from: End, port = 5432, protocol: "TCP" | "UDP" = "TCP"): boolean =>
    isAllowed(policies, { from, to: DB, port, protocol });
const reaches = (policies: object[], to: End, port = 443): boolean =>
    isAllowed(policies, { from: DB, to, port, protocol: "TCP" });

const WEB_PODS = { podSelector: { matchLabels: { app: "web" } } };
const FAR_TEAM = { namespaceSelector: { matchLabels: { team: "far" } } };
const BLOCK = { ipBlock: { cidr: "203.0.113.0/24", except: ["203.0.113.128/25"] } };

test.each([
    ["a pod without a policy is not isolated", sends([], FAR), true],
    [
        "a policy of other pods does not isolate it",
        sends([policy({ ingress: [] }, { matchLabels: { app: "x" } })], FAR),
        true,
    ],
    ["an empty selector selects every pod of the namespace", sends([policy({ ingress: [] }, {})], FAR), false],
    [
        "a policy isolates in its own namespace alone",
        isAllowed([into()], { from: DB, to: FAR, port: 1, protocol: "TCP" }),
        true,
    ],
    ["no rules: nothing comes in", sends([into()], WEB), false],
    ["an empty rule: everything comes in", sends([into({})], FAR), true],
    ["isolation for ingress leaves egress open", reaches([into()], HOST), true],
    ["no rules: nothing goes out", reaches([out()], HOST), false],
    ["without types, a policy with egress rules isolates for both", reaches([policy({ egress: [] })], HOST), false],
    ["without types and egress rules, egress stays open", reaches([policy({ ingress: [] })], HOST), true],
    ["a pod selector alone means the policy's namespace", sends([into({ from: [WEB_PODS] })], WEB), true],
    ["and no other namespace", sends([into({ from: [WEB_PODS] })], FAR), false],
    ["a namespace selector means all pods there", sends([into({ from: [FAR_TEAM] })], FAR), true],
    [
        "both in one item: pods there with these labels",
        sends([into({ from: [{ ...FAR_TEAM, ...WEB_PODS }] })], FAR),
        true,
    ],
    ["and not those here", sends([into({ from: [{ ...FAR_TEAM, ...WEB_PODS }] })], WEB), false],
    ["two items: either", sends([into({ from: [FAR_TEAM, WEB_PODS] })], WEB), true],
    [
        "an empty namespace selector means every namespace",
        sends([into({ from: [{ namespaceSelector: {} }] })], FAR),
        true,
    ],
    ["and no host outside", sends([into({ from: [{ namespaceSelector: {} }] })], HOST), false],
    ["a block means addresses", sends([into({ from: [BLOCK] })], HOST), true],
    ["but for those excepted", sends([into({ from: [BLOCK] })], { ip: "203.0.113.200" }), false],
    ["a block of IPv6 does not match IPv4", sends([into({ from: [{ ipBlock: { cidr: "::/0" } }] })], HOST), false],
    [
        "a block of IPv6 matches IPv6",
        sends([into({ from: [{ ipBlock: { cidr: "::/0" } }] })], { ip: "2001:db8::7" }),
        true,
    ],
    ["a port is of TCP unless it says otherwise", sends([into({ ports: [{ port: 5432 }] })], WEB, 5432, "UDP"), false],
    ["another port stays closed", sends([into({ ports: [{ port: 5432 }] })], WEB, 5433), false],
    ["a protocol alone means all its ports", sends([into({ ports: [{ protocol: "UDP" }] })], WEB, 9, "UDP"), true],
    ["a range of ports", sends([into({ ports: [{ port: 5430, endPort: 5440 }] })], WEB), true],
    ["a name means the port of the pod that receives", sends([into({ ports: [{ port: "sql" }] })], WEB), true],
    ["policies add up", sends([into(), into({ from: [WEB_PODS] })], WEB), true],
    ["both ends have to allow it", sends([into({}), policy({ policyTypes: ["Egress"], egress: [] }, {})], WEB), false],
    ["the pod's own node is never blocked", sends([into()], { ip: "10.9.9.9", ownNode: true }), true],
    [
        "expressions: In, NotIn, Exists and DoesNotExist all have to hold",
        sends(
            [
                into({
                    from: [
                        {
                            podSelector: {
                                matchExpressions: [
                                    { key: "app", operator: "In", values: ["web"] },
                                    { key: "app", operator: "NotIn", values: ["db"] },
                                    { key: "app", operator: "Exists" },
                                    { key: "track", operator: "DoesNotExist" },
                                ],
                            },
                        },
                    ],
                }),
            ],
            WEB,
        ),
        true,
    ],
] as [string, boolean, boolean][])("%s", (_, found, expected) => {
    expect(found).toBe(expected);
});
