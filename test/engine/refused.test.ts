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
    ["no Secret", "token.secretName: is empty, as with secretDelivery none"],
    ["a token as annotation", "service.annotations: holds a token of Dynatrace"],
    ["a token as label", "pods.labels: holds a token of Dynatrace"],
])("a preview is refused, though the value is an Output: %s", async (name, text) => {
    await project.set("case", name);
    const { code, stdout, stderr } = await project.preview("--diff");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(`OtlpCollector("gateway"): ${text}`);
    expect(stdout + stderr).not.toContain("MADEUPSECRET");
});
