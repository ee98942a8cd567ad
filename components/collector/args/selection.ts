import type * as pulumi from "@pulumi/pulumi";

import { Field, type Fields } from "../../shared/fields";
import type { Signal } from "../../shared/signals";

/** Log level of a record. */
export const CollectorSeverity = {
    Debug: "debug",
    Info: "info",
    Warn: "warn",
    Error: "error",
    Fatal: "fatal",
} as const;
export type CollectorSeverity = (typeof CollectorSeverity)[keyof typeof CollectorSeverity];

/** Role of a span in its trace. @see https://opentelemetry.io/docs/specs/otel/trace/api/#spankind */
export const CollectorSpanKind = {
    Internal: "internal",
    Server: "server",
    Client: "client",
    Producer: "producer",
    Consumer: "consumer",
} as const;
export type CollectorSpanKind = (typeof CollectorSpanKind)[keyof typeof CollectorSpanKind];

/** A condition about an attribute. Without `value` and `pattern`, the attribute only has to exist. */
export interface CollectorDropAttributeArgs {
    /** Name of the attribute, e.g. `url.path`. */
    key: pulumi.Input<string>;
    /** The whole value, as text: `200` also matches the number 200. @default - any value */
    value?: pulumi.Input<string | undefined>;
    /** Regular expression of Go (RE2) that matches a part of the value. @default - any value */
    pattern?: pulumi.Input<string | undefined>;
}

const DROP_ATTRIBUTE_FIELDS: Fields<CollectorDropAttributeArgs> = {
    key: Field.NoFallback,
    value: Field.NoFallback,
    pattern: Field.NoFallback,
};

/** Drops the data that meets all conditions of the rule. A rule needs at least one condition. */
export interface CollectorDropRuleArgs {
    /** Kind of data that the rule is about. */
    signal: pulumi.Input<Signal>;
    /** Name of the span or of the metric. Not for logs. @default - any name */
    name?: pulumi.Input<string | undefined>;
    /** Regular expression of Go (RE2) that matches a part of the name of the span or of the metric. Not for logs. @default - any name */
    namePattern?: pulumi.Input<string | undefined>;
    /** Kind of the span. Only for traces. @default - any kind */
    spanKind?: pulumi.Input<CollectorSpanKind | undefined>;
    /** Drops log records with a lower level. Keeps records without a level. Only for logs. @default - any level */
    severityBelow?: pulumi.Input<CollectorSeverity | undefined>;
    /** Regular expression of Go (RE2) that matches a part of the log record's text. Only for logs. @default - any text */
    bodyPattern?: pulumi.Input<string | undefined>;
    /** Attributes of the span, data point or log record. @default [] */
    attributes?: pulumi.Input<pulumi.Input<CollectorDropAttributeArgs>[] | undefined>;
    /** Resource attributes, e.g. `k8s.namespace.name`. @default [] */
    resourceAttributes?: pulumi.Input<pulumi.Input<CollectorDropAttributeArgs>[] | undefined>;
}

export const DROP_RULE_FIELDS: Fields<CollectorDropRuleArgs> = {
    signal: Field.NoFallback,
    name: Field.NoFallback,
    namePattern: Field.NoFallback,
    spanKind: Field.NoFallback,
    severityBelow: Field.NoFallback,
    bodyPattern: Field.NoFallback,
    attributes: [DROP_ATTRIBUTE_FIELDS],
    resourceAttributes: [DROP_ATTRIBUTE_FIELDS],
};

/** Keeps a share of the traces. Every pod makes the same decision about a trace, because the decision depends only on the trace id. */
export interface CollectorProbabilisticSamplingArgs {
    /** Percentage of traces to keep, above 0 and up to 100. @default 10 */
    percentage?: pulumi.Input<number | undefined>;
}

export const PROBABILISTIC_SAMPLING_FIELDS: Fields<CollectorProbabilisticSamplingArgs> = { percentage: Field.Any };

/** Metrics about requests, counted from spans before sampling. */
export interface CollectorSpanMetricsArgs {
    /**
     * Attributes of the span or its resource that become dimensions, in addition to `service.name`, `span.name`, `span.kind` and
     * `status.code`. Each combination of values is a series.
     *
     * @default []
     */
    dimensions?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Sends the durations of spans. @default true */
    durations?: pulumi.Input<boolean | undefined>;
    /** Upper limits of a histogram's buckets, in milliseconds. @default - an exponential histogram */
    bucketsMillis?: pulumi.Input<pulumi.Input<number>[] | undefined>;
    /** Seconds between two data points of a series. Counts of the last interval are lost if a pod crashes or stops. @default 15 */
    intervalSeconds?: pulumi.Input<number | undefined>;
    /**
     * Most series of one resource, e.g. of a pod, in an interval. Further combinations are counted together, in a series with
     * `otel.metric.overflow`.
     *
     * @default 1000
     */
    seriesLimit?: pulumi.Input<number | undefined>;
}

export const SPAN_METRICS_FIELDS: Fields<CollectorSpanMetricsArgs> = {
    dimensions: Field.Any,
    durations: Field.Any,
    bucketsMillis: Field.Any,
    intervalSeconds: Field.Any,
    seriesLimit: Field.Any,
};
