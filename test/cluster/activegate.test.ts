import { join } from "node:path";

import { makeCertificates } from "../../emulator/tls";
import { type DoubleStack, startStack } from "../doubles/kubernetes-plugin/stack";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { ROOT } from "../support/pulumi";

jest.setTimeout(240_000);

const NAMESPACE = "dynatrace";
const TOKENS = ["dt0c01.MADEUP.in-no-state", "dt0g02.FIRST.in-no-state", "dt0g02.SECOND.in-no-state"] as const;

/** One ActiveGate of each way it can be made, with all that can be asked for. */
const PROGRAM = `
    require("tsx/cjs");
    const pulumi = require("@pulumi/pulumi");
    const { ActiveGateRoute } = require(${JSON.stringify(join(ROOT, "components", "activegate"))});
    const config = new pulumi.Config();
    const token = config.requireSecret("token");
    const tls = { certificatePem: config.require("certificate"), privateKeyPem: config.requireSecret("key") };
    const environment = config.require("environment");
    const shared = {
        environment, tls, replicas: 2, group: "edge", networkZone: "eu", labels: { team: "sre" },
        storage: { sizeGiB: 2, storageClassName: "standard" },
    };
    const tokens = { apiToken: token, dataIngestToken: token };
    const operator = new ActiveGateRoute("operator", {
        ...shared, kind: "dynakube",
        dynakube: {
            tokens, customProperties: "[collector]", image: "registry.example.com/activegate:1.337.36",
            trustedCasConfigMapName: "cas", proxySecretName: "proxy", capabilities: ["dynatrace-api", "routing"],
        },
    });
    new ActiveGateRoute("previous", {
        ...shared, kind: "dynakube", storage: { ephemeral: true },
        dynakube: { tokens, apiVersion: "v1beta5", telemetryIngest: { protocols: ["otlp", "statsd"], serviceName: "telemetry", tls: { secretName: "k8s-tls" } } },
    });
    new ActiveGateRoute("alone", {
        ...shared, kind: "standalone",
        standalone: {
            tokens: { tenantToken: token, authToken: config.requireSecret("authToken") },
            image: { version: "1.337.36.20260526-135434", pullSecretName: "pull" },
            communicationEndpoints: "https://abc12345.live.dynatrace.com:443",
            plainHttp: true, maxUnavailablePods: 1, networkPolicy: { fromNamespaces: ["telemetry"] },
        },
    });
    exports.otlpBaseUrl = operator.otlpBaseUrl;
`;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server gives them
type Any = any;

/** One stack goes through its life: the tests are its stations, in order. */
describe("ActiveGates, applied to a real API server that knows DynaKube", () => {
    let kubernetes: KubernetesServer;
    let stack: DoubleStack;

    beforeAll(async () => {
        kubernetes = await startKubernetes({ controllerManager: true });
        const crd = join(__dirname, "crds", "dynakubes.dynatrace.com.yaml");
        await succeed(["apply", "--server-side", "-f", crd]);
        const listed = async () => (await kubernetes.kubectl(["get", "dynakubes"])).code === 0 || undefined;
        await until("the API server knows DynaKube", 20, listed);
        await succeed(["create", "namespace", NAMESPACE]);
        await succeed(["label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted"]);

        stack = await startStack(PROGRAM, { KUBECONFIG: kubernetes.kubeconfig });
        const hosts = ["operator-activegate", "previous-activegate", "alone"].map((name) => `${name}.${NAMESPACE}.svc`);
        const { certPem, keyPem } = await makeCertificates(hosts);
        const { project } = stack;
        await project.set("environment", "abc12345");
        await project.set("certificate", certPem);
        await project.set("key", keyPem, true);
        await project.set("token", TOKENS[0], true);
        await project.set("authToken", TOKENS[1], true);
        await project.up();
    });

    afterAll(async () => {
        await stack?.remove();
        await kubernetes?.stop();
    });

    const succeed = async (args: string[]): Promise<string> => {
        const { code, stdout, stderr } = await kubernetes.kubectl(args);
        if (code !== 0) throw new Error(stderr);
        return stdout;
    };
    const get = async (...what: string[]): Promise<Any> =>
        JSON.parse(await succeed(["get", ...what, "-n", NAMESPACE, "-o", "json"]));
    /** What the API server says to an object that is made from one it has. */
    const answerTo = async (object: Any, change: (changed: Any) => void): Promise<string> => {
        const { apiVersion, kind, metadata, spec } = structuredClone(object);
        const changed = {
            apiVersion,
            kind,
            metadata: { name: "probe", namespace: NAMESPACE, labels: metadata.labels },
            spec,
        };
        change(changed);
        const args = ["create", "--dry-run=server", "--validate=strict", "-f", "-"];
        const { stdout, stderr } = await kubernetes.kubectl(args, JSON.stringify(changed));
        return stdout + stderr;
    };
    const nameOf = ({ metadata }: Any): string => metadata.name;

    test.each([
        ["operator", "v1beta6", "otlpExporterConfiguration"],
        ["previous", "v1beta5", "telemetryIngest"],
    ])("the DynaKube %s is accepted as %s, field by field, with OTLP switched on", async (name, version, section) => {
        const dynaKube = await get(`dynakubes.${version}.dynatrace.com`, name);
        expect(dynaKube.apiVersion).toBe(`dynatrace.com/${version}`);
        expect(Object.keys(dynaKube.spec)).toContain(section);
        expect(await answerTo(dynaKube, () => undefined)).toContain("dynakube.dynatrace.com/probe created");
    });

    test("nothing that was asked of a DynaKube is lost on the way", async () => {
        const { spec } = await get("dynakube", "operator");
        const { tlsSecretName, customProperties, ...activeGate } = spec.activeGate;
        expect({ ...spec, activeGate }).toEqual({
            apiUrl: "https://abc12345.live.dynatrace.com/api",
            tokens: expect.stringMatching(/^operator-tokens-/),
            networkZone: "eu",
            trustedCAs: "cas",
            proxy: { valueFrom: "proxy" },
            activeGate: {
                capabilities: ["routing", "dynatrace-api"],
                replicas: 2,
                resources: { requests: { cpu: "500m", memory: "2048Mi" }, limits: { memory: "2048Mi" } },
                terminationGracePeriodSeconds: 120,
                group: "edge",
                image: "registry.example.com/activegate:1.337.36",
                nodeSelector: { "kubernetes.io/os": "linux" },
                labels: { team: "sre" },
                volumeClaimTemplate: {
                    accessModes: ["ReadWriteOnce"],
                    resources: { requests: { storage: "2Gi" } },
                    storageClassName: "standard",
                },
            },
            otlpExporterConfiguration: {
                signals: { traces: {}, metrics: {}, logs: {} },
                namespaceSelector: { matchLabels: { "dynatrace-otlp/inject": "operator" } },
            },
        });
        const keys = async (secret: string): Promise<string[]> =>
            Object.keys((await get("secret", secret)).data).sort();
        expect(await keys(spec.tokens)).toEqual(["apiToken", "dataIngestToken"]);
        expect(await keys(tlsSecretName)).toEqual(["server.crt", "tls.crt", "tls.key"]);
        expect(await keys(customProperties.valueFrom)).toEqual(["customProperties"]);
    });

    test.each<[string, (dynaKube: Any) => void, RegExp]>([
        ["without a URL", ({ spec }) => delete spec.apiUrl, /spec.apiUrl: Required value/],
        ["with a section it does not have", ({ spec }) => (spec.otlpIngest = {}), /unknown field "spec.otlpIngest"/],
        [
            "with no list of capabilities",
            ({ spec }) => (spec.activeGate.capabilities = "routing"),
            /must be of type array/,
        ],
        ["with a size that is none", ({ spec }) => (spec.activeGate.resources.limits.memory = "much"), /should match/],
        [
            "as v1beta5 with the section of v1beta6",
            (dynaKube) => (dynaKube.apiVersion = "dynatrace.com/v1beta5"),
            /unknown field "spec.otlpExporterConfiguration"/,
        ],
    ])("a DynaKube %s is refused by this API server", async (_case, change, text) => {
        expect(await answerTo(await get("dynakube", "operator"), change)).toMatch(text);
    });

    test("the StatefulSet's pods and claims are made, in a namespace that takes restricted pods alone", async () => {
        await until("two pods", 20, async () => (await get("pods")).items.length === 2 || undefined);
        const { items } = await get("pods");
        expect(items.map(nameOf).sort()).toEqual(["alone-0", "alone-1"]);
        const claims = (await get("pvc")).items;
        expect(claims.map(nameOf).sort()).toEqual(["ag-tmp-gateway-alone-0", "ag-tmp-gateway-alone-1"]);
        expect(claims[0].spec).toMatchObject({
            storageClassName: "standard",
            resources: { requests: { storage: "2Gi" } },
        });
        const [pod] = items;
        delete pod.spec.serviceAccount;
        const privileged = { allowPrivilegeEscalation: true };
        const answer = await answerTo(pod, ({ spec }) => (spec.containers[0].securityContext = privileged));
        expect(answer).toContain("violates PodSecurity");
    });

    test("the ActiveGate knows the cluster it is in", async () => {
        const [container] = (await get("statefulset", "alone")).spec.template.spec.containers;
        const { uid } = (await get("namespace", "kube-system")).metadata;
        expect(container.env).toContainEqual({ name: "DT_ID_SEED_K8S_CLUSTER_ID", value: uid });
    });

    test("Service, network policy and disruption budget find those pods", async () => {
        const { labels } = (await get("pods")).items[0].metadata;
        const { spec: service } = await get("service", "alone");
        const { spec: policy } = await get("networkpolicy", "alone");
        const { spec: budget } = await get("poddisruptionbudget", "alone");
        for (const selector of [service.selector, policy.podSelector.matchLabels, budget.selector.matchLabels]) {
            expect(labels).toMatchObject(selector);
        }
        const ports = service.ports.map(({ port, targetPort }: Any) => [port, targetPort]);
        expect(ports).toEqual([
            [443, "https"],
            [80, "http"],
        ]);
    });

    test("what is secret is in Secrets alone", async () => {
        const kinds = "dynakube,statefulset,pod,service,serviceaccount,networkpolicy,poddisruptionbudget";
        for (const text of [JSON.stringify(await get(kinds)), await stack.project.exportState(), stack.project.log]) {
            for (const token of TOKENS) expect(text).not.toContain(token);
            expect(text).not.toContain("PRIVATE KEY");
        }
    });

    test("a second up changes nothing", async () => {
        await stack.project.upWithoutChanges();
    });

    test("a new ActiveGate token gets a Secret of its own and new pods, and leaves the DynaKubes alone", async () => {
        const secretOf = async (): Promise<string> =>
            (await get("statefulset", "alone")).spec.template.spec.volumes[0].secret.secretName;
        const [before, dynaKubes] = [await secretOf(), await get("dynakubes")];
        await stack.project.set("authToken", TOKENS[2], true);
        await stack.project.up();
        const after = await secretOf();
        expect(after).not.toBe(before);
        const data = (await get("secret", after)).data["auth-token"];
        expect(Buffer.from(data, "base64").toString()).toBe(TOKENS[2]);
        expect((await get("secrets")).items.map(nameOf)).not.toContain(before);
        expect(await get("dynakubes")).toEqual(dynaKubes);
    });

    test("another environment gets another DynaKube: the Operator refuses to move one", async () => {
        const { uid } = (await get("dynakube", "operator")).metadata;
        await stack.project.set("environment", "xyz98765");
        await stack.project.up();
        const { metadata, spec } = await get("dynakube", "operator");
        expect(metadata.uid).not.toBe(uid);
        expect(spec.apiUrl).toBe("https://xyz98765.live.dynatrace.com/api");
        expect((await stack.project.outputs())["otlpBaseUrl"]).toBe(
            `https://operator-activegate.${NAMESPACE}.svc/e/xyz98765/api/v2/otlp`,
        );
    });

    test("destroy removes every object", async () => {
        await stack.project.destroy();
        const left = await get("dynakube,statefulset,service,serviceaccount,networkpolicy,poddisruptionbudget,secret");
        expect(left.items.map(nameOf).filter((name: string) => name !== "default")).toEqual([]);
    });
});
