import { Refuse } from "../http/refuse";
import { envelope } from "../http/reply";
import { limits } from "../limits";
import type { ArrivalInfo, ArrivedMetricPoint } from "../types";
import { temporality, type Metric, type MetricsRequest } from "./messages";
import { plainAttributes, plainScope } from "./plain";
import { arrivedPoint, pointFault } from "./metric-points";
import type { Verdict } from "./verdict";

type Data = NonNullable<Metric["sum"]>;
type Kind = ArrivedMetricPoint["type"] | "summary";

/** What Dynatrace has no room for is rejected point by point, with its own words. */
export function judgeMetrics(request: MetricsRequest, info: ArrivalInfo): Verdict<ArrivedMetricPoint> {
    refuseTooMany(request);
    const accepted: ArrivedMetricPoint[] = [];
    const errors: string[] = [];
    let rejected = 0;
    for (const { resource, scopeMetrics } of request.resourceMetrics) {
        const resourceAttributes = plainAttributes(resource?.attributes);
        for (const { scope, metrics } of scopeMetrics) {
            const common = { resource: resourceAttributes, scope: plainScope(scope), ...info };
            for (const metric of metrics) {
                const { kind, data } = dataOf(metric);
                const { type, fault } = typeOf(metric, kind, data);
                if (type === undefined) {
                    rejected += data.dataPoints.length;
                    errors.push(fault);
                    continue;
                }
                for (const point of data.dataPoints) {
                    const wrong = pointFault(metric.name ?? "", type, point);
                    if (wrong) errors.push(wrong);
                    if (wrong) rejected += 1;
                    else accepted.push({ ...arrivedPoint(metric, type, data, point), ...common });
                }
            }
        }
    }
    return { accepted, rejected, errorMessage: messageOf(errors), dropped: new Map() };
}

/** The text Dynatrace answers with (seen in open-telemetry/opentelemetry-collector-contrib#33673 and #33650). */
function messageOf(errors: string[]): string {
    if (errors.length === 0) return "";
    const shown = errors.slice(0, 100).map((error) => `${error}\n`);
    return `The following issues were encountered while ingesting OTLP metrics:\nErrors:\n${shown.join("")}`;
}

function refuseTooMany(request: MetricsRequest): void {
    let points = 0;
    for (const { scopeMetrics } of request.resourceMetrics) {
        for (const { metrics } of scopeMetrics) {
            for (const metric of metrics) points += dataOf(metric).data.dataPoints.length;
        }
    }
    if (points <= limits.metrics.dataPoints) return;
    const message = `Too many data points: ${points}, the limit is ${limits.metrics.dataPoints} - Reason: OTLP_MESSAGE_MAX_SIZE_EXCEEDED`;
    throw new Refuse(envelope(413, message), points);
}

function dataOf(metric: Metric): { kind: Kind | "none"; data: Data } {
    for (const kind of ["gauge", "sum", "histogram", "exponentialHistogram", "summary"] as const) {
        const data = metric[kind];
        if (data) return { kind, data };
    }
    return { kind: "none", data: { dataPoints: [] } };
}

/** The type of a metric that Dynatrace stores, or why it does not. */
type Typed = { type: ArrivedMetricPoint["type"]; fault?: undefined } | { type?: undefined; fault: string };

/** MONOTONIC_CUMULATIVE_SUM and CUMULATIVE_HISTOGRAM are Dynatrace's words; the others follow their pattern. */
function typeOf(metric: Metric, kind: Kind | "none", data: Data): Typed {
    const name = metric.name ?? "";
    const unsupported = (reason: string): Typed => ({
        fault: `Unsupported metric: '${name}' - Reason: UNSUPPORTED_METRIC_TYPE_${reason}`,
    });
    if (name.length < limits.metrics.keyMinLength || name.length > limits.metrics.keyMaxLength) {
        return { fault: `Invalid metric key: '${name.slice(0, 300)}' - Reason: METRIC_KEY_INVALID` };
    }
    if (kind === "gauge") return { type: kind };
    if (kind === "none") return unsupported("EMPTY");
    if (kind === "summary") return unsupported("SUMMARY");
    const { aggregationTemporality } = data;
    if (aggregationTemporality === temporality.delta) return { type: kind };
    if (aggregationTemporality !== temporality.cumulative) return unsupported("UNSPECIFIED_TEMPORALITY");
    if (kind === "histogram") return unsupported("CUMULATIVE_HISTOGRAM");
    if (kind === "exponentialHistogram") return unsupported("CUMULATIVE_EXPONENTIAL_HISTOGRAM");
    return data.isMonotonic ? unsupported("MONOTONIC_CUMULATIVE_SUM") : { type: kind };
}
