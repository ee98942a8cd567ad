import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { parse } from "yaml";

import { type Emulator, startEmulator } from "../../emulator";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(180_000);

/** Made by the emulator for one run; any of these in the clear is a leak. */
const SECRET = /dt0[a-z]\d\d\.[A-Z0-9]{8,24}\.[A-Z0-9]{20,}/;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects of many kinds
type Manifest = any;

/** One stack goes through its life: the tests are its stations, in order. */
describe("a token that a store holds, with manifests rendered to files", () => {
    let emulator: Emulator;
    let project: PulumiProject;
    let folder: string;

    beforeAll(async () => {
        emulator = await startEmulator();
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "test", "engine", "programs", "delivery"),
            // The plugin refuses to render while a cluster is named as well.
            env: { DYNATRACE_API_TOKEN: emulator.bootstrapToken, KUBECONFIG: "" },
        });
        folder = path.join(project.scratch, "rendered", "1-manifest");
        mkdirSync(path.dirname(folder));
        await project.set("apiUrl", emulator.apiUrl);
        await project.set("kubernetes:renderYamlToDirectory", path.dirname(folder));
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.stop();
    });

    const texts = (): string[] =>
        existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8")) : [];
    const manifests = (): Manifest[] => texts().map((text) => parse(text) as Manifest);
    const only = (kind: string): Manifest => {
        const found = manifests().filter((manifest) => manifest.kind === kind);
        expect(found.map(({ metadata }) => metadata.name)).toHaveLength(1);
        return found[0];
    };
    const podTemplate = (): Manifest => only("Deployment").spec.template;
    const secretOfPods = (): string => podTemplate().spec.containers[0].env[0].valueFrom.secretKeyRef.name;

    test("a preview shows all that does not depend on the token, and writes nothing", async () => {
        const { code, stdout } = await project.preview("--diff");
        expect(code).toBe(0);
        expect(stdout).toMatch(/refreshInterval\s*: "1h30m0s"/);
        expect(stdout).toMatch(/secretStoreRef\s*: \{\s+kind: "SecretStore"\s+name: "vault"/);
        expect(texts()).toEqual([]);
    });

    test("up writes references only: no Secret, no token in any file, log or state", async () => {
        await project.up();
        expect(manifests().map(({ kind }) => kind)).toEqual(
            expect.arrayContaining(["ExternalSecret", "PushSecret", "Deployment"]),
        );
        expect(manifests().map(({ kind }) => kind)).not.toContain("Secret");
        for (const text of [...texts(), project.log, await project.exportState()]) expect(text).not.toMatch(SECRET);

        const { plainToken } = await project.outputs(true);
        expect(plainToken).toMatch(SECRET);
    });

    test("pods read the Secret that the ExternalSecret fills, revised by the token's public id", async () => {
        const { metadata, spec } = only("ExternalSecret");
        const { secretName, revision, tokenId } = await project.outputs();
        expect(spec.target.name).toBe(metadata.name);
        expect(secretName).toBe(metadata.name);
        expect(secretOfPods()).toBe(metadata.name);
        expect(revision).toBe(tokenId);
        expect(emulator.tokens().map(({ id }) => id)).toContain(tokenId);
    });

    test("a second up, and one after a refresh, change nothing", async () => {
        const before = texts();
        await project.upWithoutChanges();
        await project.refresh();
        await project.upWithoutChanges();
        expect(texts()).toEqual(before);
    });

    test("a new token: another ExternalSecret first, then the pods that wait for its Secret, then the old one goes", async () => {
        const before = await project.outputs();
        const [external, template] = [only("ExternalSecret"), podTemplate()];
        await project.set("rotationKey", "leaked");
        const { stdout, stderr } = await project.up("--diff");

        const after = await project.outputs();
        expect(after["revision"]).not.toBe(before["revision"]);
        expect(after["secretName"]).not.toBe(before["secretName"]);
        expect(only("ExternalSecret").metadata.name).toBe(after["secretName"]);
        expect(only("ExternalSecret").metadata.annotations).not.toEqual(external.metadata.annotations);
        expect(secretOfPods()).toBe(after["secretName"]);
        expect(podTemplate().metadata.annotations).not.toEqual(template.metadata.annotations);

        const steps = [...`${stdout}${stderr}`.matchAll(/^(rendered|deleted) \S*(externalsecret|deployment)\S*/gm)];
        expect(steps.map(([, verb, kind]) => `${verb} ${kind}`)).toEqual([
            "rendered externalsecret",
            "rendered deployment",
            "deleted externalsecret",
        ]);
        // The pods that still run send with it.
        expect(emulator.tokens().map(({ id }) => id)).toContain(before["revision"]);
        for (const text of [...texts(), project.log]) expect(text).not.toMatch(SECRET);
        await project.upWithoutChanges();
    });

    test("destroy removes every file and every token", async () => {
        await project.destroy();
        expect(texts()).toEqual([]);
        expect(emulator.tokens().filter(({ name }) => name.startsWith("delivery-"))).toEqual([]);
    });
});
