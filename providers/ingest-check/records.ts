// OpenTelemetry's own compiled definitions: the last release of @opentelemetry/otlp-transformer that ships all of them.
import root from "otlp-definitions/build/src/generated/root";

import type { CheckedSignal } from "./state";

/** What marks all records as those of a check. */
export const SERVICE_NAME = "pulumi-dynatrace-otlp-check";

/** What the records of one check have in common. */
export interface RecordFacts {
    /** Who sends, e.g. `IngestCheck("telemetry")`. */
    component: string;
    /** 32 hexadecimal digits. */
    traceId: string;
    /** 16 hexadecimal digits. */
    spanId: string;
    /** Milliseconds since 1970. */
    now: number;
}

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

const TYPES: Record<CheckedSignal, { request: MessageType; response: MessageType; rejected: string }> = {
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
};

/** One record of a signal as binary protobuf. @see https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export function encodeRecord(signal: CheckedSignal, facts: RecordFacts): Buffer {
    const { request } = TYPES[signal];
    return Buffer.from(request.encode(request.fromObject(MESSAGES[signal](facts))).finish());
}

/** What a reply to a record says: how many were refused and why; undefined for bytes that are no such reply. */
export function decodeReply(
    signal: CheckedSignal,
    bytes: Uint8Array,
): { rejected: number; message: string } | undefined {
    const { response, rejected } = TYPES[signal];
    try {
        const reply = response.toObject(response.decode(bytes), { longs: Number });
        const partial: unknown = Reflect.get(reply, "partialSuccess");
        const said = (name: string): unknown => (isNode(partial) ? Reflect.get(partial, name) : undefined);
        const message = said("errorMessage");
        return { rejected: Number(said(rejected) ?? 0), message: typeof message === "string" ? message : "" };
    } catch {
        return undefined;
    }
}

const MESSAGES: Record<CheckedSignal, (facts: RecordFacts) => object> = {
    traces: (facts) => ({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span(facts)] }] }] }),
    metrics: (facts) => ({ resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: [metric(facts)] }] }] }),
    logs: (facts) => ({ resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [logRecord(facts)] }] }] }),
};

const scope = { name: "pulumi-dynatrace-otlp" };
const resource = { attributes: [attribute("service.name", SERVICE_NAME)] };

function span({ component, traceId, spanId, now }: RecordFacts): object {
    return {
        ...ids(traceId, spanId),
        name: "ingest check",
        kind: 1,
        startTimeUnixNano: nanos(now - 1),
        endTimeUnixNano: nanos(now),
        attributes: [attribute("check.component", component)],
    };
}

function metric({ component, now }: RecordFacts): object {
    const point = {
        startTimeUnixNano: nanos(now - 1000),
        timeUnixNano: nanos(now),
        asInt: 1,
        attributes: [attribute("check.component", component)],
    };
    // Delta: Dynatrace refuses a counter that is cumulative.
    const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point] };
    return { name: "pulumi_dynatrace_otlp.ingest_check", unit: "1", sum };
}

function logRecord({ component, traceId, spanId, now }: RecordFacts): object {
    return {
        ...ids(traceId, spanId),
        timeUnixNano: nanos(now),
        observedTimeUnixNano: nanos(now),
        severityNumber: 9,
        severityText: "INFO",
        body: { stringValue: "ingest check" },
        attributes: [attribute("check.component", component)],
    };
}

function ids(traceId: string, spanId: string): object {
    return { traceId: Buffer.from(traceId, "hex"), spanId: Buffer.from(spanId, "hex") };
}

function attribute(key: string, text: string): object {
    return { key, value: { stringValue: text } };
}

function nanos(milliseconds: number): string {
    return `${Math.trunc(milliseconds)}000000`;
}
