import { ROOT_CONTEXT } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider, type ReadableSpan } from "@opentelemetry/sdk-trace-base";

import { runToEnd } from "../support/processes";

/** A service with Sentry's SDK, in a process of its own since the SDK keeps itself in a global: prints what it would send with a call. */
const SERVICE = `
    const { createTransport, getCurrentScope, getTraceData, startSpan } = require("@sentry/core");
    const { ServerRuntimeClient } = require("@sentry/core/server");
    const client = new ServerRuntimeClient({
        dsn: "https://c0ffee00c0ffee00c0ffee00c0ffee00@o1.ingest.us.sentry.io/42",
        tracesSampleRate: 1,
        integrations: [],
        stackParser: () => [],
        transport: (options) => createTransport(options, () => Promise.resolve({ statusCode: 200 })),
    });
    getCurrentScope().setClient(client);
    client.init();
    startSpan({ name: "checkout" }, (span) => {
        const headers = getTraceData({ propagateTraceparent: process.argv[1] === "yes" });
        process.stdout.write(JSON.stringify({ headers, ...span.spanContext() }));
        process.exit();
    });
`;

interface Call {
    headers: Record<string, string>;
    traceId: string;
    spanId: string;
}

async function callFromSentry(propagateTraceparent: "yes" | "no"): Promise<Call> {
    const { stdout, stderr } = await runToEnd(process.execPath, ["-e", SERVICE, propagateTraceparent], {
        cwd: __dirname,
    });
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout) as Call;
}

/** The trace of a span that a service with OpenTelemetry's SDK starts for such a call. */
function traceIn(headers: Record<string, string>): { traceId: string; parent: string | undefined } {
    const getter = { keys: Object.keys, get: (carrier: Record<string, string>, key: string) => carrier[key] };
    const context = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, headers, getter);
    const span = new BasicTracerProvider().getTracer("cart").startSpan("cart", {}, context);
    return { traceId: span.spanContext().traceId, parent: (span as unknown as ReadableSpan).parentSpanContext?.spanId };
}

test("a trace that Sentry's SDK begins with propagateTraceparent goes on in OpenTelemetry's", async () => {
    const { headers, traceId, spanId } = await callFromSentry("yes");
    expect(traceIn(headers)).toEqual({ traceId, parent: spanId });
});

test("without propagateTraceparent OpenTelemetry begins a trace of its own", async () => {
    const { headers, traceId } = await callFromSentry("no");
    expect(Object.keys(headers)).toContain("sentry-trace");
    expect(traceIn(headers).traceId).not.toBe(traceId);
    expect(traceIn(headers).parent).toBeUndefined();
});
