// A process with sh, curl and awk of this machine stands in for the pod; the script is the one that the ConfigMap holds.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { curlCommand } from "../../components/metrics-ingest/plan";
import { PUSH_SCRIPT } from "../../components/metrics-ingest/push-script";
import type { Emulator } from "../../emulator";
import { type Finished, runToEnd } from "../support/processes";
import { start, stopAll } from "./emulator-helpers";

jest.setTimeout(60_000);

let folder: string;
let emulator: Emulator;
let token: string;

beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "push-"));
    writeFileSync(path.join(folder, "push.sh"), PUSH_SCRIPT);
    emulator = await start();
    ({ token } = emulator.createToken({ scopes: ["metrics.ingest"] }));
});

afterEach(async () => {
    rmSync(folder, { recursive: true });
    await stopAll();
});

async function push(script: string, env: Record<string, string> = {}): Promise<Finished> {
    writeFileSync(path.join(folder, "script.sh"), script);
    const finished = await runToEnd("/bin/sh", [path.join(folder, "push.sh"), path.join(folder, "script.sh")], {
        env: {
            PATH: process.env["PATH"],
            TMPDIR: folder,
            DT_METRICS_INGEST_URL: emulator.metricsIngestUrl,
            DT_API_TOKEN: token,
            DT_TOKEN_SCHEME: "Api-Token",
            ...env,
        },
        timeoutSeconds: 50,
    });
    // Whatever happens, nothing is left behind, and no output holds the token.
    expect(readdirSync(folder).sort()).toEqual(["push.sh", "script.sh"]);
    expect(`${finished.stdout}${finished.stderr}`).not.toContain(token.split(".")[2]);
    return finished;
}

const arrived = (): string[] => emulator.arrived().lines.map(({ line }) => line);

test("sends the lines that a script prints, in requests of at most 1,000", async () => {
    const { code, stderr } = await push(
        'seq 1 2500 | sed "s/.*/shop.orders,order=\\"&\\" count,delta=1/"; echo; echo "  "',
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(arrived()).toHaveLength(2_500);
    expect(new Set(arrived()).size).toBe(2_500);
    expect(emulator.requests()).toHaveLength(3);
});

test("keeps requests below 1 MB, however long the lines are", async () => {
    const value = "ü".repeat(2_000);
    const { code } = await push(
        `i=0; while [ $i -lt 600 ]; do echo "shop.a,i=\\"$i\\",x=\\"${value}\\" 1"; i=$((i + 1)); done`,
    );
    expect(code).toBe(0);
    expect(arrived()).toHaveLength(600);
    expect(emulator.refused()).toEqual([]);
    expect(emulator.requests()).toHaveLength(3);
});

test("takes a 400 as what it is: the valid lines are in, the others are printed, nothing is sent again, the run fails", async () => {
    const { code, stderr } = await push("echo shop.a 1\necho shop.b one\necho dt.c 3\necho shop.d 4");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ {2}shop\.b one$/m);
    expect(stderr).toMatch(/^ {2}dt\.c 3$/m);
    expect(stderr).not.toMatch(/^ {2}shop\.[ad]/m);
    expect(stderr).toContain("reserved");
    expect(arrived()).toEqual(["shop.a 1", "shop.d 4"]);
    expect(emulator.requests()).toHaveLength(1);
});

test("waits as long as a 429 or 503 asks, then sends once", async () => {
    emulator.fault({ kind: "429", unit: "retry-after-seconds", delaySeconds: 1 });
    emulator.fault({ kind: "503", retryAfterSeconds: 1 });
    const startedAt = Date.now();
    const { code } = await push("echo shop.a 1");
    expect(code).toBe(0);
    expect(Date.now() - startedAt).toBeGreaterThan(1_900);
    expect(arrived()).toEqual(["shop.a 1"]);
});

test.each<[string, () => void]>([
    ["a lost reply", () => emulator.fault({ kind: "lost-reply" })],
    ["a 504 of a proxy", () => emulator.fault({ kind: "html", status: 504 })],
])("after %s nothing is sent again, the run says so and fails", async (_case, set) => {
    set();
    const { code, stderr } = await push("echo shop.a 1");
    expect(code).toBe(1);
    expect(stderr).toMatch(/in doubt, not sent again/);
    expect(emulator.requests()).toHaveLength(1);
});

test("a token without the scope fails the run with Dynatrace's words", async () => {
    ({ token } = emulator.createToken({ scopes: ["logs.ingest"] }));
    const { code, stderr } = await push("echo shop.a 1");
    expect(code).toBe(1);
    expect(stderr).toMatch(/refused: answered 403: .*metrics\.ingest/);
});

test("a script that fails fails the run, but what it printed is sent", async () => {
    const { code, stderr } = await push("echo shop.a 1\nexit 3");
    expect(code).toBe(1);
    expect(stderr).toContain("exit code 3");
    expect(arrived()).toEqual(["shop.a 1"]);
});

test("a script that prints nothing fails the run", async () => {
    const { code, stderr } = await push("true");
    expect([code, stderr]).toEqual([1, "the script printed no line\n"]);
});

test("an ActiveGate's own certificate is trusted by the file that the ConfigMap brings, and not without", async () => {
    await stopAll();
    emulator = await start({ route: "activegate" });
    ({ token } = emulator.createToken({ scopes: ["metrics.ingest"] }));
    expect((await push("echo shop.a 1")).stderr).toMatch(/no trusted connection/);
    expect(await push("echo shop.a 1", { CURL_CA_BUNDLE: emulator.caFile ?? "" })).toMatchObject({ code: 0 });
    expect(arrived()).toEqual(["shop.a 1"]);
});

test("the curl command that the component gives out sends its line", async () => {
    const env = { PATH: process.env["PATH"], DT_METRICS_INGEST_URL: emulator.metricsIngestUrl, DT_API_TOKEN: token };
    const { code, stdout } = await runToEnd("/bin/sh", ["-c", `${curlCommand("Api-Token")} -sS`], { env });
    expect([code, JSON.parse(stdout)]).toEqual([0, { linesOk: 1, linesInvalid: 0, error: null, warnings: null }]);
    expect(arrived()).toEqual(["cpu.temperature,cpu=1 55"]);
});
