// OpenTelemetry's own compiled definitions: the last release of @opentelemetry/otlp-transformer that ships all of them.
import root from "otlp-definitions/build/src/generated/root";
import type { LogsRequest, MetricsRequest, TracesRequest } from "./messages";

interface MessageType {
    decode(bytes: Uint8Array): object;
    encode(message: object): { finish(): Uint8Array };
    fromObject(value: object): object;
    toObject(message: object, options: object): object;
}

interface Service {
    v1: Record<string, MessageType>;
}

const { collector } = (
    root as unknown as { opentelemetry: { proto: { collector: { trace: Service; metrics: Service; logs: Service } } } }
).opentelemetry.proto;

const types = {
    traces: {
        request: collector.trace.v1.ExportTraceServiceRequest as MessageType,
        response: collector.trace.v1.ExportTraceServiceResponse as MessageType,
        rejected: "rejectedSpans",
    },
    metrics: {
        request: collector.metrics.v1.ExportMetricsServiceRequest as MessageType,
        response: collector.metrics.v1.ExportMetricsServiceResponse as MessageType,
        rejected: "rejectedDataPoints",
    },
    logs: {
        request: collector.logs.v1.ExportLogsServiceRequest as MessageType,
        response: collector.logs.v1.ExportLogsServiceResponse as MessageType,
        rejected: "rejectedLogRecords",
    },
} as const;

interface Requests {
    traces: TracesRequest;
    metrics: MetricsRequest;
    logs: LogsRequest;
}

/** @throws Error when the bytes are not such a message. */
export function decodeRequest<S extends keyof Requests>(signal: S, bytes: Uint8Array): Requests[S] {
    const { request } = types[signal];
    return request.toObject(request.decode(bytes), { longs: String, bytes: Buffer, arrays: true }) as Requests[S];
}

/** The ExportXServiceResponse, with a partial success when something was rejected. */
export function encodeResponse(signal: keyof Requests, partial?: { rejected: number; errorMessage: string }): Buffer {
    const { response, rejected } = types[signal];
    const partialSuccess = partial && { [rejected]: partial.rejected, errorMessage: partial.errorMessage };
    return Buffer.from(response.encode(response.fromObject(partialSuccess ? { partialSuccess } : {})).finish());
}
