import { checkBootstrapCommand } from "../../bin/check-bootstrap";
import type { BootstrapToken } from "../../emulator";
import { CliBench } from "./cli-support";

const NEEDED = ["apiTokens.read", "apiTokens.write"];

let bench: CliBench;
const started: CliBench[] = [];
afterEach(async () => {
    for (const each of started.splice(0)) await each.stop();
});

async function start(options?: { bootstrapToken: BootstrapToken }): Promise<void> {
    bench = await CliBench.start(options);
    started.push(bench);
}

async function check(bootstrapToken: BootstrapToken, ...args: string[]) {
    await start({ bootstrapToken });
    return bench.run(checkBootstrapCommand, args);
}

test("a token with exactly the two scopes is fine; one call is made and nothing changed", async () => {
    const { code, out } = await check({ expirationDate: "now+30d" });
    const id = bench.emulator.bootstrapToken.slice(0, 31);
    expect(code).toBe(0);
    expect(out).toContain(
        `the token in DYNATRACE_API_TOKEN (${id}) holds apiTokens.write, apiTokens.read and no other scope; it expires at 20`,
    );
    expect(bench.emulator.requests().map(({ method, path }) => `${method} ${path}`)).toEqual([
        "POST /api/v2/apiTokens/lookup",
    ]);
});

test.each([
    [{ scopes: ["apiTokens.read"] }, ["lacks apiTokens.write (it has apiTokens.read); add the scope or use another"]],
    [
        { scopes: [...NEEDED, "settings.write", "logs.ingest"] },
        [
            "holds more than it needs: logs.ingest, settings.write; use one with apiTokens.read and apiTokens.write alone",
        ],
    ],
    [
        { scopes: ["apiTokens.write", "DataExport"] },
        ["lacks apiTokens.read (it has apiTokens.write, DataExport)", "holds more than it needs: DataExport"],
    ],
    [{ personalAccessToken: true }, ["is a personal access token"]],
    [{ expirationDate: "now+3d" }, ["expires in 2.9 days; make its successor"]],
    [{ enabled: false }, ["is refused (401: Token Authentication failed: the token is disabled); use another"]],
    [
        { expirationDate: "2020-01-01T00:00:00Z" },
        ["is refused (401: Token Authentication failed: the token is expired); use another"],
    ],
] as [BootstrapToken, string[]][])("%j fails, with every reason and its way out", async (bootstrapToken, problems) => {
    const { code, out } = await check(bootstrapToken);
    expect(code).toBe(1);
    const lines = out.trimEnd().split("\n").slice(1);
    expect(lines).toEqual(problems.map((problem) => expect.stringContaining(`  - ${problem}`)));
});

test("--also lets further scopes through, and only these", async () => {
    const scopes = [...NEEDED, "activeGateTokenManagement.create", "InstallerDownload", "logs.ingest"];
    const also = ["--also", "activeGateTokenManagement.create,InstallerDownload"];
    const { code, out } = await check({ scopes }, ...also, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, excess: ["logs.ingest"], problems: [expect.any(String)] });
    expect((await bench.run(checkBootstrapCommand, [...also, "--also", "logs.ingest"])).code).toBe(0);
});

test("--also asks for its scopes: a token without one of them fails, and the text names it", async () => {
    const { code, out } = await check({ scopes: [...NEEDED, "DataExport"] }, "--also", "InstallerDownload,DataExport");
    expect(code).toBe(1);
    expect(out).toContain("  - lacks InstallerDownload of --also; add the scope, or remove it from --also\n");
    const { code: right, out: text } = await bench.run(checkBootstrapCommand, ["--also", "DataExport"]);
    expect(right).toBe(0);
    expect(text).toContain("holds apiTokens.write, apiTokens.read, DataExport and no other scope; it never expires");
});

test("the reply to a token that Dynatrace does not know is part of the text", async () => {
    await start();
    const env = { ...bench.env, DYNATRACE_API_TOKEN: `dt0c01.${"Z".repeat(24)}.${"Z".repeat(64)}` };
    const { code, out } = await bench.run(checkBootstrapCommand, [], { env });
    expect(code).toBe(1);
    expect(out).toContain(
        "is refused (401: Token Authentication failed): disabled, expired, deleted or of another environment; use another",
    );
});

test("a text that is no token is told as such without a call", async () => {
    await start();
    const env = { ...bench.env, DYNATRACE_API_TOKEN: "abc" };
    await expect(bench.run(checkBootstrapCommand, [], { env })).rejects.toThrow("is no access token");
    expect(bench.emulator.requests()).toEqual([]);
});

test("a longer --days asks for more time", async () => {
    expect((await check({ expirationDate: "now+20d" })).code).toBe(0);
    expect((await bench.run(checkBootstrapCommand, ["--days", "30"])).code).toBe(1);
});

test("the environment that --api-url names is asked, not the one of the environment variable", async () => {
    await start();
    const env = { ...bench.env, DYNATRACE_API_URL: "https://abc12345.live.dynatrace.invalid/api" };
    expect((await bench.run(checkBootstrapCommand, ["--api-url", bench.emulator.url], { env })).code).toBe(0);
});

test("a platform token is told as such without a call", async () => {
    await start();
    const env = { ...bench.env, DYNATRACE_API_TOKEN: "dt0s16.MADEUP.MADEUPMADEUP" };
    await expect(bench.run(checkBootstrapCommand, [], { env })).rejects.toThrow("is a platform token");
    expect(bench.emulator.requests()).toEqual([]);
});

const GATES = ["activeGateTokenManagement.read", "activeGateTokenManagement.write", "InstallerDownload"];

test("--kind ActiveGateToken asks for the scopes of ActiveGate tokens, and lets them through", async () => {
    const right = await check({ scopes: [...NEEDED, ...GATES] }, "--kind", "ActiveGateToken");
    expect(right).toMatchObject({ code: 0, err: expect.not.stringContaining("ActiveGate") });
    const { code, out } = await check({ scopes: NEEDED }, "--kind", "ActiveGateToken");
    expect(code).toBe(1);
    expect(out).toContain(`lacks ${GATES.join(" and ")} of --kind; add the scope`);
});

test("an OAuth client is checked too, and a kind without credentials is said in a line", async () => {
    await start();
    const env = { ...bench.env, ...bench.accountEnv };
    const { code, out, err } = await bench.run(checkBootstrapCommand, [], { env });
    expect([code, err]).toEqual([
        0,
        "not looked at: ActiveGate tokens (to check the scopes for them, add --kind ActiveGateToken)\n",
    ]);
    expect(out).toContain("the OAuth client can list the platform tokens; http");
    const wrong = { ...env, DYNATRACE_CLIENT_SECRET: "dt0s02.MADEUP.MADEUP" };
    const refused = await bench.run(checkBootstrapCommand, ["--json"], { env: wrong });
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({
        ok: false,
        accounts: [{ problems: [expect.stringContaining("is refused")] }],
    });
});

test.each([
    [["--kind", "PlatformToken"], "--kind PlatformToken: no OAuth client in DYNATRACE_CLIENT_ID"],
    [["--kind", "Secret"], "--kind Secret: is not a kind of token; use ApiToken, PlatformToken, ActiveGateToken"],
])("%j is wrong use, said before any call", async (args, message) => {
    await start();
    await expect(bench.run(checkBootstrapCommand, args)).rejects.toThrow(message);
    expect(bench.emulator.requests()).toEqual([]);
});
