import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(180_000);

/** Made by the emulator for one run; any of these in the clear is a leak. */
const SECRET = /dt0[a-z]\d\d\.[A-Z0-9]{8,24}\.[A-Z0-9]{20,}/g;

/** Places where a secret part of a token stands, by the name of the place. */
function leaks(texts: Record<string, string>): string[] {
    return Object.entries(texts).flatMap(([place, text]) => (text.match(SECRET) ?? []).map(() => place));
}

function filesBelow(directory: string): Record<string, string> {
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" })
        .map((name) => path.join(directory, name))
        .filter((file) => statSync(file).isFile());
    return Object.fromEntries(files.map((file) => [file, readFileSync(file, "utf8")]));
}

describe("the root project, by a real engine, against the embedded Dynatrace", () => {
    let emulator: Emulator;
    let project: PulumiProject;
    let rendered: string;
    const tokens = (): string[] =>
        emulator
            .tokens()
            .filter(({ name }) => name.startsWith("quickstart-"))
            .map(({ id }) => id);

    beforeAll(async () => {
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
        rendered = path.join(project.scratch, "rendered");
        mkdirSync(rendered);
        await project.set("environment", emulator.url);
        await project.set("caCertificatePem", emulator.caPem ?? "");
        await project.set("secretName", "dynatrace-ingest-token");
        await project.set("kubernetes:renderYamlToDirectory", rendered);
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.stop();
    });

    test("a preview shows what will be created and creates nothing", async () => {
        const { code, stdout } = await project.preview("--diff");
        expect(code).toBe(0);
        expect(stdout).toContain("4318");
        expect(tokens()).toEqual([]);
    });

    test("up makes one enabled token with exactly the scopes, and an expiry", async () => {
        await project.up();
        const [token, ...others] = emulator.tokens().filter(({ name }) => name.startsWith("quickstart-"));
        expect(others).toEqual([]);
        expect(token).toMatchObject({
            enabled: true,
            scopes: expect.arrayContaining(["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest"]) as string[],
        });
        expect(token?.scopes).toHaveLength(3);
        const days = (Date.parse(token?.expirationDate ?? "") - Date.now()) / 86_400_000;
        expect(days).toBeGreaterThan(29.9);
        expect(days).toBeLessThan(30.1);
        expect((await project.outputs())["tokenId"]).toBe(token?.id);
    });

    test("state, log and rendered files hold no token in the clear, and the search would find one", async () => {
        const texts = { state: await project.exportState(), log: project.log, ...filesBelow(rendered) };
        expect(Object.keys(texts).length).toBeGreaterThan(8);
        expect(leaks(texts)).toEqual([]);
        expect(leaks(filesBelow(path.join(project.scratch, "backend")))).toEqual([]);

        const { token } = (await project.outputs(true)) as { token: string };
        expect(leaks({ planted: token })).toEqual(["planted"]);
        for (const text of Object.values(texts)) expect(text).not.toContain(emulator.bootstrapToken);
    });

    test("the token's Secret is referenced and never rendered", () => {
        const kinds = Object.values(filesBelow(rendered)).map((text) => /^kind: (\w+)$/m.exec(text)?.[1]);
        expect(kinds).toContain("Deployment");
        expect(kinds).not.toContain("Secret");
    });

    test("a second up changes nothing and calls no API that changes anything", async () => {
        emulator.reset();
        await project.upWithoutChanges();
        expect(
            emulator.requests().filter(({ method, path: at }) => method !== "GET" && !at.endsWith("/lookup")),
        ).toEqual([]);
    });

    test("refresh notices a token that was deleted, and the next up makes it anew", async () => {
        const [before] = tokens();
        emulator.deleteToken(before ?? "");
        await project.refresh();
        await project.up();
        expect(tokens()).toHaveLength(1);
        expect(tokens()[0]).not.toBe(before);
        await project.upWithoutChanges();
    });

    test("a token that was disabled is enabled again", async () => {
        emulator.setEnabled(tokens()[0] ?? "", false);
        await project.refresh();
        await project.up();
        expect(emulator.tokens().find(({ id }) => id === tokens()[0])?.enabled).toBe(true);
    });

    test("a reply that is lost leaves no token that nothing knows of", async () => {
        emulator.deleteToken(tokens()[0] ?? "");
        await project.refresh();
        emulator.fault({ match: { method: "POST", path: "/api/v2/apiTokens" }, kind: "lost-reply", times: 1 });
        await project.up();
        expect(tokens()).toEqual([(await project.outputs())["tokenId"]]);
    });

    test("a wrong port is an error at preview that names component, field and way out, without a stack trace", async () => {
        await project.set("environment", "https://abc12345.live.dynatrace.com:9999");
        const { code, stdout, stderr } = await project.preview();
        await project.set("environment", emulator.url);
        expect(code).not.toBe(0);
        expect(stdout + stderr).toContain('TelemetryPipeline("telemetry"): endpoint.port: SaaS listens on 443 only');
        expect(stdout + stderr).not.toMatch(/^\s+at .+:\d+:\d+/m);
    });

    test("destroy leaves no token", async () => {
        await project.destroy();
        expect(tokens()).toEqual([]);
        expect(Object.keys(filesBelow(rendered))).toEqual([]);
    });
});
