import { spawn } from "node:child_process";
import { once } from "node:events";

import { until } from "../support/processes";
import { CliBench, PROGRAM, withoutSettings } from "./cli-support";

jest.setTimeout(60_000);

let bench: CliBench;
beforeEach(async () => void (bench = await CliBench.start({ latencyMs: 40 })));
afterEach(() => bench.stop());

/** Starts a sweep of 300 orphans, sends a signal once some are gone, and waits for the end. */
async function interrupted(signal: NodeJS.Signals): Promise<{ code: number | null; out: string; err: string }> {
    for (let i = 0; i < 300; i++) bench.made("shop-pr-7-checkout");
    const args = [...PROGRAM, "sweep", "--stack-prefix", "shop-pr-7-", "--yes", "--keep-none"];
    const child = spawn(process.execPath, args, {
        env: { ...withoutSettings(), ...bench.env },
        stdio: ["ignore", "pipe", "pipe"],
    });
    const told = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (told.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (told.err += text));
    const closed = once(child, "close") as Promise<[number | null]>;
    try {
        await until("20 deletes", 30, () => (bench.deletes() >= 20 ? true : undefined));
        child.kill(signal);
        const [code] = await closed;
        return { code, ...told };
    } finally {
        child.kill("SIGKILL");
        bench.printed += told.out + told.err;
    }
}

test.each(["SIGINT", "SIGTERM"] as const)(
    "%s in the middle of a sweep lets the calls under way end, and tells exactly what was deleted",
    async (signal) => {
        const { code, out, err } = await interrupted(signal);
        const left = bench.emulator.tokens().filter(({ name }) => name.startsWith("shop-pr-7-")).length;
        expect(code).toBe(1);
        expect(left).toBeGreaterThan(200);
        expect(out).toContain(`deleted ${300 - left} of 300 orphaned tokens; ${left} not tried\n`);
        expect(err).toMatch(/^not looked at: .*\nstopping after the calls under way; \^C again ends at once\n$/);
        // Nothing was cut off in the middle.
        expect(bench.emulator.requests().filter(({ status }) => status === null)).toEqual([]);
    },
);

test("^C while a rate limit is waited out ends the program at once", async () => {
    bench.emulator.fault({
        kind: "429",
        unit: "retry-after-seconds",
        delaySeconds: 50,
        match: { method: "GET" },
        times: 99,
    });
    const child = spawn(process.execPath, [...PROGRAM, "sweep", "--stack-prefix", "shop-pr-7-", "--yes"], {
        env: { ...withoutSettings(), ...bench.env },
        stdio: ["ignore", "ignore", "pipe"],
    });
    let err = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    const closed = once(child, "close") as Promise<[number | null]>;
    await until("a refusal", 30, () => bench.emulator.requests().find(({ status }) => status === 429));
    const since = Date.now();
    child.kill("SIGINT");
    expect(await closed).toEqual([1, null]);
    expect(Date.now() - since).toBeLessThan(10_000);
    expect(err).toContain("pulumi-dynatrace-otlp sweep: stopped\n");
});

test("the program lists its commands, and each one's help tells its exit codes and settings", async () => {
    const all = await bench.runProgram(["--help"]);
    expect(all).toMatchObject({ code: 0, stderr: "" });
    for (const command of ["check-bootstrap", "check-expiry", "sweep"]) {
        expect(all.stdout).toContain(`  ${command} `);
        const { code, stdout } = await bench.runProgram([command, "--help"]);
        expect(code).toBe(0);
        expect(stdout).toMatch(/^Exit code: 0 [^;]+; 1 [^;]+; 2 wrong arguments\.$/m);
        expect(stdout).toContain("DYNATRACE_API_TOKEN, else DT_API_TOKEN");
    }
});

test("exit codes: 0 for done, 1 for a failure, 2 for wrong use", async () => {
    bench.made("shop-pr-7-checkout");
    const sweep = ["sweep", "--stack-prefix", "shop-pr-7-"];
    expect(await bench.runProgram([...sweep, "--dry-run"])).toMatchObject({ code: 0 });
    expect(bench.deletes()).toBe(0);
    expect(await bench.runProgram(sweep)).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringContaining("there is no terminal to ask at"),
    });
    const bootstrap = await bench.runProgram(["check-bootstrap"]);
    expect(bootstrap).toMatchObject({ code: 0, stderr: expect.stringMatching(/^not looked at: .*\n$/) as string });
    const url = { ...bench.env, DYNATRACE_API_URL: "http://127.0.0.1:1/api" };
    expect(await bench.runProgram(["check-bootstrap"], url)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("ECONNREFUSED"),
    });
});

test("a token given in the wrong place is not repeated", async () => {
    const { stderr } = await bench.runProgram(["check-expiry", bench.emulator.bootstrapToken]);
    expect(stderr).toMatch(/Unexpected argument 'dt0c01\.\w+\.\*\*\*'/);
});
