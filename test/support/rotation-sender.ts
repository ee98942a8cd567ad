// Sends spans, counter points and log records without a pause, until told to stop, in a process of its own: OpenTelemetry's HTTP
// exporters load node:http with import(), which Jest refuses.
import { SeverityNumber } from "@opentelemetry/api-logs";
import { setGlobalErrorHandler } from "@opentelemetry/core";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

/** Attribute that tells records of one signal apart: 0, 1, 2, … */
export const RECORD_ID = "record.id";

/** What the sender prints when it ends. */
export interface SenderReport {
    /** Records of each signal; their ids are 0 to one less. */
    sentOfEach: number;
    /** What the SDK gave up. */
    failures: string[];
}

const PAUSE_MS = 40;

async function send(endpoint: string, stopped: () => boolean): Promise<SenderReport> {
    const failures: string[] = [];
    setGlobalErrorHandler((error) => failures.push(error instanceof Error ? error.message : JSON.stringify(error)));
    const resource = resourceFromAttributes({ "service.name": "rotation" });
    const metricExporter = new OTLPMetricExporter({
        url: `${endpoint}/v1/metrics`,
        temporalityPreference: AggregationTemporality.DELTA,
    });
    const tracers = new BasicTracerProvider({
        resource,
        spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }))],
    });
    const meters = new MeterProvider({
        resource,
        readers: [new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 })],
    });
    const loggers = new LoggerProvider({
        resource,
        processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${endpoint}/v1/logs` }) })],
    });
    const tracer = tracers.getTracer("rotation");
    const counter = meters.getMeter("rotation").createCounter("rotation.records");
    const logger = loggers.getLogger("rotation");

    let sentOfEach = 0;
    for (; !stopped(); sentOfEach++) {
        const attributes = { [RECORD_ID]: sentOfEach };
        tracer.startSpan("record", { attributes }).end();
        logger.emit({ severityNumber: SeverityNumber.INFO, body: "record", attributes });
        counter.add(1, attributes);
        await Promise.all([tracers.forceFlush(), meters.forceFlush(), loggers.forceFlush()]);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    // Shutting the meter provider down would send the last point once more.
    await Promise.all([tracers.shutdown(), metricExporter.shutdown(), loggers.shutdown()]);
    return { sentOfEach, failures };
}

if (require.main === module) {
    let stopped = false;
    process.stdin.resume().on("end", () => (stopped = true));
    void send(process.argv[2] ?? "", () => stopped).then((report) => process.stdout.write(JSON.stringify(report)));
}
