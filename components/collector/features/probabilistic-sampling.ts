import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import type { CollectorProbabilisticSamplingArgs } from "../args/selection";
import { Tier } from "../plan-types";
import type { Feature } from "./feature";

/** Keeps a share of the traces. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/probabilisticsamplerprocessor */
export const probabilisticSampling: Feature = {
    name: "probabilistic-sampling",
    argument: "processing.probabilisticSampling",
    components: [["processors", "probabilistic_sampler"]],
    on: ({ keptPercentage, tier }) => keptPercentage !== undefined && tier !== Tier.Second,
    check(check, { keptPercentage, tailSampling, signals }) {
        if (keptPercentage === undefined) return;
        const at = check.at("processing.probabilisticSampling");
        if (tailSampling !== undefined) {
            at.fail("cannot be combined with tailSampling, which has a percentage of its own; remove one of the two");
        }
        if (!signals.includes(Signal.Traces)) {
            at.fail("selects traces, but signals has none; add traces, or remove probabilisticSampling");
        }
    },
    render({ keptPercentage }) {
        // The mode decides by the random bits of the trace id, so all pods agree without a shared seed.
        const config = { mode: "proportional", sampling_percentage: keptPercentage };
        return { processors: [{ id: "probabilistic_sampler", signals: [Signal.Traces], config }] };
    },
};

/** The percentage of traces to keep. @throws InputError for a number that is not above 0 and up to 100. */
export function planProbabilisticSampling(
    check: Check,
    args?: pulumi.Unwrap<CollectorProbabilisticSamplingArgs>,
): number | undefined {
    if (args === undefined) return undefined;
    const { percentage = 10 } = args;
    if (percentage >= 0.001 && percentage <= 100) return percentage;
    return check.at("percentage").fail(`${percentage} is not a percentage; use 0.001 to 100`);
}
