import { limits } from "../limits";
import type { ArrivalInfo, ArrivedMetricPoint } from "../types";
import { temporality, type AnyValue, type DataPoint, type Metric } from "./messages";
import { plainAttributes } from "./plain";

type Type = ArrivedMetricPoint["type"];
type Data = NonNullable<Metric["sum"]>;

/** Why a point of a supported metric is rejected all the same. */
export function pointFault(metric: string, type: Type, point: DataPoint): string | undefined {
    const invalid = (details: string) =>
        `Metric value dropped. key: '${metric}' details: '${details}' - Reason: VALUE_INVALID`;
    const { attributesPerPoint } = limits.metrics;
    if (point.attributes.length > attributesPerPoint) {
        return `Metric value dropped. key: '${metric}' details: '${point.attributes.length} dimensions, the limit is ${attributesPerPoint}' - Reason: TOO_MANY_DIMENSIONS`;
    }
    if (type === "gauge" || type === "sum") {
        if (point.asDouble === undefined && point.asInt === undefined) return invalid("Value was missing");
        return notFinite(point.asDouble, "Value", invalid);
    }
    if (type === "histogram") {
        if (point.sum === undefined) return invalid("Sum was missing");
        const bounds = point.explicitBounds ?? [];
        if (bounds.some((bound) => !Number.isFinite(bound))) return invalid("Bound was NaN or infinite");
        if (bounds.some((bound) => bound < 0)) return invalid("Bound was negative");
    }
    return notFinite(point.sum, "Sum", invalid);
}

export function arrivedPoint(
    metric: Metric,
    type: Type,
    data: Data,
    point: DataPoint,
): Omit<ArrivedMetricPoint, keyof ArrivalInfo | "resource" | "scope"> {
    const delta = data.aggregationTemporality === temporality.delta;
    const { unitLength, descriptionLength } = limits.metrics;
    const unit = metric.unit ?? "";
    return {
        name: metric.name ?? "",
        type,
        storedAs: storedAs(type, delta),
        temporality: type === "gauge" ? "none" : delta ? "delta" : "cumulative",
        monotonic: data.isMonotonic ?? false,
        unit: unit.length > unitLength ? "" : unit,
        description: (metric.description ?? "").slice(0, descriptionLength),
        ...numbersOf(type, point),
        startTimeUnixNano: point.startTimeUnixNano ?? "0",
        timeUnixNano: point.timeUnixNano ?? "0",
        attributes: plainAttributes(point.attributes),
        droppedDimensions: point.attributes
            .filter(({ key, value }) => !key || !isDimension(value))
            .map(({ key = "" }) => key),
    };
}

function numbersOf(type: Type, point: DataPoint) {
    if (type === "gauge" || type === "sum") return { value: point.asDouble ?? Number(point.asInt) };
    const { count, sum, min, max, bucketCounts, explicitBounds } = point;
    return {
        count: Number(count ?? 0),
        ...(sum !== undefined && { sum }),
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
        ...(type === "histogram" && { bucketCounts: bucketCounts?.map(Number), explicitBounds }),
    };
}

function storedAs(type: Type, delta: boolean): ArrivedMetricPoint["storedAs"] {
    if (type === "histogram") return "histogram";
    if (type === "exponentialHistogram") return "summary";
    return type === "sum" && delta ? "count" : "gauge";
}

/** Text, boolean and integer become dimensions; empty text and the rest do not. */
function isDimension(value: AnyValue | undefined): boolean {
    return Boolean(value?.stringValue) || value?.boolValue !== undefined || value?.intValue !== undefined;
}

function notFinite(value: number | undefined, what: string, invalid: (details: string) => string): string | undefined {
    if (value === undefined || Number.isFinite(value)) return undefined;
    return invalid(Number.isNaN(value) ? `${what} was NaN` : `${what} was infinite`);
}
