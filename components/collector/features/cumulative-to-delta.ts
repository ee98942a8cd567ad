import { Signal } from "../../shared/signals";
import { Tier } from "../plan-types";
import type { Feature } from "./feature";

/**
 * Converts cumulative metrics to deltas. Dynatrace rejects cumulative metrics.
 *
 * The second tier forgets series earlier. Otherwise, a series that moves to another pod and back would produce a delta to a stale value
 * and be counted twice.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/cumulativetodeltaprocessor
 */
export const cumulativeToDelta: Feature = {
    name: "cumulative-to-delta",
    argument: "processing.cumulativeToDelta",
    components: [["processors", "cumulative_to_delta"]],
    on: ({ cumulativeToDelta: enabled, signals }) => enabled && signals.includes(Signal.Metrics),
    render({ names, tier }) {
        const config = { max_staleness: tier === Tier.Second ? "10m" : "25h" };
        return { processors: [{ id: names.cumulativeToDeltaProcessor, signals: [Signal.Metrics], config }] };
    },
};
