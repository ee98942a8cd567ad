// An application with OpenTelemetry's SDK for Node that sends one span of so many MiB. All else it knows comes from its environment.
const { trace } = require("@opentelemetry/api");
const { NodeSDK } = require("@opentelemetry/sdk-node");

async function main() {
    const sdk = new NodeSDK();
    sdk.start();
    const text = "x".repeat(Number(process.argv[2]) * 1024 * 1024);
    trace.getTracer("shop").startSpan("large", { attributes: { text } }).end();
    await sdk.shutdown();
}

main().catch((error) => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
});
