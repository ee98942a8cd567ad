import { randomBytes } from "node:crypto";

import { CollectorDistribution } from "../../components/collector/distributions";
import type { SentryExportArgs } from "../../components/sentry/args";
import { type Emulator, startEmulator } from "../../emulator";
import type { RunningCollector } from "../support/collector";
import { until } from "../support/processes";
import { writeResults } from "../support/results";
import { sendFromProcess } from "../support/send";
import { SentrySink } from "../support/sentry-sink";
import { startSentryStack } from "../support/sentry-stack";

jest.setTimeout(180_000);

const KEYS = { checkout: "c0ffee00c0ffee00c0ffee00c0ffee00", cart: "cafe0000cafe0000cafe0000cafe0000" };

interface Figure {
    sink: string;
    sent: number;
    arrived: number;
    down: boolean;
    collector: string;
}
const figures: Figure[] = [];
afterAll(() => writeResults("sinks", figures));

const VARIANTS = [
    {
        routing: "connector",
        image: { distribution: CollectorDistribution.Contrib, version: "0.149.0" },
        tool: "otelcol-149",
    },
    {
        routing: "filter",
        image: { distribution: CollectorDistribution.Dynatrace, version: "0.54.0" },
        tool: "otelcol-158",
    },
    {
        routing: "filter",
        image: { distribution: CollectorDistribution.Dynatrace, version: "0.40.0" },
        tool: "otelcol-149",
    },
] as const;

let emulator: Emulator;
let checkout: SentrySink;
let cart: SentrySink;
let collector: RunningCollector;

async function startSinks(): Promise<void> {
    emulator = await startEmulator({ route: "activegate" });
    checkout = await SentrySink.start({ projectId: "42", publicKey: KEYS.checkout });
    cart = await SentrySink.start({ projectId: "43", publicKey: KEYS.cart, prefix: "/sentry" });
}

async function stopAll(): Promise<void> {
    await collector?.stop();
    await Promise.all([emulator?.stop(), checkout?.down(), cart?.down()]);
}

function projects(): SentryExportArgs {
    // The least there can be: 4 MiB for each signal of each project.
    return { projects: { checkout: { dsn: checkout.dsn }, cart: { dsn: cart.dsn } }, queueMiB: 16 };
}

function forget(): void {
    emulator.reset();
    checkout.forget();
    cart.forget();
}

/** Spans and records that a sink has; `count` of each were sent to it. */
const inSentry = (sink: SentrySink): number => sink.spans.length + sink.logs.length;
const inDynatrace = (): number => emulator.arrived().spans.length + emulator.arrived().logs.length;

/** What has arrived: spans and records, and data points in Dynatrace. */
const counts = (): Record<string, number> => ({
    dynatrace: inDynatrace(),
    points: emulator.arrived().metrics.length,
    checkout: inSentry(checkout),
    cart: inSentry(cart),
});

/** Waits until that much has arrived, and says what did if not. */
async function arrival(expected: Record<string, number>): Promise<void> {
    const there = (): boolean => Object.entries(expected).every(([sink, count]) => (counts()[sink] ?? 0) >= count);
    await until("arrival", 30, () => there() || undefined).catch(() => undefined);
    expect(counts()).toMatchObject(expected);
}

async function send(serviceName: string, count: number): Promise<void> {
    const endpoint = collector.httpEndpoint;
    await sendFromProcess({ protocol: "http", endpoint, serviceName, count });
}

/** One call with spans as JSON, for what an SDK does not do on demand. */
async function post(serviceName: string | undefined, spans: object[]): Promise<number> {
    const resource = { attributes: serviceName === undefined ? [] : [text("service.name", serviceName)] };
    const response = await fetch(`${collector.httpEndpoint}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
    });
    return response.status;
}

function span(more: object): object {
    const now = `${Date.now()}000000`;
    const ids = { traceId: randomBytes(16).toString("hex"), spanId: randomBytes(8).toString("hex") };
    return { name: "order", kind: 1, startTimeUnixNano: now, endTimeUnixNano: now, ...ids, ...more };
}

const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });

describe.each(VARIANTS)("two projects and Dynatrace behind $tool, by $routing ($image.version)", (variant) => {
    beforeAll(async () => {
        await startSinks();
        collector = await startSentryStack({ emulator, sentry: projects(), ...variant });
    });
    afterAll(stopAll);
    beforeEach(forget);

    test("each project gets its own traces and logs, Dynatrace gets all, and what is nobody's", async () => {
        await Promise.all([send("checkout", 6), send("cart", 4), send("search", 2)]);
        await arrival({ dynatrace: 24, checkout: 12, cart: 8 });
        expect([checkout.spans, checkout.logs, cart.spans, cart.logs].map((items) => items.length)).toEqual([
            6, 6, 4, 4,
        ]);
        const services = (sink: SentrySink): string[] =>
            [...sink.spans, ...sink.logs].map(({ resource }) => String(resource["service.name"]));
        expect(new Set(services(checkout))).toEqual(new Set(["checkout"]));
        expect(new Set(services(cart))).toEqual(new Set(["cart"]));
    });

    test("metrics go to Dynatrace and never to Sentry", async () => {
        await send("checkout", 3);
        await arrival({ dynatrace: 6, points: 3, checkout: 6, cart: 0 });
        const paths = [...checkout.calls, ...cart.calls].map(({ path }) => path);
        expect(paths.filter((path) => !/\/v1\/(traces|logs)$/.test(path))).toEqual([]);
    });

    test("every call is protobuf in gzip with the project's key, to the project's path", async () => {
        await Promise.all([send("checkout", 1), send("cart", 1)]);
        // What is still on its way to Dynatrace would count in the next test.
        await arrival({ dynatrace: 4, checkout: 2, cart: 2 });
        const common = { status: 200, contentType: "application/x-protobuf", encoding: "gzip" };
        for (const { path, ...call } of checkout.calls) {
            expect(call).toEqual({ ...common, auth: `sentry sentry_key=${KEYS.checkout}` });
            expect(path).toMatch(/^\/api\/42\/integration\/otlp\/v1\/(traces|logs)$/);
        }
        for (const { path, ...call } of cart.calls) {
            expect(call).toEqual({ ...common, auth: `sentry sentry_key=${KEYS.cart}` });
            expect(path).toMatch(/^\/sentry\/api\/43\/integration\/otlp\/v1\/(traces|logs)$/);
        }
        expect(checkout.calls.length).toBeGreaterThan(0);
        expect(cart.calls.length).toBeGreaterThan(0);
    });

    test("links and arrays arrive; events do not, but their exception is kept; Dynatrace gets the span as it was", async () => {
        const tags = {
            key: "tags",
            value: { arrayValue: { values: [{ stringValue: "red" }, { stringValue: "blue" }] } },
        };
        const exception = (type: string): object => ({
            name: "exception",
            timeUnixNano: `${Date.now()}000000`,
            attributes: [text("exception.type", type), text("exception.message", `a ${type}`)],
        });
        const link = { traceId: randomBytes(16).toString("hex"), spanId: randomBytes(8).toString("hex") };
        const events = [
            { name: "retry", timeUnixNano: `${Date.now()}000000` },
            exception("Timeout"),
            exception("Late"),
        ];
        expect(await post("checkout", [span({ attributes: [tags], events, links: [link] })])).toBe(200);
        await arrival({ dynatrace: 1, checkout: 1, cart: 0 });
        expect(checkout.spans[0]).toMatchObject({ events: [], links: 1 });
        expect(checkout.spans[0]?.attributes).toEqual({
            tags: ["red", "blue"],
            "exception.type": "Timeout",
            "exception.message": "a Timeout",
        });
        const [whole] = emulator.arrived().spans;
        expect(whole?.attributes).toEqual({ tags: ["red", "blue"] });
        expect(whole?.events.map(({ name }) => name)).toEqual(["retry", "exception", "exception"]);
    });

    /** Sends to both projects while something is down; what is not down has everything then, what was has it when it is back. */
    const SINKS = {
        dynatrace: { own: 24, arrived: inDynatrace, stop: blockDynatrace, start: async () => emulator.clearFaults() },
        "sentry checkout": {
            own: 12,
            arrived: () => inSentry(checkout),
            stop: () => checkout.down(),
            start: () => checkout.up(),
        },
        "sentry cart": { own: 12, arrived: () => inSentry(cart), stop: () => cart.down(), start: () => cart.up() },
    };

    async function blockDynatrace(): Promise<void> {
        emulator.fault({ kind: "no-connection", times: Infinity });
    }

    test.each(Object.keys(SINKS) as (keyof typeof SINKS)[])(
        "while %s is down the others complete, and it completes when it is back",
        async (name) => {
            const others = Object.entries(SINKS).filter(([other]) => other !== name);
            const lame = SINKS[name];
            await lame.stop();
            await Promise.all([send("checkout", 6), send("cart", 6)]);
            await until(
                "the others are complete",
                30,
                () => others.every(([, { own, arrived }]) => arrived() >= own) || undefined,
            );
            expect(lame.arrived()).toBe(0);
            await lame.start();
            await until(`${name} is complete`, 60, () => (lame.arrived() >= lame.own ? true : undefined));
            const collectorName = `${variant.tool}, ${variant.routing}`;
            for (const [sink, { own, arrived }] of Object.entries(SINKS)) {
                figures.push({ sink, sent: own, arrived: arrived(), down: sink === name, collector: collectorName });
                expect(arrived()).toBe(own);
            }
        },
    );

    test("a Sentry that is down until its queue is full costs nobody else anything, and the loss is in the log", async () => {
        await cart.down();
        const calls = 60;
        for (let i = 0; i < calls; i++) {
            // 200 kB a call, 12 MB in all.
            const attributes = [text("payload", randomBytes(50_000).toString("hex"))];
            expect(await post("cart", [span({ attributes }), span({ attributes })])).toBe(200);
        }
        await send("checkout", 3);
        await arrival({ dynatrace: 2 * calls + 6, checkout: 6 });
        expect(collector.log()).toMatch(/sending queue is full/);
        await cart.up();
        await until("what was kept arrives", 60, () => (inSentry(cart) > 0 ? true : undefined));
        expect(inSentry(cart)).toBeLessThan(2 * calls);
    });

    test("no key is in the Collector's log", () => {
        for (const key of Object.values(KEYS)) expect(collector.log()).not.toContain(key);
    });
});

describe.each(VARIANTS)("a project that takes the rest, behind $tool, by $routing ($image.version)", (variant) => {
    beforeAll(async () => {
        await startSinks();
        const sentry = { projects: { shop: { dsn: checkout.dsn, takesRest: true }, cart: { dsn: cart.dsn } } };
        collector = await startSentryStack({ emulator, sentry, ...variant });
    });
    afterAll(stopAll);

    test("gets what no other project has, also what names no service, and nothing of the others", async () => {
        await Promise.all([send("shop", 2), send("search", 2), send("cart", 2)]);
        expect(await post(undefined, [span({})])).toBe(200);
        await arrival({ dynatrace: 13, checkout: 9, cart: 4 });
    });
});
