import { contentSteps, hashKeyVariable } from "../../ai-content/steps";
import { Signal } from "../../shared/signals";
import { type ConfigPlan, Tier } from "../config-plan";
import type { Fragment } from "../fragment";

/** Takes prompts and answers out of spans and log records, before they are looked through, cut, chosen among or kept. */
export function aiContent(plan: ConfigPlan): Fragment {
    return plan.tier === Tier.Second ? {} : steps(plan, [Signal.Traces, Signal.Logs]);
}

/** The same for metrics, after deltas are computed: series that differ in nothing else would otherwise count as one. */
export function aiContentOfMetrics(plan: ConfigPlan): Fragment {
    return plan.tier === Tier.First ? {} : steps(plan, [Signal.Metrics]);
}

function steps({ content, normalizesModels, signals }: ConfigPlan, of: Signal[]): Fragment {
    const present = of.filter((signal) => signals.includes(signal));
    const processors = contentSteps(content, present, normalizesModels);
    return processors.length === 0 ? {} : { processors, env: hashKeyVariable(content) };
}
