// Stands in for Sentry, which cannot be had here: takes OTLP over HTTP for one project as its documentation says, and nothing else.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gunzipSync } from "node:zlib";

import { decodeRequest, encodeResponse } from "../../emulator/otlp/proto";
import { plainAttributes } from "../../emulator/otlp/plain";

/** Anything that was taken, in plain form. */
export interface SunkItem {
    name: string;
    traceId: string;
    resource: Record<string, unknown>;
    attributes: Record<string, unknown>;
    events: string[];
    links: number;
}

/** What one call looked like. */
export interface SunkCall {
    path: string;
    status: number;
    auth: string;
    contentType: string;
    encoding: string;
}

export interface SinkOptions {
    projectId: string;
    publicKey: string;
    /** Path before `/api`, as behind a proxy. @default "" */
    prefix?: string;
}

/** One project of Sentry on loopback. */
export class SentrySink {
    spans: SunkItem[] = [];
    logs: SunkItem[] = [];
    calls: SunkCall[] = [];
    private server: Server | undefined;
    private readonly sockets = new Set<Socket>();
    private port = 0;

    constructor(private readonly options: SinkOptions) {}

    static async start(options: SinkOptions): Promise<SentrySink> {
        const sink = new SentrySink(options);
        await sink.up();
        return sink;
    }

    /** The DSN, as Sentry would show it. */
    get dsn(): string {
        const { publicKey, prefix = "", projectId } = this.options;
        return `http://${publicKey}@127.0.0.1:${this.port}${prefix}/${projectId}`;
    }

    /** Listens, at the same port as before. */
    async up(): Promise<void> {
        const server = createServer((request, response) => {
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => {
                const { status, body } = this.take(request, Buffer.concat(chunks));
                response.writeHead(status, { "content-type": "application/x-protobuf" }).end(body);
            });
        });
        server.on("connection", (socket) => {
            this.sockets.add(socket);
            socket.on("close", () => this.sockets.delete(socket));
        });
        await new Promise<void>((resolve, reject) => {
            server.once("error", reject).listen(this.port, "127.0.0.1", resolve);
        });
        this.port = (server.address() as AddressInfo).port;
        this.server = server;
    }

    /** Refuses connections, as a host that is gone. */
    async down(): Promise<void> {
        const server = this.server;
        this.server = undefined;
        if (server === undefined) return;
        const closed = new Promise((resolve) => server.close(resolve));
        this.sockets.forEach((socket) => socket.destroy());
        await closed;
    }

    forget(): void {
        [this.spans, this.logs, this.calls] = [[], [], []];
    }

    private take(request: IncomingMessage, raw: Buffer): { status: number; body?: Buffer } {
        const header = (name: string): string => String(request.headers[name] ?? "");
        const call = {
            path: request.url ?? "",
            auth: header("x-sentry-auth"),
            contentType: header("content-type"),
            encoding: header("content-encoding"),
        };
        const answer = this.judge(call, raw);
        this.calls.push({ ...call, status: answer.status });
        return answer;
    }

    private judge(call: Omit<SunkCall, "status">, raw: Buffer): { status: number; body?: Buffer } {
        const { projectId, publicKey, prefix = "" } = this.options;
        const base = `${prefix}/api/${projectId}/integration/otlp/v1/`;
        const signal = call.path.startsWith(base) ? call.path.slice(base.length) : "";
        if (signal !== "traces" && signal !== "logs") return { status: 404 };
        if (call.auth !== `sentry sentry_key=${publicKey}`) return { status: 403 };
        if (call.contentType !== "application/x-protobuf") return { status: 415 };
        const bytes = call.encoding === "gzip" ? gunzipSync(raw) : raw;
        if (signal === "traces") this.spans.push(...spansIn(bytes));
        else this.logs.push(...logsIn(bytes));
        return { status: 200, body: encodeResponse(signal) };
    }
}

const hex = (bytes: Buffer | undefined): string => bytes?.toString("hex") ?? "";

function spansIn(bytes: Buffer): SunkItem[] {
    return decodeRequest("traces", bytes).resourceSpans.flatMap(({ resource, scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) =>
            spans.map((span) => ({
                name: span.name ?? "",
                traceId: hex(span.traceId),
                resource: plainAttributes(resource?.attributes),
                attributes: plainAttributes(span.attributes),
                events: span.events.map(({ name }) => name ?? ""),
                links: span.links.length,
            })),
        ),
    );
}

function logsIn(bytes: Buffer): SunkItem[] {
    return decodeRequest("logs", bytes).resourceLogs.flatMap(({ resource, scopeLogs }) =>
        scopeLogs.flatMap(({ logRecords }) =>
            logRecords.map((record) => ({
                name: record.body?.stringValue ?? "",
                traceId: hex(record.traceId),
                resource: plainAttributes(resource?.attributes),
                attributes: plainAttributes(record.attributes),
                events: [],
                links: 0,
            })),
        ),
    );
}
