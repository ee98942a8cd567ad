import * as path from "node:path";

import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(240_000);

let project: PulumiProject;

beforeAll(async () => {
    project = await PulumiProject.create({
        tools: await findPulumi(),
        directory: path.join(ROOT, "test", "engine", "programs", "refused"),
    });
});
afterAll(() => project?.remove());

test.each([
    ["no Secret", "token.secret.name: is empty, as with secretDelivery none"],
    ["a token as annotation", "network.service.annotations: holds a token of Dynatrace"],
    ["a token as label", "pods.labels: holds a token of Dynatrace"],
])("a preview is refused, though the value is an Output: %s", async (name, text) => {
    await project.set("case", name);
    const { code, stdout, stderr } = await project.preview("--diff");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(`OtlpCollector("gateway"): ${text}`);
    expect(stdout + stderr).not.toContain("MADEUPSECRET");
});

test("a wrong Output in a pipeline is one line, as soon as a correct program is previewed", async () => {
    const preview = async (replicas: string): Promise<{ text: string; code: number; seconds: number }> => {
        await project.set("replicas", replicas);
        const started = Date.now();
        const { code, stdout, stderr } = await project.preview();
        return { text: stdout + stderr, code, seconds: (Date.now() - started) / 1000 };
    };
    const right = await preview("1");
    const wrong = await preview("3");
    expect(right.code).toBe(0);
    expect(wrong.code).not.toBe(0);
    expect(wrong.text).not.toMatch(/serializing property|UnhandledPromise|PromiseRejection/);
    const lines = wrong.text
        .split("Diagnostics:")
        .at(-1)
        ?.match(/error: .*/g);
    expect(lines).toEqual([expect.stringContaining('TelemetryPipeline("shop"): collector.replicas: 3 pods')]);
    // On a busy machine too; it took 40 s more when every dependent resource reported the error.
    expect(wrong.seconds - right.seconds).toBeLessThan(15);
});
