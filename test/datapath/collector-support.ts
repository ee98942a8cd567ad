// What the Collector's tests share. A StatefulSet's pods stand for themselves: each is started as the one pod of a Deployment would be.
import { OtlpCollector, type OtlpCollectorArgs } from "../../index";
import type { Emulator, Signal } from "../../emulator";
import { capture, manifestsOf } from "../support/capture";
import type { Manifest } from "../support/collector";

export const SCOPES = ["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest"];
export const SECRETS = (token: string): Record<string, Record<string, string>> => ({ "ingest-token": { token } });

/** The objects of an `OtlpCollector("gateway")` that sends to an emulator. */
export async function renderGateway(emulator: Emulator, args: Partial<OtlpCollectorArgs>): Promise<Manifest[]> {
    const resources = await capture(
        () =>
            new OtlpCollector("gateway", {
                endpoint: { environment: emulator.url, ca: { pem: emulator.caPem } },
                token: { secret: { name: "ingest-token" } },
                ...args,
                processing: { kubernetesAttributes: false, ...args.processing },
            }),
    );
    return manifestsOf(resources);
}

/** The same objects with every text changed in the same way. */
export function replaced(manifests: Manifest[], change: (text: string) => string): Manifest[] {
    return JSON.parse(change(JSON.stringify(manifests))) as Manifest[];
}

/** The objects among which one workload is the only one; a StatefulSet becomes a Deployment. */
export function only(manifests: Manifest[], kind: "Deployment" | "StatefulSet" | "DaemonSet"): Manifest[] {
    const others = manifests.filter((it) => !["Deployment", "StatefulSet", "DaemonSet"].includes(it.kind));
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain data behind Input types
    const workloads: any[] = manifests.filter((it) => it.kind === kind);
    for (const workload of workloads) {
        workload.kind = "Deployment";
        const { ports } = workload.spec.template.spec.containers[0];
        // The second tier has no port for HTTP; what starts a Collector here asks for both.
        if (ports.length < 3) ports.push({ name: "otlp-http", containerPort: 4318 });
    }
    return [...others, ...(workloads as Manifest[])];
}

/** Sends OTLP as JSON, which a Collector takes, and fails unless it was taken. */
export async function post(httpEndpoint: string, signal: Exclude<Signal, "metricLines">, body: object): Promise<void> {
    const response = await fetch(`${httpEndpoint}/v1/${signal}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

type Value = string | number | boolean | Value[] | { [key: string]: Value };

/** Attributes in OTLP's form. */
export function attributes(plain: Record<string, Value>): { key: string; value: object }[] {
    return Object.entries(plain).map(([key, value]) => ({ key, value: anyValue(value) }));
}

export function anyValue(value: Value): object {
    if (typeof value === "string") return { stringValue: value };
    if (typeof value === "boolean") return { boolValue: value };
    if (typeof value === "number") return { intValue: String(value) };
    if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
    return { kvlistValue: { values: attributes(value) } };
}

/** Nanoseconds since the epoch, so many milliseconds from now. */
export const nanos = (fromNowMillis = 0): string => `${BigInt(Date.now() + fromNowMillis) * 1_000_000n}`;

export interface SpanParts {
    traceId?: string;
    spanId?: string;
    name?: string;
    status?: { code?: number; message?: string };
    attributes?: Record<string, Value>;
    events?: { name: string; attributes?: Record<string, Value> }[];
}

let spans = 0;
const hexId = (length: number): string => (++spans).toString(16).padStart(length, "a");

/** A request with spans. */
export function traces(resource: Record<string, Value>, ...parts: SpanParts[]): object {
    const made = parts.map(({ traceId, spanId, name = "order", status, attributes: own = {}, events = [] }) => ({
        traceId: traceId ?? hexId(32),
        spanId: spanId ?? hexId(16),
        name,
        kind: 1,
        startTimeUnixNano: nanos(-5),
        endTimeUnixNano: nanos(),
        status,
        attributes: attributes(own),
        events: events.map((event) => ({
            name: event.name,
            timeUnixNano: nanos(),
            attributes: attributes(event.attributes ?? {}),
        })),
    }));
    return { resourceSpans: [{ resource: { attributes: attributes(resource) }, scopeSpans: [{ spans: made }] }] };
}

/** A request with log records. */
export function logs(
    resource: Record<string, Value>,
    ...parts: { body: Value; attributes?: Record<string, Value> }[]
): object {
    const logRecords = parts.map(({ body, attributes: own = {} }) => ({
        timeUnixNano: nanos(),
        severityNumber: 9,
        body: anyValue(body),
        attributes: attributes(own),
    }));
    return { resourceLogs: [{ resource: { attributes: attributes(resource) }, scopeLogs: [{ logRecords }] }] };
}

/** A request with one point of a cumulative counter. */
export function counter(
    resource: Record<string, Value>,
    point: { name: string; value: number; start: string; attributes?: Record<string, Value> },
): object {
    const dataPoints = [
        {
            asInt: String(point.value),
            startTimeUnixNano: point.start,
            timeUnixNano: nanos(),
            attributes: attributes(point.attributes ?? {}),
        },
    ];
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
    const metrics = [{ name: point.name, unit: "1", sum }];
    return { resourceMetrics: [{ resource: { attributes: attributes(resource) }, scopeMetrics: [{ metrics }] }] };
}
