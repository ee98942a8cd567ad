import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(180_000);

/** The secret part of a token of any kind, or of an OAuth client. */
const SECRET = /dt0[a-z]\d\d\.[A-Z0-9]{8,24}\.[A-Z0-9]{20,}/;
const DAY = 86_400_000;

interface Outputs {
    ingestId: string;
    ingestToken: string;
    ingestExpiresAt: string;
    edgeId: string;
    edgeToken: string;
    tenantUuid: string;
    tenantToken: string;
    communicationEndpoints: string;
}

function filesBelow(directory: string): Record<string, string> {
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" })
        .map((name) => path.join(directory, name))
        .filter((file) => statSync(file).isFile());
    return Object.fromEntries(files.map((file) => [file, readFileSync(file, "utf8")]));
}

describe("a platform token and an ActiveGate token, by a real engine, against the embedded Dynatrace", () => {
    let emulator: Emulator;
    let project: PulumiProject;
    const states: Record<string, string> = {};
    const ids = (kind: "platform" | "activeGate"): string[] =>
        emulator
            .tokens()
            .filter((token) => token.kind === kind)
            .map(({ id }) => id);
    const outputs = async (): Promise<Outputs> => (await project.outputs(true)) as unknown as Outputs;
    const days = (id: string): number =>
        (Date.parse(emulator.tokens().find((token) => token.id === id)?.expirationDate ?? "") - Date.now()) / DAY;

    beforeAll(async () => {
        const scopes = ["activeGateTokenManagement.write", "activeGateTokenManagement.read", "InstallerDownload"];
        emulator = await startEmulator({ bootstrapToken: { scopes } });
        const { account } = emulator;
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "test", "engine", "programs", "other-tokens"),
            env: {
                DYNATRACE_API_URL: emulator.apiUrl,
                DYNATRACE_API_TOKEN: emulator.bootstrapToken,
                DYNATRACE_CLIENT_ID: account.clientId,
                DYNATRACE_CLIENT_SECRET: account.clientSecret,
                DYNATRACE_ACCOUNT_UUID: account.accountUuid,
                DYNATRACE_ACCOUNT_API_URL: account.apiUrl,
                DYNATRACE_SSO_URL: account.ssoUrl,
            },
            config: { userUuid: account.userUuid, expiresAfterDays: "90" },
        });
    });
    afterAll(async () => {
        project?.remove();
        await emulator?.stop();
    });

    test("a preview makes none", async () => {
        expect((await project.preview("--diff")).code).toBe(0);
        expect(emulator.tokens()).toHaveLength(1);
    });

    test("up makes one of each, which works, and tells an ActiveGate whom to connect to", async () => {
        await project.up();
        const made = await outputs();
        expect([ids("platform"), ids("activeGate")]).toEqual([[made.ingestId], [made.edgeId]]);
        expect(made).toMatchObject({
            tenantUuid: "abc12345",
            tenantToken: emulator.tenantToken,
            communicationEndpoints: `https://127.0.0.1:${emulator.port}/communication`,
        });
        const headers = { authorization: `Bearer ${made.ingestToken}`, "content-type": "text/plain" };
        const { status } = await fetch(emulator.metricsIngestUrl, { method: "POST", headers, body: "a.b 1" });
        expect(status).toBe(202);
        states["first"] = await project.exportState();
    });

    test("a second up changes nothing, and asks Dynatrace only whether the credentials work", async () => {
        emulator.reset();
        await project.upWithoutChanges();
        const calls = emulator.requests().map(({ method, path: at }) => `${method} ${at.split("/").at(-1)}`);
        expect(calls.sort()).toEqual(["GET platform-tokens", "POST lookup", "POST token"]);
    });

    test("another lifetime of the platform token is set in place: same id, same secret", async () => {
        const before = await outputs();
        await project.set("expiresAfterDays", "30");
        await project.up();
        const after = await outputs();
        expect([after.ingestId, after.ingestToken]).toEqual([before.ingestId, before.ingestToken]);
        expect(days(after.ingestId)).toBeCloseTo(30, 1);
        expect(after.edgeId).toBe(before.edgeId);
        await project.upWithoutChanges();
    });

    test("a rotation makes new ones; the old platform token ends with the overlap, the old ActiveGate token by itself", async () => {
        const before = await outputs();
        await project.set("rotationKey", "2");
        await project.up();
        const after = await outputs();
        expect(ids("platform")).toEqual([before.ingestId, after.ingestId]);
        expect(ids("activeGate")).toEqual([before.edgeId, after.edgeId]);
        expect([days(before.ingestId), days(before.edgeId)].map(Math.round)).toEqual([1, 60]);
        await project.upWithoutChanges();
        states["rotated"] = await project.exportState();
    });

    test("a refresh without drift changes nothing, nor does the up after it", async () => {
        await project.refresh("--expect-no-changes");
        await project.upWithoutChanges();
    });

    test("tokens deleted by somebody are noticed by refresh and made anew", async () => {
        for (const { id } of emulator.tokens().filter(({ kind }) => kind !== "access")) emulator.deleteToken(id);
        await project.refresh();
        await project.up();
        const made = await outputs();
        expect([ids("platform"), ids("activeGate")]).toEqual([[made.ingestId], [made.edgeId]]);
        states["anew"] = await project.exportState();
    });

    test("a reply lost between leaves no token that nothing knows of", async () => {
        const match = (at: string) => ({ method: "POST", path: at });
        emulator.fault({ match: match("/platform-tokens$"), kind: "lost-reply" });
        emulator.fault({ match: match("/activeGateTokens$"), kind: "lost-reply" });
        await project.set("rotationKey", "3");
        const before = await outputs();
        await project.up();
        const after = await outputs();
        expect(ids("platform")).toEqual([before.ingestId, after.ingestId]);
        expect(ids("activeGate")).toEqual([before.edgeId, after.edgeId]);
    });

    test("state and log hold no secret, and the search would find one", async () => {
        const texts = {
            ...states,
            log: project.log,
            shown: JSON.stringify(await project.outputs()),
            ...filesBelow(path.join(project.scratch, "backend")),
        };
        const secrets = [SECRET, emulator.tenantToken, emulator.account.clientSecret, emulator.bootstrapToken];
        const hits = (text: string): number =>
            secrets.filter((secret) => (typeof secret === "string" ? text.includes(secret) : secret.test(text))).length;
        const places = Object.entries(texts).filter(([, text]) => hits(text) > 0);
        expect(places.map(([place]) => place)).toEqual([]);
        expect(Object.keys(texts).length).toBeGreaterThan(6);
        const { ingestToken, edgeToken, tenantToken } = await outputs();
        const planted = [ingestToken, edgeToken, tenantToken].map((secret) => hits(`${states["anew"]}${secret}`));
        expect(planted).toEqual([1, 1, 1]);
    });

    test("destroy leaves none, also within the overlap", async () => {
        await project.destroy();
        expect([ids("platform"), ids("activeGate")]).toEqual([[], []]);
    });
});
