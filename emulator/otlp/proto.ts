// OpenTelemetry's own compiled definitions: the last release of @opentelemetry/otlp-transformer that ships all of them.
import root from "otlp-definitions/build/src/generated/root";
import type { LogsRequest, MetricsRequest, TracesRequest } from "./messages";

interface MessageType {
    decode(bytes: Uint8Array): object;
    encode(message: object): { finish(): Uint8Array };
    fromObject(value: object): object;
    toObject(message: object, options: object): object;
}

/** A message of OpenTelemetry's definitions, by its full name. */
function messageType(name: string): MessageType {
    const found = name.split(".").reduce<unknown>((at, part) => (isNode(at) ? Reflect.get(at, part) : undefined), root);
    if (isMessageType(found)) return found;
    throw new Error(`OpenTelemetry's definitions have no ${name}`);
}

/** The definitions are objects and classes, one in another. */
function isNode(value: unknown): value is object {
    return (typeof value === "object" && value !== null) || typeof value === "function";
}

function isMessageType(value: unknown): value is MessageType {
    const steps = ["decode", "encode", "fromObject", "toObject"];
    return isNode(value) && steps.every((step) => typeof Reflect.get(value, step) === "function");
}

const COLLECTOR = "opentelemetry.proto.collector";

const types = {
    traces: {
        request: messageType(`${COLLECTOR}.trace.v1.ExportTraceServiceRequest`),
        response: messageType(`${COLLECTOR}.trace.v1.ExportTraceServiceResponse`),
        rejected: "rejectedSpans",
    },
    metrics: {
        request: messageType(`${COLLECTOR}.metrics.v1.ExportMetricsServiceRequest`),
        response: messageType(`${COLLECTOR}.metrics.v1.ExportMetricsServiceResponse`),
        rejected: "rejectedDataPoints",
    },
    logs: {
        request: messageType(`${COLLECTOR}.logs.v1.ExportLogsServiceRequest`),
        response: messageType(`${COLLECTOR}.logs.v1.ExportLogsServiceResponse`),
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
