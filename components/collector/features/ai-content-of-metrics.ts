import { Signal } from "../../shared/signals";
import { Tier } from "../plan-types";
import { CONTENT_COMPONENTS, contentParts } from "./ai-content";
import type { Feature } from "./feature";

/**
 * The part of `aiContent` for metrics. It runs after the conversion to deltas. Otherwise, series that differ only in the removed
 * attributes would be counted as one.
 */
export const aiContentOfMetrics: Feature = {
    name: "ai-content-of-metrics",
    components: CONTENT_COMPONENTS,
    on: ({ tier }) => tier !== Tier.First,
    render: (plan) => contentParts(plan, [Signal.Metrics]),
};
