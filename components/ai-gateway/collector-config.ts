import type * as pulumi from "@pulumi/pulumi";

import { AI_CONTENT_FIELDS, type AiContentArgs } from "../ai-content/args";
import { contentSteps, planContent } from "../ai-content/steps";
import { derive } from "../application-pods/exporter-env/later";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { normalizeSignals, type Signal } from "../shared/signals";

export interface AiContentConfigArgs extends AiContentArgs {
    /** Signals that the Collector receives. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
    /**
     * Maps the attributes of OpenInference and OpenLLMetry to `gen_ai.*`, which Dynatrace reads. Needs `gen_ai_normalizer`, which the
     * Dynatrace distribution has since 0.53.0 and the contrib distribution since 0.156.0.
     *
     * @default false
     * @see https://github.com/Dynatrace/dynatrace-otel-collector
     */
    normalize?: pulumi.Input<boolean | undefined>;
}

const AI_CONTENT_CONFIG_FIELDS: Fields<AiContentConfigArgs> = {
    ...AI_CONTENT_FIELDS,
    signals: Field.NoFallback,
    normalize: Field.Any,
};

/**
 * Configuration that protects prompts, answers and identities, for a Collector of another tool, e.g. of a Helm chart. An `OtlpCollector`
 * has `aiContent` for that. For `hash`, the Collector's container needs the key in the variable `AI_CONTENT_HASH_KEY`.
 *
 * @throws InputError for arguments that cannot work: at once, or for an Output when its value is known.
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
    const check = new Check("aiContentConfig", "", AI_CONTENT_CONFIG_FIELDS);
    const given = checkArguments(check, args);
    return derive(given, ({ signals, normalize, ...content }) =>
        extraConfig(
            contentSteps(planContent(check, content, ""), normalizeSignals(check, signals), normalize ?? false),
        ),
    );
}

type Steps = ReturnType<typeof contentSteps>;

function extraConfig(steps: Steps): object {
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
