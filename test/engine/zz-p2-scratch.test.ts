import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { startEmulator } from "../../emulator";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";
jest.setTimeout(180_000);
test("x", async () => {
    const emulator = await startEmulator();
    const dir = "/tmp/p2/app";
    require("node:fs").mkdirSync(dir, { recursive: true });
    writeFileSync(path.join(dir, "Pulumi.yaml"), "name: app\nruntime: nodejs\n");
    writeFileSync(path.join(dir, "package.json"), '{"name":"app","main":"index.js"}');
    writeFileSync(path.join(dir, "index.js"), `const {ApiToken}=require("${ROOT}/dist"); new ApiToken("t",{scopes:["logs.ingest"],expiresAfterDays:30,rotationKey:process.env.KEY},{additionalSecretOutputs:process.env.SEC?["tokenId","retiring"]:[]});`);
    const run = async (env: Record<string, string>, out: string, project?: PulumiProject) => {
        Object.assign(process.env, env);
        project ??= await PulumiProject.create({ tools: await findPulumi(), directory: dir, env: { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken } });
        await project.up();
        const p = project as unknown as { succeed(a: string[]): Promise<{stdout: string}>; target(): string[] };
        writeFileSync(out, (await p.succeed(["stack", "export", ...p.target()])).stdout);
        return project;
    };
    const project = await run({ KEY: "1" }, "/tmp/p2/one.json");
    await run({ KEY: "2" }, "/tmp/p2/two.json", project);
    await run({ KEY: "3", SEC: "1" }, "/tmp/p2/three.json", project);
    writeFileSync("/tmp/p2/tokens.json", JSON.stringify(emulator.tokens()));
    project.remove(); await emulator.stop();
});
