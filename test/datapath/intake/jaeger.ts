// Jaeger's clients have ended, and none is kept any more, so what they sent is written here: its messages, and Thrift's binary form.
// @see https://github.com/jaegertracing/jaeger-idl
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { parse } from "protobufjs";

/** A span as Jaeger knows it. Its ids are hexadecimal. */
export interface JaegerSpan {
    service: string;
    /** Of the process that sends it. */
    processTags: Record<string, string>;
    traceId: string;
    spanId: string;
    parentSpanId: string;
    name: string;
    startMillis: number;
    durationMillis: number;
    tags: Record<string, string>;
}

const { root } = parse(`
    syntax = "proto3";
    package jaeger.api_v2;
    message Time { int64 seconds = 1; int32 nanos = 2; }
    message KeyValue { string key = 1; int32 v_type = 2; string v_str = 3; }
    message SpanRef { bytes trace_id = 1; bytes span_id = 2; int32 ref_type = 3; }
    message Process { string service_name = 1; repeated KeyValue tags = 2; }
    message Span {
        bytes trace_id = 1;
        bytes span_id = 2;
        string operation_name = 3;
        repeated SpanRef references = 4;
        Time start_time = 6;
        Time duration = 7;
        repeated KeyValue tags = 8;
    }
    message Batch { repeated Span spans = 1; Process process = 2; }
    message PostSpansRequest { Batch batch = 1; }
`);
const PostSpansRequest = root.lookupType("jaeger.api_v2.PostSpansRequest");

/**
 * Sends one span over gRPC.
 *
 * @throws ServiceError of gRPC if it is not taken.
 */
export async function postSpanOverGrpc(
    address: string,
    span: JaegerSpan,
    secured: { caPem?: string; token?: string } = {},
): Promise<void> {
    const { caPem, token } = secured;
    const channel = caPem === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(caPem));
    const metadata = new Metadata();
    if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
    const client = new Client(address, channel);
    try {
        await new Promise<void>((resolve, reject) => {
            client.makeUnaryRequest(
                "/jaeger.api_v2.CollectorService/PostSpans",
                (request: JaegerSpan) => Buffer.from(PostSpansRequest.encode(protobufOf(request)).finish()),
                (response) => response,
                span,
                metadata,
                { deadline: Date.now() + 10_000 },
                (error: ServiceError | null) => (error === null ? resolve() : reject(error)),
            );
        });
    } finally {
        client.close();
    }
}

function protobufOf(span: JaegerSpan): ReturnType<typeof PostSpansRequest.create> {
    const traceId = Buffer.from(span.traceId, "hex");
    const keyValues = (tags: Record<string, string>): object[] =>
        Object.entries(tags).map(([key, vStr]) => ({ key, vStr }));
    const time = (millis: number): object => ({ seconds: Math.floor(millis / 1000), nanos: (millis % 1000) * 1e6 });
    const plain = {
        traceId,
        spanId: Buffer.from(span.spanId, "hex"),
        operationName: span.name,
        references: [{ traceId, spanId: Buffer.from(span.parentSpanId, "hex") }],
        startTime: time(span.startMillis),
        duration: time(span.durationMillis),
        tags: keyValues(span.tags),
    };
    const process = { serviceName: span.service, tags: keyValues(span.processTags) };
    return PostSpansRequest.create({ batch: { spans: [plain], process } });
}

/** A `Batch` of spans of one process, in Thrift's binary form. */
export function thriftBatch(first: JaegerSpan, ...others: JaegerSpan[]): Buffer {
    const process = [text(1, first.service), list(2, tagsOf(first.processTags))];
    return struct([
        field(STRUCT, 1, struct(process)),
        list(
            2,
            [first, ...others].map((span) => [
                long(1, hex(span.traceId.slice(16))),
                long(2, hex(span.traceId.slice(0, 16))),
                long(3, hex(span.spanId)),
                long(4, hex(span.parentSpanId)),
                text(5, span.name),
                int(7, 1),
                long(8, BigInt(span.startMillis) * 1000n),
                long(9, BigInt(span.durationMillis) * 1000n),
                list(10, tagsOf(span.tags)),
            ]),
        ),
    ]);
}

const [INT, LONG, TEXT, STRUCT, LIST] = [8, 10, 11, 12, 15] as const;

const tagsOf = (tags: Record<string, string>): Buffer[][] =>
    Object.entries(tags).map(([key, value]) => [text(1, key), int(2, 0), text(3, value)]);

const hex = (digits: string): bigint => BigInt.asIntN(64, BigInt(`0x${digits}`));

function int32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
}

function int64(value: bigint): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    return bytes;
}

const field = (type: number, id: number, ...value: Buffer[]): Buffer =>
    Buffer.concat([Buffer.of(type, 0, id), ...value]);
const struct = (fields: Buffer[]): Buffer => Buffer.concat([...fields, Buffer.of(0)]);
const int = (id: number, value: number): Buffer => field(INT, id, int32(value));
const long = (id: number, value: bigint): Buffer => field(LONG, id, int64(value));
const text = (id: number, value: string): Buffer =>
    field(TEXT, id, int32(Buffer.byteLength(value)), Buffer.from(value));
const list = (id: number, structs: Buffer[][]): Buffer =>
    field(LIST, id, Buffer.of(STRUCT), int32(structs.length), ...structs.map(struct));
