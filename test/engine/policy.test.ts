import { mkdirSync } from "node:fs";
import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { policies } from "../../policy";
import { type InstalledPack, installPack } from "../support/policy";
import { findPulumi, PulumiProject, type PulumiTools, ROOT } from "../support/pulumi";

jest.setTimeout(180_000);

const PACK = path.join(ROOT, "examples", "policy-pack");
const NAMES = policies.map(({ name }) => name);

/** Names of this package's policies that the CLI reports a violation of. */
function reported(stdout: string): string[] {
    const [, violations = ""] = stdout.split("Policies:");
    return NAMES.filter((name) => violations.includes(name));
}

async function projectIn(directory: string, tools: PulumiTools, env: Record<string, string>): Promise<PulumiProject> {
    const project = await PulumiProject.create({ tools, directory, env });
    const rendered = path.join(project.scratch, "rendered");
    mkdirSync(rendered);
    await project.set("kubernetes:renderYamlToDirectory", rendered);
    return project;
}

describe("the example's policy pack, by a real engine", () => {
    let tools: PulumiTools;
    let emulator: Emulator;
    let quickstart: PulumiProject;
    let careless: PulumiProject;
    let pack: InstalledPack;

    beforeAll(async () => {
        tools = await findPulumi();
        emulator = await startEmulator();
        const env = { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken };
        quickstart = await projectIn(ROOT, tools, env);
        careless = await projectIn(path.join(__dirname, "policy-violations"), tools, env);
        pack = installPack(PACK, path.join(quickstart.scratch, "pack"), tools);
    });

    afterAll(async () => {
        quickstart?.remove();
        careless?.remove();
        await emulator?.stop();
    });

    test("lets the quickstart pass, while the organisation's own policy has its say", async () => {
        await quickstart.set("environment", "abc12345");
        await quickstart.set("secretName", "dynatrace-ingest-token");
        const { code, stdout, stderr } = await quickstart.preview("--policy-pack", pack.argument);
        expect({ code, stderr: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout).toContain("platform@v1.0.0");
        expect(stdout).toContain("namespaces-have-an-owner");
        expect(reported(stdout)).toEqual([]);
    });

    test.each(NAMES)("refuses a preview that violates %s, by that name and no other", async (name) => {
        await careless.set("violation", name);
        const { code, stdout } = await careless.preview("--policy-pack", pack.argument);
        expect(reported(stdout)).toEqual([name]);
        expect(stdout).toMatch(new RegExp(`- \\[mandatory\\].* ${name} `));
        expect(code).not.toBe(0);
    });

    test("has the way out in its messages, and no token", async () => {
        expect(careless.log).toContain("remove it, or add it to allowedScopes of the policy");
        expect(careless.log).toContain("write https://abc12345.live.dynatrace.com/api/v2/otlp");
        expect(careless.log).toContain(`holds the token dt0c01.MADEUP${"A".repeat(18)}.***`);
        expect(careless.log).not.toContain("MADEUPSECRET");
    });

    test("stops an up before the token is made", async () => {
        await careless.set("violation", "dynatrace-otlp-token-scopes");
        const target = ["--stack", careless.stack, "--config-file", careless.configFile];
        const up = ["up", "--yes", "--skip-preview", "--policy-pack", pack.argument, ...target];
        const { code, stdout } = await careless.run(up);
        expect(reported(stdout)).toEqual(["dynatrace-otlp-token-scopes"]);
        expect(code).not.toBe(0);
        expect(emulator.tokens().filter(({ name }) => name.includes("careless"))).toEqual([]);
    });
});
