import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";

import { startEmulator, type BootstrapToken } from "../../emulator";
import { createRuntimes } from "../../providers/runtime";
import { Bench, failureOf, INPUTS } from "./providers-support";

let bench: Bench | undefined;
let server: Server | undefined;
afterEach(async () => {
    await bench?.emulator.stop();
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    bench = server = undefined;
});

/** The error, after a look through all of it for a secret. */
async function shown(promise: Promise<unknown>, secret: string): Promise<string> {
    const error = await failureOf(promise);
    const everything = inspect(error, { depth: Infinity, showHidden: true }) + error.message + String(error.stack);
    expect(everything).not.toContain(secret.split(".").at(-1));
    expect(everything).not.toContain("Authorization");
    return error.message;
}

const remedy = "set DYNATRACE_API_TOKEN, DT_API_TOKEN or `pulumi config set --secret dynatrace:apiToken`";

describe("the bootstrap token is looked at before the first create", () => {
    it.each([
        [{ scopes: ["apiTokens.read"] }, "lacks apiTokens.write (it has apiTokens.read); add the scope or use another"],
        [{ scopes: ["logs.ingest"] }, "lacks apiTokens.write and apiTokens.read (it has logs.ingest)"],
        [
            { personalAccessToken: true },
            "is a personal access token, which can make only more of these, without ingest scopes",
        ],
    ] as [BootstrapToken, string][])("%j", async (bootstrapToken, problem) => {
        bench = await Bench.start({ bootstrapToken });
        const { bootstrapToken: secret } = bench.emulator;
        const message = await shown(bench.create(), secret);
        expect(message).toContain(`the token in DYNATRACE_API_TOKEN (${secret.slice(0, 31)}) ${problem}`);
        expect(message).toContain(remedy);
        expect(bench.calls()).toEqual(["POST /apiTokens/lookup"]);
    });

    it.each([{ enabled: false }, { expirationDate: "2020-01-01T00:00:00Z" }])(
        "%j, where Dynatrace tells no more than 401, keeps that answer",
        async (bootstrapToken) => {
            bench = await Bench.start({ bootstrapToken });
            const message = await shown(bench.create(), bench.emulator.bootstrapToken);
            expect(message).toMatch(/could not create token .*: POST \/v2\/apiTokens was answered 40[13]/);
            expect(message).toContain("is refused (this call needs apiTokens.write)");
            expect(message).toContain("add --run-program");
        },
    );

    it("a look that fails does not stop a create that works", async () => {
        bench = await Bench.start();
        bench.emulator.fault({ kind: "status", status: 500, match: { path: "/api/v2/apiTokens/lookup" }, times: 9 });
        expect((await bench.create()).id).toBe(bench.tokens()[0]?.id);
    });
});

describe.each([401, 403] as const)("a missing scope, answered with %s", (missingScopeStatus) => {
    it("is told by what the bootstrap token has and lacks, in any step", async () => {
        bench = await Bench.start({ missingScopeStatus });
        const { id, outs } = await bench.create();
        const { token } = bench.emulator.createToken({ name: "weak", scopes: ["apiTokens.read"] });
        const message = await shown(bench.another({ DT_API_TOKEN: token }).delete(id, { ...outs }), token);
        expect(message).toContain(
            `could not delete token ${id}: DELETE /v2/apiTokens/${id} was answered ${missingScopeStatus}`,
        );
        expect(message).toContain(`the token in DT_API_TOKEN (${token.slice(0, 31)}) lacks apiTokens.write`);
    });
});

it("a rotated bootstrap token in a destroy is told with the way out", async () => {
    bench = await Bench.start();
    const { id, outs } = await bench.create();
    const rotated = bench.emulator.createToken({ scopes: ["apiTokens.write"] });
    bench.emulator.deleteToken(rotated.id);
    const runtime = bench.another({});
    await runtime.configure({ config: { get: (key) => (key === "dynatrace:apiToken" ? rotated.token : undefined) } });
    const message = await shown(runtime.delete(id, { ...outs }), rotated.token);
    expect(message).toContain("the token in configuration dynatrace:apiToken");
    expect(message).toContain(
        "reads the configuration of the last `up`: after a rotation set the environment variable, or add --run-program",
    );
});

const OLD_FORM = "abcdefghij1234567890";
const NEW_FORM = `dt0c01.${"P".repeat(24)}.${"S".repeat(64)}`;

async function against(listener: RequestListener, token: string): Promise<string> {
    server = createServer(listener).listen(0, "127.0.0.1");
    await new Promise((resolve) => server?.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    return messageFrom(`http://127.0.0.1:${port}/api`, token);
}

async function messageFrom(apiUrl: string, token = NEW_FORM): Promise<string> {
    const clock = { now: () => Date.now(), random: () => 0, sleep: async () => undefined };
    const runtime = createRuntimes({
        env: { DT_API_URL: apiUrl, DT_API_TOKEN: token },
        clock,
        timeout: 2_000,
    }).ApiToken;
    const outs = {
        tokenId: "dt0c01.X",
        token: "dt0c01.X.Y",
        actualName: "x",
        createdAt: "",
        applied: { ...INPUTS, apiUrl },
    };
    return shown(runtime.delete("dt0c01.X", outs), token);
}

describe("no secret in any text", () => {
    it.each([OLD_FORM, NEW_FORM])("when the server repeats it (case %#)", async (token) => {
        const message = await against((request, reply) => {
            reply.writeHead(400, { "content-type": "application/json" });
            reply.end(JSON.stringify({ error: { message: `bad header ${request.headers.authorization}` } }));
        }, token);
        expect(message).toContain("was answered 400: bad header Api-Token");
    });

    it("when the connection breaks", async () => {
        expect(await against((request) => request.socket.destroy(), NEW_FORM)).toContain("ECONNRESET");
    });
});

describe("each way not to reach Dynatrace has its own way out", () => {
    it("a redirect is not followed", async () => {
        let asked = 0;
        const message = await against((_request, reply) => {
            asked++;
            reply.writeHead(302, { location: "https://sso.example.com/login?api-token=1" }).end();
        }, NEW_FORM);
        expect(message).toContain("it redirects to sso.example.com, which is not followed; check apiUrl");
        expect(asked).toBe(1);
    });

    it("a body without end is cut off", async () => {
        const message = await against((_request, reply) => {
            reply.writeHead(400);
            const more = () => {
                if (reply.destroyed) return;
                if (reply.write("x".repeat(1 << 20))) setImmediate(more);
                else reply.once("drain", more);
            };
            more();
        }, NEW_FORM);
        expect(message).toContain("maxContentLength");
    });

    it("a web page is named by its title", async () => {
        const page = "<!DOCTYPE html><html><title>Blocked by ACME proxy</title></html>";
        const message = await against((_request, reply) => void reply.writeHead(400).end(page), NEW_FORM);
        expect(message).toContain('a web page ("Blocked by ACME proxy") instead of JSON');
    });

    it("nothing listens", async () => {
        expect(await messageFrom("http://127.0.0.1:1/api")).toContain("ECONNREFUSED");
    });

    it("an unknown host", async () => {
        const message = await messageFrom("https://abc12345.live.dynatrace.invalid/api");
        expect(message).toContain("the host name is not known; check apiUrl");
    });

    it("a certificate that is not trusted", async () => {
        const emulator = await startEmulator({ route: "activegate" });
        try {
            const message = await messageFrom(emulator.apiUrl, emulator.bootstrapToken);
            expect(message).toContain("its certificate is not trusted here; set NODE_EXTRA_CA_CERTS");
        } finally {
            await emulator.stop();
        }
    });
});
