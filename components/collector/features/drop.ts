import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import {
    type CollectorDropAttributeArgs,
    type CollectorDropRuleArgs,
    CollectorSeverity,
    CollectorSpanKind,
} from "../args/selection";
import { quote } from "../config/ottl";
import { type DropCondition, Tier } from "../plan-types";
import type { Feature } from "./feature";
import { checkPattern } from "./pattern";

type Rule = pulumi.Unwrap<CollectorDropRuleArgs>;
type Attribute = pulumi.Unwrap<CollectorDropAttributeArgs>;

/** Fields of a rule that only some signals have. */
const ONLY_FOR = {
    name: [Signal.Traces, Signal.Metrics],
    namePattern: [Signal.Traces, Signal.Metrics],
    spanKind: [Signal.Traces],
    severityBelow: [Signal.Logs],
    bodyPattern: [Signal.Logs],
} as const;

const EMPTY = "would drop data with any value";

/**
 * Drops data by rules. It runs before masking, so the rules see the values as they were sent.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/filterprocessor
 */
export const drop: Feature = {
    name: "drop",
    argument: "processing.drop",
    components: [["processors", "filter"]],
    on: ({ dropped, tier }) => dropped.length > 0 && tier !== Tier.Second,
    render({ dropped }) {
        const signals = Object.values(Signal).filter((signal) => dropped.some((it) => it.signal === signal));
        const of = (signal: Signal): object => {
            const contexts = [...new Set(dropped.filter((it) => it.signal === signal).map(({ context }) => context))];
            const conditions = (context: string): string[] =>
                dropped.filter((it) => it.context === context).map(({ condition }) => condition);
            return Object.fromEntries(contexts.map((context) => [context, conditions(context)]));
        };
        // If a condition fails, the data is kept.
        const config = { error_mode: "ignore", ...Object.fromEntries(signals.map((signal) => [signal, of(signal)])) };
        return { processors: [{ id: "filter/drop", signals, config }] };
    },
};

/** @throws InputError for a rule without a condition, a field of another signal, and an invalid pattern. */
export function planDrop(check: Check, signals: Signal[], rules: Rule[] = []): DropCondition[] {
    const example = '[{ signal: "traces", name: "GET /health" }]';
    return check.list(rules, example).map((rule, index) => plannedRule(check.at(index), signals, rule));
}

function plannedRule(check: Check, signals: Signal[], rule: Rule): DropCondition {
    const signal = check.at("signal").oneOf(rule.signal, Signal);
    if (!signals.includes(signal)) {
        check
            .at("signal")
            .fail(`is ${signal}, but signals of the Collector does not contain ${signal}; remove the rule`);
    }
    for (const [field, known] of Object.entries(ONLY_FOR)) {
        if (rule[field as keyof typeof ONLY_FOR] === undefined || known.some((it) => it === signal)) continue;
        check.at(field).fail(`is not a condition for ${signal}; use it with ${known.join(" or ")}, or remove it`);
    }
    const context = contextOf(signal, rule);
    const conditions = [
        ...nameConditions(check, rule, context === "datapoint" ? "metric.name" : "name"),
        ...levelConditions(check, rule),
        ...attributeConditions(check.at("attributes"), rule.attributes, "attributes"),
        ...attributeConditions(check.at("resourceAttributes"), rule.resourceAttributes, "resource.attributes"),
    ];
    if (conditions.length > 0) return { signal, context, condition: conditions.join(" and ") };
    const way = "add a condition, or remove the signal from signals";
    return check.fail(`has no condition, so it would drop all ${signal}; ${way}`);
}

/** Only the context of data points knows their attributes. */
function contextOf(signal: Signal, { attributes = [] }: Rule): string {
    if (signal === Signal.Traces) return "span";
    if (signal === Signal.Logs) return "log_record";
    return attributes.length === 0 ? "metric" : "datapoint";
}

function nameConditions(check: Check, { name, namePattern }: Rule, path: string): string[] {
    if (name !== undefined && namePattern !== undefined) {
        check.at("namePattern").fail("cannot be combined with name; remove one of the two");
    }
    if (name !== undefined) return [`${path} == ${literal(check.at("name"), name)}`];
    return namePattern === undefined ? [] : [matches(check.at("namePattern"), path, namePattern)];
}

function levelConditions(check: Check, { spanKind, severityBelow, bodyPattern }: Rule): string[] {
    const kind = spanKind && check.at("spanKind").oneOf(spanKind, CollectorSpanKind);
    const level = severityBelow && check.at("severityBelow").oneOf(severityBelow, CollectorSeverity);
    return [
        ...(kind === undefined ? [] : [`kind == SPAN_KIND_${kind.toUpperCase()}`]),
        ...(level === undefined
            ? []
            : [
                  "severity_number != SEVERITY_NUMBER_UNSPECIFIED",
                  `severity_number < SEVERITY_NUMBER_${level.toUpperCase()}`,
              ]),
        ...(bodyPattern === undefined ? [] : [matches(check.at("bodyPattern"), "body", bodyPattern)]),
    ];
}

function attributeConditions(check: Check, attributes: Attribute[] = [], path: string): string[] {
    return check.list(attributes, '[{ key: "url.path" }]').map(({ key, value, pattern }, index) => {
        const at = check.at(index);
        if (at.at("key").text(key) === "") at.at("key").fail("is empty; name an attribute, e.g. url.path");
        if (value !== undefined && pattern !== undefined) {
            at.at("pattern").fail("cannot be combined with value; remove one of the two");
        }
        const attribute = `${path}[${literal(at.at("key"), key)}]`;
        // As text, because the value can be a number or a boolean.
        if (value !== undefined) return `String(${attribute}) == ${literal(at.at("value"), value)}`;
        return pattern === undefined ? `${attribute} != nil` : matches(at.at("pattern"), attribute, pattern);
    });
}

function matches(check: Check, path: string, pattern: string): string {
    checkPattern(check, check.text(pattern), EMPTY);
    return `IsMatch(${path}, ${literal(check, pattern)})`;
}

/** @throws InputError for half of a surrogate pair, which no text of the Collector can hold. */
function literal(check: Check, text: string): string {
    if (/\p{Surrogate}/u.test(check.text(text))) check.fail("contains half of a character; remove it");
    return quote(text);
}
