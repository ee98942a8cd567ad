import { type Emulator, startEmulator } from "../../emulator";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(180_000);

const NAMESPACE = "telemetry";

describe("the root project, applied to a real API server", () => {
    let kubernetes: KubernetesServer;
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        kubernetes = await startKubernetes({ controllerManager: true });
        emulator = await startEmulator({ route: "activegate" });
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: ROOT,
            env: {
                DYNATRACE_API_URL: emulator.apiUrl,
                DYNATRACE_API_TOKEN: emulator.bootstrapToken,
                NODE_EXTRA_CA_CERTS: emulator.caFile ?? "",
            },
        });
        await project.set("environment", emulator.url);
        await project.set("caCertificatePem", emulator.caPem ?? "");
        await project.set("kubernetes:kubeconfig", kubernetes.kubeconfig);
        await project.up();
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.stop();
        await kubernetes?.stop();
    });

    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server gives them
    const get = async (kind: string, name = ""): Promise<any> => {
        const args = ["get", kind, ...(name === "" ? [] : [name]), "-n", NAMESPACE, "-o", "json"];
        const { code, stdout, stderr } = await kubernetes.kubectl(args);
        if (code !== 0) throw new Error(stderr);
        return JSON.parse(stdout);
    };
    const podLike = async (change: (pod: { spec: { containers: object[] } }) => void): Promise<string> => {
        const { spec } = await get("deployment", "telemetry-collector");
        const pod = {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "probe", namespace: NAMESPACE, labels: spec.template.metadata.labels },
            spec: spec.template.spec,
        };
        change(pod);
        const { stderr, stdout } = await kubernetes.kubectl(
            ["create", "--dry-run=server", "-f", "-"],
            JSON.stringify(pod),
        );
        return stdout + stderr;
    };

    test("its pods are accepted under Pod Security restricted, which refuses one that may gain privileges", async () => {
        const namespace = (await get("namespace", NAMESPACE)).metadata;
        expect(namespace.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
        expect(await podLike(() => undefined)).toContain("pod/probe created");
        const refused = await podLike((pod) =>
            Object.assign(pod.spec.containers[0] ?? {}, { securityContext: { allowPrivilegeEscalation: true } }),
        );
        expect(refused).toContain("violates PodSecurity");
    });

    test("the token is in the Secret that the pods name, and in no other object", async () => {
        const [container] = (await get("deployment", "telemetry-collector")).spec.template.spec.containers;
        const { name, key } = container.env[0].valueFrom.secretKeyRef;
        const token = Buffer.from((await get("secret", name)).data[key], "base64").toString();
        expect(token).toMatch(/^dt0c01\./);
        const kinds = "deployment,configmap,service,serviceaccount,networkpolicy";
        expect(JSON.stringify(await get(kinds))).not.toContain(token);
        expect(project.log).not.toContain(token);
        expect(await project.exportState()).not.toContain(token);
    });

    test("the ServiceAccount can read what the attributes need and nothing else", async () => {
        const can = async (...what: string[]): Promise<boolean> => {
            const user = `system:serviceaccount:${NAMESPACE}:telemetry-collector`;
            const { stdout } = await kubernetes.kubectl(["auth", "can-i", ...what, "-A", "--as", user]);
            return stdout.trim() === "yes";
        };
        for (const verb of ["get", "list", "watch"]) {
            for (const resource of ["pods", "namespaces", "replicasets.apps"])
                expect(await can(verb, resource)).toBe(true);
        }
        expect(await can("get", "secrets")).toBe(false);
        expect(await can("delete", "pods")).toBe(false);
        expect(await can("list", "nodes")).toBe(false);
    });

    test("a second up changes nothing", async () => {
        await project.upWithoutChanges();
    });

    test("a token of its own in its Secret: a new one gets a new Secret and new pods, and the old ones go", async () => {
        const before = (await get("deployment", "telemetry-collector")).spec.template;
        const [, replaced] = [
            await project.outputs(),
            emulator.tokens().find(({ name }) => name.startsWith("quickstart-")),
        ];
        emulator.deleteToken(replaced?.id ?? "");
        await project.refresh();
        await project.up();
        const after = (await get("deployment", "telemetry-collector")).spec.template;
        expect(after.metadata.annotations).not.toEqual(before.metadata.annotations);
        const secretOf = (template: typeof after): string =>
            template.spec.containers[0].env[0].valueFrom.secretKeyRef.name;
        expect(secretOf(after)).not.toBe(secretOf(before));
        const items = (await get("secret")).items.filter(({ type }: { type: string }) => type === "Opaque");
        expect(items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([secretOf(after)]);
    });

    test("destroy removes the objects and the token", async () => {
        await project.destroy();
        const left = await kubernetes.kubectl(["get", "namespace", NAMESPACE]);
        expect(left.stderr).toContain("not found");
        const roles = await kubernetes.kubectl(["get", "clusterrole,clusterrolebinding", "-o", "name"]);
        expect(roles.stdout).not.toContain("telemetry-collector");
        expect(emulator.tokens().filter(({ name }) => name.startsWith("quickstart-"))).toEqual([]);
    });
});
