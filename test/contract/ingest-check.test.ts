import { execFileSync } from "node:child_process";
import * as path from "node:path";

import type { Emulator } from "../../emulator";
import { ALL_SCOPES, Checks, emulated, inputsFor, stopEmulators } from "./ingest-check-support";

let checks: Checks;
let emulator: Emulator;
let token: { id: string; token: string };

beforeEach(async () => {
    checks = new Checks();
    emulator = await emulated(checks);
    token = emulator.createToken({ scopes: ALL_SCOPES });
});
afterEach(stopEmulators);

const inputs = (more: object = {}) => inputsFor(emulator.otlpUrl, { token: token.token, ...more });

describe("what is sent", () => {
    it("is one span, one delta point and one log record, each marked as a check, compressed protobuf", async () => {
        const { traceId, tokenId } = await checks.create(inputs());
        const { counts, spans, metrics, logs } = emulator.arrived();
        expect(counts).toEqual({ spans: 1, metricDataPoints: 1, logRecords: 1, metricLines: 0 });
        for (const arrived of [...spans, ...metrics, ...logs]) {
            expect(arrived).toMatchObject({
                resource: { "service.name": "pulumi-dynatrace-otlp-check" },
                attributes: { "check.component": 'IngestCheck("check")' },
                compression: "gzip",
                contentType: "application/x-protobuf",
                tokenId: token.id,
            });
        }
        expect(metrics[0]).toMatchObject({ temporality: "delta", storedAs: "count", value: 1 });
        expect([spans[0]?.traceId, logs[0]?.traceId]).toEqual([traceId, traceId]);
        expect(tokenId).toBe(token.id);
        expect(emulator.refused()).toEqual([]);
    });

    it("is only what was asked for", async () => {
        await checks.create(inputs({ signals: ["logs"] }));
        expect(emulator.requests().map(({ path }) => path)).toEqual(["/api/v2/otlp/v1/logs"]);
    });

    it("goes with a platform token and its own scheme", async () => {
        const scopes = ["openpipeline:traces:ingest", "openpipeline:metrics:ingest", "openpipeline:logs:ingest"];
        const platform = emulator.createToken({ kind: "platform", scopes });
        await checks.create(inputs({ token: platform.token, scheme: "Bearer" }));
        expect(emulator.arrived().counts).toMatchObject({ spans: 1, metricDataPoints: 1, logRecords: 1 });
    });
});

describe("what is recorded", () => {
    it("holds a hash in place of the token", async () => {
        const { inputs: checked } = await checks.runtime.check({}, inputs());
        const { outs } = await checks.runtime.create(checked);
        expect(checked.token).toMatch(/^sha256:[0-9a-f]{16}$/);
        expect(outs.token).toBe(checked.token);
        expect(JSON.stringify([checked, outs])).not.toContain(token.token.split(".")[2]);
    });

    it("is enough for the next run to see that nothing changed", async () => {
        const outs = await checks.create(inputs());
        const { inputs: again } = await new Checks().runtime.check({}, inputs());
        expect(await checks.runtime.diff("id", { ...outs }, again)).toEqual({ changes: false, replaces: [] });
    });

    it.each([
        ["token", { token: "dt0c01.ANOTHER.NOTASECRET" }],
        ["no token any more", { token: undefined }],
        ["endpoint", { otlpUrl: "https://abc12345.live.dynatrace.com/api/v2/otlp" }],
        ["certificate", { caCertificatePem: "-----BEGIN CERTIFICATE-----" }],
        ["scheme", { scheme: "Bearer" }],
        ["signals", { signals: ["traces"] }],
        ["trigger", { trigger: "2" }],
        ["token that the preview does not know yet", { token: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }],
    ])("lets another %s be seen, and changes it in place", async (_what, more) => {
        const outs = await checks.create(inputs());
        const { inputs: other } = await checks.runtime.check({}, inputs(more));
        expect(await checks.runtime.diff("id", { ...outs }, other)).toEqual({ changes: true, replaces: [] });
    });

    it("does not make another timeout or number of attempts send again", async () => {
        const outs = await checks.create(inputs());
        const { inputs: other } = await checks.runtime.check({}, inputs({ timeoutSeconds: 9, attempts: 9 }));
        expect((await checks.runtime.diff("id", { ...outs }, other)).changes).toBe(false);
    });
});

describe("the steps", () => {
    it("send again on an update, and record what was sent then", async () => {
        const before = await checks.create(inputs());
        const { inputs: other } = await checks.runtime.check({}, inputs({ trigger: "2" }));
        const { outs } = await checks.runtime.update("id", { ...before }, other);
        expect(emulator.arrived().counts.spans).toBe(2);
        expect(outs.traceId).not.toBe(before.traceId);
        expect(outs.applied).toMatchObject({ trigger: "2" });
    });

    it("make no call on check, diff, refresh and delete", async () => {
        const outs = { ...(await checks.create(inputs())) };
        emulator.reset();
        const { inputs: same } = await checks.runtime.check({}, inputs());
        await checks.runtime.diff("id", outs, same);
        expect(await checks.runtime.read("id", outs)).toEqual({ id: "id", props: outs });
        await checks.runtime.delete("id", outs);
        expect(emulator.requests()).toEqual([]);
    });

    it("say so when ignoreChanges has put the recorded hash in the place of the token", async () => {
        const { inputs: checked } = await checks.runtime.check({}, inputs());
        const later = new Checks();
        expect((await later.runtime.check({}, checked)).inputs.token).toBe(checked.token);
        expect(await later.failure(checked)).toBe(
            'IngestCheck("check"): token: only its hash is recorded; take token out of ignoreChanges, and run again',
        );
    });
});

it("check, diff, refresh and delete load neither axios nor OTLP's definitions, which would be paid for in every run", () => {
    const script = `
        const { createRuntimes } = require("./providers/runtime.ts");
        const { IngestCheck } = createRuntimes({ env: {} });
        const loaded = () => ["axios", "protobufjs", "otlp-definitions", "zod"].filter((name) =>
            Object.keys(require.cache).some((file) => file.includes("/node_modules/" + name + "/")));
        const inputs = ${JSON.stringify(inputsFor("http://127.0.0.1:1", { attempts: 1, token: "made-up" }))};
        (async () => {
            const { inputs: checked } = await IngestCheck.check({}, inputs);
            await IngestCheck.diff("id", {}, checked);
            await IngestCheck.read("id", {});
            await IngestCheck.delete("id", {});
            const light = loaded();
            await IngestCheck.create(checked).catch(() => undefined);
            console.log(JSON.stringify([light, loaded()]));
        })();`;
    const args = ["--require", require.resolve("tsx/cjs"), "-e", script];
    const printed = execFileSync(process.execPath, args, { cwd: path.resolve(__dirname, "../.."), encoding: "utf8" });
    const [light, heavy] = JSON.parse(printed) as string[][];
    expect([light, heavy]).toEqual([[], ["axios", "protobufjs", "otlp-definitions", "zod"]]);
});

describe("what may pass by itself is waited for", () => {
    it("a token that does not work yet", async () => {
        emulator.setEnabled(token.id, false);
        const sleep = checks.clock.sleep;
        checks.clock.sleep = async (milliseconds) => {
            emulator.setEnabled(token.id, true);
            return sleep(milliseconds);
        };
        await checks.create(inputs({ signals: ["traces"] }));
        expect(checks.clock.waits).toEqual([1000]);
        expect(emulator.arrived().counts.spans).toBe(1);
    });

    it.each([
        ["429 in seconds", { kind: "429", unit: "retry-after-seconds", delaySeconds: 7 }, 7000],
        ["503", { kind: "503", retryAfterSeconds: 3 }, 3000],
        ["503 that asks for an hour", { kind: "503", retryAfterSeconds: 3600 }, 60_000],
        ["503 that names no time", { kind: "503" }, 1000],
        ["502", { kind: "status", status: 502 }, 1000],
        ["a cut connection", { kind: "no-connection" }, 1000],
    ] as const)("%s", async (_what, fault, waited) => {
        emulator.fault(fault);
        await checks.create(inputs({ signals: ["metrics"] }));
        expect(checks.clock.waits).toEqual([waited]);
        expect(emulator.arrived().counts.metricDataPoints).toBe(1);
    });

    it("but not for longer than the attempts, and with growing pauses", async () => {
        emulator.fault({ kind: "503", times: Infinity });
        expect(await checks.failure(inputs({ signals: ["logs"], attempts: 4 }))).toContain("it is busy");
        expect(checks.clock.waits).toEqual([1000, 2000, 4000]);
    });

    it("and not where waiting cannot help", async () => {
        emulator.fault({ kind: "status", status: 404, times: Infinity });
        await checks.failure(inputs());
        expect(checks.clock.waits).toEqual([]);
        expect(emulator.requests()).toHaveLength(3);
    });
});
