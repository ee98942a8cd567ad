// Sends a span with OpenTelemetry's Zipkin exporter, in a process of its own: it trusts what Node trusts, and Node is told only at its start.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { ZipkinExporter } from "@opentelemetry/exporter-zipkin";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { SpanKind } from "@opentelemetry/api";

import { runToEnd } from "../../support/processes";

/** A span, and where it goes. */
export interface ZipkinPlan {
    /** Whole address, e.g. `http://gateway:9411/api/v2/spans`. */
    url: string;
    headers?: Record<string, string>;
    resource: Record<string, string>;
    name: string;
    attributes: Record<string, string>;
}

/** @throws Error with what the exporter said, if the span was not taken. */
export async function sendByZipkin(plan: ZipkinPlan, caPem = ""): Promise<void> {
    const directory = mkdtempSync(path.join(tmpdir(), "zipkin-"));
    const ca = path.join(directory, "ca.crt");
    writeFileSync(ca, caPem);
    try {
        const args = ["--require", require.resolve("tsx/cjs"), __filename, JSON.stringify(plan)];
        const trust = caPem === "" ? {} : { NODE_EXTRA_CA_CERTS: ca };
        const env = { PATH: process.env["PATH"], ...trust };
        const { code, stderr } = await runToEnd(process.execPath, args, { env, timeoutSeconds: 60 });
        if (code !== 0) throw new Error(`sending failed:\n${stderr}`);
    } finally {
        rmSync(directory, { recursive: true });
    }
}

async function send({ url, headers, resource, name, attributes }: ZipkinPlan): Promise<void> {
    const spans = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
        resource: resourceFromAttributes(resource),
        spanProcessors: [new SimpleSpanProcessor(spans)],
    });
    provider.getTracer("shop").startSpan(name, { attributes, kind: SpanKind.SERVER }).end();
    await provider.forceFlush();
    const exporter = new ZipkinExporter({ url, headers });
    const { code, error } = await new Promise<ExportResult>((resolve) =>
        exporter.export(spans.getFinishedSpans(), resolve),
    );
    if (code !== ExportResultCode.SUCCESS) throw error ?? new Error("not taken");
}

if (require.main === module) {
    send(JSON.parse(process.argv[2] ?? "{}") as ZipkinPlan).catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exitCode = 1;
    });
}
