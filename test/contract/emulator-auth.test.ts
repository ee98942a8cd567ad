import axios from "axios";
import type { Emulator } from "../../emulator";
import { client, ingest, metrics, spans, start, stopAll } from "./emulator-helpers";

afterEach(stopAll);

function sendSpan(emulator: Emulator, authorization: string | undefined) {
    return axios.post(`${emulator.otlpUrl}/v1/traces`, spans(Date.now()), {
        headers: { ...(authorization && { Authorization: authorization }), "Content-Type": "application/x-protobuf" },
        validateStatus: () => true,
        proxy: false,
    });
}

describe("a call", () => {
    test("without a token, with an unknown or with a mangled one is answered 401 with an envelope", async () => {
        const emulator = await start();
        const { id, token } = emulator.createToken({ scopes: ["openTelemetryTrace.ingest"] });
        for (const authorization of [
            undefined,
            `Api-Token ${id}.${"A".repeat(64)}`,
            `Api-Token%20${token}`,
            token,
            "Api-Token ",
        ]) {
            const { status, data } = await sendSpan(emulator, authorization);
            expect([status, data.error.code]).toEqual([401, 401]);
        }
        expect(emulator.arrived().counts.spans).toBe(0);
    });

    test("with the token in the URL is answered 401", async () => {
        const emulator = await start();
        const url = `${emulator.apiUrl}/v2/apiTokens?api-token=${emulator.bootstrapToken}`;
        expect((await axios.get(url, { validateStatus: () => true, proxy: false })).status).toBe(401);
        expect(JSON.stringify(emulator.requests())).not.toContain(emulator.bootstrapToken);
    });

    test.each([
        ["access", "Api-Token", 200],
        ["access", "Bearer", 401],
        ["platform", "Bearer", 200],
        ["platform", "Api-Token", 401],
    ] as const)("signed by an %s token with %s is answered %d", async (kind, scheme, status) => {
        const emulator = await start();
        const scopes = kind === "access" ? ["openTelemetryTrace.ingest"] : ["openpipeline:traces:ingest"];
        const { token } = emulator.createToken({ kind, scopes });
        expect((await sendSpan(emulator, `${scheme} ${token}`)).status).toBe(status);
    });

    test.each([
        [403, 403],
        [401, 401],
        [undefined, 403],
    ] as const)(
        "with a token that lacks the scope (%s) is answered %d and told the scope",
        async (missingScopeStatus, status) => {
            const emulator = await start({ missingScopeStatus });
            const { token } = emulator.createToken({ scopes: ["logs.ingest"] });
            const answer = await sendSpan(emulator, `Api-Token ${token}`);
            expect([answer.status, answer.data.error.message]).toEqual([
                status,
                expect.stringContaining("openTelemetryTrace.ingest"),
            ]);
            expect(emulator.refused()).toMatchObject([{ signal: "traces", status, told: "response" }]);
        },
    );

    test.each([
        ["access", { enabled: false }, 401],
        ["access", { expirationDate: "now-1m" }, 401],
        ["platform", { enabled: false }, 401],
        ["platform", { expirationDate: "now-1m" }, 403],
    ] as const)("with an %s token that is %j is answered %d", async (kind, seed, status) => {
        const emulator = await start();
        const scopes = ["openTelemetryTrace.ingest", "openpipeline:traces:ingest"];
        const { token } = emulator.createToken({ kind, scopes, ...seed });
        expect((await sendSpan(emulator, `${kind === "access" ? "Api-Token" : "Bearer"} ${token}`)).status).toBe(
            status,
        );
    });

    test("is refused from the moment its token expires, is disabled or is deleted", async () => {
        let now = Date.now();
        const emulator = await start({ now: () => now });
        const scopes = ["openTelemetryTrace.ingest"];
        const [expiring, disabled, deleted] = [{ expirationDate: "now+1d" }, {}, {}].map((seed) =>
            emulator.createToken({ scopes, ...seed }),
        );
        const statuses = () =>
            Promise.all(
                [expiring, disabled, deleted].map(
                    async (made) => (await sendSpan(emulator, `Api-Token ${made?.token}`)).status,
                ),
            );
        expect(await statuses()).toEqual([200, 200, 200]);
        emulator.setEnabled(disabled?.id ?? "", false);
        emulator.deleteToken(deleted?.id ?? "");
        now += 24 * 3600 * 1000;
        expect(await statuses()).toEqual([401, 401, 401]);
    });

    test("to the token API needs apiTokens.read or apiTokens.write, and takes no platform token", async () => {
        const emulator = await start();
        const read = client(emulator, emulator.createToken({ scopes: ["apiTokens.read"] }).token);
        const write = client(emulator, emulator.createToken({ scopes: ["apiTokens.write"] }).token);
        expect([(await read.get("/apiTokens")).status, (await write.get("/apiTokens")).status]).toEqual([200, 403]);
        const body = { name: "a", scopes: ["logs.ingest"] };
        expect([(await read.post("/apiTokens", body)).status, (await write.post("/apiTokens", body)).status]).toEqual([
            403, 201,
        ]);
        const { token } = emulator.createToken({ kind: "platform", scopes: ["apiTokens.read"] });
        const headers = { Authorization: `Bearer ${token}` };
        expect((await client(emulator, "", { headers }).get("/apiTokens")).status).toBe(403);
        expect((await client(emulator, "", { headers }).post("/apiTokens/lookup", { token })).status).toBe(403);
    });

    test("to metrics needs metrics.ingest, to logs logs.ingest", async () => {
        const emulator = await start();
        const headers = { "Content-Type": "application/x-protobuf" };
        for (const [path, scope] of [
            ["metrics", "metrics.ingest"],
            ["logs", "logs.ingest"],
        ] as const) {
            const body = path === "metrics" ? metrics({ name: "a.b", kind: "gauge" }) : Buffer.alloc(0);
            const other = client(emulator, emulator.createToken({ scopes: ["openTelemetryTrace.ingest"] }).token);
            const right = client(emulator, emulator.createToken({ scopes: [scope] }).token);
            expect((await other.post(`/otlp/v1/${path}`, body, { headers })).status).toBe(403);
            expect((await right.post(`/otlp/v1/${path}`, body, { headers })).status).toBe(200);
        }
    });
});

describe("the wrong address", () => {
    test("with .apps. in the host is answered 404 under /api, and the loss is seen", async () => {
        const emulator = await start();
        const api = ingest(emulator, { Host: "abc12345.live.apps.dynatrace.com" });
        expect((await api.post("/otlp/v1/traces", spans(Date.now()))).status).toBe(404);
        expect((await api.get("/apiTokens")).status).toBe(404);
        expect(emulator.refused()).toMatchObject([{ signal: "traces", status: 404 }]);
        expect(
            (await ingest(emulator, { Host: "abc12345.live.dynatrace.com" }).post("/otlp/v1/traces", spans(Date.now())))
                .status,
        ).toBe(200);
    });

    test.each(["/v2/otlp", "/v2/otlp/traces", "/v2/otlp/v1/profiles", "/v2/otlp/v1/traces/", "/v1/traces"])(
        "%s is answered 404",
        async (path) => {
            const emulator = await start();
            expect((await ingest(emulator).post(`${emulator.apiUrl}${path}`, spans(Date.now()))).status).toBe(404);
        },
    );

    test("with the wrong method is answered 405 with Allow", async () => {
        const emulator = await start();
        const get = await ingest(emulator).get("/otlp/v1/traces");
        expect([get.status, get.headers.allow]).toEqual([405, "POST"]);
        const patch = await client(emulator).patch("/apiTokens/dt0c01.X", {});
        expect([patch.status, patch.headers.allow]).toEqual([405, "GET, PUT, DELETE"]);
    });
});
