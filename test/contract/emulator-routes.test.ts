import { mkdtempSync, existsSync, readFileSync, statSync, writeFileSync, rmSync, readdirSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axios from "axios";
import { startEmulator } from "../../emulator";
import { client, ingest, spans, start, stopAll } from "./emulator-helpers";

const folder = mkdtempSync(join(tmpdir(), "emulator-test-"));
afterEach(stopAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const get = (url: string, config = {}) => axios.get(url, { proxy: false, validateStatus: () => true, ...config });

describe("the saas route", () => {
    test("is at the root and knows no environment in the path", async () => {
        const emulator = await start({ environmentId: "xyz98765" });
        expect(emulator).toMatchObject({
            url: `http://127.0.0.1:${emulator.port}`,
            apiUrl: `${emulator.url}/api`,
            otlpUrl: `${emulator.url}/api/v2/otlp`,
            metricsIngestUrl: `${emulator.url}/api/v2/metrics/ingest`,
        });
        expect((await client(emulator).get(`${emulator.url}/e/xyz98765/api/v2/apiTokens`)).status).toBe(404);
    });

    test("can be had with TLS", async () => {
        const emulator = await start({ tls: true });
        expect(emulator.url).toMatch(/^https:/);
        expect((await client(emulator).get("/apiTokens")).status).toBe(200);
    });
});

describe("the ActiveGate route", () => {
    test("is https below /e/{environment} with a certificate only its own CA vouches for", async () => {
        const emulator = await start({ route: "activegate", tlsNames: ["dynakube-activegate.dynatrace"] });
        expect(emulator.url).toBe(`https://127.0.0.1:${emulator.port}/e/abc12345`);
        expect(readFileSync(emulator.caFile as string, "utf8")).toBe(emulator.caPem);
        expect((await client(emulator).get("/apiTokens")).status).toBe(200);
        await expect(get(`${emulator.apiUrl}/v2/apiTokens`)).rejects.toMatchObject({
            code: expect.stringMatching(/CERT|VERIFY/),
        });
        for (const host of ["localhost", "127.0.0.1", "dynakube-activegate.dynatrace"]) {
            const lookup = (_name: string, _options: object, done: (error: null, found: object[]) => void) =>
                done(null, [{ address: "127.0.0.1", family: 4 }]);
            const { Agent } = await import("node:https");
            const httpsAgent = new Agent({ ca: emulator.caPem, lookup: lookup as never });
            expect((await get(`https://${host}:${emulator.port}/rest/health`, { httpsAgent })).status).toBe(200);
        }
    });

    test("answers 404 for another environment and outside of /e/", async () => {
        const emulator = await start({ route: "activegate", tls: false });
        const root = `http://127.0.0.1:${emulator.port}`;
        for (const path of ["/e/other000/api/v2/otlp/v1/traces", "/api/v2/otlp/v1/traces"]) {
            expect((await ingest(emulator).post(root + path, spans(Date.now()))).status).toBe(404);
        }
        expect(emulator.arrived().counts.spans).toBe(0);
    });

    test("answers the probes of a pod", async () => {
        const emulator = await start({ route: "activegate", tls: false });
        for (const path of ["/rest/health", "/rest/state"])
            expect((await get(new URL(path, emulator.url).href)).status).toBe(200);
    });

    test("removes the CA file when it stops", async () => {
        const emulator = await start({ route: "activegate" });
        await emulator.stop();
        expect(existsSync(emulator.caFile as string)).toBe(false);
    });
});

test.each([false, true])("HTTP/2, and so gRPC, is not spoken (TLS %s)", async (tls) => {
    const emulator = await start({ tls });
    const session = connectHttp2(emulator.url, { ca: emulator.caPem });
    await new Promise<void>((resolve) => session.on("error", () => resolve()).on("close", () => resolve()));
    expect(session.alpnProtocol).not.toBe("h2");
    session.destroy();
    expect(emulator.requests()).toEqual([]);
});

describe("an option", () => {
    test.each([
        [{ host: "0.0.0.0" }, "host: 0.0.0.0 is not a loopback address"],
        [{ host: "192.168.1.2" }, "host: 192.168.1.2"],
        [{ port: -1 }, "port: -1"],
        [{ environmentId: "a/b" }, "environmentId: a/b"],
        [{ route: "managed" as "saas" }, "route: managed"],
        [{ rateLimit: { requests: 0, perSeconds: 1 } }, "rateLimit"],
        [{ maxInFlight: 0 }, "maxInFlight"],
        [{ latencyMs: -1 }, "latencyMs"],
        [{ bootstrapToken: { expirationDate: "soon" } }, "bootstrapToken.expirationDate"],
    ])("%j is refused with its name", async (options, message) => {
        await expect(startEmulator(options)).rejects.toThrow(message);
    });

    test("port that is taken is refused", async () => {
        const { port } = await start();
        await expect(startEmulator({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    });
});

describe("the state file", () => {
    test("carries tokens over a restart, is for the owner only, and holds no secret", async () => {
        const stateFile = join(folder, "state.json");
        const before = await start({ stateFile });
        const { data } = await client(before).post("/apiTokens", {
            name: "kept",
            scopes: ["apiTokens.read"],
            expirationDate: "now+1d",
        });
        const gone = before.createToken({ name: "gone" });
        await client(before).delete(`/apiTokens/${gone.id}`);
        const text = readFileSync(stateFile, "utf8");
        for (const token of [before.bootstrapToken, data.token, gone.token])
            expect(text).not.toContain(token.split(".")[2]);
        expect(text).not.toMatch(/dt0c01\.[A-Z0-9]{24}\./);
        expect(statSync(stateFile).mode & 0o777).toBe(0o600);
        await before.stop();

        const after = await start({ stateFile });
        for (const token of [before.bootstrapToken, data.token, after.bootstrapToken]) {
            expect((await client(after, token).get(`/apiTokens/${data.id}`)).data).toMatchObject({
                name: "kept",
                expirationDate: data.expirationDate,
            });
        }
        expect((await client(after).get(`/apiTokens/${gone.id}`)).status).toBe(404);
        expect(readdirSync(folder)).toEqual(["state.json"]);
    });

    test("of another environment, or which is none, is refused and left alone", async () => {
        const stateFile = join(folder, "other.json");
        await (await start({ stateFile, environmentId: "first000" })).stop();
        await expect(startEmulator({ stateFile })).rejects.toThrow("belongs to environment first000");
        writeFileSync(stateFile, "not json");
        await expect(startEmulator({ stateFile })).rejects.toThrow("is not a state file");
        expect(readFileSync(stateFile, "utf8")).toBe("not json");
    });
});
