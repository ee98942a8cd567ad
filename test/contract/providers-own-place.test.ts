import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { assertOwnEnvironment, environmentProblem } from "../../providers/own-place";
import type { Properties } from "../../providers/properties";
import { Run } from "../../providers/run";
import { createRuntimes, type Kind, type ResourceRuntime } from "../../providers/runtime";
import { JumpingClock } from "./providers-support";

/** Paths of all requests, and what signed them. */
const asked: { path: string; authorization: string; body: string }[] = [];
let server: Server;
let origin: string;

beforeAll(async () => {
    server = createServer((request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
            asked.push({ path: request.url ?? "", authorization: request.headers.authorization ?? "", body });
            response.writeHead(401, { "content-type": "application/json" });
            response.end('{"error":{"code":401,"message":"Token Authentication failed"}}');
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => void (asked.length = 0));

const TOKEN = `dt0c01.${"A".repeat(24)}.${"B".repeat(64)}`;
const environment = (id: string): string => `${origin}/e/${id}/api`;
const account = (digit: string): string => `${digit.repeat(8)}-bbbb-4ccc-8ddd-123456789abc`;
const said: string[] = [];

/** One run of the provider's process. */
function process(env: Record<string, string>): Record<Kind, ResourceRuntime> {
    const credentials = {
        DYNATRACE_API_TOKEN: TOKEN,
        DYNATRACE_CLIENT_ID: "dt0s02.MADEUP",
        DYNATRACE_CLIENT_SECRET: "x",
    };
    return createRuntimes({
        env: { ...credentials, ...env },
        clock: new JumpingClock(),
        say: (line) => said.push(line),
    });
}

async function reasonsOf(owner: ResourceRuntime, component: string, address: object, olds: object = {}) {
    const place = "accountUuid" in address ? "account" : "environment";
    const { failures } = await owner.check({ ...olds }, { place, component, ...address });
    return failures.map(({ reason }) => reason);
}

const pathsTo = (id: string): string[] => asked.map(({ path }) => path).filter((path) => path.includes(id));

describe("the bootstrap token of the default settings", () => {
    test("is not sent to a second environment, which is an error at preview", async () => {
        const { TokenOwner } = process({});
        await reasonsOf(TokenOwner, 'IngestToken("one")', { apiUrl: environment("aaa11111") });
        const reasons = await reasonsOf(TokenOwner, 'IngestToken("two")', { apiUrl: environment("bbb22222") });
        expect(reasons).toEqual([expect.stringMatching(/^IngestToken\("two"\): apiUrl: /)]);
        for (const part of [
            environment("aaa11111"),
            environment("bbb22222"),
            "DynatraceProvider",
            "DYNATRACE_API_TOKEN",
        ]) {
            expect(reasons[0]).toContain(part);
        }
        expect(pathsTo("aaa11111")).not.toEqual([]);
        expect(pathsTo("bbb22222")).toEqual([]);
    });

    test("belongs to the environment in DYNATRACE_API_URL, also where that is not asked", async () => {
        const { TokenOwner } = process({ DYNATRACE_API_URL: environment("aaa11111") });
        const [reason] = await reasonsOf(TokenOwner, 'ApiToken("two")', { apiUrl: environment("bbb22222") });
        expect(reason).toContain("which is set in DYNATRACE_API_URL");
        expect(asked).toEqual([]);
    });

    test("belongs to the environment in the stack's configuration", async () => {
        const { TokenOwner } = process({});
        const config = new Map([["dynatrace:apiUrl", environment("aaa11111")]]);
        await TokenOwner.configure({ config });
        const [reason] = await reasonsOf(TokenOwner, 'ApiToken("two")', { apiUrl: environment("bbb22222") });
        expect(reason).toContain("which is set in configuration dynatrace:apiUrl");
        expect(asked).toEqual([]);
    });

    test("is sent to another route to the same environment, and to a proxy, whose environment is not known", async () => {
        const { TokenOwner } = process({ DYNATRACE_API_URL: environment("abc12345") });
        const routes = [environment("ABC12345").replace("127.0.0.1", "localhost"), `${origin}/api`];
        for (const apiUrl of routes) {
            const [reason] = await reasonsOf(TokenOwner, 'ApiToken("t")', { apiUrl });
            expect(reason).toContain("was answered 401");
            expect(reason).not.toContain("another environment");
        }
        expect(pathsTo("/lookup").length).toBeGreaterThanOrEqual(2);
    });

    test.each([
        ["https://abc12345.live.dynatrace.com/api", "https://ag.example:9999/e/abc12345/api"],
        ["https://abc12345.live.dynatrace.com/api", "https://proxy.example/api"],
        ["http://127.0.0.1:4711/api", "https://abc12345.live.dynatrace.com/api"],
    ])("of %s may go to %s", (own, other) => {
        const run = new Run({ env: { DYNATRACE_API_URL: own } });
        expect(environmentProblem(other, run)).toBeUndefined();
        expect(() => assertOwnEnvironment(other, run)).not.toThrow();
    });

    test("tells two ports of this machine apart in a program", async () => {
        const { TokenOwner } = process({});
        await reasonsOf(TokenOwner, 'ApiToken("one")', { apiUrl: "http://127.0.0.1:1/api" });
        const [reason] = await reasonsOf(TokenOwner, 'ApiToken("two")', { apiUrl: `${origin}/api` });
        expect(reason).toContain("is another environment than http://127.0.0.1:1/api");
        expect(asked).toEqual([]);
    });

    test.each(["TokenOwner", "ApiToken", "ActiveGateToken"] as const)(
        "is not sent to the recorded environment of a %s that is destroyed or refreshed with the settings of another",
        async (kind) => {
            const runtime = process({ DYNATRACE_API_URL: environment("aaa11111") })[kind];
            const recorded = recordedIn(environment("bbb22222"));
            for (const step of [() => runtime.delete("x", recorded), () => runtime.read("x", recorded)]) {
                if (kind === "TokenOwner" && step.toString().includes("read")) continue;
                await expect(step()).rejects.toThrow(
                    /bbb22222.* is another environment than .*aaa11111.*pulumi state/s,
                );
            }
            expect(asked).toEqual([]);
        },
    );

    test("goes to the first recorded environment alone where no setting names one", async () => {
        const { ApiToken } = process({});
        await expect(ApiToken.read("x", recordedIn(environment("aaa11111")))).rejects.toThrow("answered 401 by");
        await expect(ApiToken.read("x", recordedIn(environment("bbb22222")))).rejects.toThrow("DynatraceProvider");
        expect(pathsTo("bbb22222")).toEqual([]);
    });

    test("cannot delete what is recorded in another environment, which a preview says", async () => {
        const { TokenOwner } = process({ DYNATRACE_API_URL: environment("bbb22222") });
        const olds = { place: "environment", apiUrl: environment("aaa11111") };
        const [reason] = await reasonsOf(TokenOwner, 'ApiToken("t")', {}, olds);
        expect(reason).toMatch(/^ApiToken\("t"\): apiUrl: names another environment .*aaa11111.*pulumi destroy/);
        expect(asked).toEqual([]);
    });

    test("that is refused at one of several addresses names DynatraceProvider and the URL", async () => {
        const { TokenOwner } = process({ DYNATRACE_API_URL: environment("abc12345") });
        await reasonsOf(TokenOwner, 'ApiToken("one")', {});
        const [reason] = await reasonsOf(TokenOwner, 'ApiToken("two")', { apiUrl: `${origin}/api` });
        expect(reason).toContain(`was answered 401 by ${origin}/api`);
        expect(reason).toContain("give the tokens of each environment a DynatraceProvider");
    });
});

describe("the bootstrap token of a DynatraceProvider", () => {
    test("is not sent to an environment that a token names and the provider does not", async () => {
        const { TokenOwner } = process({});
        const config = new Map([
            ["dynatrace:provider", "staging"],
            ["dynatrace:apiUrl", environment("aaa11111")],
            ["dynatrace:apiToken", TOKEN],
        ]);
        await TokenOwner.configure({ config });
        const [reason] = await reasonsOf(TokenOwner, 'ApiToken("t")', { apiUrl: environment("bbb22222") });
        expect(reason).toContain('which is set in apiUrl of the provider "staging"');
        expect(asked).toEqual([]);
    });
});

describe("the account's OAuth client", () => {
    const at = (digit: string) => ({
        accountUuid: account(digit),
        accountApiUrl: origin,
        ssoUrl: `${origin}/sso/${digit}`,
    });

    test("is not used for a second account, and a refusal names the URL", async () => {
        const { TokenOwner } = process({});
        const [first] = await reasonsOf(TokenOwner, 'PlatformToken("one")', at("1"));
        expect(first).toContain(`was answered 401 by ${origin}/sso/1`);
        const [second] = await reasonsOf(TokenOwner, 'PlatformToken("two")', at("2"));
        expect(second).toContain(`accountUuid: ${account("2")} is another account than ${account("1")}`);
        expect(second).toContain("DynatraceProvider");
        expect(pathsTo("/sso/2")).toEqual([]);
    });

    test("belongs to the account in DYNATRACE_ACCOUNT_UUID, also for a destroy", async () => {
        const { TokenOwner } = process({ DYNATRACE_ACCOUNT_UUID: account("1") });
        const [reason] = await reasonsOf(TokenOwner, 'PlatformToken("two")', at("2"));
        expect(reason).toContain("which is set in DYNATRACE_ACCOUNT_UUID");
        const owner = { mark: "01234567", place: "account", address: at("2") };
        await expect(TokenOwner.delete("01234567", owner)).rejects.toThrow("another account");
        expect(asked).toEqual([]);
    });
});

/** What a state holds of a token or of an owner. */
function recordedIn(apiUrl: string): Properties {
    const applied = {
        apiUrl,
        tokenName: "t",
        mark: "01234567",
        key: "0a1b2c3d",
        nonce: "76543210",
        scopes: [],
        enabled: true,
    };
    return { tokenId: "dt0c01.MADEUP", applied, mark: "01234567", place: "environment", address: { apiUrl } };
}
