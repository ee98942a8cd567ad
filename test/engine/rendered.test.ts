import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import type { Finished } from "../support/processes";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(300_000);

/** Made by the emulator for one run, as text and as a Secret holds it. */
const SECRET = /dt0c01\.[A-Z0-9]{8,24}\.[A-Z0-9]{20,}/;

let emulator: Emulator;
let project: PulumiProject;
let folder: string;

beforeAll(async () => {
    emulator = await startEmulator();
    project = await PulumiProject.create({
        tools: await findPulumi(),
        directory: path.join(ROOT, "test", "engine", "programs", "explicit-provider"),
        // The plugin refuses to render while a cluster is named as well.
        env: { DYNATRACE_API_TOKEN: emulator.bootstrapToken, KUBECONFIG: "" },
    });
    folder = path.join(project.scratch, "manifests");
    mkdirSync(folder);
    await project.set("apiUrl", emulator.apiUrl);
    await project.set("directory", folder);
});

afterAll(async () => {
    project?.remove();
    await emulator?.stop();
});

/** All files below the folder, with the base64 in them decoded as well. */
function texts(at: string = folder): string[] {
    if (!existsSync(at)) return [];
    return readdirSync(at).flatMap((name) => {
        const file = path.join(at, name);
        if (statSync(file).isDirectory()) return texts(file);
        const text = readFileSync(file, "utf8");
        const decoded = [...text.matchAll(/[A-Za-z0-9+/=]{40,}/g)].map(([run]) =>
            Buffer.from(run, "base64").toString(),
        );
        return [text, ...decoded];
    });
}

async function configured(component: string, way: string, delivery: string): Promise<void> {
    await project.set("component", component);
    await project.set("way", way);
    await project.set("delivery", delivery);
}

/** What the CLI shows as errors. */
function errorsOf({ stdout, stderr }: Finished): string[] {
    return [...new Set((stdout + stderr).match(/error: .*rendered files.*/g) ?? [])];
}

const up = (): Promise<Finished> =>
    project.run(["up", "--yes", "--skip-preview", "--stack", project.stack, "--config-file", project.configFile]);

const REFUSAL =
    /managed would write the token in plain text into the rendered files \(its Kubernetes provider sets renderYamlToDirectory\); use referenced/;

test.each([
    ["TelemetryPipeline", "provider", 'TelemetryPipeline("telemetry"): token.secretDelivery: '],
    ["TelemetryPipeline", "parent", 'TelemetryPipeline("telemetry"): token.secretDelivery: '],
    ["IngestToken", "list", 'IngestToken("telemetry"): secretDelivery: '],
    ["IngestToken", "map", 'IngestToken("telemetry"): secretDelivery: '],
])(
    "%s with a provider that renders, given by %s, is refused, and nothing is written",
    async (component, way, where) => {
        await configured(component, way, "managed");
        // Without a preview, once for each component.
        const steps = ["provider", "list"].includes(way) ? [() => project.preview(), up] : [() => project.preview()];
        for (const step of steps) {
            const finished = await step();
            expect(finished.code).not.toBe(0);
            const errors = errorsOf(finished);
            expect(errors).toHaveLength(1);
            expect(errors[0]).toContain(where);
            expect(errors[0]).toMatch(REFUSAL);
            expect(texts()).toEqual([]);
            expect(emulator.tokens().filter(({ name }) => name.startsWith("explicit-provider-"))).toEqual([]);
        }
    },
);

test("with secretDelivery referenced the files hold no token", async () => {
    await configured("TelemetryPipeline", "provider", "referenced");
    await project.up();
    expect(texts().join("\n")).toContain("kind: Deployment");
    for (const text of texts()) expect(text).not.toMatch(SECRET);
    expect(emulator.tokens().filter(({ name }) => name.startsWith("explicit-provider-"))).toHaveLength(1);
    await project.upWithoutChanges();
});

test("with allowRenderedSecret the Secret is written, as asked", async () => {
    await configured("TelemetryPipeline", "provider", "allowed");
    await project.up();
    expect(texts().some((text) => SECRET.test(text))).toBe(true);
    await project.destroy();
});
