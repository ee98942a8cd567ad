import axios, { type AxiosInstance, type AxiosRequestConfig } from "axios";
import { Agent } from "node:https";
import {
    ProtobufLogsSerializer,
    ProtobufMetricsSerializer,
    ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
    AggregationTemporality,
    DataPointType,
    InstrumentType,
    type ResourceMetrics,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import root from "otlp-definitions/build/src/generated/root";
import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator";

const running: Emulator[] = [];

/** An emulator which `stopAll` stops. */
export async function start(options?: EmulatorOptions): Promise<Emulator> {
    const emulator = await startEmulator(options);
    running.push(emulator);
    return emulator;
}

export async function stopAll(): Promise<void> {
    await Promise.all(running.splice(0).map((emulator) => emulator.stop()));
}

/** A client of the token API, signed with the bootstrap token unless told otherwise; it throws for no status. */
export function client(
    emulator: Emulator,
    token = emulator.bootstrapToken,
    config: AxiosRequestConfig = {},
): AxiosInstance {
    return axios.create({
        baseURL: `${emulator.apiUrl}/v2`,
        headers: { Authorization: `Api-Token ${token}` },
        validateStatus: () => true,
        timeout: 10_000,
        proxy: false,
        maxBodyLength: Infinity,
        ...(emulator.caPem && { httpsAgent: new Agent({ ca: emulator.caPem }) }),
        ...config,
    });
}

export const allIngestScopes = ["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest"];

/** A client that may bring in everything, as binary protobuf. */
export function ingest(emulator: Emulator, headers: Record<string, string> = {}): AxiosInstance {
    const { token } = emulator.createToken({ scopes: allIngestScopes });
    const all = { Authorization: `Api-Token ${token}`, "Content-Type": "application/x-protobuf", ...headers };
    return client(emulator, token, { headers: all, responseType: "arraybuffer", decompress: false });
}

/** Messages of an answer with partial success, read by OpenTelemetry's own deserializers. */
export const partialSuccess = {
    metrics: (body: unknown) =>
        ProtobufMetricsSerializer.deserializeResponse(new Uint8Array(body as Buffer)).partialSuccess,
};

const resource = resourceFromAttributes({ "service.name": "shop" });

/** Spans of OpenTelemetry's SDK in OTLP, one for each end time. */
export function spans(...endTimes: number[]): Buffer {
    const memory = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(memory)] });
    const tracer = provider.getTracer("shop", "1.2.3");
    for (const endTime of endTimes) {
        const attributes = { text: "a", whole: 7, part: 0.5, yes: true, list: ["x", "y"] };
        tracer
            .startSpan("order", { startTime: endTime - 5, attributes })
            .addEvent("paid", { amount: 3 })
            .end(endTime);
    }
    return Buffer.from(ProtobufTraceSerializer.serializeRequest(memory.getFinishedSpans()) as Uint8Array);
}

/** Log records of OpenTelemetry's SDK in OTLP, one for each time. */
export function logs(...times: number[]): Buffer {
    const memory = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter: memory })] });
    const logger = provider.getLogger("shop");
    for (const timestamp of times) {
        logger.emit({ timestamp, body: "order placed", severityText: "INFO", attributes: { "order.id": "42" } });
    }
    return Buffer.from(ProtobufLogsSerializer.serializeRequest(memory.getFinishedLogRecords()) as Uint8Array);
}

interface MessageType {
    encode(message: object): { finish(): Uint8Array };
    fromObject(value: object): object;
}

/** A request as the SDK would not make it, written with OpenTelemetry's compiled definitions. */
export function encoded(signal: "metrics" | "logs", request: object): Buffer {
    type Services = Record<typeof signal, { v1: Record<string, MessageType> }>;
    const { collector } = (root as unknown as { opentelemetry: { proto: { collector: Services } } }).opentelemetry
        .proto;
    const name = signal === "metrics" ? "ExportMetricsServiceRequest" : "ExportLogsServiceRequest";
    const type = collector[signal].v1[name] as MessageType;
    return Buffer.from(type.encode(type.fromObject(request)).finish());
}

export interface MetricSeed {
    name: string;
    kind: "sum" | "gauge" | "histogram" | "exponentialHistogram";
    temporality?: "delta" | "cumulative";
    monotonic?: boolean;
    value?: number;
    /** @default 1 */
    points?: number;
    attributes?: Record<string, string | number | string[]>;
    bounds?: number[];
    /** Leave the sum of a histogram out. @default false */
    noSum?: boolean;
}

/** Metrics as OpenTelemetry's SDK serializes them. */
export function metrics(...seeds: MetricSeed[]): Buffer {
    const scope = { name: "shop", version: "" };
    const body = { resource, scopeMetrics: [{ scope, metrics: seeds.map(metricOf) }] } as unknown as ResourceMetrics;
    return Buffer.from(ProtobufMetricsSerializer.serializeRequest(body) as Uint8Array);
}

function metricOf(seed: MetricSeed) {
    const types = {
        sum: DataPointType.SUM,
        gauge: DataPointType.GAUGE,
        histogram: DataPointType.HISTOGRAM,
        exponentialHistogram: DataPointType.EXPONENTIAL_HISTOGRAM,
    };
    const cumulative = seed.temporality === "cumulative";
    const now = Math.floor(Date.now() / 1000);
    const times = { startTime: [now - 10, 0], endTime: [now, 0], attributes: seed.attributes ?? {} };
    const point = { ...times, value: valueOf(seed) };
    return {
        descriptor: { name: seed.name, description: "", unit: "1", type: InstrumentType.COUNTER, valueType: 1 },
        dataPointType: types[seed.kind],
        aggregationTemporality: cumulative ? AggregationTemporality.CUMULATIVE : AggregationTemporality.DELTA,
        isMonotonic: seed.monotonic ?? false,
        dataPoints: Array.from({ length: seed.points ?? 1 }, () => point),
    };
}

function valueOf({ kind, value = 1, bounds = [1, 5], noSum }: MetricSeed) {
    if (kind === "sum" || kind === "gauge") return value;
    const common = { count: 3, sum: noSum ? undefined : 7, min: 1, max: 4 };
    if (kind === "histogram") return { ...common, buckets: { boundaries: bounds, counts: [1, 2, 0] } };
    const empty = { offset: 0, bucketCounts: [] };
    return { ...common, scale: 1, zeroCount: 0, positive: { offset: 0, bucketCounts: [1, 2] }, negative: empty };
}
