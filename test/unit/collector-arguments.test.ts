import { parse } from "yaml";

import { OtlpCollector, type OtlpCollectorArgs } from "../../index";
import { capture, manifestsOf } from "../support/capture";

/** What a program with a Collector registers, by kind; two of a kind are a list. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
async function objectsOf(args: Partial<OtlpCollectorArgs>): Promise<Record<string, any>> {
    const all = { endpoint: { environment: "abc12345" }, token: { secret: { name: "ingest-token" } }, ...args };
    const manifests = manifestsOf(
        await capture(() => new OtlpCollector("gateway", { namespace: "telemetry", ...all })),
    );
    const kinds = [...new Set(manifests.map(({ kind }) => kind))];
    return Object.fromEntries(
        kinds.map((kind) => {
            const same = manifests
                .filter((it) => it.kind === kind)
                .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
            return [kind, same.length === 1 ? same[0] : same];
        }),
    );
}
const podOf = (objects: Awaited<ReturnType<typeof objectsOf>>) => objects["Deployment"].spec.template;
const configOf = (objects: Awaited<ReturnType<typeof objectsOf>>) => parse(objects["ConfigMap"].data["config.yaml"]);
const UNCHANGED = { processing: { cumulativeToDelta: false } };

describe("what is asked of a receiver", () => {
    const receiver = {
        tls: { secretName: "otlp-tls", clientCa: { configMap: { name: "senders" } } },
        bearer: { secret: { name: "senders-token" } },
    };

    test("is in the configuration, and its files are in the pod, readable to the Collector's group", async () => {
        const objects = await objectsOf({ receiver });
        const { receivers, extensions, service } = configOf(objects);
        expect(receivers.otlp.protocols.http).toMatchObject({
            tls: { cert_file: "/etc/otelcol-receiver/tls/tls.crt" },
            auth: { authenticator: "bearertokenauth/receiver" },
        });
        expect(extensions["bearertokenauth/receiver"]).toMatchObject({ filename: "/etc/otelcol-receiver/auth/token" });
        expect(service.extensions).toEqual(["health_check", "bearertokenauth/receiver"]);
        const { spec } = podOf(objects);
        expect(spec.securityContext.fsGroup).toBe(10001);
        const mounts = spec.containers[0].volumeMounts.map(({ name }: { name: string }) => name);
        expect(mounts.sort()).toEqual(spec.volumes.map(({ name }: { name: string }) => name).sort());
        expect(mounts).toEqual(["config", "receiver-auth", "receiver-client-ca", "receiver-tls"]);
    });

    test("is told to senders by scheme, and to meshes by the Service", async () => {
        const { Service } = await objectsOf({ receiver });
        expect(Service.spec.ports.map(({ appProtocol }: { appProtocol: string }) => appProtocol)).toEqual([
            ...["https", "https"],
        ]);
        let collector!: OtlpCollector;
        await capture(() => {
            const token = { secret: { name: "ingest-token" } };
            collector = new OtlpCollector("g", { endpoint: { environment: "abc12345" }, token, receiver });
        });
        const env = await new Promise((resolve) => collector.appEnv.apply(resolve));
        expect(env).toContainEqual({ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "https://g.default.svc:4318" });
    });

    test("is not asked of the first tier by the second, which nobody else reaches", async () => {
        const { ConfigMap, StatefulSet } = await objectsOf({ mode: "twoTier", receiver });
        const second = parse(ConfigMap[1].data["config.yaml"]);
        expect(second.receivers).toEqual({
            otlp: { protocols: { grpc: { endpoint: "[${env:MY_POD_IP}]:4317", max_recv_msg_size_mib: 16 } } },
        });
        expect(second.service.extensions).toEqual(["health_check"]);
        expect(JSON.stringify(StatefulSet)).not.toContain("receiver-");
    });

    test("is not asked of the Collector's metrics of itself, which come in at the loopback address alone", async () => {
        const collect = { selfTelemetry: true };
        const objects = await objectsOf({
            receiver,
            collect,
            network: { trust: { ca: { secret: { name: "corporate-ca" } } } },
        });
        const { receivers, service } = configOf(objects);
        expect(receivers["otlp/own"]).toEqual({ protocols: { http: { endpoint: "127.0.0.1:4319" } } });
        expect(service.pipelines.metrics.receivers).toEqual(["otlp", "otlp/own"]);
        const [{ periodic }] = service.telemetry.metrics.readers;
        expect(periodic.exporter.otlp.endpoint).toBe("http://127.0.0.1:4319/v1/metrics");
    });
});

describe("the way out", () => {
    test("trusts a CA in a Secret, which is mounted, and restarts with its revision", async () => {
        const trust = { ca: { secret: { name: "corporate-ca", key: "ca.pem" } }, revision: "2" };
        const objects = await objectsOf({ network: { trust }, pods: { annotations: { team: "sre" } } });
        const tls = { ca_file: "/etc/otelcol-trust/ca.crt", include_system_ca_certs_pool: true };
        for (const exporter of Object.values(configOf(objects).exporters)) expect(exporter).toMatchObject({ tls });
        const { metadata, spec } = podOf(objects);
        expect(metadata.annotations).toMatchObject({ "dynatrace-otlp/trust-revision": "2", team: "sre" });
        expect(spec.volumes).toContainEqual({
            name: "trust",
            secret: { secretName: "corporate-ca", items: [{ key: "ca.pem", path: "ca.crt" }], defaultMode: 0o444 },
        });
    });

    test("leads through a proxy, and the policy lets the pods out to that alone", async () => {
        const objects = await objectsOf({ network: { proxy: { url: "http://proxy.example.com:3128" } } });
        expect(podOf(objects).spec.containers[0].env).toContainEqual({
            name: "HTTPS_PROXY",
            value: "http://proxy.example.com:3128",
        });
        const ports = objects["NetworkPolicy"].spec.egress.flatMap((rule: { ports: { port: number }[] }) =>
            rule.ports.map(({ port }) => port),
        );
        expect(ports).toEqual([53, 53, 5353, 5353, 443, 6443, 3128]);
    });

    test("to a kubelet never leads through the proxy", async () => {
        const collect = { kubeletMetrics: {} };
        const { DaemonSet } = await objectsOf({
            mode: "daemonSet",
            collect,
            network: { proxy: { secret: { name: "proxy" } } },
        });
        const { env } = DaemonSet.spec.template.spec.containers[0];
        const names = env.map(({ name }: { name: string }) => name);
        expect(env.find(({ name }: { name: string }) => name === "NO_PROXY").value).toMatch(/,\$\(K8S_NODE_IP\)$/);
        // Kubernetes puts in the value of what stands further up.
        expect(names.indexOf("K8S_NODE_IP")).toBeLessThan(names.indexOf("NO_PROXY"));
    });

    test("is closed by Cilium to the one host, in both tiers, in place of the other policy", async () => {
        const objects = await objectsOf({ mode: "twoTier", network: { networkPolicy: { cilium: {} } } });
        expect(objects).not.toHaveProperty("NetworkPolicy");
        const [first, second] = objects["CiliumNetworkPolicy"];
        const hosts = (policy: object): boolean => JSON.stringify(policy).includes("abc12345.live.dynatrace.com");
        expect([hosts(first), hosts(second)]).toEqual([false, true]);
        expect(second.spec.ingress[0].fromEndpoints).toEqual([first.spec.endpointSelector]);
        expect(first.spec.egress).toContainEqual({
            toEndpoints: [second.spec.endpointSelector],
            toPorts: [{ ports: [{ port: "4317", protocol: "TCP" }] }],
        });
    });
});

describe("how many pods there are", () => {
    const spread = (objects: Awaited<ReturnType<typeof objectsOf>>) => podOf(objects).spec.topologySpreadConstraints;

    test("one, spread like others, without a budget that no drain needs", async () => {
        const objects = await objectsOf({});
        expect(objects).not.toHaveProperty("PodDisruptionBudget");
        expect(spread(objects)).toHaveLength(2);
        expect(spread(await objectsOf({ scheduling: { spread: "off" } }))).toBeUndefined();
    });

    test("several, of which a drained node takes one at a time", async () => {
        const { PodDisruptionBudget } = await objectsOf({ ...UNCHANGED, replicas: 3 });
        expect(PodDisruptionBudget.spec).toMatchObject({ maxUnavailable: 1 });
        const tiers = (await objectsOf({ mode: "twoTier" }))["PodDisruptionBudget"];
        expect(tiers.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
            ...["gateway", "gateway-t2"],
        ]);
    });

    test("as many as the load asks for: the number is the autoscaler's then", async () => {
        const scaling = { autoscaling: { maxReplicas: 6 } };
        const objects = await objectsOf({ ...UNCHANGED, scaling });
        expect(objects["Deployment"].spec.replicas).toBeUndefined();
        expect(objects["HorizontalPodAutoscaler"].spec).toMatchObject({
            scaleTargetRef: { kind: "Deployment", name: "gateway" },
            minReplicas: 2,
            maxReplicas: 6,
        });
        const keda = { autoscaling: { maxReplicas: 6, autoscaler: "keda" as const } };
        expect(await objectsOf({ ...UNCHANGED, scaling: keda })).toHaveProperty("ScaledObject.spec.maxReplicaCount", 6);
    });

    test("scales the first tier alone, which computes no deltas; the second is a fixed list", async () => {
        const scaling = { autoscaling: { maxReplicas: 6 } };
        const { HorizontalPodAutoscaler, StatefulSet } = await objectsOf({ mode: "twoTier", scaling });
        expect(HorizontalPodAutoscaler.spec.scaleTargetRef.name).toBe("gateway");
        expect(StatefulSet.spec.replicas).toBe(2);
    });

    test.each<[string, Partial<OtlpCollectorArgs>, string]>([
        [
            "both",
            { ...UNCHANGED, replicas: 2, scaling: { autoscaling: { maxReplicas: 3 } } },
            "replicas: cannot be combined with scaling",
        ],
        ["deltas", { scaling: { autoscaling: { maxReplicas: 3 } } }, "scaling.autoscaling.maxReplicas: 3 pods"],
        ["on nodes", { mode: "daemonSet", scaling: {} }, "scaling: a daemonSet has one pod on each node"],
        ["one volume", { ...UNCHANGED, replicas: 2, persistentQueue: {} }, "persistentQueue: 2 pods of a deployment"],
    ])("%s at once is refused", (_, args, text) => {
        const all = { endpoint: { environment: "abc12345" }, token: { secret: { name: "t" } }, ...args };
        expect(() => new OtlpCollector("gateway", all)).toThrow(`OtlpCollector("gateway"): ${text}`);
    });
});

describe("ways in from outside", () => {
    const hosts = { hosts: ["otlp.example.com"], tls: { secretName: "otlp" } };

    test("lead to the Service, and the policy lets in what forwards", async () => {
        const { Ingress, NetworkPolicy, HTTPRoute, GRPCRoute } = await objectsOf({
            network: {
                exposure: {
                    httpIngress: hosts,
                    gateway: { name: "edge", httpHosts: ["a.example.com"], grpcHosts: ["b.example.com"] },
                    controllerNamespace: "ingress",
                },
                networkPolicy: { fromNamespaces: ["shop"] },
            },
        });
        expect(Ingress.spec.rules[0].http.paths[0].backend.service).toEqual({
            name: "gateway",
            port: { number: 4318 },
        });
        expect([HTTPRoute, GRPCRoute].map(({ spec }) => spec.rules[0].backendRefs[0].port)).toEqual([4318, 4317]);
        const from = NetworkPolicy.spec.ingress[0].from.map(
            ({ namespaceSelector }: { namespaceSelector: { matchLabels: Record<string, string> } }) =>
                namespaceSelector.matchLabels["kubernetes.io/metadata.name"],
        );
        expect(from).toEqual(["ingress", "shop"]);
    });

    test("do not close the policy to all others where everybody may send", async () => {
        const exposure = { httpIngress: hosts, controllerNamespace: "ingress" };
        const { NetworkPolicy } = await objectsOf({ network: { exposure } });
        expect(NetworkPolicy.spec.ingress[0].from).toEqual([{ namespaceSelector: {} }]);
    });
});

describe("variables of one's own", () => {
    test("are in the container of every tier, by reference where a Secret holds them", async () => {
        const env = [
            { name: "REGION", value: "eu" },
            { name: "PARTNER_KEY", valueFrom: { secretKeyRef: { name: "partner", key: "PARTNER_KEY" } } },
        ];
        const { Deployment, StatefulSet } = await objectsOf({ mode: "twoTier", pods: { env } });
        for (const { spec } of [Deployment, StatefulSet]) {
            expect(spec.template.spec.containers[0].env.slice(-2)).toEqual([
                { name: "REGION", value: "eu" },
                { name: "PARTNER_KEY", valueFrom: { secretKeyRef: { name: "partner", key: "PARTNER_KEY" } } },
            ]);
        }
    });

    test.each<[string, object, string]>([
        [
            "a name of ours",
            { name: "DT_API_TOKEN", value: "x" },
            'pods.env[0].name: "DT_API_TOKEN" is reserved for the Collector',
        ],
        ["no name", { name: "a-b", value: "x" }, 'pods.env[0].name: "a-b" is not the name of a variable'],
        ["nothing", { name: "A" }, "pods.env[0].value: is missing; set it, or valueFrom"],
        [
            "both",
            { name: "A", value: "x", valueFrom: { secretKeyRef: { name: "b", key: "A" } } },
            "pods.env[0].value: cannot be combined with valueFrom",
        ],
        [
            "a token",
            { name: "A", value: "dt0c01.MADEUPMADEUP.MADEUPSECRET" },
            "pods.env[0].value: holds a token of Dynatrace",
        ],
    ])("%s is refused, and no value is in the error", (_, variable, text) => {
        const all = {
            endpoint: { environment: "abc12345" },
            token: { secret: { name: "t" } },
            pods: { env: [variable as never] },
        };
        const make = (): OtlpCollector => new OtlpCollector("gateway", all);
        expect(make).toThrow(`OtlpCollector("gateway"): ${text}`);
        expect(make).not.toThrow(/MADEUPSECRET/);
    });
});

test.each<[string, Partial<OtlpCollectorArgs>]>([
    [
        "collect.scrapeConfigs[0]",
        { collect: { scrapeConfigs: [{ job_name: "a", authorization: { credentials: "SECRET" } }] } },
    ],
    ["processing.resourceAttributes", { processing: { resourceAttributes: { note: "SECRET" } } }],
    ["pods.annotations", { pods: { annotations: { note: "SECRET" } } }],
    [
        "secondTier.extraConfig",
        { mode: "twoTier", secondTier: { extraConfig: { exporters: { debug: { x: "SECRET" } } } } },
    ],
])("a token in %s is refused, before it is in an object that many may read, and is not in the error", (field, args) => {
    const token = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
    const planted = JSON.parse(JSON.stringify(args).replace("SECRET", token)) as Partial<OtlpCollectorArgs>;
    const all = { endpoint: { environment: "abc12345" }, token: { secret: { name: "t" } }, ...planted };
    const make = (): OtlpCollector => new OtlpCollector("gateway", all);
    expect(make).toThrow(`OtlpCollector("gateway"): ${field}: holds a token of Dynatrace`);
    expect(make).not.toThrow(/NOTASECRET/);
});

describe("prompts and answers", () => {
    test("are taken out unless it is said otherwise, before anything is looked through, and of metrics after deltas", async () => {
        const { processors, service } = configOf(await objectsOf({ processing: { kubernetesAttributes: false } }));
        expect(JSON.stringify(processors["transform/ai-content"])).toContain("gen_ai[.]input[.]messages");
        expect(service.pipelines.traces.processors.slice(0, 3)).toEqual([
            ...["memory_limiter", "transform/ai-content", "redaction"],
        ]);
        expect(service.pipelines.metrics.processors.slice(-2)).toEqual(["cumulative_to_delta", "transform/ai-content"]);
        const off = await objectsOf({ processing: { aiContent: { protection: "off", identity: "off" } } });
        expect(configOf(off).processors).not.toHaveProperty("transform/ai-content");
    });

    test("are kept as an HMAC whose key is in a Secret, and names are those that Dynatrace knows", async () => {
        const aiContent = { protection: "hash" as const, hashKey: { name: "hmac" } };
        const objects = await objectsOf({ processing: { aiContent } });
        expect(podOf(objects).spec.containers[0].env).toContainEqual({
            name: "AI_CONTENT_HASH_KEY",
            valueFrom: { secretKeyRef: { name: "hmac", key: "key" } },
        });
        expect(Object.keys(configOf(objects).processors)).toContain("gen_ai_normalizer");
        const old = await objectsOf({ processing: { aiContent }, image: { version: "0.52.0" } });
        expect(Object.keys(configOf(old).processors)).not.toContain("gen_ai_normalizer");
        const contrib = (version: string) =>
            objectsOf({ processing: { aiContent }, image: { distribution: "contrib", version } });
        expect(Object.keys(configOf(await contrib("0.155.0")).processors)).not.toContain("gen_ai_normalizer");
        expect(Object.keys(configOf(await contrib("0.156.0")).processors)).toContain("gen_ai_normalizer");
    });

    test.each([
        ["dynatrace", "0.47.0", "0.48.0"],
        ["contrib", "0.148.0", "0.149.0"],
    ] as const)(
        "cannot be hashed by the %s distribution %s, which is said before",
        async (distribution, old, since) => {
            const hashed = (version: string) => {
                const aiContent = { identity: "hash" as const, hashKey: { name: "hmac" } };
                return objectsOf({ processing: { aiContent }, image: { distribution, version } });
            };
            const text = `processing.aiContent: hash needs ${since} or later of the ${distribution} distribution, but image.version is ${old}`;
            await expect(hashed(old)).rejects.toThrow(text);
            expect(Object.keys(configOf(await hashed(since)).processors)).toContain("redaction/ai-identity");
        },
    );

    test("of whom it was who asked, nothing is taken out by default: other requests have the same attributes", async () => {
        const byDefault = JSON.stringify(configOf(await objectsOf({})));
        expect(byDefault).not.toContain("client[.]address");
        expect(JSON.stringify(configOf(await objectsOf({ processing: { aiContent: {} } })))).toContain(
            "client[.]address",
        );
    });
});
