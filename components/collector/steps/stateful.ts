import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import type { TailSamplingArgs } from "../args-data";
import { type ConfigPlan, type TailSamplingPlan, Tier } from "../config-plan";
import type { Fragment } from "../fragment";

/** Keeps whole traces. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/tailsamplingprocessor */
export function tailSampling({ tailSampling: plan }: ConfigPlan): Fragment {
    if (plan === undefined) return {};
    const policies = [
        ...(plan.errors ? [{ name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } }] : []),
        ...(plan.slowerThanMillis === undefined
            ? []
            : [{ name: "slow", type: "latency", latency: { threshold_ms: plan.slowerThanMillis } }]),
        { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: plan.percentage } },
    ];
    const config = {
        decision_wait: `${plan.decisionSeconds}s`,
        num_traces: plan.tracesInMemory,
        // Spans that come after the decision follow it.
        decision_cache: {
            sampled_cache_size: 2 * plan.tracesInMemory,
            non_sampled_cache_size: 2 * plan.tracesInMemory,
        },
        policies,
    };
    return { processors: [{ id: "tail_sampling", signals: [Signal.Traces], config }] };
}

/**
 * Turns what counts from its start into what was counted since the last time.
 *
 * A pod of the second tier forgets sooner: where series moved away and back, the difference to what it saw before would count twice.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/cumulativetodeltaprocessor
 */
export function cumulativeToDelta({ cumulativeToDelta: enabled, names, signals, tier }: ConfigPlan): Fragment {
    if (!enabled || !signals.includes(Signal.Metrics)) return {};
    const config = { max_staleness: tier === Tier.Second ? "10m" : "25h" };
    return { processors: [{ id: names.cumulativeToDeltaProcessor, signals: [Signal.Metrics], config }] };
}

/** @throws InputError for a share that is none, or a time that is not above 0. */
export function planTailSampling(check: Check, args?: pulumi.Unwrap<TailSamplingArgs>): TailSamplingPlan | undefined {
    if (args === undefined) return undefined;
    const { percentage = 10, errors = true, slowerThanMillis, decisionSeconds = 10, tracesInMemory = 50_000 } = args;
    if (!(percentage >= 0 && percentage <= 100)) {
        throw check.at("tailSampling.percentage").error(`${percentage} is not a share; use 0 to 100`);
    }
    const above0 = { slowerThanMillis, decisionSeconds, tracesInMemory };
    for (const [field, value] of Object.entries(above0)) {
        if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
            const problem = `${value} is not a whole number above 0; give one, or leave it out`;
            throw check.at(`tailSampling.${field}`).error(problem);
        }
    }
    return { percentage, errors, slowerThanMillis, decisionSeconds, tracesInMemory };
}
