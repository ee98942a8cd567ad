import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { applyDefinitions } from "../support/definitions";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(240_000);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server gives them
type Live = any;

/** One stack goes through its life: the tests are its stations, in order. The operator itself does not run. */
describe("ExternalSecret and PushSecret in a cluster that has the operator's definitions", () => {
    let kubernetes: KubernetesServer;
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        kubernetes = await startKubernetes({ controllerManager: true });
        await applyDefinitions(kubernetes, path.join(__dirname, "crds"));
        emulator = await startEmulator();
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "test", "engine", "programs", "delivery"),
            env: { DYNATRACE_API_TOKEN: emulator.bootstrapToken },
        });
        await project.set("apiUrl", emulator.apiUrl);
        await project.set("kubernetes:kubeconfig", kubernetes.kubeconfig);
        await project.up();
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.stop();
        await kubernetes?.stop();
    });

    async function kubectl(...args: string[]): Promise<string> {
        const { code, stdout, stderr } = await kubernetes.kubectl(args);
        if (code !== 0) throw new Error(stderr);
        return stdout;
    }
    const list = async (kind: string): Promise<Live[]> =>
        JSON.parse(await kubectl("get", kind, "--namespace", "default", "--output", "json")).items;

    test("are accepted, and kept as they were written", async () => {
        const [external, ...others] = await list("externalsecrets.external-secrets.io");
        expect(others).toEqual([]);
        expect(external.apiVersion).toBe("external-secrets.io/v1");
        expect(external.spec).toMatchObject({
            refreshInterval: "1h30m0s",
            secretStoreRef: { name: "vault", kind: "SecretStore" },
            target: { name: external.metadata.name, creationPolicy: "Owner", deletionPolicy: "Retain" },
            data: [{ secretKey: "token", remoteRef: { key: "telemetry/dynatrace", property: "token" } }],
        });
        const [push] = await list("pushsecrets.external-secrets.io");
        expect(push.spec).toMatchObject({
            updatePolicy: "Replace",
            selector: { secret: { name: "made-elsewhere" } },
            data: [{ match: { secretKey: "token", remoteRef: { remoteKey: "other/dynatrace" } } }],
        });
    });

    test("have no field that the definitions do not know", async () => {
        const checked = [
            ...(await list("externalsecrets.external-secrets.io")),
            ...(await list("pushsecrets.external-secrets.io")),
        ];
        for (const { apiVersion, kind, metadata, spec } of checked) {
            const object = {
                apiVersion,
                kind,
                metadata: { name: `${metadata.name}-again`, namespace: "default" },
                spec,
            };
            const args = ["create", "--dry-run=server", "--validate=strict", "-f", "-"];
            expect(await kubernetes.kubectl(args, JSON.stringify(object))).toMatchObject({ code: 0, stderr: "" });
            const wrong = { ...object, spec: { ...spec, refreshIntervall: "1h" } };
            expect((await kubernetes.kubectl(args, JSON.stringify(wrong))).stderr).toContain("refreshIntervall");
        }
    });

    test("are not changed by a second up, nor by one after a refresh", async () => {
        await project.upWithoutChanges();
        await project.refresh();
        await project.upWithoutChanges();
    });

    test("no object in the cluster holds the token", async () => {
        const { plainToken } = (await project.outputs(true)) as { plainToken: string };
        const kinds = "externalsecrets,pushsecrets,secrets,configmaps,deployments,services";
        const everything = await kubectl("get", kinds, "--all-namespaces", "--output", "json");
        expect(everything).toContain("telemetry-token-");
        expect(everything).not.toContain(plainToken);
        expect(everything).not.toContain(Buffer.from(plainToken).toString("base64"));
    });

    test("a new token gets an ExternalSecret of another name, the pods wait for its Secret, and the old one goes", async () => {
        const [before] = await list("externalsecrets.external-secrets.io");
        await project.set("rotationKey", "leaked");
        await project.up();
        const [after, ...others] = await list("externalsecrets.external-secrets.io");
        expect(others).toEqual([]);
        expect(after.metadata.name).not.toBe(before.metadata.name);
        const [{ spec }] = await list("deployments");
        expect(spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
        const { name } = spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef;
        expect(name).toBe(after.spec.target.name);
    });

    test("destroy removes both", async () => {
        await project.destroy();
        expect(await list("externalsecrets.external-secrets.io")).toEqual([]);
        expect(await list("pushsecrets.external-secrets.io")).toEqual([]);
    });
});
