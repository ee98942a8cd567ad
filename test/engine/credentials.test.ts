import { mkdirSync, readdirSync } from "node:fs";
import * as path from "node:path";

import { type Finished } from "../support/processes";
import { findPulumi, PulumiProject, type PulumiTools, ROOT } from "../support/pulumi";

jest.setTimeout(180_000);

const SAAS = "abc12345";
const NONE = { DYNATRACE_API_TOKEN: "", DT_API_TOKEN: "", DYNATRACE_API_URL: "", DT_API_URL: "", KUBECONFIG: "" };
const MADE_UP = `dt0c01.${"MADEUP".repeat(4)}.${"MADEUPSECRET".repeat(5)}ABCD`;

let tools: PulumiTools;
beforeAll(async () => {
    tools = await findPulumi();
});

interface Outcome {
    finished: Finished;
    /** Lines of the diagnostics that are about credentials. */
    lines: string[];
    /** Files that were rendered. */
    rendered: string[];
}

/** Runs the program with other variables than those of this process. */
async function outcome(
    env: Record<string, string>,
    step: (project: PulumiProject) => Promise<Finished>,
    environment = SAAS,
): Promise<Outcome> {
    const directory = path.join(ROOT, "test", "engine", "programs", "credentials");
    const project = await PulumiProject.create({ tools, directory, env: { ...NONE, ...env } });
    try {
        const folder = path.join(project.scratch, "rendered");
        mkdirSync(folder);
        await project.set("kubernetes:renderYamlToDirectory", folder);
        await project.set("environment", environment);
        const finished = await step(project);
        const diagnostics = (finished.stdout + finished.stderr).split("Diagnostics:").at(-1) ?? "";
        const lines = diagnostics.match(/(error|warning): .*(Telemetry|Ingest).*/g) ?? [];
        return { finished, lines, rendered: readdirSync(folder) };
    } finally {
        project.remove();
    }
}

const preview = (project: PulumiProject): Promise<Finished> => project.preview();
const up = (project: PulumiProject): Promise<Finished> =>
    project.run(["up", "--yes", "--skip-preview", "--stack", project.stack, "--config-file", project.configFile]);

test("without a bootstrap token, as in a fork, a preview passes with one warning", async () => {
    const { finished, lines } = await outcome({}, preview);
    expect(finished.code).toBe(0);
    expect(lines).toEqual([
        expect.stringMatching(
            /^warning: TelemetryPipeline\("telemetry"\): bootstrap token: is missing, so this preview checks nothing/,
        ),
    ]);
});

test("without a bootstrap token an up fails before it creates an object", async () => {
    const { finished, lines, rendered } = await outcome({}, up);
    expect(finished.code).not.toBe(0);
    expect(lines).toEqual([
        expect.stringMatching(
            /^error: TelemetryPipeline\("telemetry"\): bootstrap token: is missing; set DYNATRACE_API_TOKEN/,
        ),
    ]);
    expect(rendered).toEqual([]);
});

test("a text that is no token is one error at preview", async () => {
    const { finished, lines } = await outcome({ DT_API_TOKEN: "abc" }, preview);
    expect(finished.code).not.toBe(0);
    expect(lines).toEqual([
        expect.stringMatching(
            /^error: TelemetryPipeline\("telemetry"\): DT_API_TOKEN: is no access token; give the whole token/,
        ),
    ]);
});

test("a CA file without a certificate is one error at preview", async () => {
    const file = path.join(ROOT, "package.json");
    const { finished, lines } = await outcome({ DT_API_TOKEN: MADE_UP, NODE_EXTRA_CA_CERTS: file }, preview);
    expect(finished.code).not.toBe(0);
    expect(lines).toEqual([
        expect.stringMatching(
            /^error: TelemetryPipeline\("telemetry"\): NODE_EXTRA_CA_CERTS: the file .* holds no certificate; set/,
        ),
    ]);
});

test("a missing URL is one error at preview that names the component in the program", async () => {
    const { finished, lines } = await outcome(
        { DT_API_TOKEN: MADE_UP },
        preview,
        "https://ag.example.com:9999/e/abc12345",
    );
    expect(finished.code).not.toBe(0);
    expect(lines.filter((line) => line.startsWith("error"))).toEqual([
        expect.stringMatching(
            /^error: TelemetryPipeline\("telemetry"\): token\.apiUrl: is missing; give the URL, or set DYNATRACE_API_URL/,
        ),
    ]);
});
