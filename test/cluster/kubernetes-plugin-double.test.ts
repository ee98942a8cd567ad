import { type DoubleStack, type ExportedState, startStack } from "../doubles/kubernetes-plugin/stack";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";

jest.setTimeout(240_000);

const TOKENS = ["dt0c01.FIRST.in-no-state", "dt0c01.SECOND.in-no-state"] as const;

/** Spellings the API server keeps differently (quantities, empty lists, defaults) are on purpose: a second `up` must not see them as changes. */
const PROGRAM = `
    const pulumi = require("@pulumi/pulumi");
    const k8s = require("@pulumi/kubernetes");
    const config = new pulumi.Config();
    const token = config.requireSecret("token");
    const labels = { app: "gateway" };

    const namespace = new k8s.core.v1.Namespace("observability", { metadata: { name: "observability" } });
    const place = { namespace: namespace.metadata.name };
    const secret = new k8s.core.v1.Secret("token", { metadata: place, stringData: { token } });
    new k8s.core.v1.ConfigMap("config", { metadata: { ...place, name: "config" }, data: { mode: config.get("mode") ?? "one" } });
    const env = [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: secret.metadata.name, key: "token" } } }, { name: "EMPTY", value: "" }];
    const resources = { limits: { cpu: "1000m", memory: "1024Mi" }, requests: { cpu: 0.5, memory: "512Mi" } };
    const containers = [{ name: "gateway", image: "example.com/gateway:1", env, resources, ports: [{ containerPort: 4318 }], args: [] }];
    const volumes = [{ name: "tmp", emptyDir: { sizeLimit: "1024Mi" } }];
    const template = { metadata: { labels }, spec: { containers, volumes, nodeSelector: {}, hostNetwork: false } };
    const replicas = config.getNumber("replicas") ?? 2;
    new k8s.apps.v1.Deployment("gateway", { metadata: { ...place, name: "gateway" }, spec: { replicas, selector: { matchLabels: labels }, template } });
    const claim = { metadata: { name: "queue" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1024Mi" } } } };
    const stateful = { serviceName: "queue", selector: { matchLabels: labels }, template, volumeClaimTemplates: [claim] };
    new k8s.apps.v1.StatefulSet("queue", { metadata: { ...place, name: "queue" }, spec: stateful });
    new k8s.core.v1.Service("gateway", { metadata: place, spec: { selector: labels, ports: [{ name: "otlp", port: 4318, targetPort: 4318 }] } });
    const peers = [{ namespaceSelector: {} }];
    new k8s.networking.v1.NetworkPolicy("closed", { metadata: place, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [{ to: peers }] } });
    new k8s.policy.v1.PodDisruptionBudget("gateway", { metadata: place, spec: { minAvailable: 1, selector: { matchLabels: labels } } });
    const role = new k8s.rbac.v1.ClusterRole("reader", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name };
    new k8s.rbac.v1.ClusterRoleBinding("reader", { roleRef, subjects: [{ kind: "ServiceAccount", name: "default", ...place }] });

    const schema = { type: "object", properties: { spec: { type: "object", required: ["url"], properties: { url: { type: "string" } } } } };
    const crd = new k8s.apiextensions.v1.CustomResourceDefinition("gadgets", {
        metadata: { name: "gadgets.example.com" },
        spec: {
            group: "example.com",
            names: { kind: "Gadget", plural: "gadgets", singular: "gadget" },
            scope: "Namespaced",
            versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { ...schema, x_kubernetes_preserve_unknown_fields: true } } }],
        },
    });
    const gadget = { apiVersion: "example.com/v1", kind: "Gadget", metadata: { ...place, name: "one" }, spec: { url: "https://example.com" } };
    new k8s.apiextensions.CustomResource("one", gadget, { dependsOn: crd });
    exports.secretName = secret.metadata.name;
`;

let kubernetes: KubernetesServer;

beforeAll(async () => {
    kubernetes = await startKubernetes({ controllerManager: true });
});

afterAll(() => kubernetes?.stop());

async function get<T = Record<string, unknown>>(...args: string[]): Promise<T | undefined> {
    const { code, stdout, stderr } = await kubernetes.kubectl(["get", ...args, "--output", "json"]);
    if (code !== 0 && !stderr.includes("NotFound")) throw new Error(stderr);
    return code === 0 ? (JSON.parse(stdout) as T) : undefined;
}

/** One stack goes through its life: the tests are its stations, in order. */
describe("a stack applied with the double, by the real engine, to a real API server", () => {
    let stack: DoubleStack;

    beforeAll(async () => {
        stack = await startStack(PROGRAM, { KUBECONFIG: kubernetes.kubeconfig });
        await stack.project.set("token", TOKENS[0], true);
    });

    afterAll(() => stack?.remove());

    interface Secrets {
        items: {
            metadata: {
                name: string;
                annotations?: Record<string, string>;
                managedFields: { manager: string; operation: string }[];
            };
            data: { token: string };
        }[];
    }
    const secrets = async () =>
        (await get<Secrets>("secrets", "--namespace", "observability", "--show-managed-fields"))?.items ?? [];
    const replicas = async () =>
        (await get<{ spec: { replicas: number } }>("deployment", "gateway", "--namespace", "observability"))?.spec
            .replicas;

    test("a preview of everything, with neither namespace nor CRD there, changes nothing", async () => {
        expect((await stack.project.preview()).stdout).toContain("13 to create");
        expect(await get("namespace", "observability")).toBeUndefined();
    });

    test("up applies all of it, server-side, under a field manager of its own", async () => {
        await stack.project.up();
        const [secret] = await secrets();
        expect(secret?.metadata.name).toMatch(/^token-[0-9a-f]{8}$/);
        expect(secret?.metadata.annotations).toEqual({ "pulumi.com/autonamed": "true" });
        expect(secret?.metadata.managedFields).toEqual([
            expect.objectContaining({
                manager: expect.stringMatching(/^pulumi-kubernetes-[0-9a-f]{8}$/),
                operation: "Apply",
            }),
        ]);
        expect(Buffer.from(secret?.data.token ?? "", "base64").toString()).toBe(TOKENS[0]);
        expect(await get("gadget", "one", "--namespace", "observability")).toMatchObject({
            spec: { url: "https://example.com" },
        });
    });

    test("outputs are the live objects; no token is in the state", async () => {
        const state = await stack.project.exportState();
        const { resources } = (JSON.parse(state) as ExportedState).deployment;
        const service = resources.find(({ type }) => type === "kubernetes:core/v1:Service");
        expect(service?.outputs?.["spec"]).toMatchObject({ clusterIP: expect.stringMatching(/^10\.0\.0\./) });
        expect(service?.inputs?.["spec"]).not.toHaveProperty("clusterIP");
        expect(state).not.toContain(TOKENS[0]);
        expect(state).not.toContain(Buffer.from(TOKENS[0]).toString("base64"));
    });

    test("a second up, a refresh and an up after it change nothing", async () => {
        await stack.project.upWithoutChanges();
        await stack.project.refresh();
        await stack.project.upWithoutChanges();
    });

    test("another token: the new Secret is there before the old one goes", async () => {
        const old = (await secrets())[0]?.metadata.name;
        await stack.project.set("token", TOKENS[1], true);
        await stack.project.up();
        const found = await secrets();
        expect(found.map(({ data }) => Buffer.from(data.token, "base64").toString())).toEqual([TOKENS[1]]);
        expect(found[0]?.metadata.name).not.toBe(old);
        expect(JSON.stringify(await get("deployment", "gateway", "--namespace", "observability"))).toContain(
            `"name":"${found[0]?.metadata.name}"`,
        );
    });

    test("a ConfigMap with a fixed name is replaced, with another uid", async () => {
        const uid = async () =>
            (await get<{ metadata: { uid: string } }>("configmap", "config", "--namespace", "observability"))?.metadata
                .uid;
        const before = await uid();
        await stack.project.set("mode", "two");
        expect((await stack.project.preview()).stdout).toContain("1 to replace");
        await stack.project.up();
        expect(await uid()).toEqual(expect.any(String));
        expect(await uid()).not.toBe(before);
    });

    test("what somebody else changed comes back after a refresh", async () => {
        await kubernetes.kubectl(["scale", "deployment", "gateway", "--namespace", "observability", "--replicas", "7"]);
        await stack.project.refresh();
        // The scaler owns the field now: server-side apply refuses to take it back silently.
        await expect(stack.project.up()).rejects.toThrow(/field conflict detected[\s\S]*\.spec\.replicas/);
        expect(await replicas()).toBe(7);

        await stack.project.set("kubernetes:enablePatchForce", "true");
        await stack.project.up();
        expect(await replicas()).toBe(2);
    });

    test("what somebody else deleted is created again after a refresh", async () => {
        await kubernetes.kubectl(["delete", "poddisruptionbudget", "--all", "--namespace", "observability"]);
        await stack.project.refresh();
        expect((await stack.project.preview()).stdout).toContain("1 to create");
        await stack.project.up();
        expect(await get("poddisruptionbudget", "--namespace", "observability")).toMatchObject({
            items: [expect.anything()],
        });
    });

    test("what the API server refuses is an error at preview, in its words", async () => {
        await stack.project.set("replicas", "-1");
        const { code, stdout, stderr } = await stack.project.preview();
        expect(code).not.toBe(0);
        expect(stdout + stderr).toContain("spec.replicas: Invalid value: -1: must be greater than or equal to 0");
        await stack.project.set("replicas", "2");
    });

    test("destroy removes everything, the namespace last and to the end", async () => {
        await stack.project.destroy();
        expect(await get("namespace", "observability")).toBeUndefined();
        expect(await get("clusterrole", "--selector", "!kubernetes.io/bootstrapping")).toMatchObject({
            items: expect.not.arrayContaining([
                expect.objectContaining({
                    metadata: expect.objectContaining({ name: expect.stringMatching(/^reader-/) }),
                }),
            ]),
        });
        expect(await get("crd", "gadgets.example.com")).toBeUndefined();
    });
});

describe("what is there already", () => {
    const program = (body: string) => `const k8s = require("@pulumi/kubernetes"); ${body}`;
    const configMap =
        'const made = new k8s.core.v1.ConfigMap("taken", { metadata: { name: "taken" }, data: { owner: "pulumi" } });';
    let stack: DoubleStack | undefined;

    beforeAll(() => kubernetes.kubectl(["create", "configmap", "taken", "--from-literal", "owner=somebody"]));
    afterEach(() => stack?.remove());

    test("is not taken over", async () => {
        stack = await startStack(program(configMap), { KUBECONFIG: kubernetes.kubeconfig });
        await expect(stack.project.up()).rejects.toThrow('ConfigMap "taken" already exists');
        expect(await get("configmap", "taken")).toMatchObject({ data: { owner: "somebody" } });
    });

    test("can be read with .get, and is left alone by destroy", async () => {
        stack = await startStack(
            program('exports.owner = k8s.core.v1.ConfigMap.get("taken", "default/taken").data.owner;'),
            { KUBECONFIG: kubernetes.kubeconfig },
        );
        await stack.project.up();
        expect(await stack.project.outputs()).toEqual({ owner: "somebody" });
        await stack.project.destroy();
        expect(await get("configmap", "taken")).toMatchObject({ data: { owner: "somebody" } });
    });
});
