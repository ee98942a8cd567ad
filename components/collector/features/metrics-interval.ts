import type { Check } from "../../shared/check";
import type { CollectorCollectArgs } from "../args/collect";

const DEFAULT_SECONDS = 60;

/** Interval between two collections of metrics, e.g. `60s`. */
export function metricsInterval(collect: CollectorCollectArgs): string {
    return `${metricsIntervalSeconds(collect)}s`;
}

export function metricsIntervalSeconds({
    metricsIntervalSeconds: seconds = DEFAULT_SECONDS,
}: CollectorCollectArgs): number {
    return seconds;
}

/** @throws InputError for an interval that is not a whole number of seconds. */
export function checkMetricsInterval(check: Check, collect: CollectorCollectArgs): void {
    check.at("collect.metricsIntervalSeconds").wholeNumber(metricsIntervalSeconds(collect));
}
