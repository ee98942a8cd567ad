import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import {
    OtlpCollector,
    type OtlpCollectorArgs,
    type CollectorSidecarArgs,
    sidecarContainer,
    type TokenReferenceArgs,
} from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { selfSigned } from "../support/certificates";

const WHO = 'OtlpCollector("gateway")';
const SECRET_PART = "MADEUPSECRET".repeat(5);
const TOKEN = `dt0c01.MADEUPMADEUPMADEUPMADE12.${SECRET_PART}`;
const BASE = {
    endpoint: { environment: "abc12345" },
    namespace: "telemetry",
    token: { secret: { name: "ingest-token" } },
};

/** Arguments as a program without types, or with a variable that is not set, would give them. */
type Loose = Record<string, unknown>;
const argsOf = (args: Loose): OtlpCollectorArgs => ({ ...BASE, ...args }) as unknown as OtlpCollectorArgs;
const make = (args: Loose) => () => new OtlpCollector("gateway", argsOf(args));
const deploy = (args: Loose) => capture(make(args));

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
async function objectsOf(args: Loose): Promise<Record<string, any>> {
    return Object.fromEntries(manifestsOf(await deploy(args)).map((object) => [object.kind, object]));
}

beforeEach(() => void jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined));
afterEach(() => jest.restoreAllMocks());

describe("a token in place of its Secret's name", () => {
    test.each<[string, unknown, string]>([
        ["missing", undefined, "token: is missing; give an IngestToken, or secret"],
        ["without a name", {}, "token.secret.name: is missing; name the Secret"],
        ["with an empty name", { secret: { name: "" } }, "token.secret.name: is empty, as with secretDelivery none"],
        ["the token itself", { secret: { name: TOKEN } }, "token.secret.name: holds a token of Dynatrace"],
        [
            "the token in lower case",
            { secret: { name: TOKEN.toLowerCase() } },
            "token.secret.name: holds a token of Dynatrace",
        ],
        ["the token as a key", { secret: { name: "a", key: TOKEN } }, "token.secret.key: holds a token of Dynatrace"],
        [
            "with a name of none",
            { secret: { name: "Ingest Token" } },
            'token.secret.name: "Ingest Token" is not the name',
        ],
        ["with a key of none", { secret: { name: "a", key: "x y" } }, 'token.secret.key: "x y" is not a key'],
        [
            "with another scheme",
            { secret: { name: "a" }, scheme: "Token" },
            'token.scheme: "Token" is not known; use Api-Token or Bearer',
        ],
    ])("is refused, in a Collector and in a sidecar: %s", (_, token, text) => {
        expect(make({ token })).toThrow(`${WHO}: ${text}`);
        expect(make({ token })).not.toThrow(new RegExp(SECRET_PART, "i"));
        const sidecar = { endpoint: BASE.endpoint, token: token as TokenReferenceArgs, configMapName: "shop" };
        expect(() => sidecarContainer("shop", sidecar)).toThrow(`sidecarContainer("shop"): ${text}`);
    });

    test("is refused as the name of a sidecar's ConfigMap", () => {
        const sidecar = (configMapName: string | undefined) => () =>
            sidecarContainer("shop", {
                endpoint: BASE.endpoint,
                token: BASE.token,
                configMapName,
            } as CollectorSidecarArgs);
        expect(sidecar(TOKEN)).toThrow("configMapName: holds a token of Dynatrace");
        expect(sidecar("Shop")).toThrow('configMapName: "Shop" is not the name');
        expect(sidecar(undefined)).toThrow("configMapName: is missing");
    });
});

describe("a token anywhere else is refused, and is not in the error:", () => {
    test.each<[string, Loose]>([
        ["network.service.annotations", { network: { service: { annotations: { a: TOKEN } } } }],
        ["pods.serviceAccount.annotations", { pods: { serviceAccount: { annotations: { a: TOKEN } } } }],
        ["pods.labels", { pods: { labels: { a: TOKEN } } }],
        ["scheduling.nodeSelector", { scheduling: { nodeSelector: { a: TOKEN } } }],
        ["pods.hostAliases[0]", { pods: { hostAliases: [{ ip: "192.0.2.1", hostnames: [TOKEN] }] } }],
        ["pods.volumes[1]", { pods: { volumes: [{ name: "a", emptyDir: {} }, csi({ token: TOKEN })] } }],
        ["pods.volumes[0]", { pods: { volumes: [{ name: "a", secret: { secretName: TOKEN } }] } }],
        ["pods.imagePullSecretNames[0]", { pods: { imagePullSecretNames: [TOKEN] } }],
        ["pods.extraContainers[0]", { pods: { extraContainers: [{ name: "a", args: [TOKEN] }] } }],
        ["scheduling.priorityClassName", { scheduling: { priorityClassName: TOKEN } }],
        ["scheduling.affinity", { scheduling: { affinity: { podAffinity: { a: TOKEN } } } }],
        ["pods.env[0].name", { pods: { env: [{ name: TOKEN, value: "a" }] } }],
        [
            "pods.env[0].valueFrom.secretKeyRef.key",
            { pods: { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "a", key: TOKEN } } }] } },
        ],
        ["pods.envFrom[0].configMapRef.name", { pods: { envFrom: [{ configMapRef: { name: TOKEN.toLowerCase() } }] } }],
    ])("%s", (field, args) => {
        expect(make(args)).toThrow(`${WHO}: ${field}: holds a token of Dynatrace`);
        expect(make(args)).not.toThrow(new RegExp(SECRET_PART, "i"));
    });

    function csi(volumeAttributes: object): object {
        return { name: "b", csi: { driver: "d", volumeAttributes } };
    }
});

describe("labels of one's own", () => {
    test.each(["app.kubernetes.io/name", "app.kubernetes.io/instance"])(
        "never part the pods from their Service: %s",
        (label) => {
            for (const mode of ["deployment", "twoTier"]) {
                expect(make({ mode, labels: { [label]: "shop" } })).toThrow(
                    `${WHO}: labels: "${label}" selects the pods; use another label`,
                );
            }
        },
    );

    test("may say what the pods are part of", async () => {
        const labels = { "app.kubernetes.io/part-of": "shop", team: "" };
        const { Deployment } = await objectsOf({ labels });
        expect(Deployment.spec.template.metadata.labels).toMatchObject(labels);
        expect(Deployment.spec.template.metadata.labels).toMatchObject(Deployment.spec.selector.matchLabels);
    });

    test.each<[string, Loose, string]>([
        ["a value with blanks", { labels: { team: "Team A & B" } }, 'labels["team"]: "Team A & B" is not the value'],
        ["a value that is no text", { labels: { on: true } }, 'labels["on"]: "true" is not the value'],
        ["too long a value", { labels: { team: "a".repeat(64) } }, 'labels["team"]: "aaa'],
        ["a key of none", { labels: { "a b": "c" } }, 'labels: "a b" is not the key'],
        ["of pods", { pods: { labels: { team: "-" } } }, 'pods.labels["team"]: "-" is not the value'],
        [
            "of nodes",
            { scheduling: { nodeSelector: { on: "a b" } } },
            'scheduling.nodeSelector["on"]: "a b" is not the value',
        ],
        ["of monitors", { monitoring: { labels: { on: "a b" } } }, 'monitoring.labels["on"]: "a b" is not the value'],
    ])("are refused where the cluster would: %s", (_, args, text) => {
        expect(make(args)).toThrow(`${WHO}: ${text}`);
    });
});

describe("an argument that is missing, or of another kind, is named with the way out:", () => {
    const keda = { autoscaler: "keda", maxReplicas: 3 };
    const asks = (prometheus: object): Loose => ({
        processing: { cumulativeToDelta: false },
        scaling: { autoscaling: { ...keda, prometheus } },
    });
    const server = "http://prometheus.monitoring.svc:9090";
    const origins = (allowedOrigins: unknown): Loose => ({ receiver: { cors: { allowedOrigins } } });

    test.each<[string, Loose]>([
        ["endpoint.environment: is missing; give an environment id", { endpoint: undefined }],
        ['signals: must be a list; give one, e.g. ["traces"]', { signals: "traces" }],
        ["receiver.tls.secretName: is missing; give", { receiver: { tls: {} } }],
        ["receiver.bearer.secret: is missing; name", { receiver: { bearer: {} } }],
        ['receiver.cors.allowedOrigins: is missing; give one, e.g. ["https:', { receiver: { cors: {} } }],
        ["receiver.cors.allowedOrigins: must be a list; give", origins("https://shop.example.com")],
        ['receiver.cors.allowedOrigins: "https://a.example?b" is not an origin', origins(["https://a.example?b"])],
        [
            'network.exposure.httpIngress.hosts: is missing; give one, e.g. ["otlp',
            { network: { exposure: { httpIngress: {} } } },
        ],
        [
            "network.exposure.grpcIngress.hosts: must be a list; give",
            { network: { exposure: { grpcIngress: { hosts: "a.example.com" } } } },
        ],
        [
            "network.exposure.httpIngress.hosts: is missing; write the name",
            { network: { exposure: { httpIngress: { hosts: [undefined] } } } },
        ],
        [
            "network.exposure.gateway.name: is missing; give",
            { network: { exposure: { gateway: { httpHosts: ["a.example.com"] } } } },
        ],
        [
            'network.exposure.gateway.namespace: "Edge 1" is not the name of a namespace',
            { network: { exposure: { gateway: { name: "edge", namespace: "Edge 1", httpHosts: ["a.example.com"] } } } },
        ],
        [
            'network.exposure.controllerNamespace: "Edge 1" is not the name of a namespace',
            { network: { exposure: { controllerNamespace: "Edge 1" } } },
        ],
        ["pods.env[0].name: is missing; use letters", { pods: { env: [{ value: "x" }] } }],
        ["pods.env: must be a list; give one", { pods: { env: { STAGE: "test" } } }],
        ["pods.envFrom: must be a list; give one", { pods: { envFrom: { secretRef: { name: "a" } } } }],
        ["collect.kubernetesObjects[0].resource: is missing", { collect: { kubernetesObjects: [{}] } }],
        [
            'collect.kubernetesObjects[0].namespaces[0]: "a.b" is not the name of a namespace',
            { collect: { kubernetesObjects: [{ resource: "pods", namespaces: ["a.b"] }] } },
        ],
        [
            "collect.containerLogs.multiline[0].firstLine: is missing",
            { mode: "daemonSet", collect: { containerLogs: { multiline: [{}] } } },
        ],
        ["collect.scrapeConfigs[0].job_name: is missing; give", { collect: { scrapeConfigs: [{}] } }],
        [
            'collect.scrapeConfigs[1].job_name: "db" is used twice',
            { collect: { scrapeConfigs: [{ job_name: "db" }, { job_name: "db" }] } },
        ],
        [
            'collect.scrapeConfigs[0].job_name: "annotated-pods" is used twice',
            { collect: { annotatedPods: true, scrapeConfigs: [{ job_name: "annotated-pods" }] } },
        ],
        [
            'processing.resourceAttributes["a"]: is a number, not a string',
            { processing: { resourceAttributes: { a: 1 } } },
        ],
        [
            "processing.enrichment.commit: is a number, not a string",
            { processing: { enrichment: { commit: 1234567 } } },
        ],
        [
            'network.networkPolicy.fromNamespaces[1]: "Shop Team" is not the name of a namespace',
            { network: { networkPolicy: { fromNamespaces: ["shop", "Shop Team"] } } },
        ],
        [
            "network.networkPolicy.fromNamespaces: is empty; give at least one",
            { network: { networkPolicy: { fromNamespaces: [] } } },
        ],
        [
            "network.networkPolicy.fromNamespaces: is empty; give at least one",
            { network: { networkPolicy: { cilium: {}, fromNamespaces: [] } } },
        ],
        [
            "network.networkPolicy.fromAddresses: is empty; give at least one",
            { network: { networkPolicy: { fromAddresses: [] } } },
        ],
        [
            "network.networkPolicy.apiServerPorts: is empty; give at least one",
            { network: { networkPolicy: { apiServerPorts: [] } } },
        ],
        ["monitoring.fromNamespaces: is empty; give at least one", { monitoring: { fromNamespaces: [] } }],
        [
            "network.service.loadBalancerSourceRanges: is empty; give at least one",
            { network: { service: { type: "LoadBalancer", loadBalancerSourceRanges: [] } } },
        ],
        [
            "collect.kubernetesObjects[0].namespaces: is empty; give at least one",
            { collect: { kubernetesObjects: [{ resource: "pods", namespaces: [] }] } },
        ],
        [
            "collect.journald.units: is empty; give at least one",
            { mode: "daemonSet", collect: { journald: { units: [] } } },
        ],
        [
            "processing.tailSamplng: is not a known field; did you mean tailSampling?",
            { processing: { tailSamplng: { percentage: 3 } } },
        ],
        ["processing.tailSampling.percent: is not a known field", { processing: { tailSampling: { percent: 3 } } }],
        ["pods.env[0].valu: is not a known field; did you mean value?", { pods: { env: [{ name: "A", valu: "x" }] } }],
        [
            "network.networkPolicy.fromNamespaces: must be a list",
            { network: { networkPolicy: { fromNamespaces: "shop" } } },
        ],
        [
            "network.networkPolicy.fromAddresses: must be a list",
            { network: { networkPolicy: { fromAddresses: "10.0.0.0/8" } } },
        ],
        [
            "network.networkPolicy.apiServerPorts[0]: 99999 is not",
            { network: { networkPolicy: { apiServerPorts: [99999] } } },
        ],
        ['monitoring.fromNamespaces[0]: "A" is not the name', { monitoring: { fromNamespaces: ["A"] } }],
        ['image.pullPolicy: "always" is not known; use Always,', { image: { pullPolicy: "always" } }],
        ['image.repository: "" is not the name of an image', { image: { repository: "" } }],
        ['image.repository: "mirror/otel:0.54.0" is not', { image: { repository: "mirror/otel:0.54.0" } }],
        ['image.repository: "https://a.example/b" is not', { image: { repository: "https://a.example/b" } }],
        ["scaling.autoscaling.prometheus.serverAddress: is missing", asks({ query: "sum(up)", threshold: 1 })],
        ["scaling.autoscaling.prometheus.query: is missing", asks({ serverAddress: server, threshold: 1 })],
        ["scaling.autoscaling.prometheus.threshold: is missing", asks({ serverAddress: server, query: "sum(up)" })],
    ])("%s", (text, args) => {
        expect(make(args)).toThrow(`${WHO}: ${text}`);
    });

    test.each<[string, Loose]>([
        ["scaling.autoscaling.prometheus.serverAddress", asks({ serverAddress: "http://me:hunter2@prometheus:9090" })],
        ["scaling.autoscaling.prometheus.serverAddress", asks({ serverAddress: "http://prometheus:9090?key=hunter2" })],
        ["receiver.cors.allowedOrigins", origins(["https://me:hunter2@shop.example.com"])],
    ])("a password is, and is not in the error: %s", (field, args) => {
        expect(make(args)).toThrow(`${WHO}: ${field}: holds a`);
        expect(make(args)).not.toThrow(/hunter2/);
    });

    test.each([
        "otel",
        "localhost:5000/otel/collector",
        "registry.example.com/a_b/c__d/e--f",
        "[2001:db8::1]:5000/otel",
    ])("but not a mirror's repository: %s", async (repository) => {
        const { Deployment } = await objectsOf({ image: { repository, version: "0.54.0", pullPolicy: "Never" } });
        const [container] = Deployment.spec.template.spec.containers;
        expect(container).toMatchObject({ image: `${repository}:0.54.0`, imagePullPolicy: "Never" });
    });

    test("but not a pattern of origins, and any of them", async () => {
        const allowed = ["https://*.example.com", "http://localhost:*", "*"];
        const { ConfigMap } = await objectsOf(origins(allowed));
        for (const origin of allowed) expect(ConfigMap.data["config.yaml"]).toContain(origin);
    });
});

test("the Collector's own logs are left out, however its container is called", async () => {
    const args = { mode: "daemonSet", collect: { containerLogs: {} } };
    const { ConfigMap } = await objectsOf(args);
    expect(ConfigMap.data["config.yaml"]).toContain("- /var/log/pods/telemetry_gateway-*_*/collector/*.log*");
    const { OpenTelemetryCollector } = await objectsOf({ ...args, operator: {} });
    expect(OpenTelemetryCollector.spec.config.receivers.file_log.exclude).toEqual([
        "/var/log/pods/telemetry_gateway-*_*/otc-container/*.log*",
    ]);
});

test("the CA of an ActiveGate and one of one's own are both in the configuration", async () => {
    const activegate = selfSigned("ActiveGate CA", -10, 400);
    const own = selfSigned("Corporate CA", -10, 400);
    const endpoint = {
        environment: "abc12345",
        route: "activegate",
        host: "ag.example.com",
        ca: { pem: activegate },
    };
    const { ConfigMap } = await objectsOf({ endpoint, network: { trust: { ca: { pem: own } } } });
    const { exporters } = parse(ConfigMap.data["config.yaml"]) as { exporters: Record<string, Loose> };
    for (const signal of ["traces", "metrics", "logs"]) {
        expect(exporters[`otlp_http/${signal}`]).toMatchObject({ tls: { ca_pem: `${activegate.trimEnd()}\n${own}` } });
    }
    expect(make({ endpoint, network: { trust: { ca: { secret: { name: "corporate-ca" } } } } })).toThrow(
        `${WHO}: network.trust.ca.secret: cannot be combined with endpoint.ca`,
    );
});
