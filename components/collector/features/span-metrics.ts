import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import type { CollectorSpanMetricsArgs } from "../args/selection";
import { escapeDollar } from "../config/ottl";
import { type SpanMetricsPlan, Tier } from "../plan-types";
import type { Feature } from "./feature";

/** Dimensions that the connector sets itself. It rejects a second one of the same name. */
const OWN_DIMENSIONS = ["service.name", "span.name", "span.kind", "status.code", "collector.instance.id"];

/** Start times that the connector remembers. Above this number, it logs each one that it forgets. */
const REMEMBERED_SERIES = 20_000;

/**
 * Counts spans before sampling. The counts are deltas and pass the metrics pipeline like received metrics.
 *
 * With two tiers, the first tier counts: it sees every span, after attributes are added and masked.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/spanmetricsconnector
 */
export const spanMetrics: Feature = {
    name: "span-metrics",
    argument: "processing.spanMetrics",
    components: [["connectors", "span_metrics"]],
    // Between the halves of the traces pipeline. Every known distribution has it.
    optionalComponents: [["connectors", "forward"]],
    on: ({ spanMetrics: plan, tier }) => plan !== undefined && tier !== Tier.Second,
    check(check, { spanMetrics: plan, signals }) {
        if (plan === undefined) return;
        const missing = [Signal.Traces, Signal.Metrics].find((signal) => !signals.includes(signal));
        if (missing === undefined) return;
        const problem = `counts spans and sends metrics, but signals does not contain ${missing}`;
        check.at("processing.spanMetrics").fail(`${problem}; add ${missing}, or remove spanMetrics`);
    },
    render({ names, spanMetrics: plan }) {
        if (plan === undefined) return {};
        const { dimensions, durations, bucketsMillis, intervalSeconds, seriesLimit } = plan;
        const buckets =
            bucketsMillis === undefined
                ? { exponential: { max_size: 100 } }
                : { explicit: { buckets: bucketsMillis.map((millis) => `${millis}ms`) } };
        const config = {
            aggregation_temporality: "AGGREGATION_TEMPORALITY_DELTA",
            histogram: durations ? { unit: "ms", ...buckets } : { disable: true },
            dimensions: dimensions.map((name) => ({ name: escapeDollar(name) })),
            // It changes with every start of a pod, and deltas of several pods may have the same dimensions.
            exclude_dimensions: ["collector.instance.id"],
            metrics_flush_interval: `${intervalSeconds}s`,
            metric_timestamp_cache_size: REMEMBERED_SERIES,
            aggregation_cardinality_limit: seriesLimit,
        };
        const id = names.spanMetricsConnector;
        return { processors: [{ id, signals: [Signal.Traces], config, feeds: Signal.Metrics }] };
    },
};

/** @throws InputError for a dimension that the connector sets itself, and for invalid numbers. */
export function planSpanMetrics(
    check: Check,
    args?: pulumi.Unwrap<CollectorSpanMetricsArgs>,
): SpanMetricsPlan | undefined {
    if (args === undefined) return undefined;
    const { durations = true, bucketsMillis, intervalSeconds = 15, seriesLimit = 1000 } = args;
    if (bucketsMillis !== undefined) {
        const at = check.at("bucketsMillis");
        if (!durations) at.fail("has no effect without durations; remove it, or set durations to true");
        at.nonEmpty(bucketsMillis, "[10, 100, 1000]", "the histogram is exponential");
        bucketsMillis.forEach((millis, index) => {
            at.at(index).wholeNumber(millis);
            if (index > 0 && millis <= (bucketsMillis[index - 1] ?? 0)) {
                at.at(index).fail(`${millis} is not above the limit before it; sort the limits`);
            }
        });
    }
    return {
        dimensions: plannedDimensions(check.at("dimensions"), args.dimensions),
        durations,
        bucketsMillis,
        intervalSeconds: check.at("intervalSeconds").wholeNumber(intervalSeconds),
        seriesLimit: check.at("seriesLimit").wholeNumber(seriesLimit),
    };
}

function plannedDimensions(check: Check, dimensions: string[] = []): string[] {
    check.list(dimensions, '["http.route"]').forEach((name, index) => {
        const at = check.at(index);
        if (at.text(name) === "") at.fail("is empty; name an attribute, e.g. http.route");
        if (OWN_DIMENSIONS.includes(name))
            at.fail(`"${name}" cannot be added, because the Collector decides about it; remove it`);
        if (dimensions.indexOf(name) !== index) at.fail(`"${name}" is named twice; remove one of them`);
    });
    return dimensions;
}
