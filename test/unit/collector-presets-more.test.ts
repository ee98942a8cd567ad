import { electsPod, readsCluster, readsNode } from "../../components/collector/features";
import type { CollectorCollectArgs } from "../../components/collector/args/collect";
import { featureParts } from "../../components/collector/features";
import type { CollectorPlan } from "../../components/collector/plan-types";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { objectRules } from "../../components/collector/features/kubernetes-objects";
import { OtlpCollector, type OtlpCollectorArgs } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { Check } from "../../components/shared/check";

const WHO = 'OtlpCollector("gateway")';
const plan = (args: Partial<CollectorPlanInputs> = {}): CollectorPlan =>
    planCollector(new Check(WHO), "gateway", {
        endpoint: { environment: "abc12345" },
        namespace: "telemetry",
        ...args,
    });
const onNodes = (collect: CollectorCollectArgs, more: Partial<CollectorPlanInputs> = {}): CollectorPlan =>
    plan({ mode: "daemonSet", collect, ...more });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a configuration as YAML
const receiverOf = (from: CollectorPlan, id: string): any =>
    featureParts(from).receivers.find((it) => it.id === id)?.config;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a configuration as YAML
const processorOf = (from: CollectorPlan, id: string): any =>
    featureParts(from).processors.find((it) => it.id === id)?.config;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
async function objectsOf(args: Partial<OtlpCollectorArgs>): Promise<any[]> {
    const all = { endpoint: { environment: "abc12345" }, token: { secret: { name: "ingest-token" } }, ...args };
    return manifestsOf(await capture(() => new OtlpCollector("gateway", { namespace: "telemetry", ...all })));
}

test("data of a namespace that the Collector may not read cannot be collected from the API server", () => {
    const collected = (collect: CollectorCollectArgs): (() => CollectorPlan) => {
        const attributes = { kubernetesAttributes: false };
        return () => plan({ collect, rbac: { namespaces: ["shop", "payment"] }, processing: attributes });
    };
    const events = { kubernetesEvents: true };
    expect(collected({ ...events, namespaces: ["shop", "stock"] })).toThrow(
        `${WHO}: collect.namespaces: "stock" is not in rbac.namespaces; add it there, or remove it here`,
    );
    expect(receiverOf(collected({ ...events, namespaces: ["shop"] })(), "k8s_events").namespaces).toEqual(["shop"]);
    expect(receiverOf(collected(events)(), "k8s_events").namespaces).toEqual(["payment", "shop"]);
});

describe("whole objects of Kubernetes", () => {
    const objects = [
        { resource: "deployments", group: "apps", mode: "watch" as const, labelSelector: "tier in (frontend)" },
        {
            resource: "pods",
            namespaces: ["shop", "payment"],
            fieldSelector: "status.phase=Running",
            intervalSeconds: 900,
        },
        { resource: "configmaps", namespaces: ["shop"] },
    ];
    const collect = { kubernetesObjects: objects };

    test("are told by one pod of all, each as it is asked for", () => {
        expect(receiverOf(plan({ collect }), "k8s_objects")).toEqual({
            auth_type: "serviceAccount",
            k8s_leader_elector: "k8s_leader_elector",
            objects: [
                { name: "deployments", group: "apps", mode: "watch", label_selector: "tier in (frontend)" },
                {
                    name: "pods",
                    mode: "pull",
                    interval: "900s",
                    namespaces: ["payment", "shop"],
                    field_selector: "status.phase=Running",
                },
                { name: "configmaps", mode: "pull", interval: "3600s", namespaces: ["shop"] },
            ],
        });
        expect(electsPod({ collect })).toBe(true);
    });

    test("may be read in the whole cluster only where no namespace is named, and never more than listed and watched", () => {
        const { clusterRules } = featureParts(plan({ processing: { kubernetesAttributes: false }, collect }));
        expect(clusterRules).toEqual([{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["list", "watch"] }]);
        expect(objectRules(collect)).toEqual([
            { namespace: "payment", rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }] },
            {
                namespace: "shop",
                rules: [
                    { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
                    { apiGroups: [""], resources: ["configmaps"], verbs: ["list"] },
                ],
            },
        ]);
    });

    test("of named namespaces bring a Role there, and no ClusterRole", async () => {
        const all = await objectsOf({
            processing: { kubernetesAttributes: false },
            collect: { kubernetesObjects: objects.slice(1) },
        });
        expect(
            readsCluster({
                processing: { kubernetesAttributes: false },
                collect: { kubernetesObjects: objects.slice(1) },
            }),
        ).toBe(false);
        expect(all.filter(({ kind }) => kind === "ClusterRole")).toEqual([]);
        const roles = all.filter(({ kind, metadata }) => kind === "Role" && metadata.namespace !== "telemetry");
        expect(roles.map(({ metadata }) => [metadata.namespace, metadata.name])).toEqual([
            ["payment", "telemetry-gateway"],
            ["shop", "telemetry-gateway"],
        ]);
        const binding = all.find(({ kind, metadata }) => kind === "RoleBinding" && metadata.namespace === "shop");
        expect(binding.subjects).toEqual([{ kind: "ServiceAccount", name: "gateway", namespace: "telemetry" }]);
    });

    test("are called as the image's version calls their receiver", () => {
        const ids = (version: string): string[] =>
            featureParts(plan({ image: { version }, collect })).receivers.map(({ id }) => id);
        expect([ids("0.54.0"), ids("0.48.0")]).toEqual([["k8s_objects"], ["k8sobjects"]]);
    });

    const refused = (object: object): Partial<CollectorPlanInputs> => ({
        collect: { kubernetesObjects: [object as { resource: string }] },
    });
    test.each<[string, Partial<CollectorPlanInputs>, RegExp]>([
        [
            "Secrets",
            refused({ resource: "secrets" }),
            /kubernetesObjects\[0\]\.resource: secrets would leave the cluster/,
        ],
        ["a kind", refused({ resource: "Pod" }), /kubernetesObjects\[0\]\.resource: "Pod" is not .*e\.g\. pods/],
        ["everything", refused({ resource: "*" }), /resource: "\*" is not the name of a resource/],
        [
            "a version",
            refused({ resource: "pods", group: "apps/v1" }),
            /group: "apps\/v1" is not .*write it without a version/,
        ],
        ["another mode", refused({ resource: "pods", mode: "poll" }), /mode: "poll" is not known; use pull or watch/],
        ["no interval", refused({ resource: "pods", intervalSeconds: 0 }), /intervalSeconds: 0 is not/],
        [
            "an interval of a watch",
            refused({ resource: "pods", mode: "watch", intervalSeconds: 60 }),
            /intervalSeconds: has no effect with mode watch/,
        ],
        [
            "no namespace",
            refused({ resource: "pods", namespaces: ["Shop"] }),
            /namespaces\[0\]: "Shop" is not the name/,
        ],
        [
            "an image without the receiver",
            { ...refused({ resource: "pods" }), image: { version: "0.45.0" } },
            /collect\.kubernetesObjects: "k8s_objects" is not among the receivers/,
        ],
        [
            "logs without logs",
            { ...refused({ resource: "pods" }), signals: ["traces"] },
            /kubernetesObjects: collects logs/,
        ],
    ])("%s is refused", (_case, args, text) => {
        expect(() => plan(args)).toThrow(text);
    });
});

describe("containers whose logs are read", () => {
    const file = { containerLogs: {} };

    test("are all, unless their pods' annotation counts, and then what is not known to be chosen is not sent", () => {
        expect(
            featureParts(onNodes(file))
                .processors.map(({ id }) => id)
                .join(),
        ).not.toContain("container-logs");
        const conditions = (pods: "annotated" | "notExcluded"): string =>
            processorOf(onNodes({ containerLogs: { pods } }), "filter/container-logs").logs.log_record[0];
        expect(conditions("annotated")).toMatch(/== "container-logs" and .*logs"\] != "true"$/);
        expect(conditions("notExcluded")).toMatch(/== "container-logs" and .*logs"\] == "false"$/);
    });

    test("are chosen before anything else is done with a record, by an annotation that the pods are waited for", () => {
        const chosen = onNodes({ containerLogs: { pods: "annotated", annotation: "example.com/logs" } });
        expect(
            featureParts(chosen)
                .processors.map(({ id }) => id)
                .slice(0, 4),
        ).toEqual([...["resource/sender", "k8s_attributes", "filter/container-logs", "resource/container-logs"]]);
        const { extract, wait_for_metadata: waits } = processorOf(chosen, "k8s_attributes");
        expect(extract.annotations).toContainEqual({
            from: "pod",
            key: "example.com/logs",
            tag_name: "dynatrace-otlp.logs",
        });
        expect(waits).toBe(true);
        expect(processorOf(onNodes(file), "k8s_attributes")).not.toHaveProperty("wait_for_metadata");
    });

    test("whose lines belong together go to the first selection that fits, all others past them", () => {
        const multiline = [
            { firstLine: String.raw`^"\d+$`, namespace: "shop", podPrefix: "web-", container: "app" },
            { firstLine: "^[^ ]" },
        ];
        const { operators } = receiverOf(onNodes({ containerLogs: { multiline } }), "file_log");
        expect(operators).toEqual([
            { id: "container-parser", type: "container", max_log_size: 483_616 },
            { id: "logtag", type: "remove", field: "attributes.logtag", if: "attributes.logtag != nil" },
            { id: "characters", type: "sanitize_utf8", field: "body" },
            {
                id: "multiline",
                type: "router",
                routes: [
                    {
                        output: "multiline-1",
                        expr:
                            '(resource["k8s.namespace.name"] ?? "") == "shop" and ' +
                            '(resource["k8s.pod.name"] ?? "") startsWith "web-" and ' +
                            '(resource["k8s.container.name"] ?? "") == "app"',
                    },
                    { output: "multiline-2", expr: "true" },
                ],
                default: "multiline-end",
            },
            expect.objectContaining({ id: "multiline-1", is_first_entry: String.raw`body matches "^\"\\d+$$"` }),
            expect.objectContaining({
                id: "multiline-2",
                is_first_entry: 'body matches "^[^ ]"',
                output: "multiline-end",
            }),
            { id: "multiline-end", type: "noop" },
            expect.objectContaining({ id: "long-line" }),
        ]);
    });

    test.each<[string, CollectorCollectArgs, Partial<CollectorPlanInputs>, RegExp]>([
        [
            "a choice without annotations",
            { containerLogs: { pods: "annotated" } },
            { processing: { kubernetesAttributes: false } },
            /collect\.containerLogs\.pods: needs the pods' annotations; turn on processing\.kubernetesAttributes/,
        ],
        [
            "another choice",
            { containerLogs: { pods: "some" as never } },
            {},
            /containerLogs\.pods: "some" is not known/,
        ],
        [
            "an annotation that nothing asks for",
            { containerLogs: { annotation: "a" } },
            {},
            /containerLogs\.annotation: has no effect because every pod is read/,
        ],
        [
            "an annotation that is none",
            { containerLogs: { pods: "annotated", annotation: "a b" } },
            {},
            /containerLogs\.annotation: "a b" is not the key/,
        ],
        [
            "a pattern that fits each line",
            { containerLogs: { multiline: [{ firstLine: "^a?" }] } },
            {},
            /containerLogs\.multiline\[0\]\.firstLine: "\^a\?" matches an empty string, .*record at each line/,
        ],
        [
            "a pattern Go has not",
            { containerLogs: { multiline: [{ firstLine: "a(?=b)" }] } },
            {},
            /firstLine: .*looks ahead/,
        ],
    ])("%s is refused", (_case, collect, args, text) => {
        expect(() => onNodes(collect, args)).toThrow(text);
    });
});

describe("the journal of a node", () => {
    const journald = { units: ["kubelet.service", "containerd.service"], priority: "warning" as const };

    test("is read by the node's own program, below the node's folder, with the message as the record's body", () => {
        const config = receiverOf(onNodes({ journald }), "journald");
        expect(config).toMatchObject({
            root_path: "/hostfs",
            journalctl_path: "/usr/bin/journalctl",
            units: ["containerd.service", "kubelet.service"],
            priority: "warning",
            start_at: "end",
            storage: "file_storage/checkpoints",
            resource: { "k8s.node.name": "${env:K8S_NODE_NAME}" },
        });
        expect(config.operators.at(-1)).toMatchObject({ type: "move", from: "body.MESSAGE", to: "body" });
    });

    test("takes root and one capability, which nothing else has; folders are read-only but for the checkpoints", async () => {
        const { root, capabilities, volumeMounts } = featureParts(
            onNodes({ journald, containerLogs: {}, hostMetrics: true }),
        );
        expect([root, capabilities]).toEqual([true, ["SYS_CHROOT"]]);
        expect(volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name)).toEqual([
            "checkpoints",
        ]);
        expect(new Set(volumeMounts.map(({ name }) => name)).size).toBe(volumeMounts.length);
        expect(readsNode({ collect: { journald } })).toBe(true);
        const capabilitiesOf = async (collect: CollectorCollectArgs): Promise<object> => {
            const all = await objectsOf({ mode: "daemonSet", collect });
            const { spec } = all.find(({ kind }) => kind === "DaemonSet").spec.template;
            return spec.containers[0].securityContext.capabilities;
        };
        expect(await capabilitiesOf({ journald })).toEqual({ drop: ["ALL"], add: ["SYS_CHROOT"] });
        expect(await capabilitiesOf({ containerLogs: {} })).toEqual({ drop: ["ALL"] });
    });

    test.each<[string, Partial<CollectorPlanInputs>, RegExp]>([
        ["one node's", { collect: { journald } }, /collect\.journald: .*set mode to daemonSet/],
        [
            "no level",
            { mode: "daemonSet", collect: { journald: { priority: "warn" as never } } },
            /collect\.journald\.priority: "warn" is not known; use emerg, .* or debug/,
        ],
        [
            "a program of the image",
            { mode: "daemonSet", collect: { journald: { journalctlPath: "journalctl" } } },
            /collect\.journald\.journalctlPath: "journalctl" is not an absolute path/,
        ],
    ])("%s is refused", (_case, args, text) => {
        expect(() => plan(args)).toThrow(text);
    });
});
