import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(120_000);

/** The secret part of a token of any kind. */
const SECRET = /dt0[a-z]\d\d\.[A-Z0-9]{8,24}\.[A-Z0-9]{20,}/;

describe("a check of the token that an `up` delivers", () => {
    let emulator: Emulator;
    let project: PulumiProject;
    const texts: string[] = [];
    /** OTLP calls since the last look, by signal. */
    const sent = (): string[] => {
        const calls = emulator
            .requests()
            .flatMap(({ signal, path: at }) => (at.includes("/otlp/") ? [signal ?? at] : []));
        emulator.reset();
        return calls.sort();
    };
    const failedUp = async (): Promise<string> => {
        try {
            await project.up();
        } catch (error) {
            return (error as Error).message;
        }
        throw new Error("the `up` did not fail");
    };

    beforeAll(async () => {
        emulator = await startEmulator({ route: "activegate" });
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "test", "engine", "programs", "ingest-check"),
            env: {
                DYNATRACE_API_URL: emulator.apiUrl,
                DYNATRACE_API_TOKEN: emulator.bootstrapToken,
                NODE_EXTRA_CA_CERTS: emulator.caFile ?? "",
            },
            config: {
                port: String(emulator.port),
                caCertificatePem: emulator.caPem ?? "",
                tokenSignals: "traces,metrics",
            },
        });
    });
    afterAll(async () => {
        project?.remove();
        await emulator?.stop();
    });
    afterEach(async () => void texts.push(await project.exportState()));

    test("a preview sends nothing", async () => {
        expect((await project.preview()).code).toBe(0);
        expect(sent()).toEqual([]);
    });

    test("a missing scope fails the `up` with the signal, the scope and what to do", async () => {
        const failure = await failedUp();
        const id = emulator.tokens().at(-1)?.id;
        expect(failure).toContain(`IngestCheck("check"): 1 of 3 signals did not get through to ${emulator.otlpUrl}`);
        expect(failure).toContain(
            "logs: token: was answered 403 (Token is missing required scope. Use one of: logs.ingest)",
        );
        expect(failure).toContain(
            `the token ${id} needs the scope logs.ingest; add logs to the signals of its IngestToken`,
        );
        expect(sent()).toEqual(["logs", "metrics", "traces"]);
    });

    test("with the scope it passes, and each record arrived once", async () => {
        await project.set("tokenSignals", "traces,metrics,logs");
        await project.up();
        const { counts, spans } = emulator.arrived();
        expect(counts).toEqual({ spans: 1, metricDataPoints: 1, logRecords: 1, metricLines: 0 });
        const outputs = await project.outputs();
        expect(spans[0]).toMatchObject({ traceId: outputs["traceId"], tokenId: outputs["tokenId"] });
        expect(sent()).toEqual(["logs", "metrics", "traces"]);
    });

    test("a second `up`, a refresh and a preview of another trigger send nothing", async () => {
        await project.upWithoutChanges();
        await project.refresh();
        await project.set("trigger", "1");
        expect((await project.preview("--diff")).stdout).toContain("trigger");
        expect(sent()).toEqual([]);
    });

    test("another trigger sends again, in place", async () => {
        const before = await project.outputs();
        const { stdout } = await project.up();
        const after = await project.outputs();
        expect(stdout).toMatch(/IngestCheck check-probe updated/);
        expect([after["tokenId"], after["traceId"]]).toEqual([
            before["tokenId"],
            expect.not.stringMatching(String(before["traceId"])),
        ]);
        expect(sent()).toEqual(["logs", "metrics", "traces"]);
    });

    test("another token is checked before the old one goes", async () => {
        await project.set("rotationKey", "1");
        await project.up();
        const { tokenId } = await project.outputs();
        expect(emulator.arrived().spans).toMatchObject([{ tokenId }]);
        const calls = emulator
            .requests()
            .map(({ method, path: at }) => `${method} ${at.replace(/^.*\/api\/v2\//, "")}`);
        const gone = calls.findIndex((call) => call.startsWith("DELETE"));
        expect(calls.slice(0, gone)).toEqual(expect.arrayContaining(["POST otlp/v1/traces", "POST otlp/v1/logs"]));
        expect(gone).toBeGreaterThan(0);
        sent();
    });

    test("a token revoked by hand changes nothing until the trigger does; then the `up` fails with what to do", async () => {
        const { tokenId } = await project.outputs();
        emulator.setEnabled(String(tokenId), false);
        await project.upWithoutChanges();
        expect(sent()).toEqual([]);

        await project.set("trigger", "2");
        const failure = await failedUp();
        expect(failure).toContain("traces, metrics, logs: token: was answered 401");
        expect(failure).toContain(`the token ${tokenId} is unknown there, disabled, expired or deleted`);
        expect(sent()).toEqual(["logs", "metrics", "traces"]);
    });

    test("and goes on failing until it is put right", async () => {
        expect(await failedUp()).toContain("was answered 401");
        emulator.setEnabled(String((await project.outputs())["tokenId"]), true);
        await project.up();
        sent();
        await project.upWithoutChanges();
        expect(sent()).toEqual([]);
    });

    test("switched off, or destroyed, it sends nothing", async () => {
        await project.set("enabled", "false");
        await project.up();
        expect((await project.outputs())["checkedAt"]).toBeUndefined();
        await project.destroy();
        expect(sent()).toEqual([]);
    });

    test("no secret was in a state, a log or a file of all that", () => {
        const backend = path.join(project.scratch, "backend");
        const files = readdirSync(backend, { recursive: true, encoding: "utf8" })
            .map((name) => path.join(backend, name))
            .filter((file) => statSync(file).isFile())
            .map((file) => readFileSync(file, "utf8"));
        const all = [project.log, ...texts, ...files];
        expect(all.filter((text) => SECRET.test(text))).toEqual([]);
        expect(all.filter((text) => text.includes("dynatrace:IngestCheck")).length).toBeGreaterThan(5);
        // Not even a hash of the token stands there in the clear.
        expect(all.filter((text) => text.includes("sha256:"))).toEqual([]);
    });
});
