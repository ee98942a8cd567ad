import type { Check } from "../../shared/check";
import type { CollectArgs } from "../args/collect";

const DEFAULT_SECONDS = 60;

/** Time from one collection of metrics to the next, e.g. `60s`. */
export function metricsInterval(collect: CollectArgs): string {
    return `${metricsIntervalSeconds(collect)}s`;
}

export function metricsIntervalSeconds({ metricsIntervalSeconds: seconds = DEFAULT_SECONDS }: CollectArgs): number {
    return seconds;
}

/** @throws InputError for an interval that is not a whole number of seconds. */
export function checkMetricsInterval(check: Check, collect: CollectArgs): void {
    check.at("collect.metricsIntervalSeconds").wholeNumber(metricsIntervalSeconds(collect));
}
