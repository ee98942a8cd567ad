import { contentSteps, hashKeyVariable } from "../../ai-content/steps";
import { Signal } from "../../shared/signals";
import { type ConfigPlan, Tier } from "../plan-types";
import type { Component, Feature, FeatureParts } from "./feature";

/** Components that remove, mask or shorten content. */
export const CONTENT_COMPONENTS: readonly Component[] = [
    ["processors", "transform"],
    ["processors", "redaction"],
];

/** Removes, masks or shortens prompts and answers in spans and log records, before redaction, record limits, sampling and the queue. */
export const aiContent: Feature = {
    name: "ai-content",
    argument: "processing.aiContent",
    components: CONTENT_COMPONENTS,
    optionalComponents: [["processors", "gen_ai_normalizer"]],
    on: ({ tier }) => tier !== Tier.Second,
    render: (plan) => contentParts(plan, [Signal.Traces, Signal.Logs]),
};

/** The processors for these signals, and the environment variable for the key of `hash`. */
export function contentParts({ content, normalizesModels, signals }: ConfigPlan, of: Signal[]): FeatureParts {
    const present = of.filter((signal) => signals.includes(signal));
    const processors = contentSteps(content, present, normalizesModels);
    return processors.length === 0 ? {} : { processors, env: hashKeyVariable(content) };
}
