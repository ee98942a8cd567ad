import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import { CollectorMode } from "../args";
import type { CollectorTailSamplingArgs } from "../args/processing";
import type { TailSamplingPlan } from "../plan-types";
import { type Feature, hasSeveralPods } from "./feature";

/** Keeps or drops whole traces. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/tailsamplingprocessor */
export const tailSampling: Feature = {
    name: "tail-sampling",
    argument: "processing.tailSampling",
    components: [["processors", "tail_sampling"]],
    on: (plan) => plan.tailSampling !== undefined,
    check(check, facts) {
        if (facts.tailSampling === undefined) return;
        const at = check.at("processing.tailSampling");
        if (!facts.signals.includes(Signal.Traces)) {
            at.fail("selects traces, but signals has none; add traces, or remove tailSampling");
        }
        if (facts.mode !== CollectorMode.TwoTier && hasSeveralPods(facts)) {
            const way = "set mode to twoTier, use one replica of a deployment, or remove tailSampling";
            at.fail(`each pod would receive only some spans of a trace and decide about these only; ${way}`);
        }
    },
    render({ tailSampling: plan }) {
        if (plan === undefined) return {};
        const slow = { name: "slow", type: "latency", latency: { threshold_ms: plan.slowerThanMillis } };
        const policies = [
            ...(plan.errors ? [{ name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } }] : []),
            ...(plan.slowerThanMillis === undefined ? [] : [slow]),
            { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: plan.percentage } },
        ];
        const config = {
            decision_wait: `${plan.decisionSeconds}s`,
            num_traces: plan.tracesInMemory,
            // Spans that arrive after the decision follow it.
            decision_cache: {
                sampled_cache_size: 2 * plan.tracesInMemory,
                non_sampled_cache_size: 2 * plan.tracesInMemory,
            },
            policies,
        };
        return { processors: [{ id: "tail_sampling", signals: [Signal.Traces], config }] };
    },
};

/** @throws InputError for a percentage outside 0 to 100, and for a time that is not a positive whole number. */
export function planTailSampling(
    check: Check,
    args?: pulumi.Unwrap<CollectorTailSamplingArgs>,
): TailSamplingPlan | undefined {
    if (args === undefined) return undefined;
    const { percentage = 10, errors = true, slowerThanMillis, decisionSeconds = 10, tracesInMemory = 50_000 } = args;
    if (!(percentage >= 0 && percentage <= 100)) {
        check.at("percentage").fail(`${percentage} is not a percentage; use 0 to 100`);
    }
    for (const [field, value] of Object.entries({ slowerThanMillis, decisionSeconds, tracesInMemory })) {
        if (value !== undefined) check.at(field).wholeNumber(value);
    }
    return { percentage, errors, slowerThanMillis, decisionSeconds, tracesInMemory };
}
