// Sentences of Dynatrace's page on its OTLP API that no other test holds, against the embedded Dynatrace. docs/dynatrace-otlp-api.md
import { type Endpoint, resolveEndpoint, signalUrl } from "../../components/endpoint";
import { EndpointRoute } from "../../components/endpoint/route";
import { ALL_SIGNALS, scopesFor, Signal } from "../../components/shared/signals";
import type { Emulator } from "../../emulator";
import { sendFromProcess } from "../support/send";
import { client, logs, metrics, spans, start, stopAll } from "./emulator-helpers";
import { Bench, type TokenOutputs } from "./providers-support";
import { Check } from "../../components/shared/check";

let bench: Bench | undefined;

afterEach(async () => {
    await Promise.all([stopAll(), bench?.emulator.stop()]);
    bench = undefined;
});

const BODIES: Record<Signal, () => Buffer> = {
    traces: () => spans(Date.now()),
    metrics: () => metrics({ name: "shop.orders", kind: "gauge" }),
    logs: () => logs(Date.now()),
};

/** Sends one record of a signal to a path of the emulator. */
async function send(emulator: Emulator, signal: Signal, token: string | undefined, path?: string): Promise<number> {
    const headers = {
        "Content-Type": "application/x-protobuf",
        ...(token === undefined ? {} : { Authorization: `Api-Token ${token}` }),
    };
    const url = path === undefined ? `${emulator.otlpUrl}/v1/${signal}` : new URL(path, emulator.url).href;
    const { status } = await client(emulator, "", { headers, responseType: "arraybuffer" }).post(url, BODIES[signal]());
    return status;
}

/** Which signals a token brings in. */
async function takenWith(emulator: Emulator, token: string): Promise<Signal[]> {
    const taken: Signal[] = [];
    for (const signal of ALL_SIGNALS) if ((await send(emulator, signal, token)) === 200) taken.push(signal);
    return taken;
}

describe("the URL of each signal is where Dynatrace takes it", () => {
    const host = "ag.example.com";
    test.each<[string, "saas" | "activegate", Endpoint]>([
        ["SaaS", "saas", resolveEndpoint(new Check("C", "endpoint"), { environment: "abc12345" })],
        [
            "Environment ActiveGate",
            "activegate",
            resolveEndpoint(new Check("C", "endpoint"), {
                environment: "abc12345",
                host,
                route: EndpointRoute.ActiveGate,
            }),
        ],
        [
            "Containerized Environment ActiveGate",
            "activegate",
            resolveEndpoint(new Check("C", "endpoint"), {
                environment: "abc12345",
                host,
                route: EndpointRoute.ContainerActiveGate,
            }),
        ],
    ])("%s", async (_kind, route, endpoint) => {
        const emulator = await start({ route, tls: false });
        const { token } = emulator.createToken({ scopes: scopesFor(ALL_SIGNALS) });
        for (const signal of ALL_SIGNALS) {
            const { pathname } = new URL(signalUrl(endpoint, signal) ?? "");
            expect([signal, await send(emulator, signal, token, pathname)]).toEqual([signal, 200]);
        }
        expect(emulator.arrived().counts).toMatchObject({ spans: 1, metricDataPoints: 1, logRecords: 1 });
    });
});

test.each(["saas", "activegate"] as const)(
    "route %s wants an access token in the Authorization header",
    async (route) => {
        const emulator = await start({ route });
        const { token } = emulator.createToken({ scopes: scopesFor(ALL_SIGNALS) });
        for (const signal of ALL_SIGNALS) {
            expect(await send(emulator, signal, undefined)).toBe(401);
            expect(await send(emulator, signal, token)).toBe(200);
        }
    },
);

describe("the scope of a signal lets it in, and no other", () => {
    test.each([
        ["traces", "openTelemetryTrace.ingest"],
        ["metrics", "metrics.ingest"],
        ["logs", "logs.ingest"],
    ] as const)("%s: %s", async (signal, scope) => {
        expect(scopesFor([signal])).toEqual([scope]);
        const emulator = await start();
        const { token } = emulator.createToken({ scopes: scopesFor([signal]) });
        expect(await takenWith(emulator, token)).toEqual([signal]);
    });
});

test("scopes combined in a single token let all of their signals in", async () => {
    bench = await Bench.start();
    const { outs } = await bench.create({ scopes: scopesFor(ALL_SIGNALS) });
    expect(await takenWith(bench.emulator, outs.token)).toEqual(ALL_SIGNALS);
});

test("a scope that is added to an existing token lets one signal more in, with the same secret", async () => {
    bench = await Bench.start();
    const { id, outs } = await bench.create({ scopes: scopesFor([Signal.Traces]) });
    expect(await takenWith(bench.emulator, outs.token)).toEqual([Signal.Traces]);
    const more = await bench.check({ scopes: scopesFor([Signal.Traces, Signal.Logs]) });
    expect((await bench.runtime.diff(id, { ...outs }, more)).replaces).toEqual([]);
    const { token } = (await bench.runtime.update(id, { ...outs }, more)).outs as unknown as TokenOutputs;
    expect(token).toBe(outs.token);
    expect(await takenWith(bench.emulator, token)).toEqual([Signal.Traces, Signal.Logs]);
});

test("an SDK that speaks gRPC to Dynatrace is told that it failed, and nothing arrives", async () => {
    const emulator = await start();
    const sending = sendFromProcess({ protocol: "grpc", endpoint: emulator.url, serviceName: "shop" });
    await expect(sending).rejects.toThrow("the SDK could not send");
    expect(emulator.requests()).toEqual([]);
}, 60_000);
