import { type Arrived, type Emulator, startEmulator } from "../../emulator";
import { CollectorDistribution } from "../../components/collector/distributions";
import { MAX_REQUEST_BYTES } from "../../components/collector/sizing";
import { type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { counter, logs, nanos, post, renderGateway, SCOPES, SECRETS, traces } from "./collector-support";

jest.setTimeout(180_000);

/** Made-up secrets, in pieces, so that nobody takes them for real ones. */
const MADE_UP = "NOTATOKEN".repeat(8).slice(0, 64);
const TOKENS = ["dt0c01", "dt0s16", "dt0s02", "dt0g02"].map(
    (kind) => `${kind}.MADEUPPUBLIC${"X".repeat(12)}.${MADE_UP}`,
);
const EMAIL = "someone.made-up+tag@mail.example.com";
const CARD = ["4111", "1111", "1111", "1111"].join("-");
const IPV4 = "203.0.113.77";
const IPV6 = "2001:db8:0:1::7f";
const OWN = "badge$0042";

const VERSIONS = [
    { distribution: CollectorDistribution.Dynatrace, version: "0.54.0", tool: "otelcol-158" },
    { distribution: CollectorDistribution.Contrib, version: "0.149.0", tool: "otelcol-149" },
] as const;

describe.each(VERSIONS)("what $tool does with data", ({ distribution, version, tool }) => {
    let emulator: Emulator;
    let collector: RunningCollector;

    beforeAll(async () => {
        emulator = await startEmulator({ route: "activegate" });
        const manifests = await renderGateway(emulator, {
            image: { distribution, version },
            processing: {
                redaction: { emails: true, paymentCards: true, ipAddresses: true, patterns: ["badge[-$][0-9]+"] },
                enrichment: {
                    clusterName: 'a "cluster" for $5',
                    owner: "team-shop",
                    commit: "0a1b2c3",
                    environment: "test",
                },
            },
        });
        const { token } = emulator.createToken({ scopes: SCOPES });
        const binary = (await ensure([tool]))[tool];
        collector = await startCollector({ binary, manifests, secrets: SECRETS(token) });
    });
    beforeEach(() => emulator.reset());
    afterAll(async () => {
        await collector?.stop();
        await emulator?.stop();
    });

    const arrival = (counts: Partial<Arrived["counts"]>): Promise<Arrived> =>
        until("arrival", 30, () => {
            const arrived = emulator.arrived();
            const there = Object.entries(counts).every(([kind, count]) => arrived.counts[kind as "spans"] >= count);
            return there ? arrived : undefined;
        });

    test("secrets are masked wherever they may stand, and what is around them stays", async () => {
        const secrets = [...TOKENS, EMAIL, CARD, IPV4, IPV6, OWN];
        for (const secret of secrets) {
            const resource = { "service.name": "shop", note: `resource ${secret}` };
            const text = `before ${secret}`;
            const nested = { list: [text, "kept"], map: { inner: text } };
            await post(
                collector.httpEndpoint,
                "traces",
                traces(resource, {
                    name: text,
                    status: { code: 2, message: text },
                    attributes: { text, ...nested },
                    events: [{ name: text, attributes: { text } }],
                }),
            );
            await post(
                collector.httpEndpoint,
                "logs",
                logs(resource, { body: text, attributes: { text } }, { body: { deep: { deeper: [text] } } }),
            );
            const start = nanos(-1000);
            const point = { name: "orders", value: 1, start, attributes: { text } };
            await post(collector.httpEndpoint, "metrics", counter(resource, point));
            await post(collector.httpEndpoint, "metrics", counter(resource, { ...point, value: 2 }));
        }
        const arrived = await arrival({ spans: secrets.length, logRecords: 2 * secrets.length, metricDataPoints: 1 });
        const all = JSON.stringify(arrived);
        for (const secret of [...secrets, MADE_UP]) expect(all).not.toContain(secret);
        for (const { name, attributes, events, status } of arrived.spans) {
            expect([name, status.message, attributes["text"], events[0]?.name]).toEqual(Array(4).fill("before ****"));
            expect(JSON.stringify(attributes["list"])).toContain("kept");
        }
        expect(arrived.logs.map(({ body }) => JSON.stringify(body)).sort()).toEqual([
            ...secrets.map(() => '"before ****"'),
            ...secrets.map(() => '{"deep":{"deeper":["before ****"]}}'),
        ]);
    });

    test("numbers, versions of three parts, ids and k8s.pod.ip are not taken for secrets", async () => {
        const harmless = {
            "k8s.pod.ip": "10.1.2.3",
            "order.id": 1763741520123456,
            version: "1.26.3",
            trace: "4bf92f3577b34da6a3ce929d0e0e4736",
            uuid: "0b5c3f4e-9f0f-4a57-a3a5-5f2f0c1d2e3f",
            method: "std::vector::push_back",
            documented: "a token starts with dt0c01.",
        };
        await post(collector.httpEndpoint, "traces", traces({ "service.name": "shop" }, { attributes: harmless }));
        const [span] = (await arrival({ spans: 1 })).spans;
        for (const [key, value] of Object.entries(harmless)) {
            expect([key, JSON.stringify(span?.attributes[key]).replaceAll('"', "")]).toEqual([key, String(value)]);
        }
    });

    test("the stack's attributes are added where the sender has none", async () => {
        const own = { "service.name": "shop", "deployment.environment.name": "its own", "k8s.cluster.name": "" };
        await post(collector.httpEndpoint, "traces", traces({ "service.name": "shop" }, {}));
        await post(collector.httpEndpoint, "logs", logs(own, { body: "hello" }));
        const { spans, logs: records } = await arrival({ spans: 1, logRecords: 1 });
        expect(spans[0]?.resource).toMatchObject({
            "k8s.cluster.name": 'a "cluster" for $5',
            "deployment.environment.name": "test",
            "dt.owner": "team-shop",
            "vcs.ref.head.revision": "0a1b2c3",
        });
        expect(records[0]?.resource).toMatchObject({
            "deployment.environment.name": "its own",
            "k8s.cluster.name": "",
        });
    });

    test("a record that is too large for any request arrives cut, whole characters only", async () => {
        const large = "é".repeat(3_000_000);
        const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`key${i}`, "x".repeat(100_000)]));
        await post(collector.httpEndpoint, "traces", traces({ "service.name": "a" }, { attributes: { large } }));
        await post(collector.httpEndpoint, "traces", traces({ "service.name": "b" }, { attributes: many }));
        await post(collector.httpEndpoint, "logs", logs({ "service.name": "a" }, { body: large }));
        await post(collector.httpEndpoint, "logs", logs({ "service.name": "b" }, { body: { large } }));
        await post(collector.httpEndpoint, "logs", logs({ "service.name": "c" }, { body: "small", attributes: many }));
        const { spans, logs: records } = await arrival({ spans: 2, logRecords: 3 });
        expect(emulator.refused()).toEqual([]);
        expect(collector.log()).not.toContain("greater than max size");
        const of = <T extends { resource: Arrived["spans"][0]["resource"] }>(items: T[], name: string): T | undefined =>
            items.find(({ resource }) => resource["service.name"] === name);
        expect(of(spans, "a")?.attributes["large"]).toBe("é".repeat(100_000));
        expect(Object.keys(of(spans, "b")?.attributes ?? {})).toHaveLength(60);
        expect(of(records, "a")?.body).toBe("é".repeat(250_000));
        expect(String(of(records, "b")?.body)).toMatch(/^\{"large":"é+$/);
        expect(of(records, "c")?.body).toBe("small");
        for (const [signal, items] of [
            ["traces", spans],
            ["logs", records],
        ] as const) {
            for (const item of items)
                expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(MAX_REQUEST_BYTES[signal]);
        }
    });

    test("an ordinary record passes as it was sent", async () => {
        const attributes = { short: "text", count: 3, flag: true, list: ["a", "b"], prompt: "p".repeat(90_000) };
        await post(collector.httpEndpoint, "traces", traces({ "service.name": "shop" }, { attributes }));
        await post(
            collector.httpEndpoint,
            "logs",
            logs({ "service.name": "shop" }, { body: { a: { b: [1, "two"] } } }),
        );
        const { spans, logs: records } = await arrival({ spans: 1, logRecords: 1 });
        expect(spans[0]?.attributes).toEqual(attributes);
        expect(records[0]?.body).toEqual({ a: { b: [1, "two"] } });
        expect(collector.log()).not.toMatch(/failed to execute statement/);
    });
});
