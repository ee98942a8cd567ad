import { collectorNetworkPolicy } from "../../policy";
import { type Given, stackViolations } from "./policy-support";

const collector: Given = { type: "dynatrace-otlp:index:OtlpCollector", name: "gateway" };
const deployment: Given = {
    type: "kubernetes:apps/v1:Deployment",
    name: "gateway-deployment",
    parent: "gateway",
    props: {
        metadata: { namespace: "telemetry" },
        spec: { template: { metadata: { labels: { app: "gateway", tier: "telemetry" } } } },
    },
};
const policy = (podSelector: object, namespace?: string): Given => ({
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    name: "policy",
    props: { metadata: { namespace }, spec: { podSelector } },
});

test("a Collector with a network policy of its own is let be", async () => {
    const own = { ...policy({ matchLabels: { app: "gateway" } }, "telemetry"), parent: "gateway" };
    expect(await stackViolations(collectorNetworkPolicy, [collector, deployment, own])).toEqual([]);
});

test("a Collector without any is refused by name", async () => {
    expect(await stackViolations(collectorNetworkPolicy, [collector, deployment])).toEqual([
        {
            message: expect.stringContaining(
                'OtlpCollector("gateway"): networkPolicy: no NetworkPolicy selects',
            ) as string,
            urn: "urn:pulumi:dev::shop::dynatrace-otlp:index:OtlpCollector::gateway",
        },
    ]);
});

test("one Collector's policy does not do for another", async () => {
    const other: Given = { ...collector, name: "other" };
    const own = { ...policy({ matchLabels: { app: "gateway" } }, "telemetry"), parent: "gateway" };
    const found = await stackViolations(collectorNetworkPolicy, [collector, deployment, own, other]);
    expect(found.map(({ urn }) => urn)).toEqual(["urn:pulumi:dev::shop::dynatrace-otlp:index:OtlpCollector::other"]);
});

test.each<[string, Given]>([
    ["the Collector's labels", policy({ matchLabels: { app: "gateway" } }, "telemetry")],
    ["all pods of its namespace", policy({}, "telemetry")],
])("a policy of the stack that selects %s will do", async (_, selecting) => {
    expect(await stackViolations(collectorNetworkPolicy, [collector, deployment, selecting])).toEqual([]);
});

test.each<[string, Given]>([
    ["other labels", policy({ matchLabels: { app: "gateway", zone: "b" } }, "telemetry")],
    ["another namespace", policy({}, "shop")],
    ["the default namespace", policy({})],
    [
        "by expressions, which are not read",
        policy({ matchExpressions: [{ key: "app", operator: "Exists" }] }, "telemetry"),
    ],
])("a policy of the stack that selects %s will not", async (_, selecting) => {
    expect(await stackViolations(collectorNetworkPolicy, [collector, deployment, selecting])).toHaveLength(1);
});

test("a stack without Collectors needs no network policy", async () => {
    expect(await stackViolations(collectorNetworkPolicy, [deployment])).toEqual([]);
});
