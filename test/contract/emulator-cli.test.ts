import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import axios from "axios";
import { runToEnd } from "../support/processes";

const folder = mkdtempSync(join(tmpdir(), "emulator-cli-"));
const running = new Set<ChildProcess>();
afterEach(() => running.forEach((child) => child.kill("SIGKILL")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = ["--import", "tsx", resolve(__dirname, "../../bin/pulumi-dynatrace-otlp.ts")];
const run = (...args: string[]) => runToEnd(process.execPath, [...program, ...args], { timeoutSeconds: 30 });

/** Starts the emulator and waits for its first output. */
async function begin(
    ...args: string[]
): Promise<{ child: ChildProcess; output: () => string; ended: Promise<number | null> }> {
    const child = spawn(process.execPath, [...program, "emulator", "--port", "0", ...args], {
        stdio: ["ignore", "pipe", "inherit"],
    });
    running.add(child);
    let text = "";
    const ended = new Promise<number | null>((done) =>
        child.once("exit", (code) => (running.delete(child), done(code))),
    );
    await new Promise<void>((ready, failed) => {
        const timer = setTimeout(() => failed(new Error(`nothing printed: ${text}`)), 20_000);
        child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
            if (!text.endsWith("\n")) return;
            clearTimeout(timer);
            ready();
        });
        void ended.then((code) => failed(new Error(`ended with ${code}`)));
    });
    return { child, output: () => text, ended };
}

jest.setTimeout(60_000);

describe("pulumi-dynatrace-otlp", () => {
    test("without a command or with an unknown one prints the usage and ends with 2", async () => {
        for (const args of [[], ["nope"]]) {
            const { code, stdout, stderr } = await run(...args);
            expect([code, stdout, stderr]).toEqual([
                2,
                "",
                expect.stringContaining("Usage: pulumi-dynatrace-otlp <command>"),
            ]);
        }
    });

    test("--help prints the usage and ends with 0, for a command too", async () => {
        expect(await run("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("emulator") });
        expect(await run("emulator", "--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("--ca-out") });
    });

    test.each([
        [["--route", "managed"], "--route managed"],
        [["--port", "http"], "--port http"],
        [["--nope"], "--nope"],
        [["--ca-out", "x.pem"], "--ca-out"],
    ])("emulator %j ends with 2 and says what is wrong", async (args, message) => {
        expect(await run("emulator", ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    });

    test("emulator prints where it is, and the token once; ^C ends it with 0", async () => {
        const state = join(folder, "state.json");
        const { child, output, ended } = await begin("--environment", "try00001", "--state", state);
        const text = output();
        const [token] = /(?<=^DYNATRACE_API_TOKEN=)dt0c01\S+$/m.exec(text) ?? [];
        const [api] = /(?<=DYNATRACE_API_URL=)\S+/.exec(text) ?? [];
        expect(text.split(token as string)).toHaveLength(2);
        expect(text).toMatch(/what arrived +http:\/\/127\.0\.0\.1:\d+\/_emulator\//);
        const answer = await axios.get(`${api}/v2/apiTokens`, {
            headers: { Authorization: `Api-Token ${token}` },
            proxy: false,
        });
        expect(answer.status).toBe(200);
        child.kill("SIGINT");
        expect(await ended).toBe(0);
        expect(readFileSync(state, "utf8")).not.toContain(token?.split(".")[2]);
    });

    test("emulator --json --route activegate prints one line of JSON and writes the CA", async () => {
        const caOut = join(folder, "ca.pem");
        const { child, output, ended } = await begin("--json", "--route", "activegate", "--ca-out", caOut);
        expect(output().trimEnd()).not.toContain("\n");
        const told = JSON.parse(output());
        expect(told).toMatchObject({
            environmentId: "abc12345",
            caFile: caOut,
            url: expect.stringMatching(/^https:.*\/e\/abc12345$/),
        });
        const httpsAgent = new Agent({ ca: readFileSync(caOut) });
        const headers = { Authorization: `Api-Token ${told.DYNATRACE_API_TOKEN}` };
        expect((await axios.get(`${told.apiUrl}/v2/apiTokens`, { headers, httpsAgent, proxy: false })).status).toBe(
            200,
        );
        child.kill("SIGTERM");
        expect(await ended).toBe(0);
        expect(existsSync(caOut)).toBe(true);
    });

    test("emulator prints what signs calls to the account's API, and it signs them", async () => {
        const { output } = await begin("--json");
        const told = JSON.parse(output());
        const form = new URLSearchParams({
            grant_type: "client_credentials",
            client_id: told.DYNATRACE_CLIENT_ID,
            client_secret: told.DYNATRACE_CLIENT_SECRET,
            scope: "platform-token:tokens:manage platform-token:tokens:write",
            resource: `urn:dtaccount:${told.DYNATRACE_ACCOUNT_UUID}`,
        });
        const { data } = await axios.post(told.DYNATRACE_SSO_URL, form, { proxy: false });
        const tokens = `/iam/v1/accounts/${told.DYNATRACE_ACCOUNT_UUID}/platform-tokens`;
        const headers = { Authorization: `Bearer ${data.access_token}` };
        const answer = await axios.get(`${told.DYNATRACE_ACCOUNT_API_URL}${tokens}`, { headers, proxy: false });
        expect(answer.status).toBe(200);
    });

    test("emulator on a taken port says so and ends with 1", async () => {
        const { output } = await begin("--json");
        const { port } = JSON.parse(output());
        expect(await run("emulator", "--port", String(port))).toMatchObject({
            code: 1,
            stderr: expect.stringContaining("is taken"),
        });
    });
});
