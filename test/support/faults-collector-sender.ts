// Sends spans, counter points and log records until each was taken, in a process of its own: OpenTelemetry's HTTP exporters load
// node:http with import(), which Jest refuses.
import { setTimeout as wait } from "node:timers/promises";

import { SeverityNumber } from "@opentelemetry/api-logs";
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { OTLPLogExporter as GrpcLogExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as GrpcTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, type SdkLogRecord } from "@opentelemetry/sdk-logs";
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, type ReadableSpan } from "@opentelemetry/sdk-trace-base";

import { RECORD_ID } from "./rotation-sender";

/** What to send. */
export interface SenderPlan {
    /** OTLP over HTTP, without `/v1/...`. */
    httpEndpoint: string;
    /** Where spans and log records go instead, if set. */
    grpcEndpoint?: string;
    /** Records of each signal in a request. */
    recordsPerRequest: number;
    /** Length of a text in each span and log record. */
    paddingBytes: number;
    /** Further attributes of each span and log record: little on the wire, much in memory. */
    attributes: number;
    pauseMs: number;
    /** Requests of each signal; without it they go on until standard input closes, and for at least {@link LEAST_REQUESTS}. */
    requests?: number;
    /** Length of the text in one span and one log record after the first ten requests; they are not sent again when refused. */
    giantBytes?: number;
}

/** What the sender prints when it ends. */
export interface SenderReport {
    /** Records of each signal; their ids are 0 to one less. */
    sentOfEach: number;
    /** Id of the giant span and log record. */
    giantId?: number;
    /** Exports that failed, and were repeated unless they were the giants', by what the SDK said. */
    failures: Record<string, number>;
}

interface Exporter<T> {
    export(items: T, done: (result: ExportResult) => void): void;
}

const GIANT_REQUEST = 10;
/** A busy machine sends few while a fault lasts, and little is proved by those. */
const LEAST_REQUESTS = 20;
const BEFORE_REPEATING_MS = 250;
/** Retries of the SDK's own fall into this time. */
const TIMEOUT_MS = 10_000;
/** What it takes to send a giant record from a busy machine. */
const GIANT_TIMEOUT_MS = 60_000;

class Sender {
    private readonly failures: Record<string, number> = {};
    private readonly spans: ReadableSpan[] = [];
    private readonly logs: SdkLogRecord[] = [];
    private readonly traceExporter;
    private readonly logExporter;
    private readonly metricExporter;
    private readonly reader;
    private readonly tracer;
    private readonly logger;
    private readonly counter;
    private readonly ballast: Record<string, string>;
    private nextId = 0;

    constructor(private readonly plan: SenderPlan) {
        this.ballast = Object.fromEntries(Array.from({ length: plan.attributes }, (_, i) => [i.toString(36), ""]));
        const timeoutMillis = plan.giantBytes === undefined ? TIMEOUT_MS : GIANT_TIMEOUT_MS;
        const http = (signal: string) => ({ url: `${plan.httpEndpoint}/v1/${signal}`, timeoutMillis });
        const grpc = plan.grpcEndpoint === undefined ? undefined : { url: plan.grpcEndpoint, timeoutMillis };
        this.traceExporter = grpc ? new GrpcTraceExporter(grpc) : new OTLPTraceExporter(http("traces"));
        this.logExporter = grpc ? new GrpcLogExporter(grpc) : new OTLPLogExporter(http("logs"));
        this.metricExporter = new OTLPMetricExporter({
            ...http("metrics"),
            temporalityPreference: AggregationTemporality.DELTA,
        });
        this.reader = new PeriodicExportingMetricReader({
            exporter: this.metricExporter,
            exportIntervalMillis: 3_600_000,
        });

        const resource = resourceFromAttributes({ "service.name": "faults" });
        const idle = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
        this.tracer = new BasicTracerProvider({
            resource,
            spanProcessors: [{ ...idle, onStart: () => undefined, onEnd: (span) => void this.spans.push(span) }],
        }).getTracer("faults");
        this.logger = new LoggerProvider({
            resource,
            processors: [{ ...idle, onEmit: (record) => void this.logs.push(record) }],
        }).getLogger("faults");
        this.counter = new MeterProvider({ resource, readers: [this.reader] })
            .getMeter("faults")
            .createCounter("faults.records");
    }

    async run(stopped: () => boolean): Promise<SenderReport> {
        const { requests, giantBytes } = this.plan;
        let giantId: number | undefined;
        const ends = (request: number): boolean =>
            request >= (requests ?? LEAST_REQUESTS) && (requests !== undefined || stopped());
        for (let request = 0; !ends(request); request++) {
            if (giantBytes !== undefined && request === GIANT_REQUEST) {
                giantId = this.record(giantBytes);
                await this.deliver({ repeat: false });
            }
            for (let i = 0; i < this.plan.recordsPerRequest; i++) this.record(this.plan.paddingBytes);
            await this.deliver({ repeat: true });
            await wait(this.plan.pauseMs);
        }
        await Promise.all([this.traceExporter, this.logExporter, this.metricExporter].map((it) => it.shutdown()));
        return { sentOfEach: this.nextId, giantId, failures: this.failures };
    }

    /** One of each signal, with the next id. */
    private record(textBytes: number): number {
        const text = "x".repeat(textBytes);
        const id = { [RECORD_ID]: this.nextId };
        const attributes = { ...this.ballast, ...id };
        this.tracer.startSpan("record", { attributes: { ...attributes, text } }).end();
        this.logger.emit({ severityNumber: SeverityNumber.INFO, body: text, attributes });
        this.counter.add(1, id);
        return this.nextId++;
    }

    private async deliver(how: { repeat: boolean }): Promise<void> {
        const { resourceMetrics } = await this.reader.collect();
        await Promise.all([
            this.export(this.traceExporter, this.spans.splice(0), how),
            this.export(this.logExporter, this.logs.splice(0), how),
            this.export(this.metricExporter, resourceMetrics, how),
        ]);
    }

    private async export<T>(exporter: Exporter<T>, items: T, { repeat }: { repeat: boolean }): Promise<void> {
        for (;;) {
            const { code, error } = await new Promise<ExportResult>((resolve) => exporter.export(items, resolve));
            if (code === ExportResultCode.SUCCESS) return;
            const reason = error?.message ?? "no reason";
            this.failures[reason] = (this.failures[reason] ?? 0) + 1;
            if (!repeat) return;
            await wait(BEFORE_REPEATING_MS);
        }
    }
}

if (require.main === module) {
    let stopped = false;
    process.stdin.resume().on("end", () => (stopped = true));
    void new Sender(JSON.parse(process.argv[2] ?? "{}") as SenderPlan)
        .run(() => stopped)
        .then((report) => {
            process.stdout.write(JSON.stringify(report));
            process.stdin.destroy();
        });
}
