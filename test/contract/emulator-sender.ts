// A program that sends a span, a counter and a log record with OpenTelemetry's exporters, set up by OTEL_EXPORTER_OTLP_* alone.
// A process of its own: the exporters load node:http by import(), which Jest does not let them do.
import { SeverityNumber } from "@opentelemetry/api-logs";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

async function main(): Promise<void> {
    const resource = resourceFromAttributes({ "service.name": "checkout", "service.version": "1.2.3" });
    const tracers = new BasicTracerProvider({
        resource,
        spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter())],
    });
    const meters = new MeterProvider({
        resource,
        readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })],
    });
    const loggers = new LoggerProvider({
        resource,
        processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter() })],
    });

    const attributes = { amount: 12, items: ["a", "b"], rate: 0.5 };
    tracers.getTracer("till", "7").startSpan("pay", { attributes }).end();
    meters.getMeter("till").createCounter("orders", { unit: "1" }).add(3, { shop: "north" });
    const record = { severityNumber: SeverityNumber.WARN, severityText: "WARN", body: { text: "low", left: 2 } };
    loggers.getLogger("till").emit(record);
    await Promise.all([tracers.shutdown(), meters.shutdown(), loggers.shutdown()]);
}

void main();
