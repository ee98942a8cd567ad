import { type Emulator, startEmulator } from "../../emulator";
import { CollectorMode } from "../../components/collector/args";
import { type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { counter, nanos, only, post, renderGateway, replaced, SCOPES, SECRETS, traces } from "./collector-support";

jest.setTimeout(240_000);

const SERIES = 12;
const POINTS = 10;
const TRACES = 20;

describe("two pods that take, and behind them two that compute", () => {
    let emulator: Emulator;
    const running: RunningCollector[] = [];
    let front: RunningCollector[];
    let tokenIds: string[];

    beforeAll(async () => {
        emulator = await startEmulator({ route: "activegate" });
        const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
        const manifests = await renderGateway(emulator, {
            mode: CollectorMode.TwoTier,
            processing: { tailSampling: { percentage: 0, decisionSeconds: 3 } },
        });
        const tokens = [1, 2].map(() => emulator.createToken({ scopes: SCOPES }));
        tokenIds = tokens.map(({ id }) => id);
        const start = async (of: typeof manifests, secrets: ReturnType<typeof SECRETS>): Promise<RunningCollector> => {
            const collector = await startCollector({ binary, manifests: of, secrets });
            running.push(collector);
            return collector;
        };
        const back: RunningCollector[] = [];
        for (const { token } of tokens)
            back.push(await start(only(structuredClone(manifests), "StatefulSet"), SECRETS(token)));
        // There is no cluster DNS here: the pods' names become their addresses.
        const addressed = replaced(only(structuredClone(manifests), "Deployment"), (text) =>
            back.reduce(
                (result, { podIp }, pod) => result.replaceAll(`gateway-t2-${pod}.gateway-t2.default.svc`, podIp),
                text,
            ),
        );
        // Without any Secret: the first tier has no token.
        front = [await start(addressed, {}), await start(addressed, {})];
    });

    afterAll(async () => {
        for (const collector of running.reverse()) await collector.stop();
        await emulator?.stop();
    });

    test("deltas add up to what was counted, though the points of each series came through both", async () => {
        const start = nanos();
        // A first point that ends as it starts tells no difference.
        await new Promise((resolve) => setTimeout(resolve, 50));
        for (let point = 1; point <= POINTS; point++) {
            for (let series = 0; series < SERIES; series++) {
                const endpoint = front[(point + series) % 2]?.httpEndpoint ?? "";
                const name = "orders.placed";
                const attributes = { shop: `shop-${series}` };
                await post(
                    endpoint,
                    "metrics",
                    counter({ "service.name": "shop" }, { name, value: point * 3, start, attributes }),
                );
            }
            await new Promise((resolve) => setTimeout(resolve, 600));
        }
        const total = (): number => emulator.arrived().metrics.reduce((sum, { value }) => sum + (value ?? 0), 0);
        await until("all that was counted has arrived", 30, () => (total() >= SERIES * POINTS * 3 ? true : undefined));
        const points = emulator.arrived().metrics;
        expect(emulator.refused()).toEqual([]);
        expect(new Set(points.map(({ temporality }) => temporality))).toEqual(new Set(["delta"]));
        for (let series = 0; series < SERIES; series++) {
            const own = points.filter(({ attributes }) => attributes["shop"] === `shop-${series}`);
            expect(own.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(POINTS * 3);
            expect(new Set(own.map(({ tokenId }) => tokenId)).size).toBe(1);
        }
        expect(new Set(points.map(({ tokenId }) => tokenId))).toEqual(new Set(tokenIds));
    });

    test("a trace is kept or dropped whole, though its spans came through both", async () => {
        const traceId = (trace: number): string => (trace + 1).toString(16).padStart(32, "b");
        for (let trace = 0; trace < TRACES; trace++) {
            const failed = trace % 2 === 0;
            for (const [pod, collector] of front.entries()) {
                const status = { code: failed && pod === 1 ? 2 : 1 };
                await post(
                    collector.httpEndpoint,
                    "traces",
                    traces({ "service.name": "shop" }, { traceId: traceId(trace), status }),
                );
            }
        }
        const kept = Array.from({ length: TRACES / 2 }, (_, index) => traceId(2 * index));
        await until("the traces with an error have arrived", 30, () =>
            emulator.arrived().spans.length >= 2 * kept.length ? true : undefined,
        );
        const spans = emulator.arrived().spans;
        expect(spans.map((span) => span.traceId).sort()).toEqual([...kept, ...kept].sort());
        for (const id of kept) {
            expect(new Set(spans.filter((span) => span.traceId === id).map(({ tokenId }) => tokenId)).size).toBe(1);
        }
    });
});
