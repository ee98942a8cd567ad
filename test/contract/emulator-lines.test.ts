import type { Emulator } from "../../emulator";
import { client, start, stopAll } from "./emulator-helpers";

afterEach(stopAll);

const now = 1_790_000_000_000;

async function send(lines: string | string[], headers: Record<string, string> = {}, running?: Emulator) {
    const emulator = running ?? (await start({ now: () => now }));
    const { token } = emulator.createToken({ scopes: ["metrics.ingest"] });
    const all = { Authorization: `Api-Token ${token}`, "Content-Type": "text/plain; charset=utf-8", ...headers };
    const body = Array.isArray(lines) ? lines.join("\n") : lines;
    const answer = await client(emulator, token, { headers: all }).post("/metrics/ingest", body);
    return { emulator, ...answer };
}

describe("a metric line", () => {
    test.each([
        [
            "cpu.temperature,dt.entity.host=HOST-06F288EE2A930951,cpu=1 55",
            {
                key: "cpu.temperature",
                dimensions: { "dt.entity.host": "HOST-06F288EE2A930951", cpu: "1" },
                type: "gauge",
                value: 55,
            },
        ],
        ["shop.orders count,delta=500", { type: "count", delta: 500 }],
        ["shop.load gauge,80.6", { type: "gauge", value: 80.6 }],
        ["shop.time gauge,min=1,max=10,sum=20.5,count=4", { type: "gauge", min: 1, max: 10, sum: 20.5, count: 4 }],
        [
            'shop.orders,city="New \\"York\\" \\\\",x=y 1e3',
            { dimensions: { city: 'New "York" \\', x: "y" }, value: 1000 },
        ],
        [`shop.orders 1 ${now - 3_599_000}`, { timestampMs: now - 3_599_000 }],
        [`shop.orders 1 ${now + 599_000}`, { timestampMs: now + 599_000 }],
        ["shop.a,constructor=x,__proto__=y 1", { dimensions: JSON.parse('{"constructor":"x","__proto__":"y"}') }],
        ["_shop.1st.a-b 1", { key: "_shop.1st.a-b", timestampMs: now }],
    ])("%s is taken", async (line, expected) => {
        const { status, data, emulator } = await send(line);
        expect([status, data]).toEqual([202, { linesOk: 1, linesInvalid: 0, error: null, warnings: null }]);
        expect(emulator.arrived().lines).toMatchObject([{ ...expected, line }]);
    });

    test.each([
        ["dt.cpu 1", "reserved"],
        ["1shop 1", "key"],
        ["shop.-a 1", "key"],
        ["-shop 1", "key"],
        ["ab 1", "3 to 255"],
        [`${"a".repeat(256)} 1`, "3 to 255"],
        ["shöp.a 1", "key"],
        ["shop.a", "payload"],
        ["shop.a,City=x 1", "dimension key"],
        ["shop.a,city= 1", "value"],
        ['shop.a,city="" 1', "no value"],
        ["shop.a,city=a b 1 2", "payload"],
        ["shop.a,x=1,x=2 1", "twice"],
        [`shop.a,${Array.from({ length: 51 }, (_, i) => `d${i}=1`).join(",")} 1`, "50 dimensions"],
        ["shop.a one", "not a number"],
        ["shop.a NaN", "not a number"],
        ["shop.a count,5", "delta"],
        ["shop.a count,delta=1,delta=2", "delta"],
        ["shop.a gauge,min=1,max=2,sum=3", "min, max, sum, count"],
        ["shop.a gauge,min=3,max=2,sum=3,count=1", "greater"],
        ["shop.a 1,2", "one number"],
        [`shop.a 1 ${now - 3_601_000}`, "past"],
        [`shop.a 1 ${now + 601_000}`, "future"],
        ["shop.a 1 1790000000", "past"],
    ])("%s is invalid", async (line, reason) => {
        const { status, data, emulator } = await send(line);
        expect([status, data.linesOk, data.linesInvalid]).toEqual([400, 0, 1]);
        expect(data.error).toEqual({
            code: 400,
            message: expect.any(String),
            invalidLines: [{ line: 1, error: expect.stringContaining(reason) }],
        });
        expect(emulator.arrived().counts.metricLines).toBe(0);
    });

    test("that is valid is taken even when the answer is 400", async () => {
        const { status, data, emulator } = await send(["shop.a 1", "dt.b 2", "", "shop.c 3"]);
        expect([status, data.linesOk, data.error.invalidLines.map(({ line }: { line: number }) => line)]).toEqual([
            400,
            2,
            [2],
        ]);
        expect(emulator.arrived().lines.map(({ key }) => key)).toEqual(["shop.a", "shop.c"]);
        expect(emulator.refused()).toMatchObject([
            { signal: "metricLines", status: 400, told: "partial-success", count: 1 },
        ]);
    });

    test("with metadata is kept the first time, and a change is a warning", async () => {
        const line = '#shop.a count dt.meta.displayName="Orders",dt.meta.unit=count';
        const { status, data, emulator } = await send([line, "shop.a count,delta=1"]);
        expect([status, data.linesOk, data.warnings]).toEqual([202, 2, null]);
        const again = await send(["shop.b 1", '#shop.a count dt.meta.displayName="Other"'], {}, emulator);
        expect([again.status, again.data.warnings.changedMetricKeys]).toEqual([
            202,
            [{ line: 2, warning: expect.stringContaining("shop.a") }],
        ]);
        expect(emulator.arrived().metricMetadata).toEqual({
            "shop.a": { type: "count", "dt.meta.displayName": "Orders", "dt.meta.unit": "count" },
        });
    });

    test.each(["#shop.a", "#shop.a text dt.meta.unit=x", "#shop.a gauge unit=x", "#dt.a gauge dt.meta.unit=x"])(
        "%s is invalid metadata",
        async (line) => {
            expect((await send(line)).data).toMatchObject({ linesOk: 0, linesInvalid: 1 });
        },
    );
});

describe("a call with metric lines", () => {
    test("without any line is answered 400", async () => expect((await send("\n")).status).toBe(400));

    test("above 1 MB is answered 413", async () => {
        const { status, emulator } = await send("shop.a 1\n".repeat(112_000));
        expect([status, emulator.arrived().counts.metricLines]).toEqual([413, 0]);
    });

    test.each<Record<string, string>>([{ "Content-Type": "application/json" }, { "Content-Encoding": "gzip" }])(
        "with %j is answered 415",
        async (headers) => {
            expect((await send("shop.a 1", headers)).status).toBe(415);
        },
    );

    test("needs the scope metrics.ingest", async () => {
        const emulator = await start();
        const headers = { "Content-Type": "text/plain" };
        const { status, data } = await client(emulator).post("/metrics/ingest", "shop.a 1", { headers });
        expect([status, data.error.code]).toEqual([403, 403]);
    });
});
