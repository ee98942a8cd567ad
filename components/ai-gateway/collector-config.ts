import type * as pulumi from "@pulumi/pulumi";

import { derive } from "../application-pods/exporter-env/later";
import { normalizeSignals, type Signal } from "../shared/signals";
import { contentSteps, planContent } from "../ai-content/steps";
import type { AiContentArgs } from "../ai-content/args";
import { Check } from "../shared/check";

const COMPONENT = "aiContentConfig";

export interface AiContentConfigArgs extends AiContentArgs {
    /** Signals that the Collector takes. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[]>;
    /**
     * Maps the attributes of OpenInference and OpenLLMetry to `gen_ai.*`, by which Dynatrace knows calls to models. Needs
     * `gen_ai_normalizer`, which the Dynatrace Collector has since 0.53.0 and contrib since 0.156.0.
     *
     * @default false
     * @see https://github.com/Dynatrace/dynatrace-otel-collector
     */
    normalize?: pulumi.Input<boolean>;
}

/**
 * For a Collector that this package does not make, e.g. by somebody's chart: the part of its configuration by which no prompt, no
 * answer and nobody's name passes it, whichever gateway sends. An `OtlpCollector` has `aiContent` for that.
 * For `hash`, the Collector's container needs the key in the variable `AI_CONTENT_HASH_KEY`.
 *
 * @throws InputError for what cannot work, at once or, for what comes as an Output, when it is known.
 *
 * @example
 * ```ts
 * import * as k8s from "@pulumi/kubernetes";
 * import { aiContentConfig } from "pulumi-dynatrace-otlp";
 *
 * new k8s.helm.v4.Chart("collector", { chart: "opentelemetry-collector", values: { config: aiContentConfig() } });
 * ```
 */
export function aiContentConfig(args: AiContentConfigArgs = {}): pulumi.Inputs {
    return derive(args, ({ signals, normalize, ...content }) =>
        ownConfig(
            contentSteps(
                planContent(new Check(COMPONENT), content),
                normalizeSignals(new Check(COMPONENT), signals),
                normalize ?? false,
            ),
        ),
    ) as pulumi.Inputs;
}

type Steps = ReturnType<typeof contentSteps>;

function ownConfig(steps: Steps): object {
    const signals = [...new Set(steps.flatMap((step) => step.signals))].sort();
    const processors = (signal: Signal): string[] =>
        steps.filter((it) => it.signals.includes(signal)).map(({ id }) => id);
    return {
        processors: Object.fromEntries(steps.map(({ id, config }) => [id, config])),
        service: {
            pipelines: Object.fromEntries(signals.map((signal) => [signal, { processors: processors(signal) }])),
        },
    };
}
