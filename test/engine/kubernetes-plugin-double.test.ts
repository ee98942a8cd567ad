import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type DoubleStack, type ExportedState, startStack } from "../doubles/kubernetes-plugin/stack";

jest.setTimeout(180_000);

const TOKENS = ["dt0c01.FIRST.in-no-state", "dt0c01.SECOND.in-no-state"] as const;

const PROGRAM = `
    const pulumi = require("@pulumi/pulumi");
    const k8s = require("@pulumi/kubernetes");
    const token = new pulumi.Config().requireSecret("token");
    const provider = new k8s.Provider("render", { renderYamlToDirectory: "out" });
    const labels = { app: "gateway" };

    const namespace = new k8s.core.v1.Namespace("observability", { metadata: { name: "observability" } }, { provider });
    const place = { namespace: namespace.metadata.name };
    const secret = new k8s.core.v1.Secret("token", { metadata: place, stringData: { token } }, { provider });
    new k8s.core.v1.ConfigMap("config", { metadata: { ...place, name: "config" }, data: { "config.yaml": "on: 012" } }, { provider });
    const env = [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: secret.metadata.name, key: "token" } } }];
    const containers = [{ name: "gateway", image: "example.com/gateway:1", env, resources: { limits: { cpu: "1000m" } } }];
    const template = { metadata: { labels }, spec: { containers } };
    new k8s.apps.v1.Deployment("gateway", { metadata: place, spec: { selector: { matchLabels: labels }, template } }, { provider });
    new k8s.networking.v1.NetworkPolicy("closed", { metadata: place, spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [] } }, { provider });
    const role = new k8s.rbac.v1.ClusterRole("reader", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] }, { provider });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name };
    const subjects = [{ kind: "ServiceAccount", name: "default", namespace: namespace.metadata.name }];
    new k8s.rbac.v1.ClusterRoleBinding("reader", { roleRef, subjects }, { provider });
    exports.secretName = secret.metadata.name;
`;

interface Manifest {
    kind: string;
    metadata: { name: string; namespace?: string };
    data?: Record<string, string>;
    spec?: { template: { spec: { containers: { env: { valueFrom: { secretKeyRef: { name: string } } }[] }[] } } };
}

/** One stack goes through its life: the tests are its stations, in order. */
describe("a stack that renders YAML with the double, under the real engine", () => {
    let stack: DoubleStack;

    beforeAll(async () => {
        stack = await startStack(PROGRAM);
        await stack.project.set("token", TOKENS[0], true);
    });

    afterAll(() => stack?.remove());

    const folder = () => join(stack.directory, "out", "1-manifest");
    const files = () => (existsSync(folder()) ? readdirSync(folder()).sort() : []);
    const manifests = () =>
        files().map((name) => parse(readFileSync(join(folder(), name), "utf8"), { version: "1.1" }) as Manifest);
    const only = (kind: string): Manifest => {
        const found = manifests().filter((manifest) => manifest.kind === kind);
        expect(found).toHaveLength(1);
        return found[0]!;
    };

    test("a preview writes nothing", async () => {
        expect((await stack.project.preview()).stdout).toContain("9 to create");
        expect(files()).toEqual([]);
    });

    test("up writes a file for each object, readable by its owner only, and warns of the secret in it", async () => {
        const output = textOf(await stack.project.up("--diff"));
        expect(files()).toEqual([
            expect.stringMatching(/^apps_v1-deployment-observability-gateway-[0-9a-f]{8}\.yaml$/),
            expect.stringMatching(/^networking\.k8s\.io_v1-networkpolicy-observability-closed-[0-9a-f]{8}\.yaml$/),
            expect.stringMatching(/^rbac\.authorization\.k8s\.io_v1-clusterrole-default-reader-[0-9a-f]{8}\.yaml$/),
            expect.stringMatching(
                /^rbac\.authorization\.k8s\.io_v1-clusterrolebinding-default-reader-[0-9a-f]{8}\.yaml$/,
            ),
            "v1-configmap-observability-config.yaml",
            "v1-namespace-default-observability.yaml",
            expect.stringMatching(/^v1-secret-observability-token-[0-9a-f]{8}\.yaml$/),
        ]);
        expect(files().map((name) => statSync(join(folder(), name)).mode & 0o777)).toEqual(files().map(() => 0o600));
        expect(only("Secret").data).toEqual({ token: Buffer.from(TOKENS[0]).toString("base64") });
        expect(only("ConfigMap").data).toEqual({ "config.yaml": "on: 012" });
        expect(only("ClusterRole").metadata.namespace).toBeUndefined();
        expect(output).toMatch(
            /warning: rendered file .*v1-secret-observability-token-.* contains a secret value in plaintext/,
        );
        expect(output).not.toContain(TOKENS[0]);
    });

    test("the state holds the Secret's data encrypted only", async () => {
        expectEncrypted(await stack.project.exportState());
    });

    test("a second up, a refresh and a preview change nothing", async () => {
        const before = manifests();
        await stack.project.upWithoutChanges();
        await stack.project.refresh("--expect-no-changes");
        expect((await stack.project.preview("--expect-no-changes")).code).toBe(0);
        expect(manifests()).toEqual(before);
    });

    test("another token: a Secret of another name, the Deployment points to it, then the old one goes", async () => {
        const old = only("Secret").metadata.name;
        await stack.project.set("token", TOKENS[1], true);
        const output = textOf(await stack.project.up("--diff"));

        const { data, metadata } = only("Secret");
        expect(metadata.name).not.toBe(old);
        expect(data).toEqual({ token: Buffer.from(TOKENS[1]).toString("base64") });
        expect(only("Deployment").spec?.template.spec.containers[0]?.env[0]?.valueFrom.secretKeyRef.name).toBe(
            metadata.name,
        );

        const order = [...output.matchAll(/^(rendered|deleted) \S*(secret|deployment)\S*/gm)].map(
            ([, verb, kind]) => `${verb} ${kind}`,
        );
        expect(order).toEqual(["rendered secret", "rendered deployment", "deleted secret"]);
        expectEncrypted(await stack.project.exportState());
    });

    test("destroy removes every file", async () => {
        await stack.project.destroy();
        expect(files()).toEqual([]);
    });

    function expectEncrypted(exported: string): void {
        const { deployment } = JSON.parse(exported) as ExportedState;
        const secret = deployment.resources.find(({ type }) => type === "kubernetes:core/v1:Secret");
        const encrypted = {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            ciphertext: expect.any(String),
        };
        expect(secret?.inputs?.["data"]).toEqual(encrypted);
        expect(secret?.outputs?.["data"]).toEqual(encrypted);
        expect(secret?.outputs?.["__inputs"]).toMatchObject({ data: encrypted });
        for (const token of TOKENS) {
            expect(exported).not.toContain(token);
            expect(exported).not.toContain(Buffer.from(token).toString("base64"));
        }
    }
});

function textOf({ stdout, stderr }: { stdout: string; stderr: string }): string {
    return stdout + stderr;
}
