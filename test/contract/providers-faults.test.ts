import { startEmulator } from "../../emulator";
import { createRuntimes } from "../../providers/runtime";
import { Bench, failureOf, INPUTS, KEY } from "./providers-support";

let bench: Bench;
beforeEach(async () => void (bench = await Bench.start({}, { timeout: 500 })));
afterEach(() => bench.emulator.stop());

const POST = { method: "POST", path: "^/api/v2/apiTokens$" };
const LIST = { method: "GET", path: "^/api/v2/apiTokens$" };

/** One token exists, and it is the one that was recorded. */
function expectNoOrphan(created: { id: string }): void {
    expect(bench.tokens().map(({ id }) => id)).toEqual([created.id]);
}

describe("a reply to create that is lost", () => {
    it.each([
        ["the connection breaks after the work was done", { kind: "lost-reply" as const }],
        ["the connection breaks before the work", { kind: "no-connection" as const }],
        ["the body is empty", { kind: "empty" as const }],
        ["a proxy answers 200 with a page", { kind: "html" as const, status: 200 }],
        ["a proxy answers 201 with a page", { kind: "html" as const, status: 201 }],
        ["a proxy answers 502", { kind: "html" as const, status: 502 }],
        ["the server answers 500", { kind: "status" as const, status: 500 }],
    ])("leaves no token behind when %s", async (_what, fault) => {
        bench.emulator.fault({ ...fault, match: POST });
        expectNoOrphan(await bench.create());
    });

    it("leaves none behind when the server makes it after we gave up waiting", async () => {
        bench.emulator.fault({ kind: "slow", delayMs: 1_500, match: POST });
        const env = { DYNATRACE_API_URL: bench.emulator.apiUrl, DYNATRACE_API_TOKEN: bench.emulator.bootstrapToken };
        expectNoOrphan(await createRuntimes({ env, timeout: 500 }).ApiToken.create(await bench.check()));
    });

    it("is found among thousands of others, page by page", async () => {
        for (let index = 0; index < 2500; index++) bench.emulator.createToken({ name: "other" });
        bench.emulator.fault({ kind: "lost-reply", match: POST });
        const { id } = await bench.create();
        expect(bench.tokens().filter(({ name }) => name !== "other")).toMatchObject([{ id }]);
        expect(bench.calls().filter((call) => call === "GET /apiTokens").length).toBeGreaterThanOrEqual(3);
    });

    it("never deletes a token of the same prefix that is in use", async () => {
        const used = await bench.create();
        bench.emulator.fault({ kind: "lost-reply", match: POST });
        const next = await bench.create();
        expect(bench.tokens().map(({ id }) => id)).toEqual([used.id, next.id]);
    });

    it("gives up after three times, with nothing left and the reason said", async () => {
        bench.emulator.fault({ kind: "lost-reply", match: POST, times: 9 });
        const error = await failureOf(bench.create());
        expect(error.message).toContain("could not create a token: 3 times no reply arrived (ECONNRESET)");
        expect(bench.tokens()).toEqual([]);
    });

    it("names what to look for when the search fails too", async () => {
        bench.emulator.fault({ kind: "lost-reply", match: POST });
        bench.emulator.fault({ kind: "status", status: 500, match: LIST, times: 99 });
        const error = await failureOf(bench.create());
        const [orphan] = bench.tokens();
        expect(error.name).toBe("DynatraceOrphanError");
        expect(error.names).toEqual([orphan?.name]);
        expect(error.message).toContain(`look under Access tokens for ${orphan?.name}, delete it if it is there`);
    });
});

describe("a refusal is waited out", () => {
    it.each(["s", "ms", "us", "none", "retry-after-seconds", "retry-after-date"] as const)(
        "429, told in %s",
        async (unit) => {
            bench.emulator.fault({ kind: "429", unit, delaySeconds: 20, match: POST, times: 3 });
            expectNoOrphan(await bench.create());
            const waited = bench.clock.waits.reduce((sum, wait) => sum + wait, 0);
            if (unit === "none") expect(waited).toBeGreaterThanOrEqual(3_000);
            else expect(waited).toBeGreaterThanOrEqual(57_000);
            expect(Math.max(...bench.clock.waits)).toBeLessThanOrEqual(60_000);
            // Refused means not done: no search for a lost token.
            expect(bench.calls()).not.toContain("GET /apiTokens");
        },
    );

    it("503, with and without Retry-After", async () => {
        bench.emulator.fault({ kind: "503", match: POST });
        bench.emulator.fault({ kind: "503", retryAfterSeconds: 3, match: POST });
        expectNoOrphan(await bench.create());
    });

    it("an hour's wait is cut to a minute, and five minutes of refusals end it", async () => {
        bench.emulator.fault({ kind: "429", unit: "us", delaySeconds: 3600, match: POST, times: 99 });
        const error = await failureOf(bench.create());
        expect(error).toMatchObject({ name: "DynatraceBusyError", status: 429 });
        expect(error.message).toContain("run again later, or with a smaller --parallel");
        expect(Math.max(...bench.clock.waits)).toBe(60_000);
        expect(bench.tokens()).toEqual([]);
    });
});

describe("calls that do no harm twice are repeated", () => {
    it.each([
        ["lost-reply", { kind: "lost-reply" as const }],
        ["no-connection", { kind: "no-connection" as const }],
        ["slow", { kind: "slow" as const, delayMs: 900 }],
        ["500", { kind: "status" as const, status: 500 }],
        ["a proxy's 502", { kind: "html" as const, status: 502 }],
        ["429", { kind: "429" as const }],
        ["503", { kind: "503" as const }],
    ])("read, update and delete get over %s", async (_what, fault) => {
        const { id, outs } = await bench.create();
        const strike = (method: string) => bench.emulator.fault({ ...fault, match: { method }, times: 2 });
        strike("GET");
        expect((await bench.runtime.read(id, { ...outs })).id).toBe(id);
        strike("PUT");
        await bench.runtime.update(id, { ...outs }, await bench.check({ enabled: false }));
        expect(bench.tokens()).toMatchObject([{ enabled: false }]);
        // The second try of a delete whose reply was lost meets a 404: that is the same as done.
        strike("DELETE");
        await bench.runtime.delete(id, { ...outs });
        expect(bench.tokens()).toEqual([]);
    });

    it.each(["read", "update", "delete"] as const)(
        "%s is not fooled by a page of a proxy with status 200",
        async (step) => {
            const { id, outs } = await bench.create();
            bench.emulator.fault({ kind: "html", status: 200, times: 99 });
            const news = await bench.check({ enabled: false });
            const error = await failureOf(
                step === "update" ? bench.runtime.update(id, { ...outs }, news) : bench.runtime[step](id, { ...outs }),
            );
            expect(error.message).toContain("a web page instead of JSON: a proxy or another server answered");
            expect(bench.tokens()).toMatchObject([{ id, enabled: true }]);
        },
    );
});

describe("a token is gone only if an address that knows us says so", () => {
    it.each(["read", "delete"] as const)("%s does not take a wrong address's 404 for it", async (step) => {
        const { id, outs } = await bench.create();
        bench.emulator.fault({ kind: "status", status: 404, times: 99 });
        const runtime = bench.another({ DYNATRACE_API_TOKEN: bench.emulator.bootstrapToken });
        const error = await failureOf(runtime[step](id, { ...outs }));
        expect(error).toMatchObject({ name: "DynatraceApiError", status: 404, tokenId: id });
        expect(error.message).toContain(`there is no such API at ${bench.emulator.apiUrl}; check apiUrl`);
        expect(bench.tokens()).toHaveLength(1);
    });
});

it("two hundred creates at once get through an API that lets 50 in every two seconds, in about the least time", async () => {
    const emulator = await startEmulator({ rateLimit: { requests: 50, perSeconds: 2 }, latencyMs: 5 });
    try {
        const env = { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken };
        const { ApiToken: runtime, TokenOwner } = createRuntimes({ env });
        const { id: mark } = await TokenOwner.create((await TokenOwner.check({}, { place: "environment" })).inputs);
        const { inputs } = await runtime.check({}, { ...INPUTS, mark, key: KEY });
        const started = Date.now();
        const created = await Promise.all(Array.from({ length: 200 }, () => runtime.create(inputs)));
        const seconds = (Date.now() - started) / 1000;
        expect(new Set(created.map(({ id }) => id)).size).toBe(200);
        // 201 calls, a call refused in every window: four windows pass before the last of them.
        expect(seconds).toBeLessThan(11);
        expect(emulator.requests().filter(({ status }) => status === 429).length).toBeLessThanOrEqual(5 * 8);
    } finally {
        await emulator.stop();
    }
}, 30_000);
