import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(120_000);

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

describe("a token that rotates by its age", () => {
    let emulator: Emulator;
    let project: PulumiProject;
    const tokens = (): { id: string; name: string }[] =>
        emulator.tokens().filter(({ name }) => name.startsWith("rotation-"));
    const current = async (): Promise<unknown> => (await project.outputs())["tokenId"];

    beforeAll(async () => {
        emulator = await startEmulator();
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "test", "engine", "programs", "rotation"),
            env: { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken },
            config: { overlapSeconds: "6" },
        });
        await project.up();
    });
    afterAll(async () => {
        project?.remove();
        await emulator?.stop();
    });

    test("tells the days that are left, and warns in the last of them", async () => {
        expect((await project.outputs())["daysLeft"]).toBe(29);
        expect((await project.preview()).stdout).not.toContain("expires in");
        await project.set("warnBeforeDays", "31");
        expect((await project.preview()).stdout).toContain('IngestToken("ingest"): the token expires in 29 days, at ');
    });

    test("a preview says that it rotates, and why, and does nothing", async () => {
        const before = tokens();
        await project.set("rotateAfterSeconds", "1");
        const { stdout, stderr } = await project.preview("--diff");
        expect(stdout).toMatch(/\+-pulumi-nodejs:dynamic\/dynatrace:ApiToken: \(replace\)/);
        expect(stderr).toMatch(
            new RegExp(`token ${before[0]?.id} \\(\\S+\\) is replaced: .* longer ago than rotateAfterDays`),
        );
        expect(tokens()).toEqual(before);
    });

    test("up makes a new one; the old one serves on under a name that says until when", async () => {
        const old = tokens()[0]?.id;
        await project.up();
        expect(await current()).not.toBe(old);
        const kept = tokens().find(({ id }) => id === old);
        expect(kept?.name).toMatch(/^rotation-dev-ingest-token-until-\d{8}T\d{6}Z-/);
        expect(tokens()).toHaveLength(2);
    });

    test("the first up after the overlap deletes the old one and says so; the next changes nothing", async () => {
        await project.set("rotateAfterSeconds", "86400");
        await pause(6);
        expect((await project.up()).stdout).toContain("replaced it, and the overlap is over");
        expect(tokens().map(({ id }) => id)).toEqual([await current()]);
        await project.upWithoutChanges();
    });

    test("scopes changed by hand are put right after a refresh", async () => {
        const { id, scopes } = emulator.tokens().find(({ name }) => name.startsWith("rotation-")) ?? {};
        const signed = { authorization: `Api-Token ${emulator.bootstrapToken}`, "content-type": "application/json" };
        const body = JSON.stringify({ scopes: ["metrics.ingest"] });
        await fetch(`${emulator.apiUrl}/v2/apiTokens/${id}`, { method: "PUT", headers: signed, body });
        expect((await project.preview("--refresh", "--diff")).stdout).toContain("metrics.ingest");
        await project.up("--refresh");
        expect(emulator.tokens().find((token) => token.id === id)?.scopes).toEqual(scopes);
    });

    test("one that has expired is replaced without a refresh", async () => {
        await project.set("expiresAfterSeconds", "90000");
        await project.up();
        const before = await current();
        emulator.deleteToken(String(before));
        await project.up("--refresh");
        expect(await current()).not.toBe(before);
    });

    test("destroy leaves none", async () => {
        await project.destroy();
        expect(tokens()).toEqual([]);
    });
});
