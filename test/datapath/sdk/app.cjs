// An application with OpenTelemetry's SDK for Node. It configures nothing: all it knows comes from its environment.
const { metrics, trace } = require("@opentelemetry/api");
const { logs, SeverityNumber } = require("@opentelemetry/api-logs");
const { NodeSDK } = require("@opentelemetry/sdk-node");

async function main() {
    const sdk = new NodeSDK();
    sdk.start();

    trace.getTracer("shop").startSpan("order").end();
    const meter = metrics.getMeter("shop");
    const counter = meter.createCounter("shop.orders", { unit: "1" });
    meter.createHistogram("shop.duration", { unit: "ms" }).record(12);
    // Two collections: a cumulative counter would say 2 and 5, a delta says 2 and 3.
    counter.add(2);
    await metrics.getMeterProvider().forceFlush?.();
    counter.add(3);
    const severity = { severityNumber: SeverityNumber.INFO, severityText: "INFO" };
    logs.getLogger("shop").emit({ body: "an order was placed", ...severity });

    await sdk.shutdown();
}

main().catch((error) => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
});
