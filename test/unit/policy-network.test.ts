import { collectorNetworkPolicy } from "../../policy";
import { type Given, stackViolations, UNKNOWN_TEXT } from "./policy-support";

const NAMESPACE = "telemetry";
const LABELS = { app: "gateway", tier: "telemetry" };
const REFUSED = 'OtlpCollector("gateway"): network.networkPolicy: no NetworkPolicy selects';

const collector: Given = { type: "dynatrace-otlp:index:OtlpCollector", name: "gateway" };
const deployment = workload("apps/v1:Deployment");
const operated: Given = {
    type: "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector",
    name: "gateway-collector",
    parent: "gateway",
    props: { metadata: { name: "gw", namespace: NAMESPACE, labels: { team: "a" } }, spec: { mode: "deployment" } },
};

function workload(kind: string, labels: unknown = LABELS): Given {
    return {
        type: `kubernetes:${kind}`,
        name: "gateway-workload",
        parent: "gateway",
        props: { metadata: { namespace: NAMESPACE }, spec: { template: { metadata: { labels } } } },
    };
}

const policy = (podSelector: unknown, namespace?: string): Given => ({
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    name: "policy",
    props: { metadata: { namespace }, spec: { podSelector } },
});
const expression = (key: string, operator: string, values?: string[]): Given =>
    policy({ matchExpressions: [{ key, operator, values }] }, NAMESPACE);
const cilium = (rules: Record<string, unknown>, kind = "CiliumNetworkPolicy", namespace = NAMESPACE): Given => ({
    type: `kubernetes:cilium.io/v2:${kind}`,
    name: "policy",
    props: { metadata: kind === "CiliumNetworkPolicy" ? { namespace } : {}, ...rules },
});
const clusterwide = (matchLabels: object): Given =>
    cilium({ spec: { endpointSelector: { matchLabels } } }, "CiliumClusterwideNetworkPolicy");

const messages = async (...resources: Given[]): Promise<string[]> =>
    (await stackViolations(collectorNetworkPolicy, [collector, ...resources])).map(({ message }) => message);

test("a Collector with a network policy of its own passes", async () => {
    const own = { ...policy({ matchLabels: { app: "gateway" } }, NAMESPACE), parent: "gateway" };
    expect(await messages(deployment, own)).toEqual([]);
});

test("a Collector without any is refused by name", async () => {
    expect(await stackViolations(collectorNetworkPolicy, [collector, deployment])).toEqual([
        {
            message: expect.stringContaining(REFUSED) as string,
            urn: "urn:pulumi:dev::shop::dynatrace-otlp:index:OtlpCollector::gateway",
        },
    ]);
});

test("one Collector's policy is not enough for another", async () => {
    const other: Given = { ...collector, name: "other" };
    const own = { ...policy({ matchLabels: { app: "gateway" } }, NAMESPACE), parent: "gateway" };
    const found = await stackViolations(collectorNetworkPolicy, [collector, deployment, own, other]);
    expect(found.map(({ urn }) => urn)).toEqual(["urn:pulumi:dev::shop::dynatrace-otlp:index:OtlpCollector::other"]);
});

test("a policy for one of a Collector's two workloads is not enough", async () => {
    const second = { ...workload("apps/v1:StatefulSet", { app: "gateway-t2" }), name: "gateway-t2" };
    const first = policy({ matchLabels: { app: "gateway" } }, NAMESPACE);
    expect(await messages(deployment, second, first)).toEqual([expect.stringContaining(REFUSED)]);
    expect(await messages(deployment, second, policy({}, NAMESPACE))).toEqual([]);
});

describe("a policy of the stack is enough if it selects", () => {
    test.each<[string, Given]>([
        ["the Collector's labels", policy({ matchLabels: { app: "gateway" } }, NAMESPACE)],
        ["all pods of its namespace", policy({}, NAMESPACE)],
        ["one of several values", expression("app", "In", ["shop", "gateway"])],
        ["other values than some", expression("app", "NotIn", ["shop"])],
        ["pods without a label that it has not", expression("zone", "NotIn", ["b"])],
        ["a key", expression("app", "Exists")],
        ["the lack of a key", expression("zone", "DoesNotExist")],
        ["what a preview does not know yet", policy({ matchLabels: { app: UNKNOWN_TEXT } }, NAMESPACE)],
        ["values that a preview does not know yet", expression("app", "In", [UNKNOWN_TEXT])],
        ["in a namespace that a preview does not know yet", policy({}, UNKNOWN_TEXT)],
        ["the endpoints of Cilium", cilium({ spec: { endpointSelector: { matchLabels: { app: "gateway" } } } })],
        ["labels with their source", cilium({ spec: { endpointSelector: { matchLabels: { "k8s:app": "gateway" } } } })],
        [
            "by an expression with a source",
            cilium({
                spec: {
                    endpointSelector: { matchExpressions: [{ key: "any:app", operator: "In", values: ["gateway"] }] },
                },
            }),
        ],
        ["by one of several rules", cilium({ specs: [{ nodeSelector: {} }, { endpointSelector: {} }] })],
        ["pods of every namespace", clusterwide({ "k8s:io.kubernetes.pod.namespace": NAMESPACE })],
    ])("%s", async (_, selecting) => {
        expect(await messages(deployment, selecting)).toEqual([]);
    });
});

describe("a policy of the stack is not enough if it selects", () => {
    test.each<[string, Given]>([
        ["other labels", policy({ matchLabels: { app: "gateway", zone: "b" } }, NAMESPACE)],
        ["another namespace", policy({}, "shop")],
        ["the default namespace", policy({})],
        ["other values", expression("app", "In", ["shop"])],
        ["a value of a key that is missing", expression("zone", "In", [UNKNOWN_TEXT])],
        ["all values but the Collector's", expression("app", "NotIn", ["gateway"])],
        ["a key that is missing", expression("zone", "Exists")],
        ["the lack of a key that is there", expression("app", "DoesNotExist")],
        ["by an operator that Kubernetes does not have", expression("app", "Like", ["gate*"])],
        [
            "the right labels, but another expression",
            policy(
                { matchLabels: { app: "gateway" }, matchExpressions: [{ key: "zone", operator: "Exists" }] },
                NAMESPACE,
            ),
        ],
        ["other endpoints of Cilium", cilium({ spec: { endpointSelector: { matchLabels: { app: "shop" } } } })],
        ["Cilium's endpoints elsewhere", cilium({ spec: { endpointSelector: {} } }, "CiliumNetworkPolicy", "shop")],
        ["nodes", cilium({ spec: { nodeSelector: {} } })],
        ["another namespace of the cluster", clusterwide({ "k8s:io.kubernetes.pod.namespace": "shop" })],
    ])("%s", async (_, selecting) => {
        expect(await messages(deployment, selecting)).toEqual([expect.stringContaining(REFUSED)]);
    });
});

test.each(["Deployment", "StatefulSet", "DaemonSet"])("the pods of a %s are looked at", async (kind) => {
    const pods = workload(`apps/v1:${kind}`);
    expect(await messages(pods, policy({ matchLabels: { app: "gateway" } }, NAMESPACE))).toEqual([]);
    expect(await messages(pods, policy({ matchLabels: { app: "shop" } }, NAMESPACE))).toHaveLength(1);
});

test.each<[string, Given]>([
    ["the Operator's own", policy({ matchLabels: { "app.kubernetes.io/instance": "telemetry.gw" } }, NAMESPACE)],
    ["of the object", policy({ matchLabels: { team: "a" } }, NAMESPACE)],
    ["by name", policy({ matchLabels: { "app.kubernetes.io/name": "gw-collector" } }, NAMESPACE)],
])("the pods of an OpenTelemetryCollector have labels: %s", async (_, selecting) => {
    expect(await messages(operated, selecting)).toEqual([]);
});

test("an OpenTelemetryCollector whose pods no policy selects is refused", async () => {
    const other = policy({ matchLabels: { "app.kubernetes.io/instance": "telemetry.other" } }, NAMESPACE);
    expect(await messages(operated, other)).toEqual([expect.stringContaining(REFUSED)]);
});

test("labels that a preview does not know yet are looked at in the up", async () => {
    const pods = workload("apps/v1:Deployment", UNKNOWN_TEXT);
    expect(await messages(pods, policy({ matchLabels: { app: "x" } }, NAMESPACE))).toEqual([]);
    expect(await messages(pods, policy({ matchLabels: { app: "x" } }, "shop"))).toHaveLength(1);
});

test("a stack without Collectors needs no network policy", async () => {
    expect(await stackViolations(collectorNetworkPolicy, [deployment])).toEqual([]);
});
