// A small server stands in for the OneAgent on a host, which has no emulator; all else is the embedded Dynatrace.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import {
    countLine,
    gaugeLine,
    LostReply,
    MetricsClient,
    metricsClientFromEnv,
    processDimension,
} from "../../providers/metrics";
import { stopAll } from "./emulator-helpers";
import { accountedFor, arrivedLines, bench } from "./metrics-support";
import { failureOf, JumpingClock } from "./providers-support";

afterEach(stopAll);

const LINES = ["shop.a 1", "shop.b 2", "shop.c 3"];

describe("a 400 is a partial acceptance", () => {
    test("valid lines are never sent again, invalid ones come back with index, text and Dynatrace's reason", async () => {
        const { emulator, client } = await bench();
        const outcome = await client.send(["shop.a 1", "", "shop.b one", "  ", "shop.c 3"]);
        expect(outcome).toMatchObject({ sent: 3, accepted: 2 });
        expect(outcome.invalid).toEqual([
            { index: 2, line: "shop.b one", reason: expect.stringContaining("not a number") },
        ]);
        expect(emulator.requests()).toHaveLength(1);
        expect(arrivedLines(emulator)).toEqual(["shop.a 1", "shop.c 3"]);
    });

    test("a 400 that is not Dynatrace's leaves the lines in doubt, and is not sent again", async () => {
        const { emulator, client } = await bench({ lostReply: LostReply.Resend });
        emulator.fault({ kind: "html", status: 400 });
        const outcome = await client.send(LINES);
        expect(outcome).toMatchObject({ accepted: 0, invalid: [] });
        expect(outcome.inDoubt.map(({ index }) => index)).toEqual([0, 1, 2]);
        expect(outcome.inDoubt[0]?.reason).toMatch(/400.*web page/);
        expect(emulator.requests()).toHaveLength(1);
    });
});

describe("metadata lines", () => {
    test("are kept, and one that says something else comes back as a warning with its line", async () => {
        const { emulator, client } = await bench();
        const first = '#shop.orders count dt.meta.displayName="Orders"';
        expect((await client.send([first, "shop.orders count,delta=1"])).warnings).toEqual([]);
        const other = '#shop.orders count dt.meta.displayName="Other"';
        const outcome = await client.send(["shop.orders count,delta=1", other]);
        expect(outcome).toMatchObject({ accepted: 2, invalid: [] });
        expect(outcome.warnings).toEqual([{ index: 1, line: other, warning: expect.stringContaining("shop.orders") }]);
        expect(emulator.arrived().metricMetadata["shop.orders"]).toMatchObject({ "dt.meta.displayName": "Orders" });
    });
});

describe("before anything is sent", () => {
    test("the reserved prefix dt. is refused with the reason, the other lines go on", async () => {
        const { emulator, client } = await bench();
        const outcome = await client.send(["dt.cpu 1", '#dt.cpu gauge dt.meta.unit="x"', "shop.a 1"]);
        expect(outcome.invalid).toEqual([
            { index: 0, line: "dt.cpu 1", reason: expect.stringMatching(/dt\. is reserved/) },
            { index: 1, line: expect.stringContaining("#dt.cpu"), reason: expect.stringMatching(/dt\. is reserved/) },
        ]);
        expect(arrivedLines(emulator)).toEqual(["shop.a 1"]);
        expect(emulator.refused()).toEqual([]);
    });

    test("a line break in a line and a line above 1 MB are refused", async () => {
        const { emulator, client } = await bench();
        const outcome = await client.send(["shop.a 1\nshop.b 2", `shop.a,x="${"x".repeat(1_000_000)}" 1`]);
        expect(outcome.invalid.map(({ reason }) => reason)).toEqual([
            expect.stringContaining("line break"),
            expect.stringContaining("larger than a request"),
        ]);
        expect(emulator.requests()).toEqual([]);
    });

    test.each<[object, RegExp]>([
        [{ url: "http://abc12345.live.dynatrace.com/api/v2/metrics/ingest", token: "made-up" }, /url: .*unencrypted/],
        [
            { url: "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/metrics", token: "made-up" },
            /url: .*no metric lines/,
        ],
        [{ url: "https://abc12345.live.dynatrace.com/api/v2/metrics/ingest" }, /token: is missing/],
        [{ url: "https://abc12345.live.dynatrace.com/api/v2/metrics/ingest", token: "Api-Token made-up" }, /token: /],
        [{ url: "abc12345" }, /url: is not a URL/],
        [{ token: "made-up" }, /token: is not for the OneAgent/],
        [{ maxLines: 1001 }, /maxLines: 1001/],
        [{ maxBytes: 2_000_000 }, /maxBytes: 2000000/],
    ])("%j is refused with the way out", (options, text) => {
        expect(() => new MetricsClient(options)).toThrow(text);
        expect(() => new MetricsClient(options)).not.toThrow(/made-up/);
    });
});

describe("a request", () => {
    test("is text/plain and at most 1 MB, however long the lines are", async () => {
        const { emulator, client } = await bench();
        const lines = Array.from({ length: 2_500 }, (_, i) => `shop.a,i="${i}",x="${"ü".repeat(1_000)}" 1`);
        expect(await client.send(lines)).toMatchObject({ sent: 2_500, accepted: 2_500 });
        expect(emulator.refused()).toEqual([]);
        expect(emulator.requests().length).toBe(6);
        expect(new Set(emulator.arrived().lines.map(({ contentType }) => contentType))).toEqual(
            new Set(["text/plain"]),
        );
    });

    test("holds no more lines than asked for", async () => {
        const { emulator, client } = await bench({ maxLines: 10 });
        await client.send(Array.from({ length: 95 }, (_, i) => `shop.a,i="${i}" 1`));
        expect(emulator.requests()).toHaveLength(10);
    });

    test("that is too large on the way (413) is sent in smaller ones, each line once", async () => {
        const { emulator, client } = await bench();
        emulator.fault({ kind: "status", status: 413, times: 2 });
        expect(await client.send([...LINES, "shop.d 4", "shop.e 5"])).toMatchObject({ accepted: 5, notAccepted: [] });
        expect(arrivedLines(emulator).sort()).toEqual([...LINES, "shop.d 4", "shop.e 5"]);
    });

    test("is compressed if asked for, and no more once that is refused (415)", async () => {
        const { emulator, client } = await bench({ gzip: true, maxLines: 2 });
        expect(await client.send(LINES)).toMatchObject({ accepted: 3 });
        expect(emulator.requests().map(({ status }) => status)).toEqual([415, 202, 202]);
        expect(arrivedLines(emulator)).toEqual(LINES);
    });

    test("needs a token with the scope metrics.ingest: without it the reason comes back with every line, after one call", async () => {
        const { emulator, client } = await bench({ maxLines: 1 });
        emulator.tokens().forEach(({ id, name }) => name === "seeded" && emulator.deleteToken(id));
        const outcome = await client.send(LINES);
        expect(outcome.notAccepted.map(({ line }) => line)).toEqual(LINES);
        expect(outcome.notAccepted[2]?.reason).toMatch(/401.*metrics\.ingest/);
        expect(emulator.requests()).toHaveLength(1);
    });

    test("works through an ActiveGate, at /e/{environment}", async () => {
        const { emulator, client } = await bench({}, { route: "activegate", tls: false });
        expect(await client.send(LINES)).toMatchObject({ accepted: 3 });
        expect(emulator.requests()[0]?.path).toBe("/e/abc12345/api/v2/metrics/ingest");
    });
});

describe("trouble on the way", () => {
    test.each([500, 501])("%p is tried again, as Dynatrace has accepted nothing", async (status) => {
        const { emulator, client } = await bench();
        emulator.fault({ kind: "status", status, times: 3 });
        expect(await client.send(LINES)).toMatchObject({ accepted: 3, inDoubt: [] });
        expect(arrivedLines(emulator)).toEqual(LINES);
    });

    test.each([502, 504])("%p of a proxy leaves the lines in doubt, and is not sent again", async (status) => {
        const { emulator, client } = await bench();
        emulator.fault({ kind: "html", status });
        const outcome = await client.send(LINES);
        expect(outcome.inDoubt.map(({ line }) => line)).toEqual(LINES);
        expect(emulator.requests()).toHaveLength(1);
    });

    test("a Dynatrace that stays busy gets five minutes, then all lines come back as not accepted", async () => {
        const { emulator, client, clock } = await bench({ maxLines: 1 });
        emulator.fault({ kind: "429", times: Infinity });
        const outcome = await client.send(LINES);
        expect(outcome).toMatchObject({ accepted: 0, inDoubt: [] });
        expect(outcome.notAccepted.map(({ line }) => line)).toEqual(LINES);
        expect(clock.waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(200_000);
    });

    test("nobody listens: tried some times, then all lines come back as not accepted", async () => {
        const { emulator, client } = await bench();
        await emulator.stop();
        const outcome = await client.send(LINES);
        expect(outcome.notAccepted.map(({ line }) => line)).toEqual(LINES);
        expect(outcome.notAccepted[0]?.reason).toMatch(/ECONNREFUSED/);
    });

    test("an accepted request whose reply has no body counts as accepted", async () => {
        const { emulator, client } = await bench();
        emulator.fault({ kind: "empty" });
        expect(await client.send(LINES)).toMatchObject({ accepted: 3, inDoubt: [] });
    });

    test("no reason and no error holds the token", async () => {
        const { emulator, client, token } = await bench();
        emulator.fault({ kind: "status", status: 418, message: `refused for ${token}` });
        const { notAccepted } = await client.send(LINES);
        expect(notAccepted[0]?.reason).toContain("refused for dt0c01.");
        expect(JSON.stringify(notAccepted)).not.toContain(token.split(".")[2]);
    });
});

describe("the OneAgent on the host", () => {
    /** Takes all lines, and remembers the calls. */
    async function oneAgent() {
        const calls: { path: string; headers: Record<string, unknown>; body: string }[] = [];
        const server = createServer((request, response) => {
            let body = "";
            request.setEncoding("utf8").on("data", (text: string) => (body += text));
            request.on("end", () => {
                calls.push({ path: request.url ?? "", headers: request.headers, body });
                const lines = body.split("\n").length;
                response.writeHead(202, { "content-type": "application/json" });
                response.end(JSON.stringify({ linesOk: lines, linesInvalid: 0, error: null }));
            });
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as AddressInfo;
        return { calls, url: `http://localhost:${port}/metrics/ingest`, stop: () => server.close() };
    }

    test("takes lines without a token, at most 1,000 a request, with the process they are about", async () => {
        const agent = await oneAgent();
        const env = { DT_METRICS_INGEST_URL: agent.url };
        const lines = Array.from({ length: 2_001 }, () =>
            gaugeLine("shop.load", 1, { dimensions: processDimension(4711) }),
        );
        const outcome = await metricsClientFromEnv({}, env).send(lines);
        agent.stop();
        expect(outcome).toMatchObject({ accepted: 2_001, warnings: [] });
        expect(agent.calls.map(({ body }) => body.split("\n").length)).toEqual([1_000, 1_000, 1]);
        expect(agent.calls.map(({ headers }) => headers["authorization"])).toEqual([undefined, undefined, undefined]);
        expect(agent.calls[2]?.body).toBe('shop.load,dt.process.id="4711" gauge,1');
    });

    test("is at http://localhost:14499/metrics/ingest unless told otherwise", async () => {
        const outcome = await metricsClientFromEnv({ clock: new JumpingClock() }, {}).send(["shop.a 1"]);
        expect(outcome.notAccepted[0]?.reason).toMatch(/14499/);
    });

    test("alone knows what dt.process.id is about: elsewhere one warning says so", async () => {
        const { client } = await bench();
        const line = countLine("shop.orders", 1, { dimensions: processDimension(4711) });
        const { warnings, accepted } = await client.send([line, line]);
        expect(accepted).toBe(2);
        expect(warnings).toEqual([{ index: 0, line, warning: expect.stringContaining("OneAgent") }]);
    });
});

test("every line is in exactly one place of the outcome, whatever happens in between", async () => {
    const { emulator, client } = await bench({ maxLines: 3 });
    emulator.fault({ kind: "lost-reply" });
    emulator.fault({ kind: "status", status: 413 });
    emulator.fault({ kind: "503" });
    const lines = Array.from({ length: 30 }, (_, i) =>
        i % 7 === 0 ? "dt.a 1" : i % 5 === 0 ? "shop.a one" : `shop.a ${i}`,
    );
    const outcome = await client.send(lines);
    expect(accountedFor(outcome)).toBe(30);
    const indexes = [...outcome.invalid, ...outcome.inDoubt, ...outcome.notAccepted].map(({ index }) => index);
    expect(new Set(indexes).size).toBe(indexes.length);
});

test("a client by its environment uses both variables, and says which is missing", async () => {
    const { emulator, token } = await bench();
    const env = { DT_METRICS_INGEST_URL: emulator.metricsIngestUrl, DT_API_TOKEN: token };
    expect(await metricsClientFromEnv({}, env).send(["shop.a 1"])).toMatchObject({ accepted: 1 });
    const withBreaks = { DT_METRICS_INGEST_URL: `${env.DT_METRICS_INGEST_URL}\n`, DT_API_TOKEN: `${token}\n` };
    expect(await metricsClientFromEnv({}, withBreaks).send(["shop.a 1"])).toMatchObject({ accepted: 1 });
    const failed = await failureOf(
        (async () => metricsClientFromEnv({}, { DT_METRICS_INGEST_URL: emulator.metricsIngestUrl }))(),
    );
    expect(failed.message).toMatch(/token: is missing/);
});
