/** The OTLP messages as the decoder gives them: 64-bit integers as text, bytes as Buffer, lists always there, the rest when set. */
export interface AnyValue {
    stringValue?: string;
    boolValue?: boolean;
    intValue?: string;
    doubleValue?: number;
    bytesValue?: Buffer;
    arrayValue?: { values: AnyValue[] };
    kvlistValue?: { values: KeyValue[] };
}

export interface KeyValue {
    key?: string;
    value?: AnyValue;
}

export interface Resource {
    attributes: KeyValue[];
}

export interface Scope {
    name?: string;
    version?: string;
}

export interface Span {
    traceId?: Buffer;
    spanId?: Buffer;
    parentSpanId?: Buffer;
    name?: string;
    kind?: number;
    startTimeUnixNano?: string;
    endTimeUnixNano?: string;
    attributes: KeyValue[];
    events: { name?: string; timeUnixNano?: string; attributes: KeyValue[] }[];
    links: { traceId?: Buffer; spanId?: Buffer; attributes: KeyValue[] }[];
    status?: { code?: number; message?: string };
}

export interface DataPoint {
    attributes: KeyValue[];
    startTimeUnixNano?: string;
    timeUnixNano?: string;
    asDouble?: number;
    asInt?: string;
    count?: string;
    sum?: number;
    min?: number;
    max?: number;
    bucketCounts?: string[];
    explicitBounds?: number[];
}

export interface Metric {
    name?: string;
    description?: string;
    unit?: string;
    gauge?: { dataPoints: DataPoint[] };
    sum?: { dataPoints: DataPoint[]; aggregationTemporality?: number; isMonotonic?: boolean };
    histogram?: { dataPoints: DataPoint[]; aggregationTemporality?: number };
    exponentialHistogram?: { dataPoints: DataPoint[]; aggregationTemporality?: number };
    summary?: { dataPoints: DataPoint[] };
}

export interface LogRecord {
    timeUnixNano?: string;
    observedTimeUnixNano?: string;
    severityNumber?: number;
    severityText?: string;
    body?: AnyValue;
    attributes: KeyValue[];
    traceId?: Buffer;
    spanId?: Buffer;
    eventName?: string;
}

export interface TracesRequest {
    resourceSpans: { resource?: Resource; scopeSpans: { scope?: Scope; spans: Span[] }[] }[];
}

export interface MetricsRequest {
    resourceMetrics: { resource?: Resource; scopeMetrics: { scope?: Scope; metrics: Metric[] }[] }[];
}

export interface LogsRequest {
    resourceLogs: { resource?: Resource; scopeLogs: { scope?: Scope; logRecords: LogRecord[] }[] }[];
}

/** The values of AggregationTemporality; 0 is unspecified. */
export const temporality = { delta: 1, cumulative: 2 } as const;
