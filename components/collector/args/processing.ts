import type * as pulumi from "@pulumi/pulumi";
import { AI_CONTENT_FIELDS, type AiContentArgs } from "../../ai-content/args";
import { Field, type Fields } from "../../shared/fields";
import { type CollectorEnrichmentArgs, ENRICHMENT_FIELDS } from "./enrichment";
import {
    type CollectorDropRuleArgs,
    type CollectorProbabilisticSamplingArgs,
    type CollectorSpanMetricsArgs,
    DROP_RULE_FIELDS,
    PROBABILISTIC_SAMPLING_FIELDS,
    SPAN_METRICS_FIELDS,
} from "./selection";

/**
 * Text to replace by `****` in attributes, log bodies and span names. If masking fails, the data is not sent.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/redact
 */
export interface CollectorRedactionArgs {
    /** Dynatrace tokens with a recognizable prefix, `dt0c01.…` to `dt0s16.…`. @default true */
    dynatraceTokens?: pulumi.Input<boolean | undefined>;
    /** Email addresses. @default false */
    emails?: pulumi.Input<boolean | undefined>;
    /** Numbers in the formats of Visa, Mastercard, American Express and Discover. @default false */
    paymentCards?: pulumi.Input<boolean | undefined>;
    /** International bank account numbers (IBAN), with or without spaces. @default false */
    ibans?: pulumi.Input<boolean | undefined>;
    /** IPv4 and IPv6 addresses, except `k8s.pod.ip`. A version with four numbers looks like an address. @default false */
    ipAddresses?: pulumi.Input<boolean | undefined>;
    /**
     * Further regular expressions of Go (RE2). Matching text is masked. Lists and maps are searched as JSON, so `^` and `$` do not match
     * the ends of their values.
     *
     * @default []
     */
    patterns?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

export const REDACTION_FIELDS: Fields<CollectorRedactionArgs> = {
    dynatraceTokens: Field.Any,
    emails: Field.NoFallback,
    paymentCards: Field.NoFallback,
    ibans: Field.NoFallback,
    ipAddresses: Field.NoFallback,
    patterns: Field.NoFallback,
};

/**
 * Selects the traces to keep: traces with an error, slow traces, and a percentage of the others.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/tailsamplingprocessor
 */
export interface CollectorTailSamplingArgs {
    /** Percentage of the other traces to keep, 0 to 100. @default 10 */
    percentage?: pulumi.Input<number | undefined>;
    /** Keeps every trace with an error. @default true */
    errors?: pulumi.Input<boolean | undefined>;
    /** Keeps every trace that takes longer than this many milliseconds. @default - duration is not considered */
    slowerThanMillis?: pulumi.Input<number | undefined>;
    /** Seconds between the first span of a trace and the decision. Later spans follow the decision. @default 10 */
    decisionSeconds?: pulumi.Input<number | undefined>;
    /** Number of traces that a pod holds until their decision. Above it, the oldest trace is dropped. @default 50000 */
    tracesInMemory?: pulumi.Input<number | undefined>;
}

export const TAIL_SAMPLING_FIELDS: Fields<CollectorTailSamplingArgs> = {
    percentage: Field.Any,
    errors: Field.Any,
    slowerThanMillis: Field.Any,
    decisionSeconds: Field.Any,
    tracesInMemory: Field.Any,
};

/** What happens to the data before it is sent. */
export interface CollectorProcessingArgs {
    /**
     * Adds namespace, workload, pod and node to received data. Needs the right to read pods in the cluster.
     * Must be known when the program runs.
     *
     * @default true
     */
    kubernetesAttributes?: boolean;
    /** Resource attributes to add unless the sender sets them, e.g. `deployment.environment.name`. @default {} */
    resourceAttributes?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Attributes to add. @default - workload and annotations for Dynatrace, if `kubernetesAttributes` is on */
    enrichment?: CollectorEnrichmentArgs;
    /** Converts cumulative counters and histograms to deltas. Dynatrace rejects cumulative metrics. @default true */
    cumulativeToDelta?: pulumi.Input<boolean | undefined>;
    /** Text to mask before data leaves the Collector. @default - Dynatrace tokens */
    redaction?: pulumi.Input<CollectorRedactionArgs | undefined>;
    /**
     * What happens to prompts, answers and user attributes of AI requests. If set, the Collector also maps attribute names of gateways to
     * the names that Dynatrace knows, if the distribution can.
     *
     * @default - prompts and answers are removed; user attributes are kept, because requests to other services have them too
     */
    aiContent?: pulumi.Input<AiContentArgs | undefined>;
    /**
     * Shortens values of a record that would exceed the largest request that Dynatrace accepts. Without it, such a record is dropped.
     *
     * @default true
     */
    cutLargeRecords?: pulumi.Input<boolean | undefined>;
    /** Keeps some traces and drops the others as a whole. Needs `twoTier`, or one pod. @default - every trace is kept */
    tailSampling?: pulumi.Input<CollectorTailSamplingArgs | undefined>;
    /**
     * Keeps some traces by their id and drops the others as a whole. Works with any number of pods. Cannot be combined with
     * `tailSampling`. `{}` turns it on.
     *
     * @default - every trace is kept
     */
    probabilisticSampling?: pulumi.Input<CollectorProbabilisticSamplingArgs | undefined>;
    /** Rules for data to drop. Data that meets any of the rules is dropped. @default [] */
    drop?: pulumi.Input<pulumi.Input<CollectorDropRuleArgs>[] | undefined>;
    /**
     * Counts spans, and measures their durations, before sampling and before processors of `extraConfig`, as the metrics
     * `traces.span.metrics.calls` and `traces.span.metrics.duration`. Needs traces and metrics. `{}` turns it on.
     *
     * @default - no metrics from spans
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/spanmetricsconnector
     */
    spanMetrics?: pulumi.Input<CollectorSpanMetricsArgs | undefined>;
}

export const PROCESSING_FIELDS: Fields<CollectorProcessingArgs> = {
    kubernetesAttributes: Field.Any,
    resourceAttributes: Field.Any,
    enrichment: ENRICHMENT_FIELDS,
    cumulativeToDelta: Field.Any,
    redaction: REDACTION_FIELDS,
    aiContent: AI_CONTENT_FIELDS,
    cutLargeRecords: Field.Any,
    tailSampling: TAIL_SAMPLING_FIELDS,
    probabilisticSampling: PROBABILISTIC_SAMPLING_FIELDS,
    drop: [DROP_RULE_FIELDS],
    spanMetrics: SPAN_METRICS_FIELDS,
};

/** Pods that receive complete traces and series. Data is distributed by their number, so a change moves some traces and series. */
export interface CollectorSecondTierArgs {
    /** Number of pods. @default 2 */
    replicas?: pulumi.Input<number | undefined>;
    /** CPU request of a pod, in thousandths of a core. @default - the first tier's */
    cpuMillis?: pulumi.Input<number | undefined>;
    /** Memory request and limit of a pod, in MiB. @default - the first tier's */
    memoryMiB?: pulumi.Input<number | undefined>;
    /** Extra configuration of the second tier, see `extraConfig` of the Collector. @default {} */
    extraConfig?: pulumi.Inputs;
}

export const SECOND_TIER_FIELDS: Fields<CollectorSecondTierArgs> = {
    replicas: Field.Any,
    cpuMillis: Field.Any,
    memoryMiB: Field.Any,
    extraConfig: Field.Any,
};

/**
 * Stores the sending queue on a volume.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/storage/filestorage
 */
export interface CollectorPersistentQueueArgs {
    /** Size of a pod's volume, in GiB. Three tenths of it are for queued data. @default 10 */
    sizeGiB?: pulumi.Input<number | undefined>;
    /** StorageClass of the volume. @default - the cluster's default StorageClass */
    storageClassName?: pulumi.Input<string | undefined>;
    /**
     * Directory on the node, required for a `daemonSet`, which has no volumes for each pod. The Collector then runs as root, and the
     * namespace must allow Pod Security `privileged`. Must be known when the program runs.
     *
     * @default - a volume
     */
    hostPath?: string;
    /**
     * Deletes the volumes of a StatefulSet, and the queued data, when the StatefulSet is deleted.
     *
     * @default false; the volumes remain until you delete them
     */
    deleteWithWorkload?: pulumi.Input<boolean | undefined>;
    /**
     * Deletes the volume of a pod, and its queued data, when the StatefulSet is scaled down.
     *
     * @default false; the volume is used again after scaling up
     */
    deleteWhenScaledDown?: pulumi.Input<boolean | undefined>;
}

export const PERSISTENT_QUEUE_FIELDS: Fields<CollectorPersistentQueueArgs> = {
    sizeGiB: Field.NoFallback,
    storageClassName: Field.NoFallback,
    hostPath: Field.NoFallback,
    deleteWithWorkload: Field.NoFallback,
    deleteWhenScaledDown: Field.NoFallback,
};
