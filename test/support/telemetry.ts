import { SeverityNumber } from "@opentelemetry/api-logs";
import { setGlobalErrorHandler } from "@opentelemetry/core";
import { OTLPLogExporter as GrpcLogExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as HttpLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as GrpcMetricExporter } from "@opentelemetry/exporter-metrics-otlp-grpc";
import { OTLPMetricExporter as HttpMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as GrpcTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as HttpTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { type LogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
    AggregationTemporality,
    MeterProvider,
    PeriodicExportingMetricReader,
    type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";

export type Protocol = "grpc" | "http";

interface Exporters {
    traces: SpanExporter;
    metrics: PushMetricExporter;
    logs: LogRecordExporter;
}

export interface SendOptions {
    protocol: Protocol;
    /** Base URL of a Collector, without `/v1/...`. */
    endpoint: string;
    serviceName: string;
    /** Signals sent of each kind. @default 1 */
    count?: number;
    /** Cumulative is what an SDK does unless told otherwise. @default cumulative */
    temporality?: "cumulative" | "delta";
    resourceAttributes?: Record<string, string>;
}

/** Sends spans, counter points and log records with OpenTelemetry's SDK, and waits until all of them were taken. */
export async function sendTelemetry(options: SendOptions): Promise<void> {
    // The SDK tells of a failed export nowhere else, and goes on.
    const failures: string[] = [];
    setGlobalErrorHandler((error) => failures.push(error instanceof Error ? error.message : JSON.stringify(error)));
    const exporters = options.protocol === "grpc" ? grpcExporters(options) : httpExporters(options);
    const resource = resourceFromAttributes({ "service.name": options.serviceName, ...options.resourceAttributes });
    const count = options.count ?? 1;

    const tracers = new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(exporters.traces)] });
    const meters = new MeterProvider({
        resource,
        readers: [new PeriodicExportingMetricReader({ exporter: exporters.metrics, exportIntervalMillis: 3_600_000 })],
    });
    const loggers = new LoggerProvider({
        resource,
        processors: [new SimpleLogRecordProcessor({ exporter: exporters.logs })],
    });
    const tracer = tracers.getTracer("quickstart");
    const counter = meters.getMeter("quickstart").createCounter("quickstart.orders", { unit: "1" });
    const logger = loggers.getLogger("quickstart");
    for (let i = 0; i < count; i++) {
        tracer.startSpan("order", { attributes: { "order.number": i } }).end();
        logger.emit({ severityNumber: SeverityNumber.INFO, severityText: "INFO", body: `order ${i} was placed` });
        counter.add(1, { protocol: options.protocol });
        // A first cumulative point that ends in the millisecond in which it starts tells no difference; the Collector drops it.
        await new Promise((resolve) => setTimeout(resolve, 10));
        // One data point an export, so that as many points as spans and records are sent.
        await meters.forceFlush();
    }
    await Promise.all([tracers.forceFlush(), loggers.forceFlush()]);
    // Shutting the meter provider down would send the last point once more.
    await Promise.all([tracers.shutdown(), exporters.metrics.shutdown(), loggers.shutdown()]);
    if (failures.length > 0) throw new Error(`the SDK could not send: ${failures.join("; ")}`);
}

function grpcExporters({ endpoint: url, temporality }: SendOptions): Exporters {
    return {
        traces: new GrpcTraceExporter({ url }),
        metrics: new GrpcMetricExporter({ url, temporalityPreference: preference(temporality) }),
        logs: new GrpcLogExporter({ url }),
    };
}

function httpExporters({ endpoint, temporality }: SendOptions): Exporters {
    return {
        traces: new HttpTraceExporter({ url: `${endpoint}/v1/traces` }),
        metrics: new HttpMetricExporter({
            url: `${endpoint}/v1/metrics`,
            temporalityPreference: preference(temporality),
        }),
        logs: new HttpLogExporter({ url: `${endpoint}/v1/logs` }),
    };
}

function preference(temporality: SendOptions["temporality"]): AggregationTemporality {
    return temporality === "delta" ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
}
