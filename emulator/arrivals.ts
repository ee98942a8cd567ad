import { limits } from "./limits";
import type {
    Arrived,
    ArrivedLine,
    ArrivedLog,
    ArrivedMetricPoint,
    ArrivedSpan,
    Refusal,
    RequestRecord,
} from "./types";

/** What came in and what was turned away, in memory. */
export class Arrivals {
    private counts = { spans: 0, metricDataPoints: 0, logRecords: 0, metricLines: 0 };
    private spans: ArrivedSpan[] = [];
    private metrics: ArrivedMetricPoint[] = [];
    private logs: ArrivedLog[] = [];
    private lines: ArrivedLine[] = [];
    private metadata = new Map<string, Record<string, string>>();
    private refusals: Refusal[] = [];
    private calls: RequestRecord[] = [];

    addSpans(spans: ArrivedSpan[]): void {
        this.counts.spans += spans.length;
        remember(this.spans, spans, limits.remembered.itemsPerSignal);
    }

    addMetrics(points: ArrivedMetricPoint[]): void {
        this.counts.metricDataPoints += points.length;
        remember(this.metrics, points, limits.remembered.itemsPerSignal);
    }

    addLogs(logs: ArrivedLog[]): void {
        this.counts.logRecords += logs.length;
        remember(this.logs, logs, limits.remembered.itemsPerSignal);
    }

    addLines(lines: ArrivedLine[]): void {
        this.counts.metricLines += lines.length;
        remember(this.lines, lines, limits.remembered.itemsPerSignal);
    }

    /** First wins. @returns what is kept for the metric, when that is something else. */
    addMetadata(key: string, properties: Record<string, string>): Record<string, string> | undefined {
        const kept = this.metadata.get(key);
        if (!kept) this.metadata.set(key, properties);
        return kept && JSON.stringify(kept) !== JSON.stringify(properties) ? kept : undefined;
    }

    refuse(refusal: Refusal): void {
        remember(this.refusals, [refusal], limits.remembered.refusals);
    }

    called(record: RequestRecord): void {
        remember(this.calls, [record], limits.remembered.requests);
    }

    /** Lists of their own; what is in them is never changed. */
    arrived(): Arrived {
        return {
            counts: { ...this.counts },
            spans: [...this.spans],
            metrics: [...this.metrics],
            logs: [...this.logs],
            lines: [...this.lines],
            metricMetadata: Object.fromEntries(this.metadata),
        };
    }

    refused(): Refusal[] {
        return [...this.refusals];
    }

    requests(): RequestRecord[] {
        return [...this.calls];
    }

    reset(): void {
        this.counts = { spans: 0, metricDataPoints: 0, logRecords: 0, metricLines: 0 };
        [this.spans, this.metrics, this.logs, this.lines, this.refusals, this.calls] = [[], [], [], [], [], []];
        this.metadata.clear();
    }
}

function remember<T>(kept: T[], more: readonly T[], atMost: number): void {
    for (const item of more) kept.push(item);
    if (kept.length > atMost) kept.splice(0, kept.length - atMost);
}
