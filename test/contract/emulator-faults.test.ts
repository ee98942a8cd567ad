import axios from "axios";
import type { FaultRule } from "../../emulator";
import { client, ingest, spans, start, stopAll } from "./emulator-helpers";

afterEach(stopAll);

const now = 1_790_000_000_500;
const body = { name: "a", scopes: ["logs.ingest"] };

describe("a fault", () => {
    test.each([
        ["s", { "x-ratelimit-reset": "1790000003" }],
        ["ms", { "x-ratelimit-reset": "1790000002500" }],
        ["us", { "x-ratelimit-reset": "1790000002500000" }],
        ["none", {}],
        ["retry-after-seconds", { "retry-after": "2" }],
        ["retry-after-date", { "retry-after": new Date(now + 2000).toUTCString() }],
    ] as const)("429 tells the wait in %s, once, and no work is done", async (unit, headers) => {
        const emulator = await start({ now: () => now });
        emulator.fault({ kind: "429", unit, delaySeconds: 2 });
        const first = await client(emulator).post("/apiTokens", body);
        const told = Object.fromEntries(Object.entries(first.headers).filter(([name]) => /reset|retry/.test(name)));
        expect([first.status, first.data.error.code, told]).toEqual([429, 429, headers]);
        expect(emulator.tokens()).toHaveLength(1);
        expect((await client(emulator).post("/apiTokens", body)).status).toBe(201);
    });

    test("503 passes, and may tell when to retry", async () => {
        const emulator = await start();
        emulator.fault({ kind: "503", times: 2, retryAfterSeconds: 1 });
        const answers = [];
        for (let i = 0; i < 3; i++) answers.push(await client(emulator).get("/apiTokens"));
        expect(answers.map(({ status }) => status)).toEqual([503, 503, 200]);
        expect(answers[0]?.headers["retry-after"]).toBe("1");
    });

    test("lost-reply leaves the token behind that the caller never hears of", async () => {
        const emulator = await start();
        emulator.fault({ kind: "lost-reply", match: { method: "post", path: "/api/v2/apiTokens" } });
        await expect(client(emulator).post("/apiTokens", { ...body, name: "orphan" })).rejects.toMatchObject({
            code: "ECONNRESET",
        });
        expect(emulator.tokens().map(({ name }) => name)).toContain("orphan");
        expect(emulator.requests()).toMatchObject([{ method: "POST", status: null, fault: "lost-reply" }]);
    });

    test("no-connection cuts before any work", async () => {
        const emulator = await start();
        emulator.fault({ kind: "no-connection" });
        await expect(client(emulator).post("/apiTokens", body)).rejects.toMatchObject({ code: "ECONNRESET" });
        expect(emulator.tokens()).toHaveLength(1);
    });

    test("slow waits, then does the work", async () => {
        const emulator = await start();
        emulator.fault({ kind: "slow", delayMs: 150 });
        expect((await client(emulator).post("/apiTokens", body)).status).toBe(201);
        expect(emulator.requests()[0]?.ms).toBeGreaterThanOrEqual(140);
    });

    test("html is the page of a proxy", async () => {
        const emulator = await start();
        emulator.fault({ kind: "html", status: 502 });
        const { status, headers, data } = await client(emulator).get("/apiTokens");
        expect([status, headers["content-type"], data]).toEqual([
            502,
            "text/html; charset=utf-8",
            expect.stringContaining("<html>"),
        ]);
    });

    test("empty does the work and keeps the status, without the body", async () => {
        const emulator = await start();
        emulator.fault({ kind: "empty" });
        const { status, data } = await client(emulator).post("/apiTokens", body);
        expect([status, data, emulator.tokens().length]).toEqual([201, "", 2]);
    });

    test("status answers anything with an envelope", async () => {
        const emulator = await start();
        emulator.fault({ kind: "status", status: 402, message: "no licence for logs", times: Infinity });
        for (let i = 0; i < 2; i++) {
            const { status, data } = await client(emulator).get("/apiTokens");
            expect([status, data.error]).toEqual([402, { code: 402, message: "no licence for logs" }]);
        }
        emulator.clearFaults();
        expect((await client(emulator).get("/apiTokens")).status).toBe(200);
    });

    test.each<[FaultRule["match"], boolean]>([
        [{ signal: "traces" }, true],
        [{ signal: "logs" }, false],
        [{ method: "GET" }, false],
        [{ path: "/api/v2/otlp" }, true],
        [{ path: "/e/abc12345/api" }, true],
        [{ path: "v1/(traces|logs)$" }, true],
        [{ path: "(" }, false],
    ])("that matches %j strikes a call with spans: %s", async (match, strikes) => {
        const emulator = await start({ route: "activegate", tls: false });
        emulator.fault({ kind: "503", match });
        const { status } = await ingest(emulator).post("/otlp/v1/traces", spans(Date.now()));
        expect(status).toBe(strikes ? 503 : 200);
        expect(emulator.refused().length).toBe(strikes ? 1 : 0);
    });

    test("can be set and cleared over HTTP by another process", async () => {
        const emulator = await start();
        const url = new URL("faults", emulator.pageUrl).href;
        const set = await axios.post(url, [{ kind: "503", times: "Infinity" }], { proxy: false });
        expect([set.status, (await client(emulator).get("/apiTokens")).status]).toEqual([204, 503]);
        expect((await axios.delete(url, { proxy: false })).status).toBe(204);
        expect((await client(emulator).get("/apiTokens")).status).toBe(200);
        const wrong = await axios.post(url, { kind: "earthquake" }, { proxy: false, validateStatus: () => true });
        expect(wrong.status).toBe(400);
    });

    test("that is none of the kinds is refused at once", async () => {
        const emulator = await start();
        expect(() => emulator.fault({ kind: "slow" } as unknown as FaultRule)).toThrow("delayMs");
    });
});

describe("load", () => {
    test("above the rate is answered 429 until the window ends, and every answer tells what is left", async () => {
        let at = now;
        const emulator = await start({ now: () => at, rateLimit: { requests: 2, perSeconds: 10, retryAfter: true } });
        const answers = [];
        for (let i = 0; i < 3; i++) answers.push(await client(emulator).get("/apiTokens"));
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
        expect(answers.map(({ headers }) => headers["x-ratelimit-remaining"])).toEqual(["1", "0", "0"]);
        expect(answers[2]?.headers).toMatchObject({
            "x-ratelimit-limit": "12",
            "x-ratelimit-reset": String((now + 10_000) * 1000),
            "retry-after": "10",
        });
        at += 10_000;
        expect((await client(emulator).get("/apiTokens")).status).toBe(200);
    });

    test.each([
        ["s", "1790000011"],
        ["ms", "1790000010500"],
        ["none", undefined],
    ] as const)("tells the end of the window in %s", async (resetUnit, reset) => {
        const emulator = await start({ now: () => now, rateLimit: { requests: 1, perSeconds: 10, resetUnit } });
        const { headers } = await client(emulator).get("/apiTokens");
        expect([headers["x-ratelimit-reset"], headers["retry-after"]]).toEqual([reset, undefined]);
    });

    test("above the calls in flight is answered 429", async () => {
        const emulator = await start({ maxInFlight: 1, latencyMs: 200 });
        const answers = await Promise.all([1, 2, 3].map(() => client(emulator).get("/apiTokens")));
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429]);
    });
});
